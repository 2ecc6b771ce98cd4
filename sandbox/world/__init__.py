"""What exists on the local X: people, posts, messages, media, ids and time, kept in one append-only file."""
