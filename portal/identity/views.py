"""Signing in and out, and what a resident finds under 我的: the doors, gathered for the factory."""

from flask import Flask

from portal.identity import housekeeping, loading, own_pages, resident_door, sign_out, staff_door
from portal.identity.blueprint import bp

__all__ = ["bp", "housekeeping", "own_pages", "register", "resident_door", "sign_out", "staff_door"]


def register(app: Flask) -> None:
    loading.register(app)
