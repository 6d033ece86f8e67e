"""新建投票, step by step: a draft that belongs to the places of whoever prepares it. Nothing here is public yet.

Every change counts `revision` up, so that the second person agrees to exactly what was handed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.audit import journal
from portal.ballots.models import Ballot, BallotItem, BallotRule, BallotScope, Watcher
from portal.ballots.queries import ballot_for
from portal.ballots.scheduling import PREPARERS
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import (
    SPECIAL_PARAGRAPHS,
    AnswerKind,
    BallotState,
    ConvenerKind,
    ItemCategory,
    Paragraph,
    WinnerRule,
)
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.media import services as media
from portal.media.models import Owner, PhotoKind
from portal.media.services import Processed
from portal.places.models import Building, Community, Compound, Entrance
from portal.places.scope import within

MOST_ITEMS = 40
SHORT_NAMES = {
    "willing": "改造意愿征集", "menu": "改造内容投票", "general": "业主法定表决", "special": "业主法定表决",
    "meeting": "居民会议表决", "entrance": "本栋门表决", "election": "业委会选举",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A compound, one of its buildings, or one entrance."""

    compound_id: int
    building_id: int | None = None
    entrance_id: int | None = None


@dataclass(frozen=True)
class ItemWords:
    """What an item says. `cost` in 分; `paragraph` of 民法典278 where owners vote under the law."""

    title: str
    category: ItemCategory
    scope_line: str = ""
    explanation: str = ""
    who_pays: str = ""
    cost: int | None = None
    paragraph: Paragraph | None = None


def draft_for(actor: Actor, ballot_id: int) -> Ballot:
    """Conflict once it is announced: from then on nothing of it changes."""
    ballot = ballot_for(actor, ballot_id)
    if actor.role not in PREPARERS:
        raise NotAllowed("Votes are prepared by the community and the street.")
    if ballot.state is not BallotState.DRAFT:
        raise Conflict("It has been announced. Nothing of it can be changed any more.")
    return ballot


def begin(actor: Actor, rule: BallotRule, title: str, short_name: str, about: str, places: Sequence[Place]) -> Ballot:
    if actor.role not in PREPARERS:
        raise NotAllowed("Votes are prepared by the community and the street.")
    ballot = Ballot(
        rule=rule,
        title=title,
        short_name=short_name or SHORT_NAMES.get(rule.code, "居民投票"),
        about=about,
        objection_days=rule.objection_days,
        created_by=actor.id,
        created_at=clock.now(),
    )
    ballot.scopes = _scopes(actor, places)
    db.session.add(ballot)
    db.session.flush()
    journal.record("ballot:drafted", actor, ballot.subject, rule=rule.code)
    return ballot


def change_basics(
    actor: Actor, ballot: Ballot, rule: BallotRule, title: str, short_name: str, about: str, places: Sequence[Place]
) -> None:
    """Another rule asks for other answers: the items follow it."""
    ballot.rule, ballot.title, ballot.about = rule, title, about
    ballot.short_name = short_name or SHORT_NAMES.get(rule.code, "居民投票")
    ballot.scopes = _scopes(actor, places)
    for item in ballot.items:
        _by_the_rule(rule, item, item.paragraph)
    _changed(ballot)


def _scopes(actor: Actor, places: Sequence[Place]) -> list[BallotScope]:
    if not places:
        raise DomainError("Please choose where it is voted.", field="compound")
    allowed = set(db.session.scalars(select(Compound.id).join(Community).where(within(actor))))
    if not {place.compound_id for place in places} <= allowed:
        raise NotAllowed("This place is not in your area.", field="compound")
    return [
        BallotScope(compound_id=p.compound_id, building_id=p.building_id, entrance_id=p.entrance_id) for p in places
    ]


def place_of(actor: Actor, code: str) -> Place:
    """From a choice of the form: 'c1' a compound, 'b12' a building, 'e40' an entrance. NotAllowed for another's."""
    kind, number = code[:1], int(code[1:]) if code[1:].isdigit() else 0
    statement = {
        "c": select(Compound.id, Building.id, Entrance.id).select_from(Compound).outerjoin(Building).outerjoin(Entrance)
        .where(Compound.id == number),
        "b": select(Compound.id, Building.id, Entrance.id).select_from(Building).join(Compound).outerjoin(Entrance)
        .where(Building.id == number),
        "e": select(Compound.id, Building.id, Entrance.id).select_from(Entrance).join(Building).join(Compound)
        .where(Entrance.id == number),
    }.get(kind)  # fmt: skip
    row = db.session.execute(statement.limit(1)).first() if statement is not None else None
    if row is None:
        raise DomainError("Please choose where it is voted.", field="compound")
    return Place(row[0], row[1] if kind in "be" else None, row[2] if kind == "e" else None)


def add_item(ballot: Ballot, words: ItemWords, photos: Sequence[Processed] = ()) -> BallotItem:
    if len(ballot.items) >= MOST_ITEMS:
        raise DomainError("At most %(most)s items in one vote.", field="title", most=MOST_ITEMS)
    item = new_item(ballot.rule, len(ballot.items) + 1, words)
    ballot.items.append(item)
    db.session.flush()
    _keep(item, photos)
    _changed(ballot)
    return item


