"""Invented data for a demo; the totals are the plan's, everything else is made up (演示数据)."""
