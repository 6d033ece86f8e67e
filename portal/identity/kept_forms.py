"""A form that came after the staff session had ended: kept for the same post, shown again after signing in."""

import json

from flask import g, request, session
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict

from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.identity.models import KeptForm
from portal.identity.sessions import KEEP_ENDED

NEVER = {"csrf_token", "once", "password", "password_again", "old_password", "code"}
LONGEST = 40_000  # characters
FLAG = "kept_form"


def keep(post_id: int, path: str, fields: list[tuple[str, str]]) -> bool:
    """Whether there was anything worth keeping. The last one of a post counts."""
    kept = [(name, value) for name, value in fields if name not in NEVER and value]
    text = json.dumps(kept, ensure_ascii=False)
    if not kept or len(text) > LONGEST or len(path) > 300:
        return False
    row = {"path": path, "fields": text, "kept_at": clock.now()}
    statement = upsert(KeptForm).values(post_id=post_id, **row)
    db.session.execute(statement.on_conflict_do_update(index_elements=[KeptForm.post_id], set_=row))
    return True


def path_for(post_id: int) -> str | None:
    """The page whose form waits for this post."""
    fresh = KeptForm.kept_at > clock.now() - KEEP_ENDED
    return db.session.scalar(select(KeptForm.path).where(KeptForm.post_id == post_id, fresh))


def offer() -> None:
    """Before a page of staff: if its form was kept, the page's form starts with it (core.forms reads `g.kept_form`)."""
    if session.get(FLAG) != request.path or not g.actor.is_staff:
        return
    if request.method == "POST":
        session.pop(FLAG)
        return
    fields = db.session.scalar(
        select(KeptForm.fields).where(KeptForm.post_id == g.actor.id, KeptForm.path == request.path)
    )
    if fields:
        g.kept_form = MultiDict(json.loads(fields))


def forget_old() -> None:
    db.session.execute(delete(KeptForm).where(KeptForm.kept_at < clock.now() - KEEP_ENDED))
