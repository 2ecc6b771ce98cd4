"""X's API v2 as the bot meets it: endpoints, shapes, status codes, headers and odd cases."""
