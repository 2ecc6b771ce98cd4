"""What the handle side decides, as data and rules; only gathering.py and story.py know of the database."""
