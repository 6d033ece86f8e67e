"""The append-only journal, its chain and its heads."""
