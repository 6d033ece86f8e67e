"""Who is at the keyboard: accounts, staff posts and scopes, sign-in codes, sessions, approvals."""
