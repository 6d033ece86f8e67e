"""搜索: topics, published posts and one's own cases, two-character words too; each kind a list of its own, paged by key."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.cases import searching
from portal.cases.models import Case
from portal.cases.queries import cases_of_phone
from portal.core import limits, search
from portal.core.access import public
from portal.core.pages import Page, page_of
from portal.core.writing import writing
from portal.domain.errors import LimitReached
from portal.domain.moderation import PostState
from portal.domain.search_terms import terms
from portal.forum.listing import IS_PUBLIC, with_author, with_place
from portal.forum.models import Post
from portal.forum.topic_models import Topic

bp = Blueprint("search", __name__)
LONGEST = 40
PER_MINUTE, MINUTE = 30, timedelta(minutes=1)


class Kind(StrEnum):
    TOPICS = "topics"
    POSTS = "posts"
    CASES = "cases"


@bp.get("/search")
@public
def index() -> str:
    words = request.args.get("q", "").strip()[:LONGEST]
    kind = next((each for each in Kind if each == request.args.get("kind")), Kind.TOPICS)
    page = _find(kind, words) if terms(words) else None
    return render_template(
        "home/search.html",
        words=words,
        kind=kind,
        kinds=_tabs(kind, words),
        page=page,
        previous_url=_turn(kind, words, page.previous) if page else "",
        next_url=_turn(kind, words, page.next) if page else "",
    )


def _find(kind: Kind, words: str) -> Page[Any]:
    _count()
    at = request.args.get("at")
    if kind is Kind.TOPICS:
        found = with_place(select(Topic)).where(IS_PUBLIC, search.matches("topic", Topic.id, words))
        return page_of(found, [Topic.id], at)
    if kind is Kind.POSTS:
        shown = with_author(select(Post)).options(joinedload(Post.topic)).where(Post.state == PostState.PUBLISHED)
        return page_of(shown.where(search.matches("post", Post.id, words)), [Post.id], at)
    own = cases_of_phone(g.actor.phone_index or "").where(searching.matching(words))
    return page_of(own, [Case.submitted_at, Case.id], at)


def _count() -> None:
    """Of everybody behind one address together (a search costs more than a page)."""
    with writing():
        within = limits.hit(f"search:{request.remote_addr}", PER_MINUTE, MINUTE, by_address=True)
    if not within:
        raise LimitReached("There were many searches from here. Please try again in a minute.", retry_after=MINUTE)


def _tabs(kind: Kind, words: str) -> list[dict[str, Any]]:
    names = {Kind.TOPICS: gettext("Topics of the forum"), Kind.POSTS: gettext("Posts")}
    if g.actor.kind == "resident":
        names[Kind.CASES] = gettext("What I reported")
    return [
        {"url": url_for(".index", q=words or None, kind=each), "label": label, "current": each is kind}
        for each, label in names.items()
    ]


def _turn(kind: Kind, words: str, cursor: str | None) -> str:
    return url_for(".index", q=words, kind=kind, at=cursor) if cursor else ""
