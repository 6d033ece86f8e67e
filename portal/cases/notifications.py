"""Who is told what when something happens to a case: one table from deed to message.

The author and every follower hear with their own 查询码; offices hear with the 编号. Sealed cases send nothing but the
receipt their author asked for; complaints about a unit are told to its superior only (product D12).
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from portal.cases import group_notices, targets
from portal.cases.models import Case, CaseEvent, CaseFollower
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.core.formatting import sms_day, sms_moment, sms_span
from portal.domain.actors import Actor
from portal.domain.case_closing import silence_ends
from portal.domain.case_escalation import is_urgent
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionReason
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.domain.case_returns import RETURN_SHORT_NAMES, ReturnReason
from portal.domain.case_suspension import SUSPENSION_SHORT_NAMES, SuspensionReason
from portal.domain.case_targets import CaseClock
from portal.domain.case_transitions import REOPEN_DAYS
from portal.domain.deadlines import due, due_day
from portal.domain.levels import Level
from portal.domain.local_time import end_of_day, local_day
from portal.domain.roles import Role
from portal.domain.sms_lifecycle import sending_time
from portal.identity import deputies
from portal.identity.queries import posts_of
from portal.identity.queries import recipient as at_post
from portal.messaging.notify import Recipient, notify
from portal.places.models import Agency, AgencyKind

Values = dict[str, object]
Told = tuple[str, Values]

ACTS = {"phone": "打电话联系", "visit": "到现场查看", "message": "留言说明"}


def tell(case: Case, event: CaseEvent, actor: Actor) -> None:
    """Called by `deed` for each step, in its transaction."""
    _tell_residents(case, event)
    _tell_offices(case, event)


def _tell_residents(case: Case, event: CaseEvent) -> None:
    if event.deed == "join":
        _tell_follower(case, event)
        return
    maker = TO_RESIDENTS.get(event.deed)
    told = maker(case, event) if maker else None
    if told is None or (case.track is CaseTrack.SEALED and told[0] not in {"case_received", "proxy_registered"}):
        return
    key, values = told
    for recipient, ref, is_author in _residents(case, key):
        quiet = key == "phone_revealed"
        link = f"/case/{ref}"
        notify(recipient, key, {**values, "code": ref}, subject=case.subject, link=link, sms=not quiet)
        if quiet and is_author:
            return
    if event.deed == "merge":
        _tell_the_leading_one(case)


def _tell_the_leading_one(case: Case) -> None:
    """Whoever reported it first hears too, of the first neighbour who joins; the page counts the others."""
    main = db.session.get_one(Case, case.merged_into_id)
    others = select(func.count()).select_from(Case).where(Case.merged_into_id == main.id, Case.id != case.id)
    if main.phone and not db.session.scalar(others):
        recipient = Recipient.phone(main.phone, sms=main.sms)
        notify(recipient, "case_merged", {"code": main.ref}, subject=main.subject, link=f"/case/{main.ref}")


def _residents(case: Case, key: str) -> Iterator[tuple[Recipient, str, bool]]:
    if case.phone:
        yield Recipient.phone(case.phone, sms=case.sms), case.ref, True
    if key in TO_FOLLOWERS:
        for follower in db.session.scalars(select(CaseFollower).where(CaseFollower.case_id == case.id)):
            if follower.phone:
                yield Recipient.phone(follower.phone, sms=follower.sms), follower.ref, False
        for other in db.session.scalars(select(Case).where(Case.merged_into_id == case.id).order_by(Case.id)):
            yield from _residents(other, key)


def _tell_follower(case: Case, event: CaseEvent) -> None:
    follower = db.session.get_one(CaseFollower, event.facts["follower"])
    if follower.phone:
        recipient = Recipient.phone(follower.phone, sms=follower.sms)
        notify(recipient, "case_joined", {"code": follower.ref}, subject=case.subject, link=f"/case/{follower.ref}")


def _unit(case: Case) -> str:
    return case.agency.short_name if case.agency else "街道办"


def _received(case: Case, _event: CaseEvent) -> Told | None:
    """A held report is answered on the page; its text goes out when it is released, so that nobody is bombed."""
    if case.status is CaseStatus.HELD:
        return None
    return "case_received", _known_by(case)


def _registered(case: Case, _event: CaseEvent) -> Told | None:
    return "proxy_registered", _known_by(case)


def _known_by(case: Case) -> Values:
    """What waits for the morning names no day that is over when it is read."""
    leaves = local_day(sending_time(clock.now(), anytime=False))
    return {"date": sms_day(max(due_day(case.accept_due), leaves))}


def _accepted(case: Case, event: CaseEvent) -> Told | None:
    """Without a unit nothing is sent yet: the text goes out when the case is given to one (ux.md §3.18)."""
    if event.status != CaseStatus.ASSIGNED:
        return None
    return "case_accepted", _unit_and_date(case)


def _assigned(case: Case, event: CaseEvent) -> Told:
    return ("case_accepted" if event.facts.get("first") else "case_transferred"), _unit_and_date(case)


def _unit_and_date(case: Case) -> Values:
    db.session.refresh(case, ["agency"])
    # A date that has passed is no promise: whoever takes an overdue case on owes the answer today.
    return {"unit": _unit(case), "date": sms_day(max(due_day(case.promise_due), clock.today()))}


def _progress(case: Case, event: CaseEvent) -> Told:
    return "case_progress", {"unit": _unit(case), "act": ACTS.get(str(event.facts.get("way")), "联系您")}


def _asked(case: Case, _event: CaseEvent) -> Told | None:
    return ("case_need_info", {"date": sms_day(case.answer_by)}) if case.answer_by else None


def _replied(case: Case, event: CaseEvent) -> Told:
    return "case_replied", {"date": sms_day(due_day(silence_ends(event.at)))}


def _reminded(case: Case, event: CaseEvent) -> Told:
    return "case_rate_remind", {"date": sms_day(due_day(silence_ends(case.replied_at or event.at)))}


def _reopened(case: Case, _event: CaseEvent) -> Told:
    db.session.refresh(case, ["agency"])  # whoever answered for both has it now
    return "case_reopened", {"unit": _unit(case), "date": sms_day(due_day(case.promise_due))}


def _called_back(case: Case, event: CaseEvent) -> Told | None:
    if event.status == CaseStatus.CLOSED:
        return "case_closed_rate", {}
    return _reopened(case, event) if event.status == CaseStatus.REOPENED else None


def _silent(case: Case, event: CaseEvent) -> Told:
    last = local_day(event.at) + timedelta(days=REOPEN_DAYS)
    return "case_silent_closed", {"date": sms_day(last)}


def _revealed(case: Case, event: CaseEvent) -> Told:
    unit = event.agency.short_name if event.agency else "工作人员"
    return "phone_revealed", {"unit": unit, "time": sms_moment(event.at)}


def _apart(case: Case, _event: CaseEvent) -> Told | None:
    """Taken apart again: who has it now, and by when. Nothing while it is with no unit."""
    return ("case_transferred", _unit_and_date(case)) if case.agency_id else None


def _urged(_case: Case, event: CaseEvent) -> Told:
    return "case_urged", {"date": sms_day(date.fromisoformat(str(event.facts["by"])))}


def _extended(case: Case, event: CaseEvent) -> Told:
    why = EXTENSION_SHORT_NAMES[ExtensionReason(str(event.facts["reason"]))]
    return "case_extended", {"why": why, "date": sms_day(due_day(case.promise_due))}


def _suspended(_case: Case, event: CaseEvent) -> Told:
    why = SUSPENSION_SHORT_NAMES[SuspensionReason(str(event.facts["reason"]))]
    return "case_suspended", {"why": why, "date": sms_day(date.fromisoformat(str(event.facts["until"])))}


def _supervised(case: Case, event: CaseEvent) -> Told | None:
    """The text says that the answer is late, so it goes out only where it is (ux.md §6)."""
    if not event.facts.get("late"):
        return None
    return "case_supervised", {"unit": _unit(case), "date": sms_day(date.fromisoformat(str(event.facts["due"])))}


TO_RESIDENTS: dict[str, Callable[[Case, CaseEvent], Told | None]] = {
    "submitted": _received,
    "registered": _registered,
    "release": _received,
    "accept": _accepted,
    "assign": _assigned,
    "contact": _progress,
    "ask": _asked,
    "extend_granted": _extended,
    "supervise": _supervised,
    "suspend_granted": _suspended,
    "reply": _replied,
    "solve": _replied,
    "remind": _reminded,
    "dispute": _reopened,
    "callback": _called_back,
    "silence_close": _silent,
    "refuse": lambda case, event: ("case_not_accepted", {}),
    "urge": _urged,
    "merge": lambda case, event: ("case_merged", {}),
    "unmerge": _apart,
    "withdraw": lambda case, event: ("case_withdrawn", {}),
    "reveal": _revealed,
}
TO_FOLLOWERS = {
    "case_merged",
    "case_accepted",
    "case_transferred",
    "case_extended",
    "case_supervised",
    "case_suspended",
    "case_replied",
    "case_closed_rate",
    "case_silent_closed",
    "case_reopened",
}


SUSPENSION_TOLD = {
    "suspend_granted": "staff_suspended",
    "suspend_refused": "staff_not_suspended",
    "resume": "staff_resumed",
}


def _tell_offices(case: Case, event: CaseEvent) -> None:
    if event.deed in {"submitted", "registered", "release"} and case.status is CaseStatus.SUBMITTED:
        _tell_new(case, _desks(case), CaseClock.ACCEPT, case.accept_due)
    elif (
        event.deed in {"accept", "assign"} and event.status == CaseStatus.ASSIGNED and case.agency_id and case.sign_due
    ):
        _tell_new(case, [case.agency_id], CaseClock.SIGN, case.sign_due)
        _ask_for_help(case)
    elif event.deed == "work_report" and case.agency_id and event.agency:
        unit = event.agency.short_name
        tell_units(case, [case.agency_id], "staff_reported", case.promise_due, only=case.handler_id, unit=unit)
    elif event.deed in {"extend_granted", "extend_refused"} and case.agency_id:
        key = "staff_extended" if event.deed == "extend_granted" else "staff_not_extended"
        tell_units(case, [case.agency_id], key, case.promise_due)
    elif event.deed == "urge":
        by = end_of_day(date.fromisoformat(str(event.facts["by"])))
        tell_units(case, [case.agency_id] if case.agency_id else _desks(case), "staff_urged", by)
    elif event.deed == "merge_proposed":
        tell_units(case, _desks(case), "staff_merge_asked", case.accept_due)
    elif event.deed == "unmerge" and event.status == CaseStatus.ASSIGNED and case.agency_id:
        tell_units(case, [case.agency_id], "staff_new", case.sign_due or case.promise_due)
    elif event.deed == "seal":
        tell_units(case, _desks(case), "staff_new", case.accept_due)
    elif event.deed in SUSPENSION_TOLD and case.agency_id:
        tell_units(case, [case.agency_id], SUSPENSION_TOLD[event.deed], case.promise_due)
    elif event.deed in {"supervise", "supervise_again"}:
        by = end_of_day(date.fromisoformat(str(event.facts["due"])))
        units = [int(str(unit)) for unit in (event.facts["agency"], event.facts["copy"]) if unit]
        tell_units(case, units, "staff_supervise", by, order=event.facts["order"])
    elif event.deed == "return":
        _tell_returned(case, event)
    elif event.deed == "hand":
        _tell_deputy(case, event)
    elif event.deed == "dispute" and case.agency_id:
        tell_units(case, [case.agency_id], "staff_lowrate", case.promise_due)


def _tell_new(case: Case, units: list[int], which: CaseClock, by: datetime) -> None:
    within = sms_span(targets.span(case, which)) if is_urgent(case.level) else ""
    tell_units(case, units, "staff_urgent" if _is_urgent(case) else "staff_new", by, within=within)


def _ask_for_help(case: Case) -> None:
    """Contractor and 协办单位: who answers, and by when."""
    helping = [*([case.executor_id] if case.executor_id else []), *(unit.id for unit in case.co_units)]
    unit = case.agency.short_name if case.agency else ""
    tell_units(case, helping, "staff_help", case.promise_due, unit=unit)


def _tell_returned(case: Case, event: CaseEvent) -> None:
    """Whoever named the unit hears why it came back, and names another within the time for taking a case on."""
    office = event.facts.get("to")
    why = RETURN_SHORT_NAMES[ReturnReason(str(event.facts["reason"]))]
    by = due(event.at, targets.span(case, CaseClock.ACCEPT), working_calendar())
    tell_units(case, [int(str(office))] if office else _desks(case), "staff_returned", by, why=why)


def _tell_deputy(case: Case, event: CaseEvent) -> None:
    """It was given to somebody who is away: whoever stands in sees to it."""
    given_to = event.facts.get("post")
    deputy = deputies.deputy_of(int(str(given_to))) if given_to else None
    if deputy is None or case.handler is None:
        return
    values = {"name": case.handler.name[:12], "code": case.number}
    notify(
        at_post(deputy), "staff_stands_in", values, subject=case.subject, link=f"/desk/cases/{case.number}", sms=False
    )


def _is_urgent(case: Case) -> bool:
    return case.level is Level.A and case.track is CaseTrack.ORDINARY


def _desks(case: Case) -> list[int]:
    """Who must take it on: the street of the place; the superior of the unit concerned; discipline alone for a sealed one."""
    if case.track is CaseTrack.SEALED:
        return list(db.session.scalars(select(Agency.id).where(Agency.kind == AgencyKind.DISCIPLINE)))
    if case.track is CaseTrack.CONFLICT:
        return [case.agency_id] if case.agency_id else []
    street = case.building.compound.community.street
    return [street.agency_id] if street.agency_id else []


def tell_units(
    case: Case, agency_ids: list[int], key: str, due_at: datetime, only: int | None = None, **more: object
) -> None:
    """`only`: the one person of the unit who has the case in hand."""
    sealed = case.track is CaseTrack.SEALED
    values: Values = {
        "code": case.number,
        "bldg": case.building.sms_name,
        "cat": case.category.short_name,
        "time": sms_moment(due_at),
        "date": sms_day(due_day(due_at)),
        **more,
    }
    for agency_id in agency_ids:
        for post in posts_of(agency_id):
            # An administrator configures, and may not even know that a case exists.
            if post.role is Role.ADMIN or (only is not None and post.id != only):
                continue
            link = f"/desk/cases/{case.number}"
            notify(at_post(post), key, values, subject=case.subject, link=link, sms=not sealed)
        group_notices.tell(case, agency_id, key, values)
