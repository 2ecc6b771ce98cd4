"""What `tweetserve run` does before the daemon serves."""
