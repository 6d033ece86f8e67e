"""What a member of staff has to do after signing in before anything else opens (security.md §4)."""

from enum import StrEnum

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.core.settings import settings
from portal.identity.models import StaffPost


class Duty(StrEnum):
    PASSWORD = "own_password"  # noqa: S105 the name of a page
    TOTP = "second_factor"


ALWAYS_OPEN = {
    "static", "display.switch_display", "display.switch_language", "identity.sign_out", "identity.staff_sign_in",
    "identity.staff_second_step",
}  # fmt: skip


def of(post: StaffPost) -> Duty | None:
    """A one-time password is exchanged first; outside a demo nobody goes on without a second factor."""
    if post.password_until is not None:
        return Duty.PASSWORD
    if post.totp_secret is None and not settings().demo:
        return Duty.TOTP
    return None


def gate() -> Response | None:
    """Runs before the CSRF check, whose failure would otherwise call the view directly."""
    duty: Duty | None = g.signed_in.duty if "signed_in" in g else None
    if duty is None or request.endpoint in ALWAYS_OPEN or request.endpoint == f"identity.{duty}":
        return None
    return redirect(url_for(f"identity.{duty}"), 303)
