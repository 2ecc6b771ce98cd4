"""How many, how fast, what it costs: figures measured on whole processes, printed as tables with ratios."""
