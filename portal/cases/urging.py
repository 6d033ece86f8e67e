"""催一催: the author asks the unit to hurry; it hears at once, and the desk sees how often."""

from datetime import date

from flask_babel import gettext

from portal.cases import supervising
from portal.cases.deeds import deed
from portal.cases.models import Case
from portal.cases.queries import is_overdue
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.formatting import day
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import UNANSWERED_STATUSES, CaseAction
from portal.domain.case_urging import may_urge_again_on, word_by
from portal.domain.deadlines import due_day


def urge(actor: Actor, case: Case) -> str:
    """No clock moves. What the author is told: who gets back to them, and by when."""
    with deed(actor, case, CaseAction.URGE, author=True) as step:
        today = clock.today()
        by = word_by(today, due_day(case.promise_due), case.level, working_calendar())
        case.urges += 1
        case.urge_again_on = may_urge_again_on(today, working_calendar())
        case.word_by = by
        step.note(by=by.isoformat(), agency=case.agency_id, times=case.urges, overdue=is_overdue(case))
    supervising.after_urge(case)
    return told(_unit(case), by)


def _unit(case: Case) -> str:
    return case.agency.short_name if case.agency else ""


def told(unit: str, by: date) -> str:
    if not unit:
        return gettext("We have urged for you; you hear from us by %(date)s", date=day(by))
    return gettext("We have urged for you; %(unit)s gets back to you by %(date)s", unit=unit, date=day(by))


def standing(case: Case) -> str:
    """What stands in the button's place until the author may urge again; empty otherwise."""
    waits = case.urge_again_on is not None and clock.today() < case.urge_again_on
    if not waits or not case.urges or case.word_by is None or case.status not in UNANSWERED_STATUSES:
        return ""
    return told(_unit(case), case.word_by)


def is_pressing(case: Case) -> bool:
    """A second time, or past the promise: it stands out on the desk."""
    return case.urges > 1 or (case.urges == 1 and is_overdue(case))
