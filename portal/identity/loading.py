"""Who is at the keyboard in this request, and what their browser remembers of it."""

import secrets
import time
from typing import Any

from flask import Flask, current_app, g, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RequestRedirect
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import safe_next
from portal.core.writing import writing
from portal.identity import duties, kept_forms, sessions
from portal.identity.services import Visitor

KNOWN_AFTER = 60  # seconds


def register(app: Flask) -> None:
    """Right after the log's own start: a failed CSRF check must not find nobody at the keyboard."""
    first = app.before_request_funcs.setdefault(None, [])
    first[1:1] = [load_actor, duties.gate]
    app.after_request(keep_form)
    app.after_request(note_presence)


def load_actor() -> None:
    if request.endpoint == "static":
        g.actor = sessions.NOBODY.actor
        return
    g.signed_in = sessions.load(sessions.given())
    g.actor = g.signed_in.actor
    kept_forms.offer()


def keep_form(response: Response) -> Response:
    """Who presses a button after their session ended is asked to sign in again; what they typed waits for them."""
    found: sessions.Found = g.get("signed_in", sessions.NOBODY)
    ended = kept_forms.Whose(found.ended_post, found.ended_account)
    doors = f"{url_for('identity.staff_sign_in')}?next=", f"{url_for('identity.resident_sign_in')}?next="
    asked_to_sign_in = response.location is not None and response.location.startswith(doors)
    if not ended.is_nobody and request.method == "POST" and asked_to_sign_in and not g.get("csrf_failed"):
        with writing():
            is_kept = kept_forms.keep(ended, request.path, list(request.form.items(multi=True)))
        if is_kept:
            session[kept_forms.FLAG] = request.path
    return response


def note_presence(response: Response) -> Response:
    found: sessions.Found = g.get("signed_in", sessions.NOBODY)
    at = clock.now()
    try:
        if found.key and sessions.is_note_due(found, at):
            sessions.note_seen(found.key, at)
    except SQLAlchemyError:  # a page that was made is not thrown away for this
        current_app.logger.warning("presence_not_noted")
    return response


def visitor() -> Visitor:
    """The browser as the limits see it. Its id is a random one of ours in the signed cookie, older than a minute or not."""
    found: dict[str, Any] = session.get("device") or {}
    if not found:
        found = {"id": secrets.token_urlsafe(12), "since": int(time.time())}
        session["device"] = found
    is_known = time.time() - found["since"] >= KNOWN_AFTER
    return Visitor(found["id"], request.remote_addr or "", is_known)


def fresh_token() -> None:
    """At each change of who is signed in, forms get a new CSRF token."""
    session.pop("csrf_token", None)


def way_back(target: str | None, fallback: str) -> str:
    """`target` if it is a page of this site that can be opened by a link, else `fallback`."""
    path = safe_next(target, fallback)
    adapter = current_app.url_map.bind("")
    try:
        adapter.match(path.partition("?")[0], method="GET")
    except RequestRedirect:
        return path
    except HTTPException:
        return fallback
    return path
