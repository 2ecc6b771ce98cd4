"""What everybody may ask; every answer may stand in public."""
