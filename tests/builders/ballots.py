"""Rules and ballots at any step of their life; call inside `writing()`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from portal.ballots.models import Ballot, BallotItem, BallotRule, BallotScope, Watcher
from portal.ballots.scheduling import open_ballot
from portal.core import clock
from portal.core.extensions import db
from portal.domain.ballot_kinds import AnswerKind, BallotState, CountUnit, ItemCategory, WinnerRule
from portal.places.models import Compound

HALF = {"approve_persons_num": 1, "approve_persons_den": 2, "approve_persons_strict": True}
HALF_AREA = {"approve_area_num": 1, "approve_area_den": 2, "approve_area_strict": True}


def make_rule(code: str = "poll", *, unit: CountUnit = CountUnit.HOME, **values: Any) -> BallotRule:
    """A household poll of two thirds and more than half, unless told otherwise."""
    given: dict[str, Any] = {
        "position": 1, "name": "意愿征集", "sentence": "三分之二的户参加，超过一半同意。", "winners": WinnerRule.THRESHOLD,
        "quorum_persons_num": 2, "quorum_persons_den": 3, "notice_days": 3, "window_days": 3, "objection_days": 7,
        "legal_basis": "没有全国统一规定", "valid_from": date(2021, 1, 1), **HALF,
    }  # fmt: skip
    rule = BallotRule(code=code, unit=unit, **{**given, **values})
    db.session.add(rule)
    db.session.flush()
    return rule


def make_ballot(
    compound: Compound,
    *,
    rule: BallotRule | None = None,
    items: Sequence[str | dict[str, Any]] = ("围墙", "车棚"),
    **values: Any,
) -> Ballot:
    """A draft over the whole compound that starts in five days and lasts ten. Items: a title, or columns."""
    rule = rule or make_rule()
    at = clock.now()
    given: dict[str, Any] = {
        "title": "小区先改哪几项", "short_name": "改造内容投票", "starts_at": at + timedelta(days=5),
        "ends_at": at + timedelta(days=15), "objection_days": rule.objection_days, "created_at": at,
    }  # fmt: skip
    ballot = Ballot(rule=rule, **{**given, **values})
    ballot.scopes = [BallotScope(compound_id=compound.id)]
    ballot.items = [_item(rule, at, item) for at, item in enumerate(items, 1)]
    db.session.add(ballot)
    db.session.flush()
    return ballot


def _item(rule: BallotRule, position: int, item: str | dict[str, Any]) -> BallotItem:
    shares = {name: getattr(rule, name) for name in (*HALF, *HALF_AREA)}
    given = {"category": ItemCategory.BETTER, "answer": AnswerKind.VERDICT, "cost": 100_000_00, "position": position}
    return BallotItem(**{**given, **shares, **({"title": item} if isinstance(item, str) else item)})


def make_announced(compound: Compound, **values: Any) -> Ballot:
    ballot = make_ballot(compound, **values)
    ballot.watchers = [Watcher(name="王建国"), Watcher(name="李秀英")]
    ballot.state, ballot.announced_at = BallotState.ANNOUNCED, clock.now()
    db.session.flush()
    return ballot


def make_open(compound: Compound, **values: Any) -> Ballot:
    """Announced, and opened at its time by the same step that the worker takes."""
    ballot = make_announced(compound, **values)
    assert ballot.starts_at is not None
    clock.travel(ballot.starts_at + timedelta(minutes=1))
    open_ballot(ballot.id)
    return ballot
