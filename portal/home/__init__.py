"""Windows over the features: the landing pages, search and help."""
