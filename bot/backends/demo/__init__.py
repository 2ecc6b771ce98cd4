"""The demo company BrightTel: its accounts, its catalogue, and which X accounts belong to whom. Data alone."""
