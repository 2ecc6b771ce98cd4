"""How somebody gets a person, silences the bot, and brings it back."""
