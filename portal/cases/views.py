"""Reporting: what → where → contact → received. Every step keeps its draft; nothing typed is ever lost."""

from portal.cases import joining, report_contact, report_what, report_where
from portal.cases.blueprints import cases as bp

__all__ = ["bp", "joining", "report_contact", "report_what", "report_where"]
