"""Figures for officials, from counters kept in the writing transaction."""
