"""Signing in and out, 我的 of residents and 我的账号 of staff: the doors, gathered for the factory."""

from flask import Flask

from portal.identity import (
    account,
    code_pages,
    housekeeping,
    loading,
    own_number,
    own_pages,
    resident_door,
    sign_out,
    staff_door,
)
from portal.identity.blueprint import bp

__all__ = [
    "account", "bp", "code_pages", "housekeeping", "own_number", "own_pages", "register", "resident_door", "sign_out", "staff_door",
]  # fmt: skip


def register(app: Flask) -> None:
    loading.register(app)
