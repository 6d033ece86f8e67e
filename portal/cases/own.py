"""Which cases this device may open without typing the 校验码 again: kept in the signed cookie, 30 days."""

import secrets
from datetime import UTC, datetime, timedelta

from flask import session

from portal.core import clock

KEEP = timedelta(days=30)
KEEP_SEALED = timedelta(hours=1)  # an accusation leaves no lasting trace on a shared phone
MOST = 20
NAME = "opened"
BROWSER = "browser"  # not "device": the sign-in door keeps its own under that name


def remember(ref: str, *, sealed: bool = False) -> None:
    ends = clock.now() + (KEEP_SEALED if sealed else KEEP)
    known = {key: until for key, until in session.get(NAME, {}).items() if key != ref}
    session[NAME] = dict(list({**known, ref: int(ends.timestamp())}.items())[-MOST:])
    session.permanent = True


def remembers(ref: str) -> bool:
    until = session.get(NAME, {}).get(ref)
    return until is not None and datetime.fromtimestamp(until, UTC) > clock.now()


def device() -> str:
    """A random name for this browser, for limits and for counting a neighbour once."""
    if BROWSER not in session:
        session[BROWSER] = secrets.token_urlsafe(12)
        session.permanent = True
    return str(session[BROWSER])
