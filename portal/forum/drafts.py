"""What a resident is writing, kept with their account: one draft per topic, photos with it."""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from portal.core import clock
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.forum.topic_models import PostDraft
from portal.media import services as media
from portal.media.models import Owner

KEEP = timedelta(days=30)


def find(actor: Actor, topic_id: int | None) -> PostDraft | None:
    """`topic_id` None: the draft of a topic of their own."""
    mine = PostDraft.account_id == actor.id, func.coalesce(PostDraft.topic_id, 0) == (topic_id or 0)
    return db.session.scalar(select(PostDraft).where(*mine))


def keep(actor: Actor, topic_id: int | None, fields: Mapping[str, str]) -> PostDraft:
    """Inside `writing()`. The form as it stands, right or wrong."""
    text = json.dumps(dict(fields), ensure_ascii=False)
    row = {"account_id": actor.id, "topic_id": topic_id, "fields": text, "updated_at": clock.now()}
    db.session.execute(insert_ignore(PostDraft).values(**row))
    draft = find(actor, topic_id)
    assert draft is not None
    draft.fields, draft.updated_at = text, clock.now()
    db.session.flush()
    return draft


def fields_of(draft: PostDraft | None) -> dict[str, str]:
    return dict(json.loads(draft.fields)) if draft is not None else {}


def owner(draft: PostDraft) -> Owner:
    return Owner("post-draft", draft.id)


def finish(actor: Actor, topic_id: int | None) -> None:
    """It was handed in; its photos have moved on."""
    draft = find(actor, topic_id)
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


@periodic("post_draft_prune", timedelta(hours=1))
def prune() -> int:
    """Erase drafts that nobody touched for a month, with their photos."""
    with writing():
        old = db.session.scalars(select(PostDraft).where(PostDraft.updated_at < clock.now() - KEEP).limit(200)).all()
        for draft in old:
            media.remove_all_of(owner(draft))
            db.session.delete(draft)
    return len(old)
