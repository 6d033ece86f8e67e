"""What a moderator sees of a post: its whole text with the suspicious spots marked, never who really wrote it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.core import clock
from portal.core.formatting import moment
from portal.domain.actors import Actor
from portal.domain.moderation import Desk, Judge, PostAction, PostState, allowed
from portal.domain.moderation_grounds import CLAUSES, GROUNDS
from portal.domain.suspicions import Spot, find
from portal.forum import acts, flags, labels, looking, offering, review_labels, second_look
from portal.forum.models import ModerationAct, Post
from portal.forum.review_forms import ReviewForm
from portal.forum.topic_models import Topic
from portal.media.models import Photo
from portal.media.queries import photos_by_owner


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `why` names what is suspicious about it."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One post or proposal in the queue."""

    key: str
    id: int
    revision: int
    author: str
    place: str
    topic: str
    url: str
    pieces: Sequence[Piece]
    why: Sequence[str]
    photos: Sequence[dict[str, str]]
    stance: str
    left: str
    late: bool
    notes: Sequence[str]
    form: ReviewForm
    kind: str = "post"


def rows_of(posts: Sequence[Post]) -> list[Row]:
    """Photos of all of them in one statement."""
    photos = photos_by_owner("post", [post.id for post in posts])
    return [row_of(post, photos.get(str(post.id), [])) for post in posts]


def row_of(post: Post, photos: Sequence[Photo], form: ReviewForm | None = None) -> Row:
    spots = find(post.words, looking.listed_words())
    held = post.state is PostState.HELD
    return Row(
        key=f"post-{post.id}",
        id=post.id,
        revision=post.revision,
        author=post.author,
        place=post.building.full_name,
        topic=post.topic.title,
        url=url_for("forum_review.post", post_id=post.id),
        pieces=pieces(post.words, spots),
        why=sorted({str(labels.SUSPICIONS[spot.kind]) for spot in spots}),
        photos=[photo_of(photo) for photo in photos],
        stance=str(labels.STANCES[post.stance]) if post.stance else gettext("Reply"),
        left=left_words(post.due_at) if held else "",
        late=held and post.due_at < clock.now(),
        notes=notes_of(post),
        form=form or ReviewForm.beside(post, first_spot(post.words, spots)),
    )


def proposal(topic: Topic, form: ReviewForm | None = None) -> Row:
    words = acts.said(topic)
    spots = find(words, looking.listed_words())
    building = topic.author_building
    return Row(
        key=f"topic-{topic.id}",
        id=topic.id,
        revision=topic.revision,
        author=topic.shown_name or gettext("Resident of %(building)s", building=building.name if building else ""),
        place=topic.place,
        topic="",
        url=url_for("forum_review.topic", topic_id=topic.id),
        pieces=pieces(words, spots),
        why=sorted({str(labels.SUSPICIONS[spot.kind]) for spot in spots}),
        photos=[],
        stance=gettext("Proposed topic"),
        left=left_words(topic.due_at) if topic.due_at else "",
        late=topic.due_at is not None and topic.due_at < clock.now(),
        notes=[gettext("The community did not look in time.")] if topic.escalated_at else [],
        form=form or ReviewForm.beside(topic),
        kind="topic",
    )


def line_of(post: Post) -> dict[str, Any]:
    """For the workspace: where it is looked at, how it begins, whose it is, how long there is still."""
    held = post.state is PostState.HELD
    return {
        "url": url_for("forum_review.post", post_id=post.id),
        "text": shortened(post.words),
        "place": f"{post.author} · {post.topic.title}",
        "note": left_words(post.due_at) if held else gettext("Flagged by %(count)s readers", count=post.flags),
        "late": held and post.due_at < clock.now(),
    }


def proposal_line(topic: Topic) -> dict[str, Any]:
    return {
        "url": url_for("forum_review.topic", topic_id=topic.id),
        "text": topic.title,
        "place": gettext("Proposed topic"),
        "note": left_words(topic.due_at) if topic.due_at else "",
        "late": topic.due_at is not None and topic.due_at < clock.now(),
    }


def shortened(words: str, most: int = 40) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= most else f"{plain[:most]}…"


def first_spot(words: str, spots: Sequence[Spot]) -> str:
    return words[spots[0].start : spots[0].end] if spots else ""


