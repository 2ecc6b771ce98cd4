"""The endpoints, one file per subject; each function answers one call."""
