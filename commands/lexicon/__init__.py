"""Which words are urgent, which are ordinary, and which nearly are a command."""
