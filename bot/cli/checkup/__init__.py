"""What `tweetserve doctor` looks at."""
