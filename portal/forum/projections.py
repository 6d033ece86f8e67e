"""What everybody sees of a post: named field by field, never the account behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.domain.moderation import PostState
from portal.forum import labels
from portal.forum.models import Post
from portal.media.models import Photo


@dataclass(frozen=True)
class PublicPost:
    """`hidden`: the sentence in place of a hidden post; then there is no text, no photo and nothing to press."""

    id: int
    author: str
    building: str
    when: datetime
    stance: str
    stance_look: str
    words: str
    edited: bool
    supports: int
    supported: bool
    mine: bool
    hidden: str
    reply_count: int
    photos: Sequence[dict[str, str]] = ()
    replies: "Sequence[PublicPost]" = field(default=())

    @property
    def more_replies(self) -> int:
        return max(self.reply_count - len(self.replies), 0)


@dataclass(frozen=True)
class Reader:
    """What the page knows about whoever reads: their account and which posts they support."""

    account_id: int | None = None
    supported: frozenset[int] = frozenset()


def project(
    post: Post, reader: Reader, photos: Mapping[str, Sequence[Photo]], replies: Sequence[PublicPost] = ()
) -> PublicPost:
    hidden = post.state is PostState.HIDDEN
    return PublicPost(
        id=post.id,
        author=post.author,
        building=post.building.full_name,
        when=post.published_at or post.submitted_at,
        stance=str(labels.STANCES[post.stance]) if post.stance else "",
        stance_look=labels.STANCE_LOOKS[post.stance] if post.stance else "",
        words="" if hidden else post.words,
        edited=post.edited_at is not None,
        supports=post.supports,
        supported=post.id in reader.supported,
        mine=post.account_id == reader.account_id,
        hidden=labels.placeholder(post) if hidden else "",
        reply_count=post.replies,
        photos=() if hidden else shown_photos(photos.get(str(post.id), ())),
        replies=replies,
    )


def shown_photos(photos: Sequence[Photo]) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("forum.photo", token=photo.token),
            "thumb": url_for("forum.photo", token=photo.token, size="thumb"),
            "alt": gettext("Photo %(n)s", n=at),
        }
        for at, photo in enumerate(photos, 1)
    ]
