"""A local X that behaves like the real one: plays X for the bot, for tests and for people."""
