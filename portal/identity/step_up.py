"""A fresh code before what must not happen at a screen left alone: reveals, changes of rights (security.md §4).

@bp.route(…)
@staff(Role.ADMIN)
@step_up()
def change_role(…): …

Posts without a second factor exist in a demo only; they are not asked.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.writing import writing
from portal.identity import kept_forms, sessions

View = TypeVar("View", bound=Callable[..., Any])


def step_up(minutes: int = 5) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return asked(minutes) or view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return guard


def asked(minutes: int = 5) -> Response | None:
    """The way to the code page when the last code is older than that; what was typed waits. None: go on."""
    found: sessions.Found = g.signed_in
    if not found.has_totp or _is_fresh(found, timedelta(minutes=minutes)):
        return None
    if request.method == "POST":
        _keep(found)
        return redirect(url_for("identity.confirm", next=request.path), 303)
    return redirect(url_for("identity.confirm", next=request.full_path.rstrip("?")), 303)


def _is_fresh(found: sessions.Found, span: timedelta) -> bool:
    """In real time: a demo's clock that is moved on neither ages nor renews a code."""
    return found.code_at is not None and timedelta() <= clock.real_now() - found.code_at <= span


def _keep(found: sessions.Found) -> None:
    if g.get("csrf_failed") or found.actor.id is None:
        return
    with writing():
        is_kept = kept_forms.keep(
            kept_forms.Whose(post_id=found.actor.id), request.path, list(request.form.items(multi=True))
        )
    if is_kept:
        session[kept_forms.FLAG] = request.path
