"""What `tweetserve show` shows."""
