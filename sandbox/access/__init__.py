"""Who is calling: the world's keys, OAuth 1.0a signatures and bearer tokens."""
