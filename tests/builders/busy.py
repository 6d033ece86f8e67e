"""A world in which everything has happened once: cases in every status, photos, posters, a request that waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.ballots.models import Ballot
from portal.cases import author, excluding, merging, reply_templates, services, submitting, supervising, suspending
from portal.cases.models import Case, Satisfaction, Source
from portal.cases.template_models import ReplyTemplate
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_lifecycle import CaseStatus, ReplyResult
from portal.domain.case_suspension import SuspensionReason
from portal.domain.case_transitions import REGISTRARS
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval
from portal.media import services as media
from portal.media.models import Owner, Photo
from portal.places import posters
from portal.places.models import AgencyContact, Poster
from tests.builders.busy_ballots import make_ballots
from tests.builders.busy_duty import Duty, make_duty
from tests.builders.busy_forum import Forum, make_forum
from tests.builders.busy_groups import make_groups
from tests.builders.busy_homes import Homes, make_homes
from tests.builders.busy_results import make_results
from tests.builders.busy_rosters import Rosters, make_rosters
from tests.builders.cases import World, make_world, report
from tests.builders.identity import make_post
from tests.media import pictures

GUEST = Actor.guest()
REPLY = "二门三楼的灯已经换好，四楼的也一起换了，请您晚上看看亮不亮。"
REQUEST = "test:busy"


@dataclass
class Busy:
    """`cases` by what happened to them, `registered` by the role that typed them in."""

    world: World
    cases: dict[str, Case] = field(default_factory=dict)
    registered: dict[Role, Case] = field(default_factory=dict)
    poster: Poster = None  # type: ignore[assignment]
    revoked: Poster = None  # type: ignore[assignment]
    contact: AgencyContact = None  # type: ignore[assignment]
    approval: Approval = None  # type: ignore[assignment]
    forum: Forum = None  # type: ignore[assignment]
    homes: Homes = None  # type: ignore[assignment]
    submitted: str = ""  # ref of what somebody sent through the pages
    joined: str = ""  # ref of a neighbour
    ballots: Mapping[str, Ballot] = field(default_factory=dict)  # by state
    rosters: Rosters = None  # type: ignore[assignment]
    duty: Duty = None  # type: ignore[assignment]
    template: ReplyTemplate = None  # type: ignore[assignment]


def make_busy_world() -> Busy:
    """In transactions of its own; needs an app context."""
    with writing():
        busy = Busy(make_world())
        _furnish(busy)
    for name in ROADS:
        busy.cases[name] = _case(busy.world, name)
    for role in sorted(REGISTRARS):
        with writing():
            busy.registered[role] = submitting.submit(
                busy.world.actor(role), report(busy.world, source=Source.WINDOW, phone="+8613900000000")
            )
    busy.ballots = {**make_ballots(busy.world), **make_results(busy.world)}
    busy.forum = make_forum(busy.world)
    busy.homes = make_homes(busy.world)
    busy.rosters = make_rosters(busy.world)
    busy.duty = make_duty(busy.world)
    make_groups(busy.world)
    return busy


def _furnish(busy: Busy) -> None:
    world, officer = busy.world, busy.world.actor(Role.COMMUNITY)
    busy.poster, busy.revoked = (posters.issue(officer, place) for place in (world.building, world.other_building))
    posters.revoke(officer, busy.revoked, "被人撕走")
    busy.contact = AgencyContact(agency=world.units["FWZX"], name="王立新", duty="维修", phone="022-0000 0102")
    db.session.add(busy.contact)
    busy.template = reply_templates.save(
        world.actor(Role.AGENCY),
        None,
        title="换灯",
        words="楼道灯已经换好，请您晚上看看。",
        category_code=None,
        result=None,
    )
    approvals.handler(REQUEST, may=lambda actor: actor.role is Role.DISTRICT)(lambda approval, actor: None)
    asker = make_post(Role.STREET, "street2", "马文静", agency=world.units["JD"])
    busy.approval = approvals.ask(
        REQUEST,
        "case:1",
        "延期 5 个工作日：漏水，东局子小区 3 号楼",
        {},
        Actor("staff", asker.id, "马文静", Role.STREET),
        "等材料",
    )


def _case(world: World, name: str) -> Case:
    """The road of this name, step by step, each a transaction of its own."""
    changes, steps = ROADS[name]
    with writing():
        case = submitting.submit(GUEST, report(world, is_public=True, **changes, photos=[a_photo()]))
    for step in steps:
        with writing():
            step(world, case)
    return case


def a_photo() -> Photo:
    return media.keep(_picture(), Owner("draft", "busy"))


def _picture() -> media.Processed:
    [found] = media.take_in([pictures.sent(pictures.jpeg(160, 120))]).good
    return found


def accept(world: World, case: Case) -> None:
    services.accept(
        world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
        agency_id=world.units["FWZX"].id, executor_id=world.units["SG"].id, co_unit_ids=[world.units["DIAN"].id],
    )  # fmt: skip


def sign(world: World, case: Case) -> None:
    services.sign(world.actor(Role.AGENCY), case)


def contact(world: World, case: Case) -> None:
    services.contact(world.actor(Role.AGENCY), case, way="phone", words="约好明天上午去看。", photos=[_picture()])
    services.work_report(world.actor(Role.CONTRACTOR), case, "灯具已到货，明天安装。")
    services.note(world.actor(Role.DISTRICT), case, "同一单元还有两户反映过。")
    services.release_photos(world.actor(Role.COMMUNITY), case, media.photos_of(Owner("case", case.id)), _all_of(case))


def _all_of(case: Case) -> set[int]:
    return {photo.id for photo in media.photos_of(Owner("case", case.id))}


def ask(world: World, case: Case) -> None:
    services.ask(
        world.actor(Role.AGENCY), case, question="是三楼的灯还是四楼的灯？",
        answer_by=clock.today().replace(day=28),
    )  # fmt: skip


def reply(world: World, case: Case) -> None:
    services.reply(
        world.actor(Role.AGENCY), case, result=ReplyResult.SOLVED, words=REPLY, before=[_picture()], after=[_picture()],
    )  # fmt: skip


def confirm(world: World, case: Case) -> None:
    author.confirm(GUEST, case)


def rate(world: World, case: Case) -> None:
    author.rate(GUEST, case, solved_halves=2, satisfaction=Satisfaction.FAIR, words="灯很亮")


def dispute(world: World, case: Case) -> None:
    author.dispute(GUEST, case, "还是不亮", [_picture()])


def withdraw(world: World, case: Case) -> None:
    author.withdraw(GUEST, case)


def refuse(world: World, case: Case) -> None:
    services.refuse(world.actor(Role.STREET), case, reason="not_ours", where="请找物业服务中心", phone="022-0000 0103")


def invalidate(world: World, case: Case) -> None:
    services.invalidate(world.actor(Role.COMMUNITY), case, "advertising")


def merge(world: World, case: Case) -> None:
    earlier = select(Case.number).where(Case.status == CaseStatus.IN_PROGRESS, Case.id < case.id)
    merging.merge(world.actor(Role.STREET), case, into=db.session.scalars(earlier).first() or "")


def supervise(world: World, case: Case) -> None:
    supervising.supervise(
        world.actor(Role.DISTRICT), case, requirement="请主要负责人到现场核实，三天内办结。",
        due_on=clock.today() + timedelta(days=3), copy_id=world.units["DC"].id,
    )  # fmt: skip


def ask_to_suspend(world: World, case: Case) -> None:
    suspending.ask(
        world.actor(Role.AGENCY), case, reason=SuspensionReason.FUNDS, plan="已报下半年维修计划，七月底前定下来。",
        review_on=clock.today() + timedelta(days=60),
    )  # fmt: skip


def suspend(world: World, case: Case) -> None:
    assert case.suspension is not None
    approvals.decide(case.suspension.approval_id, True, "情况属实", world.actor(Role.DISTRICT))


def ask_to_exclude(world: World, case: Case) -> None:
    excluding.ask(
        world.actor(Role.STREET),
        case,
        kind=ExclusionKind.UNFOUNDED,
        reason="要求封自家阳台，不在改造范围，已当面说明。",
    )


def exclude(world: World, case: Case) -> None:
    assert case.exclusion is not None
    approvals.decide(case.exclusion.approval_id, True, "情况属实", world.actor(Role.DISTRICT))


def put_right(world: World, case: Case) -> None:
    supervising.answer(world.actor(Role.AGENCY), case, words="已到现场，灯座已换。", photos=[_picture()])


UNDER_WAY: tuple[Any, ...] = (accept, sign, contact)
ROADS: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "submitted": ({}, ()),
    "held": ({"held": True}, ()),
    "invalid": ({"held": True}, (invalidate,)),
    "not_accepted": ({}, (refuse,)),
    "withdrawn": ({}, (withdraw,)),
    "assigned": ({}, (accept,)),
    "in_progress": ({"phone_shared": True}, UNDER_WAY),
    "need_info": ({}, (accept, sign, ask)),
    "replied": ({}, (*UNDER_WAY, reply)),
    "closed": ({}, (*UNDER_WAY, reply, confirm)),
    "rated": ({}, (*UNDER_WAY, reply, confirm, rate, ask_to_exclude)),
    "reopened": ({}, (*UNDER_WAY, reply, dispute)),
    "to_suspend": ({}, (accept, sign, ask_to_suspend)),
    "suspended": ({}, (accept, sign, ask_to_suspend, suspend)),
    "excluded": ({}, (*UNDER_WAY, reply, confirm, rate, ask_to_exclude, exclude)),
    "supervised": ({}, (accept, sign, supervise)),
    "put_right": ({}, (accept, sign, supervise, put_right)),
    "sealed": ({"category": "integrity"}, ()),
    "merged": ({}, (merge,)),
}
