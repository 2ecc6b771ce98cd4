"""What a colleague can do by hand. The command line and the console call the same acts; each is journaled."""
