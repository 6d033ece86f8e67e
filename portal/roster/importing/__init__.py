"""名册导入: a file is read in a limited process, checked against the places and the roster, and taken whole or not at all."""
