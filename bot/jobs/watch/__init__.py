"""Watchdogs: what should be noticed by the daemon before people notice it themselves."""
