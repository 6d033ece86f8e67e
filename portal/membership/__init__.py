"""Which account belongs to which home: verification, the home's voter, family, invite letters, assisted sessions."""
