"""Reports from residents, worked by agencies, to their real end."""
