"""The same through the real services: whatever officers do, a case's overdue time is that of its timeline (product D10)."""

import ast
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from portal.cases import (
    author,
    clocks,
    counting,
    excluding,
    extending,
    handing,
    merging,
    queries,
    returning,
    sealing,
    services,
    supervising,
    suspending,
    urging,
)
from portal.cases.deeds import facts_of, stand_of
from portal.cases.models import Case, CaseEvent
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_closing import CallbackAnswer
from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_extensions import ExtensionReason
from portal.domain.case_lifecycle import (
    CLOSED_STATUSES,
    CaseAction,
    CaseStatus,
    CaseTrack,
    ReplyResult,
    allowed_actions,
)
from portal.domain.case_returns import ReturnReason
from portal.domain.case_suspension import SuspensionReason
from portal.domain.deadlines import due_day
from portal.domain.errors import DomainError
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity import approvals
from tests.builders.cases import give, make_case
from tests.domain import recomputed

A = CaseAction
OFFICERS = (Role.STREET, Role.DISTRICT, Role.AGENCY, Role.COMMUNITY, Role.AUDITOR)
WORDS = "灯座和线路都换好了，请您晚上看看"
LIKELY = {A.ACCEPT: 20, A.SIGN: 10, A.ASSIGN: 5, A.RETURN: 5, A.REPLY: 6, A.DISPUTE: 10, A.EXTEND: 10, A.SUSPEND: 8,
          A.RESUME: 8, A.UNMERGE: 10, A.SEAL: 0.2, A.WITHDRAW: 0.1, A.REFUSE: 0.1, A.NOTE: 0.3, A.EXCLUDE: 0.7}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of the timeline as the recomputation reads it."""

    at: datetime
    deed: str
    level: str | None
    day: date | None
    answer: str


def log_of(case: Case) -> list[Line]:
    """From the append-only events alone; the level of the report is that of its category (danger: A)."""
    events = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)).all()
    return [_line(event, case) for event in events]


def _line(event: CaseEvent, case: Case) -> Line:
    facts = event.facts
    level = str(facts["level"]) if event.deed == "accept" else "C" if event.deed == "submitted" else None
    named = facts.get("due") if event.deed == "accept" else facts.get("until")
    day = date.fromisoformat(str(named)) if named else None
    if event.deed == "accept" and day == due_day(recomputed.answer_due(case.submitted_at, level or "C")):
        day = None
    return Line(event.at, event.deed, level, day, str(facts.get("answer", "")))


def compare(case: Case) -> None:
    db.session.refresh(case)
    log = log_of(case)
    ended = case.closed_at if case.status in CLOSED_STATUSES else None
    assert clocks.overdue_time(case) == recomputed.overdue(log, ended or clock.now()), [line.deed for line in log]
    assert case.promise_due == recomputed.promised(log), [line.deed for line in log]


class Street:
    """Everybody who may do something to one case, doing it at random."""

    def __init__(self, world, random: Random) -> None:
        self.world, self.random = world, random

    def act(self, case: Case, others: list[Case]) -> str:
        wishes = []
        for who in (*map(self.world.actor, OFFICERS), Actor.guest()):
            stand = stand_of(case, who, author=not who.is_staff)
            wishes += [(who, action) for action in allowed_actions(facts_of(case), stand, clock.now())]
        wishes = [(who, action) for who, action in wishes if action in DEEDS]
        if not wishes:
            return ""
        who, action = self.random.choices(wishes, [LIKELY.get(action, 1) for _who, action in wishes])[0]
        try:
            with writing():
                DEEDS[action](self, who, case, others)
        except DomainError:
            db.session.rollback()
            return ""
        return str(action)

    def accept(self, who, case, _others):
        unit = self.random.choice((None, "FWZX", "JD"))
        services.accept(
            who, case, category_code=self.random.choice(("lighting_dark", "noise_night", case.category_code)),
            level=self.random.choice(list(Level)), agency_id=self.world.units[unit].id if unit else None,
        )  # fmt: skip

    def assign(self, who, case, _others):
        unit = self.random.choice(("FWZX", "JD", "DIAN", "JW"))
        services.assign(who, case, agency_id=self.world.units[unit].id)

    def extend(self, who, case, _others):
        extending.ask(who, case, until=extending.latest(case), reason=ExtensionReason.PARTS, words="配件下周到货")
        self.decide(case, extending.KIND)

    def suspend(self, who, case, _others):
        review_on = clock.today() + timedelta(days=self.random.randint(12, 170))
        suspending.ask(who, case, reason=SuspensionReason.SEASON, plan="开春后施工", review_on=review_on)
        self.decide(case, suspending.KIND)

    def exclude(self, who, case, _others):
        excluding.ask(who, case, kind=self.random.choice(list(ExclusionKind)), reason="不属于这里办的事")
        self.decide(case, excluding.KIND)

    def decide(self, case, kind):
        """By whoever may, yes or no; now and then it waits."""
        for role in (Role.DISTRICT, Role.STREET):
            actor = self.world.actor(role)
            for each in approvals.waiting_for(actor):
                if (each.subject, each.kind) == (case.subject, kind) and self.random.random() < 0.9:
                    approvals.decide(each.id, self.random.random() < 0.8, "按规定", actor)
                    return

    def merge(self, who, case, others):
        merging.merge(who, case, into=self.random.choice(others).number)

    def reply(self, who, case, _others):
        result = self.random.choice(list(ReplyResult))
        services.reply(who, case, result=result, words=WORDS, why_no_photo="看得见")

    def callback(self, who, case, _others):
        services.call_back(who, case, answer=self.random.choice(list(CallbackAnswer)), words="电话里说的")

    def supervise(self, who, case, _others):
        supervising.supervise(who, case, requirement="限期办结", due_on=clock.today() + timedelta(days=3))


DEEDS = {
    A.ACCEPT: Street.accept,
    A.ASSIGN: Street.assign,
    A.SIGN: lambda s, who, case, others: services.sign(who, case),
    A.CONTACT: lambda s, who, case, others: services.contact(who, case, way="visit", words="到现场看了"),
    A.HAND: lambda s, who, case, others: handing.hand(who, case, who.id),
    A.RETURN: lambda s, who, case, others: returning.send_back(who, case, reason=ReturnReason.NOT_OURS, basis="职责文件"),
    A.EXTEND: Street.extend,
    A.SUSPEND: Street.suspend,
    A.RESUME: lambda s, who, case, others: suspending.resume(who, case, words="材料到了"),
    A.EXCLUDE: Street.exclude,
    A.LIFT_EXCLUSION: lambda s, who, case, others: excluding.lift(who, case, reason="重新核实过"),
    A.REPLY: Street.reply,
    A.SOLVE: lambda s, who, case, others: services.solve(who, case, words=WORDS, why_no_photo="看得见"),
    A.MERGE: Street.merge,
    A.UNMERGE: lambda s, who, case, others: merging.unmerge(who, case),
    A.CALLBACK: Street.callback,
    A.SUPERVISE: Street.supervise,
    A.NOTE: lambda s, who, case, others: services.note(who, case, "看过了"),
    A.SEAL: lambda s, who, case, others: sealing.seal(who, case, "涉及举报"),
    A.ADD: lambda s, who, case, others: author.add(who, case, "今天又看了，还是一样"),
    A.URGE: lambda s, who, case, others: urging.urge(who, case),
    A.DISPUTE: lambda s, who, case, others: author.dispute(who, case, "还是不亮"),
    A.CONFIRM: lambda s, who, case, others: author.confirm(who, case),
    A.WITHDRAW: lambda s, who, case, others: author.withdraw(who, case),
}  # fmt: skip


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("start", ["2024-02-05 09:00", "2024-06-17 09:00"])
def test_real_histories_give_the_overdue_time_of_their_timeline(world, at, start):
    at(start)
    random = Random(start)
    street, done = Street(world, random), []
    cases = [make_case(world, phone=f"+86138000{n:05}", category="lighting") for n in range(12)]
    for _round in range(10):
        hours = random.choice((1, 5, 20, 40, 120))
        clock.travel(clock.now() + timedelta(hours=hours))
        clocks.run_silence()
        suspending.run_reviews()
        supervising.run_overdue()
        for case in cases:
            done.append(street.act(case, [other for other in cases if other is not case]))
            compare(case)
    for case in cases:
        compare(case)
    assert counting.stored() == counting.recount()
    wanted = {"accept", "assign", "sign", "return", "reply", "dispute", "extend", "suspend", "merge", "urge", "exclude"}
    assert wanted <= set(done), wanted - set(done)


def test_a_promise_moves_but_the_gross_clock_is_written_in_one_place_only():
    """Whatever else assigns these columns would be a way to hide a day."""
    guarded = {"reply_due", "promise_due", "replied_at", "submitted_at"}
    found = set()
    for path in {*Path("portal").rglob("*.py")} - {*Path("portal/forum").rglob("*.py")}:
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if any(f".{name}" in source for name in guarded) else ():
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in guarded:
                found.add(str(path))
    assert found == {"portal/cases/clocks.py"}


def test_merging_cannot_hide_a_day(world, at):
    """The one that takes others in is due no later; taken apart, the other stands where it stood."""
    early = make_case(world, words="2 门楼道灯不亮，晚上摸黑上楼")
    at("2024-06-18 09:00")
    late = make_case(world, phone="+8613800004321", words="2 门楼道灯不亮，老人摔了一跤")
    for case in (early, late):
        give(world, case)
    with pytest.raises(DomainError), writing():
        merging.merge(world.actor(Role.STREET), early, into=late.number)
    db.session.rollback()
    with writing():
        merging.merge(world.actor(Role.STREET), late, into=early.number)
    at("2024-06-28 09:00")
    assert queries.is_overdue(early)
    with writing():
        merging.unmerge(world.actor(Role.STREET), late)
    assert queries.is_overdue(late) and late.status is CaseStatus.ASSIGNED and late.track is CaseTrack.ORDINARY
    assert clocks.overdue_time(late) == timedelta(days=2, hours=9)
    assert clocks.overdue_time(early) == timedelta(days=3, hours=9)
