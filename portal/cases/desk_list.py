"""A case as a line: of the work list, of the 回访 list, of what is overdue."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from portal.cases import desk_actions, labels, queries, urging
from portal.cases.deeds import facts_of
from portal.cases.handing import handler_words
from portal.cases.models import Case
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.formatting import day
from portal.domain.actors import Actor
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_lifecycle import (
    CLOSED_STATUSES,
    DISPATCHERS,
    RESPONSIBLE,
    UNANSWERED_STATUSES,
    CaseAction,
    CaseStatus,
    CaseTrack,
)
from portal.domain.deadlines import Remaining, due_day, remaining
from portal.domain.levels import Level, SpanUnit, counts_in_days


def left(case: Case) -> Remaining:
    unit = SpanUnit.WORKING_DAYS if counts_in_days(case.level) else SpanUnit.HOURS
    return remaining(case.promise_due, clock.now(), working_calendar(), unit)


BULK = {"accept": CaseAction.ACCEPT, "sign": CaseAction.SIGN, "claim": CaseAction.HAND}
IN_A_TABLE = ("%(n)s working days left", "%(n)s working days over")


def left_words(case: Case, days: tuple[str, str] = IN_A_TABLE) -> str:
    """“还剩 2 天”, “超 1 天”, “今天”; `days` are the msgids for whole working days."""
    found = left(case)
    if found.today and found.unit is SpanUnit.WORKING_DAYS:
        return gettext("today")
    if found.unit is SpanUnit.HOURS and found.amount >= 2 * 24:
        days_away = found.amount // 24
        return gettext("%(n)s days over", n=days_away) if found.overdue else gettext("%(n)s days left", n=days_away)
    msgids = {
        (SpanUnit.WORKING_DAYS, False): days[0],
        (SpanUnit.WORKING_DAYS, True): days[1],
        (SpanUnit.HOURS, False): "%(n)s hours left",
        (SpanUnit.HOURS, True): "%(n)s hours over",
        (SpanUnit.MINUTES, False): "%(n)s minutes left",
        (SpanUnit.MINUTES, True): "%(n)s minutes over",
    }
    return gettext(msgids[found.unit, found.overdue], n=found.amount)


@dataclass(frozen=True)
class Row:
    """One line of the work list. `bulk`: what may be done to it together with others, a key of `BULK` or empty;
    `next_url`: the page of that same step for it alone."""

    number: str
    url: str
    title: str
    building: str
    place: str
    category: str
    level: str
    urgent: bool
    status_key: str
    outcome: str
    overdue: bool
    soon: bool
    due: str
    left: str
    handler: str
    unit: str
    source: str
    followers: int
    bulk: str
    next_url: str
    extension: str
    ordered: bool
    urges: int
    pressing: bool


def row(case: Case, actor: Actor) -> Row:
    owing = case.closed_at is None and case.replied_at is None and case.status is not CaseStatus.HELD
    overdue, bulk = queries.is_overdue(case), _bulk(case, actor)
    return Row(
        number=case.number,
        url=url_for("cases_desk.case", number=case.number),
        title=case.title or gettext("Sealed report"),
        building=case.building.full_name,
        place=case.place,
        category=case.category.short_name,
        level=str(labels.LEVELS[case.level]),
        urgent=case.level in {Level.A, Level.B} and owing,
        status_key=str(case.status),
        outcome=labels.outcome_key(case),
        overdue=overdue,
        soon=owing and not overdue and left(case).today,
        due=day(due_day(case.promise_due)),
        left=left_words(case) if owing else "",
        handler=handler_words(case),
        unit=case.agency.short_name if case.agency else "",
        source=str(labels.SOURCES[case.source]),
        followers=case.followers,
        bulk=bulk,
        next_url=desk_actions.page_of(case, BULK[bulk]) if bulk else "",
        extension=extension_key(case),
        ordered=case.order is not None,
        urges=case.urges if case.status in UNANSWERED_STATUSES else 0,
        pressing=urging.is_pressing(case),
    )


def _bulk(case: Case, actor: Actor) -> str:
    """受理 and 签收 can be done for many at once; the lifecycle is asked again for each when it is done."""
    if case.status is CaseStatus.SUBMITTED and case.track is CaseTrack.ORDINARY and actor.role in DISPATCHERS:
        return "accept"
    own = actor.agency_id is not None and case.agency_id == actor.agency_id
    if not own or actor.role not in RESPONSIBLE:
        return ""
    if case.status is CaseStatus.ASSIGNED:
        return "sign"
    in_hands = case.status in {CaseStatus.IN_PROGRESS, CaseStatus.REOPENED}
    return "claim" if in_hands and case.handler_id is None else ""


def extension_key(case: Case) -> str:
    """Which tag stands beside the status in the list: asked, granted or none. Nothing of a later day that is over too."""
    if queries.is_extended(case):
        return "" if queries.is_overdue(case) else "extended"
    open_ask = case.extension is not None and facts_of(case).extension is ExtensionState.ASKED
    return "extension" if open_ask and case.status not in CLOSED_STATUSES else ""


def clock_warning() -> str:
    """Dates that rest on the weekend rule only: said until the State Council's notice has been entered."""
    today, calendar = clock.today(), working_calendar()
    years = [today.year, *([today.year + 1] if today.month >= 11 else [])]
    missing = [year for year in years if not calendar.is_confirmed(year)]
    if not missing:
        return ""
    return gettext(
        "The working calendar of %(year)s has not been entered: dates follow the weekend rule.", year=missing[0]
    )
