"""Deeds on two features in one transaction, and the page that follows a promise from the first word to the last."""
