"""X's rules for text, part by part; `commands/text.py` is their front."""
