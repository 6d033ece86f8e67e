"""Backups: one encrypted file with the database, the photos and a list of what is in it."""
