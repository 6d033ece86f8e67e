"""Why something cannot be done, in words a page can show.

`msgid` is an English source string; `core.errors` translates it with `params` and picks the HTTP status.
"""

from datetime import timedelta


class DomainError(Exception):
    """A rule said no. `field` names the form field it belongs to, if one does."""

    status = 400

    def __init__(self, msgid: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.field = field
        self.params = params


class NotAllowed(DomainError):
    status = 403


class NotFound(DomainError):
    status = 404


class Conflict(DomainError):
    """Somebody else was faster, or the state has moved on."""

    status = 409


class LimitReached(DomainError):
    status = 429

    def __init__(self, msgid: str, *, retry_after: timedelta, field: str | None = None, **params: object) -> None:
        super().__init__(msgid, field=field, **params)
        self.retry_after = retry_after
