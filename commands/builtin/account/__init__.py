"""What a linked customer may ask about their own account; every answer is private."""
