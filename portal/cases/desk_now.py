"""The head of the case page: what this officer does now and until when, or for whom the case waits; how it came to stand so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.cases import desk_case, waiting
from portal.cases.desk_case import Offer
from portal.cases.holding import holder_of
from portal.cases.models import Case, CaseEvent
from portal.cases.visibility import only_helps, unit_names
from portal.core import clock
from portal.core.formatting import day, day_week
from portal.domain.actors import Actor
from portal.domain.case_closing import silence_ends
from portal.domain.case_lifecycle import CaseAction, CaseStatus
from portal.domain.case_supervision import SupervisionState
from portal.domain.deadlines import due_day

PATH = {
    "given": _l("given to a unit %(n)s times"),
    "return": _l("sent back %(n)s times"),
    "extend_granted": _l("extended %(n)s times"),
    "suspend_granted": _l("suspended %(n)s times"),
    "urge": _l("urged %(n)s times"),
    "supervise": _l("supervised %(n)s times"),
    "no": _l("%(n)s times the resident said no"),
}


@dataclass(frozen=True)
class Now:
    """`offer`: the one thing to do, else `text` says who has it; `until`: its date, `late` once that is over; `order`: the
    supervision order that is not answered yet; `path`: how it came to this."""

    offer: Offer | None
    text: str
    until: str
    late: bool
    path: str
    order: str = ""


def now_of(case: Case, actor: Actor, offers: Sequence[Offer], events: Sequence[CaseEvent]) -> Now | None:
    """None where there is nothing to say: it is over, or the reader only helps and has nothing to do."""
    offer = next((each for each in offers if each.place == "main"), None)
    path = "" if only_helps(case, actor) else path_of(case, events)
    if offer is None:
        text = "" if only_helps(case, actor) else _waits_for(case)
        return Now(None, text, "", False, path) if text else None
    due = _due_of(case, offer)
    if due is None:
        return Now(offer, "", "", False, path)
    late, when = due < clock.now(), desk_case.moment_or_day(case, due)
    if late:
        words = gettext("was due %(due)s", due=when)
    elif offer.action in {CaseAction.REPLY, CaseAction.WORK_REPORT} or case.status is CaseStatus.REOPENED:
        words = gettext("Answer on %(date)s at the latest", date=when)
    else:
        words = gettext("%(date)s at the latest", date=when)
    return Now(offer, "", words, late, path, _order_of(case, actor))


def _order_of(case: Case, actor: Actor) -> str:
    """What the office above asks of this unit, and by when."""
    order = case.order
    if order is None or order.state is not SupervisionState.OPEN or actor.agency_id != case.agency_id:
        return ""
    return gettext("Order %(no)s demands it by %(date)s", no=order.number, date=day_week(order.due_on))


def _due_of(case: Case, offer: Offer) -> datetime | None:
    """The clock of the step, where it has one and it still runs."""
    match offer.action:
        case CaseAction.ACCEPT | CaseAction.ASSIGN:
            found = waiting.waiting_of(case)
            return found.due_at if found else None
        case CaseAction.SIGN:
            return case.sign_due if case.status is CaseStatus.ASSIGNED else case.promise_due
        case CaseAction.CONTACT:
            return case.contact_due
        case CaseAction.REPLY | CaseAction.WORK_REPORT:
            return case.promise_due
        case _:
            return None


def _waits_for(case: Case) -> str:
    unit = unit_names().get(holder_of(case) or 0, "")
    match case.status:
        case CaseStatus.HELD:
            return gettext("Waits for the community to check it")
        case CaseStatus.SUBMITTED:
            return gettext("Waits for %(unit)s to take it on", unit=unit) if unit else ""
        case CaseStatus.ACCEPTED | CaseStatus.RETURNED:
            return gettext("Waits for %(unit)s to name the responsible unit", unit=unit) if unit else ""
        case CaseStatus.ASSIGNED:
            return gettext("Waits for %(unit)s to sign for it", unit=unit) if unit else ""
        case CaseStatus.IN_PROGRESS | CaseStatus.REOPENED:
            return gettext("%(unit)s is working on it now", unit=unit) if unit else ""
        case CaseStatus.NEED_INFO:
            return gettext("Waits for the resident's answer, until %(date)s", date=day(case.answer_by))
        case CaseStatus.REPLIED:
            ends = day(due_day(silence_ends(case.replied_at or clock.now())))
            return gettext("Waits for the resident to judge the answer, until %(date)s", date=ends)
        case CaseStatus.SUSPENDED if case.suspension is not None:
            return gettext("Suspended; the resident hears again by %(date)s", date=day(case.suspension.review_on))
        case _:
            return ""


def path_of(case: Case, events: Sequence[CaseEvent]) -> str:
    """How often it went which way: “派单 4 次，退回 2 次，延期 1 次”. Empty for a case that took the straight road."""
    deeds = Counter("no" if _is_no(event) else event.deed for event in events)
    deeds["given"] = case.times_assigned if case.times_assigned > 1 else 0
    said = [str(words) % {"n": deeds[deed]} for deed, words in PATH.items() if deeds[deed]]
    return gettext("So far: %(what)s", what=gettext(", ").join(said)) if said else ""


def _is_no(event: CaseEvent) -> bool:
    return event.deed == CaseAction.DISPUTE or (
        event.deed == CaseAction.CALLBACK and event.status == CaseStatus.REOPENED
    )