def new_item(rule: BallotRule, position: int, words: ItemWords) -> BallotItem:
    item = BallotItem(position=position)
    _write(rule, item, words)
    return item


def change_item(ballot: Ballot, position: int, words: ItemWords, photos: Sequence[Processed] = ()) -> None:
    item = item_at(ballot, position)
    _write(ballot.rule, item, words)
    _keep(item, photos)
    _changed(ballot)


def item_at(ballot: Ballot, position: int) -> BallotItem:
    found = next((item for item in ballot.items if item.position == position), None)
    if found is None:
        raise Conflict("This item is not there any more. Please look at the page again.")
    return found


def remove_item(ballot: Ballot, position: int) -> None:
    ballot.items.remove(item_at(ballot, position))
    db.session.flush()
    _renumber(ballot, list(ballot.items))


def move_up(ballot: Ballot, position: int) -> None:
    """The fixed order of the paper; the first stays where it is."""
    order = list(ballot.items)
    at = order.index(item_at(ballot, position))
    if at:
        order[at - 1], order[at] = order[at], order[at - 1]
        _renumber(ballot, order)


def _renumber(ballot: Ballot, order: list[BallotItem]) -> None:
    """By way of numbers that none has: (ballot, position) is unique at every moment."""
    for at, item in enumerate(order, 1):
        item.position = 1000 + at
    db.session.flush()
    for at, item in enumerate(order, 1):
        item.position = at
    db.session.flush()
    db.session.refresh(ballot, ["items"])
    _changed(ballot)


def _write(rule: BallotRule, item: BallotItem, words: ItemWords) -> None:
    item.title, item.category, item.scope_line = words.title, words.category, words.scope_line
    item.explanation, item.who_pays, item.cost = words.explanation, words.who_pays, words.cost
    _by_the_rule(rule, item, words.paragraph)


def _by_the_rule(rule: BallotRule, item: BallotItem, paragraph: Paragraph | None) -> None:
    """How it is answered, and which share carries it (domain.md §0.6: the approval share belongs to the item)."""
    if rule.winners is WinnerRule.BUDGET:
        item.answer = AnswerKind.RANK if item.category is ItemCategory.BASIC else AnswerKind.TICK
    else:
        item.answer = AnswerKind.VERDICT
    item.paragraph = paragraph if rule.is_statutory else None
    special = item.paragraph in SPECIAL_PARAGRAPHS
    for measure in ("persons", "area"):
        share = tuple(getattr(rule, f"approve_{measure}_{part}") for part in ("num", "den", "strict"))
        if item.paragraph is not None:  # 民法典278: (六)–(八) three quarters and more, the others more than half
            share = (3, 4, False) if special else (1, 2, True)
        for part, value in zip(("num", "den", "strict"), share, strict=True):
            setattr(item, f"approve_{measure}_{part}", value)


def _keep(item: BallotItem, photos: Sequence[Processed]) -> None:
    for photo in photos:
        media.keep(photo, Owner("ballot-item", item.id), PhotoKind.REPORT)


def set_money(ballot: Ballot, *, budget: int | None, most_ticks: int | None, seats: int | None) -> None:
    ballot.budget = budget
    ballot.most_ticks = most_ticks if ballot.rule.winners is WinnerRule.BUDGET else None
    ballot.seats = seats if ballot.rule.winners is WinnerRule.ELECTION else None
    _changed(ballot)


def set_dates(ballot: Ballot, starts_at: datetime, ends_at: datetime, objection_days: int, paper_places: str) -> None:
    """DomainError with the field where the window is too short or the display shorter than the rule's."""
    rule = ballot.rule
    if ends_at <= starts_at or (ends_at - starts_at).days < rule.window_days:
        raise DomainError(
            "The end must be at least %(days)s days after the beginning", field="ends_at", days=rule.window_days
        )
    if starts_at <= clock.now():
        raise DomainError("The beginning lies in the past.", field="starts_at")
    if objection_days < rule.objection_days:
        raise DomainError("At least %(days)s days by this rule.", field="objection_days", days=rule.objection_days)
    ballot.starts_at, ballot.ends_at = starts_at, ends_at
    ballot.objection_days, ballot.paper_places = objection_days, paper_places
    _changed(ballot)


def set_basis(ballot: Ballot, kind: ConvenerKind, convener: str, basis: str, watchers: Sequence[str]) -> None:
    ballot.convener_kind, ballot.convener, ballot.basis = kind, convener, basis
    ballot.watchers = [Watcher(name=name) for name in watchers]
    _changed(ballot)


def drop(actor: Actor, ballot: Ballot) -> None:
    """删除草稿: what was never announced leaves nothing but its entry in the log."""
    journal.record("ballot:dropped", actor, ballot.subject)
    db.session.delete(ballot)
    db.session.flush()


def _changed(ballot: Ballot) -> None:
    ballot.revision += 1
    db.session.flush()
