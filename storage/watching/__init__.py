"""What the watchdogs look at."""
