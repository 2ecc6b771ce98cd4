"""Builds what serves one brand, and says in which order its parts run."""
