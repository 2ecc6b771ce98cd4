"""What the handle side decides, as data and pure rules: no clock, no database, no network."""
