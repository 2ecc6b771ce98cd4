"""BrightTel, the demo company: its accounts, its catalogue, and which X accounts belong to whom."""
