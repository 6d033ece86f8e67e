"""Cases that do not go smoothly, so that each state can be looked at: returned, extended, urged, supervised, suspended."""

from datetime import datetime, timedelta

from portal.cases import extending, returning, services, supervising, suspending, urging
from portal.cli.demo import histories, moments
from portal.cli.demo.histories import Course, History
from portal.cli.demo.world import GUEST, World, get
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.domain.actors import Actor
from portal.domain.case_extensions import ExtensionReason
from portal.domain.case_returns import ReturnReason
from portal.domain.case_suspension import SuspensionReason
from portal.domain.deadlines import due_day
from portal.domain.levels import Level
from portal.identity import approvals

KINDS = ("returned", "urged", "extension asked", "extended", "supervised", "suspension asked", "suspended")
BASIS = "按《各单位职责分工》第 3 条，这处属物业日常维护范围，不在本次改造合同内。"
PARTS = "配件要从厂家调，预计下周到货，到货当天就来装。"
PLAN = "这段管线要等供热单位停暖后才能动，已列入 7 月的计划，动工前三天贴通知。"


def troubled(world: World, course: Course, kind: str) -> History:
    """Given to the service centre by the district; what makes it special is the last thing that happened."""
    case_id = histories.submit(world, course).id
    yield _later(world)
    case = get(case_id)
    unit, district = world.unit("FWZX", case.building), world.by_name("district1")
    code = course.situation.code
    services.accept(district, case, category_code=code, level=Level.C, agency_id=unit.id)
    yield _later(world)
    centre = world.of_unit(unit.id)
    if kind == "returned":
        returning.send_back(centre, get(case_id), reason=ReturnReason.NOT_OURS, basis=BASIS)
        return
    services.sign(centre, get(case_id))
    yield _later(world)
    if kind == "urged":
        urging.urge(GUEST, get(case_id))
        return
    services.contact(centre, get(case_id), way="visit", words=course.situation.contact)
    yield _later(world)
    yield from _ask(world, case_id, kind, centre)


def _ask(world: World, case_id: int, kind: str, centre: Actor) -> History:
    case, second = get(case_id), world.by_name("district2")
    if kind == "supervised":
        by = working_calendar().add_working_days(clock.today(), 3)
        supervising.supervise(second, case, requirement="同一栋反复出现，请负责人到现场，限期办结。", due_on=by)
        return
    if kind.startswith("exten"):
        until = working_calendar().add_working_days(due_day(case.promise_due), 3)
        extending.ask(centre, case, until=until, reason=ExtensionReason.PARTS, words=PARTS)
        waiting = case.extension.approval_id if case.extension else 0
    else:
        review_on = clock.today() + timedelta(days=45)
        suspending.ask(centre, case, reason=SuspensionReason.SEASON, plan=PLAN, review_on=review_on)
        waiting = case.suspension.approval_id if case.suspension else 0
    if kind.endswith("asked"):
        return
    yield _later(world)
    approvals.decide(waiting, True, "情况属实，同意。", second)


def _later(world: World) -> datetime:
    return moments.office(clock.now() + moments.hours(0.4, 1.6, world.random), world.random)
