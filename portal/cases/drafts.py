"""The draft of a report: kept on the server for 24 hours under a random id in the visitor's cookie."""

import secrets
from datetime import timedelta
from typing import Any

from flask import session
from sqlalchemy import select

from portal.cases.models import ReportDraft
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.errors import Conflict
from portal.media import services as media
from portal.media.models import Owner, Photo

KEEP = timedelta(hours=24)
COOKIE = "draft"


def current() -> ReportDraft | None:
    """The visitor's draft, or None when there is none or it is over."""
    token = session.get(COOKIE)
    found = db.session.get(ReportDraft, _key(token)) if token else None
    return found if found and found.updated_at > clock.now() - KEEP else None


def again() -> ReportDraft:
    """Inside `writing()`: the draft once more, locked. Conflict when another tab has sent it in the meantime."""
    token = session.get(COOKIE)
    found = db.session.get(ReportDraft, _key(token), with_for_update=True, populate_existing=True) if token else None
    if found is None:
        raise Conflict("This report was sent from another page in the meantime. It was sent once.")
    return found


def begin(**values: Any) -> ReportDraft:
    """A draft to write into (inside `writing()`): the current one or a new one."""
    draft = current()
    if draft is None:
        token = secrets.token_urlsafe(16)
        session[COOKIE] = token
        session.pop("sent", None)
        draft = ReportDraft(id=_key(token), created_at=clock.now(), updated_at=clock.now())
        db.session.add(draft)
    return keep(draft, **values)


def keep(draft: ReportDraft, **values: Any) -> ReportDraft:
    for name, value in values.items():
        setattr(draft, name, value)
    draft.updated_at = clock.now()
    db.session.flush()
    return draft


def is_lost() -> bool:
    """This browser had begun a report that is no longer there (and was not sent)."""
    return bool(session.get(COOKIE)) and current() is None


def finish(draft: ReportDraft) -> None:
    """The report was sent; its photos have moved to the case."""
    db.session.delete(draft)
    db.session.flush()
    session.pop(COOKIE, None)


def owner(draft: ReportDraft) -> Owner:
    return Owner("draft", draft.id)


def _key(token: str) -> str:
    return crypto.hmac_code(token, "draft")


@periodic("draft_prune", timedelta(hours=1))
def prune() -> int:
    """Erase drafts that were given up, with their photos."""
    with writing():
        old = db.session.scalars(select(ReportDraft).where(ReportDraft.updated_at < clock.now() - KEEP)).all()
        for draft in old:
            media.remove_all_of(owner(draft))
            db.session.delete(draft)
        _empty_baskets()
    return len(old)


def _empty_baskets() -> None:
    """Photos of 补充情况 and 重新办理 pages that were never handed in."""
    stale = Photo.created_at < clock.now() - KEEP
    for photo in db.session.scalars(select(Photo).where(Photo.owner_kind == "basket", stale)):
        media.remove(photo)
