"""Votes of households and owners: rules, preparation, the frozen roll, casting, counting, results."""
