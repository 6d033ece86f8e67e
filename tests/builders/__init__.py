"""Rows with good defaults for tests, by subject."""
