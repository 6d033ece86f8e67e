"""Typed edges between things of different features: this point became that case. Knows no feature."""
