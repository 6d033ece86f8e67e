"""Photos: check, decode in a limited child, re-encode, store, serve. Who may see one is decided by the features."""
