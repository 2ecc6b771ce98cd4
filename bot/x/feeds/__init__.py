"""What is read from X: mentions, messages and our own posts, each stored once and booked."""
