"""A form that came after the session had ended: kept for the same person, shown again after signing in."""

import json
from dataclasses import dataclass

from flask import g, request, session
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select
from werkzeug.datastructures import MultiDict

from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.identity.models import KeptForm
from portal.identity.sessions import KEEP_ENDED

NEVER = {"csrf_token", "once", "password", "password_again", "old_password", "code"}
LONGEST = 40_000  # characters
FLAG = "kept_form"


@dataclass(frozen=True)
class Whose:
    """A member of staff's post, or a resident's account."""

    post_id: int | None = None
    account_id: int | None = None

    @property
    def is_nobody(self) -> bool:
        return self.post_id is None and self.account_id is None

    @property
    def row(self) -> ColumnElement[bool]:
        return KeptForm.post_id == self.post_id if self.post_id else KeptForm.account_id == self.account_id

    @property
    def columns(self) -> dict[str, int]:
        return {"post_id": self.post_id} if self.post_id else {"account_id": self.account_id or 0}


def keep(whose: Whose, path: str, fields: list[tuple[str, str]]) -> bool:
    """Whether there was anything worth keeping. A person's last one counts."""
    kept = [(name, value) for name, value in fields if name not in NEVER and value]
    text = json.dumps(kept, ensure_ascii=False)
    if whose.is_nobody or not kept or len(text) > LONGEST or len(path) > 300:
        return False
    row = {"path": path, "fields": text, "kept_at": clock.now()}
    statement = upsert(KeptForm).values(**whose.columns, **row)
    db.session.execute(statement.on_conflict_do_update(index_elements=list(whose.columns), set_=row))
    return True


def path_for(whose: Whose) -> str | None:
    """The page whose form waits for this person."""
    fresh = KeptForm.kept_at > clock.now() - KEEP_ENDED
    return db.session.scalar(select(KeptForm.path).where(whose.row, fresh))


def offer() -> None:
    """Before the page: if its form was kept, the page's form starts with it (core.forms reads `g.kept_form`)."""
    if session.get(FLAG) != request.path or g.actor.kind not in {"staff", "resident"} or g.actor.is_assisted:
        return
    if request.method == "POST":
        session.pop(FLAG)
        return
    whose = Whose(post_id=g.actor.id) if g.actor.is_staff else Whose(account_id=g.actor.id)
    fields = db.session.scalar(select(KeptForm.fields).where(whose.row, KeptForm.path == request.path))
    if fields:
        g.kept_form = MultiDict(json.loads(fields))


def greeting(whose: Whose, where: str) -> str:
    """What is said after signing in, on the way to `where`: that page may have the person's form waiting."""
    kept = path_for(whose)
    if kept is None or kept != where.partition("?")[0]:
        session.pop(FLAG, None)
        return _("You are signed in.")
    session[FLAG] = kept
    return _("What you had typed is still here, just go on.")


def forget_old() -> None:
    db.session.execute(delete(KeptForm).where(KeptForm.kept_at < clock.now() - KEEP_ENDED))
