"""Whole days of what people write to a brand, planned from a seed and played by X's clock."""
