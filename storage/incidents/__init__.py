"""Known problems that many people meet at once: their texts, who waits for their end, what rises."""
