"""What a person of ours has to look at: one public answer with a reference and a promise."""
