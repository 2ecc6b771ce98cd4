"""How a command comes out of its files, and what is said when it cannot."""
