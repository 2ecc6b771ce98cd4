"""How words become an answer: Markdown sections, their templates, and the bot's own sentences."""
