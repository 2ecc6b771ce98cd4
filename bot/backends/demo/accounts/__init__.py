"""BrightTel's customers in the files that `tweetserve accounts import` reads: a complete example of them."""
