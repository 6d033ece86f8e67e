"""Votes in every state of their life, and a resident whose paper is filled in; for the walk through every page."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from portal.ballots import casting, presets, scheduling, voting
from portal.ballots.models import Ballot, BallotRule, RollEntry
from portal.ballots.scheduling import close_ballot, open_ballot
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import AnswerKind, ItemCategory
from portal.domain.roles import Role
from portal.identity.services import account_of
from portal.places.models import Compound
from tests.builders.ballots import make_announced, make_ballot
from tests.builders.cases import PHONE, World
from tests.builders.roster import make_household, make_member

ITEMS = [
    {"title": "楼房内外整修", "scope_line": "外墙、屋面防水、楼道粉刷", "category": ItemCategory.BASIC, "answer": AnswerKind.RANK},
    {"title": "小区路面整修", "scope_line": "坑洼路面重铺，补井盖", "category": ItemCategory.BASIC, "answer": AnswerKind.RANK},
    {"title": "维修围墙", "scope_line": "北侧 180 米，换掉倾斜段", "answer": AnswerKind.TICK, "explanation": "墙体倾斜。"},
    {"title": "增设汽车充电设施", "scope_line": "东侧车位装 8 个充电桩", "answer": AnswerKind.TICK},
    {"title": "空房改养老服务站", "scope_line": "含助餐", "answer": AnswerKind.TICK, "category": ItemCategory.EXTRA},
]  # fmt: skip


def make_ballots(world: World) -> Mapping[str, Ballot]:
    """draft, announced, open (with the resident's paper filled in) and closed; each a transaction of its own."""
    with writing():
        presets.seed()
        for number in range(3):
            home = make_household(world.building, room=str(901 + number))
            if not number:
                make_member(home, account_of(PHONE))
    compound = world.building.compound
    found = {
        "draft": _draft(compound),
        "statutory": _statutory(compound),
        "announced": _announced(compound),
        "waiting": _waiting(world, compound),
    }
    found["open"] = _open(compound, timedelta(days=9))
    found["closed"] = _open(compound, timedelta(minutes=1))
    _vote(found["closed"])
    clock.travel(clock.now() + timedelta(minutes=2))
    with writing():
        close_ballot(found["closed"].id)
    _fill_in(found["open"])
    with writing():
        later = clock.now() + timedelta(days=12)
        scheduling.extend(world.actor(Role.COMMUNITY), found["open"].id, later, "还有几户的选票没送到。")
    return found


def _rule(code: str) -> BallotRule:
    return db.session.scalars(select(BallotRule).where(BallotRule.code == code)).one()


def _draft(compound: Compound) -> Ballot:
    with writing():
        return make_ballot(compound, rule=_rule("willing"), title="要不要加装电梯", created_by=1)


def _statutory(compound: Compound) -> Ballot:
    with writing():
        return make_ballot(compound, rule=_rule("special"), title="锅炉房改作活动室", created_by=1)


def _waiting(world: World, compound: Compound) -> Ballot:
    with writing():
        ballot = make_ballot(compound, rule=_rule("willing"), title="要不要装门禁")
        scheduling.ask(world.actor(Role.COMMUNITY), ballot)
    return ballot


def _announced(compound: Compound) -> Ballot:
    with writing():
        return make_announced(
            compound,
            rule=_rule("special"),
            title="改变车棚用途",
            basis="河东物筹〔2024〕1号",
            convener="东局子小区筹备组",
        )


def _open(compound: Compound, lasts: timedelta) -> Ballot:
    at = clock.now()
    with writing():
        ballot = make_announced(
            compound,
            rule=_rule("menu"),
            items=ITEMS,
            budget=45_000_000,
            starts_at=at - timedelta(days=1),
            ends_at=at + lasts,
        )
        open_ballot(ballot.id)
    return ballot


def _entry(ballot: Ballot) -> RollEntry:
    return db.session.scalars(select(RollEntry).where(RollEntry.ballot_id == ballot.id).order_by(RollEntry.id)).first()  # type: ignore[return-value]


ANSWERS = {1: "1", 2: "2", 3: "pick", 4: "pass", 5: "pick"}


def _vote(ballot: Ballot) -> None:
    with writing():
        done = casting.cast(Actor.system(), ballot.id, _entry(ballot).id, 0, ANSWERS, account_id=account_of(PHONE).id)
        casting.note(Actor.system(), done)


def _fill_in(ballot: Ballot) -> None:
    with writing():
        voting.keep(Actor("resident", account_of(PHONE).id), ballot, _entry(ballot), ANSWERS)