def notes_of(post: Post) -> list[str]:
    notes = []
    if post.about_unit:
        notes.append(gettext("Speaks of the community or its staff: the street looks at it."))
    elif post.desk is Desk.STREET and post.escalated_at:
        notes.append(gettext("The community did not look in time."))
    if post.flags:
        notes.append(gettext("Flagged by %(count)s readers", count=post.flags))
    return notes


def pieces(text: str, spots: Sequence[Spot]) -> list[Piece]:
    """The text cut at its spots; of overlapping ones the first counts."""
    found: list[Piece] = []
    at = 0
    for spot in spots:
        if spot.start < at:
            continue
        if spot.start > at:
            found.append(Piece(text[at : spot.start]))
        found.append(Piece(text[spot.start : spot.end], str(labels.SUSPICIONS[spot.kind])))
        at = spot.end
    return [*found, Piece(text[at:])] if at < len(text) or not found else found


def left_words(due: datetime) -> str:
    """“还剩 5 小时”, “超 20 分钟”."""
    seconds = int((due - clock.now()).total_seconds())
    minutes, over = abs(seconds) // 60, seconds < 0
    if minutes >= 60:
        hours = minutes // 60
        return gettext("%(n)s hours over", n=hours) if over else gettext("%(n)s hours left", n=hours)
    return gettext("%(n)s minutes over", n=minutes) if over else gettext("%(n)s minutes left", n=minutes)


def photo_of(photo: Photo) -> dict[str, str]:
    base = url_for("forum.photo", token=photo.token)
    return {"thumb": f"{base}?size=thumb", "url": base, "alt": gettext("Photo of the author's post"), "stage": ""}


def context_of(post: Post, around: Sequence[Post]) -> list[dict[str, Any]]:
    """What stood before it: the posts that its readers have seen."""
    return [{"author": found.author, "words": found.words, "is_parent": found.id == post.parent_id} for found in around]


def history(found: Iterable[ModerationAct]) -> list[dict[str, str]]:
    """All that was done, the newest first, for the macro timeline."""
    return [_item(act) for act in reversed(list(found))]


def _item(act: ModerationAct) -> dict[str, str]:
    why = [GROUNDS[act.ground].name] if act.ground else []
    if act.clause:
        why.append(CLAUSES[act.clause])
    said = [act.texts.to_author or act.texts.reason] if act.texts else []
    return {
        "state": "done",
        "text": "：".join([str(review_labels.ACTIONS[act.action]), *why[:1]]),
        "by": who(act),
        "when": moment(act.at),
        "say": " ".join(part for part in (*why[1:], *said) if part),
    }


def who(act: ModerationAct) -> str:
    if act.staff is not None:
        return f"{act.staff.agency.short_name} {act.staff.name}"
    return gettext("The author") if act.by == "resident" else gettext("System")


def url_of(act: ModerationAct) -> str:
    if act.post_id is not None:
        return url_for("forum_review.post", post_id=act.post_id)
    return url_for("forum_review.topic", topic_id=act.topic_id)


def flags_of(post: Post) -> list[dict[str, str]]:
    """Why readers flagged it; who they are stays out."""
    return [
        {"ground": GROUNDS[flag.ground].name, "words": flag.words or "", "when": moment(flag.at)}
        for flag in flags.open_of(post)
    ]


@dataclass(frozen=True)
class Offer:
    """A link to the page of something that can be done after publication."""

    url: str
    text: str


AFTER = {
    PostAction.HIDE: "hide",
    PostAction.RESTORE: "restore",
    PostAction.MOVE: "move",
    PostAction.SPLIT: "split",
}


def offers(post: Post, actor: Actor) -> list[Offer]:
    may = allowed(post.facts, Judge(actor.role), clock.now())
    found = [
        Offer(url_for("forum_after.act", post_id=post.id, slug=slug), str(review_labels.ACTIONS[action]))
        for action, slug in AFTER.items()
        if action in may and not (action is PostAction.SPLIT and offering.offer_of(post))
    ]
    if post.facts.appeal_open and second_look.may_decide(actor, post):
        found.insert(0, Offer(url_for("forum_after.look_again", post_id=post.id), gettext("Look again")))
    return found
