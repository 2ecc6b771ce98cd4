"""What the list of settings is made of."""
