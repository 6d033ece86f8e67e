"""District, street, community, compound, building, entrance; agencies; the poster and its code."""
