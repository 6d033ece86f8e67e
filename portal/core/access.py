"""Who may enter: every view says so, or the application refuses to start."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, abort, g, redirect, request, url_for

from portal.domain.actors import Actor
from portal.domain.roles import Role

View = TypeVar("View", bound=Callable[..., Any])
ACCESS = "__access__"


def public(view: View) -> View:
    """Anybody, signed in or not."""
    setattr(view, ACCESS, ("public", frozenset()))
    return view


def resident(view: View) -> View:
    """A resident signed in by phone."""
    return _guarded(view, "resident", frozenset())


def assisted(view: View) -> View:
    """A resident, or a member of staff in an assisted session: reporting and voting for one home (ID8)."""
    return _guarded(view, "resident", frozenset(), assisted_too=True)


def staff(*roles: Role) -> Callable[[View], View]:
    """A member of staff with one of `roles`; without roles, any member of staff."""
    return lambda view: _guarded(view, "staff", frozenset(roles))


def _guarded(view: View, kind: str, roles: frozenset[Role], *, assisted_too: bool = False) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        actor: Actor = g.actor
        if actor.is_assisted and not assisted_too:
            return redirect(url_for("assist.now"), 303)
        if actor.kind != kind:
            return _sign_in(kind)
        if roles and actor.role not in roles:
            abort(403)
        return view(*args, **kwargs)

    setattr(guarded, ACCESS, (kind, roles))
    return guarded  # type: ignore[return-value]


def _sign_in(kind: str) -> Any:
    """To the right sign-in page, and back here afterwards (a POST goes back to the page it came from, query and all)."""
    back = request.full_path.rstrip("?")
    door = "staff_sign_in" if kind == "staff" else "resident_sign_in"
    return redirect(f"{url_for(f'identity.{door}')}?next={quote(back)}", 303)


def access_of(app: Flask, endpoint: str) -> tuple[str, frozenset[Role]] | None:
    """('public' | 'resident' | 'staff', roles) or None for a view that forgot to say."""
    found: tuple[str, frozenset[Role]] | None = getattr(app.view_functions[endpoint], ACCESS, None)
    return found


def refuse_undeclared(app: Flask) -> None:
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]
    if silent:
        raise RuntimeError(f"views that do not say who may enter: {', '.join(sorted(set(silent)))}")


def safe_next(target: str | None, fallback: str) -> str:
    """A path on this site, or `fallback`: a foreign address never becomes a redirect."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return fallback  # browsers drop tabs and line ends: "/<tab>/elsewhere" would leave the site
    return target
