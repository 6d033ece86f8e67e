"""What the desk's pages show of a case, and to whom: identity stands only where the role may have it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.cases import labels, queries, timeline
from portal.cases.deeds import facts_of, stand_of
from portal.cases.desk_actions import BY_ACTION
from portal.cases.models import Case, CaseEvent
from portal.cases.projections import words_for_staff
from portal.cases.services import may_see_name
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.formatting import day_week, moment
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseTrack, allowed_actions
from portal.domain.deadlines import Remaining, due_day, remaining
from portal.domain.levels import SpanUnit, counts_in_days
from portal.domain.roles import Role
from portal.identity.queries import staff_name_masked
from portal.media.models import Photo

MAIN = (
    CaseAction.ACCEPT,
    CaseAction.SIGN,
    CaseAction.REPLY,
    CaseAction.RELEASE,
    CaseAction.CALLBACK,
    CaseAction.WORK_REPORT,
)


def left(case: Case) -> Remaining:
    unit = SpanUnit.WORKING_DAYS if counts_in_days(case.level) else SpanUnit.HOURS
    return remaining(case.promise_due, clock.now(), working_calendar(), unit)


def left_words(case: Case) -> str:
    """“还剩 2 天”, “超 1 天”, “今天”."""
    found = left(case)
    if found.today and found.unit is SpanUnit.WORKING_DAYS:
        return gettext("today")
    msgids = {
        (SpanUnit.WORKING_DAYS, False): "%(n)s working days left",
        (SpanUnit.WORKING_DAYS, True): "%(n)s working days over",
        (SpanUnit.HOURS, False): "%(n)s hours left",
        (SpanUnit.HOURS, True): "%(n)s hours over",
        (SpanUnit.MINUTES, False): "%(n)s minutes left",
        (SpanUnit.MINUTES, True): "%(n)s minutes over",
    }
    return gettext(msgids[found.unit, found.overdue], n=found.amount)


@dataclass(frozen=True)
class Row:
    """One line of the work list."""

    number: str
    url: str
    title: str
    place: str
    category: str
    level: str
    status_key: str
    outcome: str
    overdue: bool
    due: str
    left: str
    open: bool
    handler: str
    unit: str
    source: str
    followers: int
    revision: int


def row(case: Case, actor: Actor) -> Row:
    is_open = case.closed_at is None
    return Row(
        number=case.number,
        url=url_for("cases_desk.case", number=case.number),
        title=case.title or gettext("Sealed report"),
        place=f"{case.building.full_name} {case.place}".strip(),
        category=case.category.short_name,
        level=str(case.level),
        status_key=str(case.status),
        outcome=labels.outcome_key(case),
        overdue=queries.is_overdue(case),
        due=day_week(due_day(case.promise_due)),
        left=left_words(case) if is_open and case.replied_at is None else "",
        open=is_open,
        handler=staff_name_masked(case.handler) if case.handler else "",
        unit=case.agency.short_name if case.agency else "",
        source=str(labels.SOURCES[case.source]),
        followers=case.followers,
        revision=case.revision,
    )


def actions(case: Case, actor: Actor) -> list[dict[str, Any]]:
    """Links to the action pages that the lifecycle allows this officer now; the main one first."""
    allowed = allowed_actions(facts_of(case), stand_of(case, actor), clock.now())
    offered = [action for action in allowed if action in BY_ACTION]
    offered.sort(key=lambda action: (action not in MAIN, list(BY_ACTION).index(action)))
    return [
        {
            "url": url_for("cases_desk.act", number=case.number, slug=BY_ACTION[action].slug),
            "text": str(labels.ACTIONS[action]),
            "main": at == 0 and action in MAIN,
            "key": str(action),
        }
        for at, action in enumerate(offered)
    ]


def timeline_of(
    case: Case, events: list[CaseEvent], photos: dict[str, list[Photo]], units: dict[int, str], actor: Actor
) -> list[dict[str, Any]]:
    """Both tracks, newest first: what residents see, and what stays inside."""
    shown = [
        event
        for event in events
        if not (actor.role is Role.CONTRACTOR and event.deed in {"note", "reveal", "rate", "join"})
    ]
    return [_item(case, event, photos, units) for event in reversed(shown)]


def _item(case: Case, event: CaseEvent, photos: dict[str, list[Photo]], units: dict[int, str]) -> dict[str, Any]:
    who = (
        staff_name_masked(event.post)
        if event.post
        else {"author": gettext("Resident"), "neighbour": gettext("Neighbour")}.get(event.by, gettext("System"))
    )
    unit = event.agency.short_name if event.agency else ""
    return {
        "state": "done",
        "text": STAFF_SENTENCES[event.deed](event, units)
        if event.deed in STAFF_SENTENCES
        else str(labels.DEEDS.get(event.deed, event.deed)),
        "by": f"{unit} {who}".strip(),
        "when": moment(event.at),
        "say": timeline.words_of(case, event, author=False),
        "photos": [staff_photo(case, photo) for photo in photos.get(str(event.id), [])],
        "internal": not event.public,
        "track": True,
    }


STAFF_SENTENCES: dict[str, Any] = {
    "assign": lambda event, units: gettext(
        "Assigned to %(unit)s", unit=units.get(int(event.facts.get("agency") or 0), "")
    ),
    "accept": lambda event, units: (
        gettext("Taken on, assigned to %(unit)s", unit=units[int(event.facts["agency"])])
        if event.facts.get("agency")
        else gettext("Taken on")
    ),
    "reply": lambda event, units: gettext(
        "Answered: %(result)s", result=labels.RESULTS.get(event.facts.get("result"), "")
    ),
    "solve": lambda event, units: gettext("Solved on the spot"),
    "callback": lambda event, units: gettext(
        "Called back: %(answer)s", answer=labels.CALLBACK_ANSWERS.get(event.facts.get("answer"), "")
    ),
}


def staff_photo(case: Case, photo: Photo) -> dict[str, str]:
    stage = {"before": gettext("Before the repair"), "after": gettext("After the repair")}.get(photo.kind, "")
    base = url_for("cases_desk.photo", number=case.number, token=photo.token)
    return {"thumb": f"{base}?size=thumb", "url": base, "alt": stage or gettext("Photo of the place"), "stage": stage}


@dataclass(frozen=True)
class Contact:
    """What the page says of the resident: no digits, a name only for those who may have it (D14)."""

    name: str
    has_phone: bool
    may_call: bool


def contact_of(case: Case, actor: Actor) -> Contact:
    if actor.role is Role.CONTRACTOR:
        return Contact("", False, False)
    name = (case.called or "") if may_see_name(actor) else ""
    may = BY_ACTION[CaseAction.REVEAL].action in allowed_actions(facts_of(case), stand_of(case, actor), clock.now())
    has = case.phone_index is not None and (actor.role is not Role.AGENCY or case.phone_shared)
    return Contact(name, has, may)


@dataclass(frozen=True)
class Clock:
    """One of the four clocks of D10 for the deadline card."""

    label: str
    due: str
    met: str
    late: bool


def clocks(case: Case) -> list[Clock]:
    pairs: list[tuple[str, datetime | None, datetime | None]] = [
        (gettext("Take on"), case.accept_due, case.accepted_at),
        (gettext("Sign for"), case.sign_due, case.signed_at),
        (gettext("First contact"), case.contact_due, case.contacted_at),
        (gettext("Answer"), case.reply_due, case.replied_at),
    ]
    return [
        Clock(label, moment_or_day(case, due), moment(met) if met else "", (met or clock.now()) > due)
        for label, due, met in pairs
        if due is not None
    ]


def moment_or_day(case: Case, due: datetime) -> str:
    return day_week(due_day(due)) if counts_in_days(case.level) else moment(due)


def words(case: Case) -> str:
    return words_for_staff(case)


def is_sealed(case: Case) -> bool:
    return case.track is CaseTrack.SEALED
