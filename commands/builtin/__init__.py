"""The commands every brand has: a Python file with the rules of each and a Markdown file with its words."""
