"""The web page on which people post, send messages and watch the answers arrive."""
