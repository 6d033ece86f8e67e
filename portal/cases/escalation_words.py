"""How the staff timeline tells a step of the ladder, and of a case that changes hands within the unit."""

from flask_babel import gettext

from portal.cases.models import CaseEvent
from portal.domain.case_escalation import Ladder


def escalation_words(event: CaseEvent, units: dict[int, str]) -> str:
    unit = units.get(int(str(event.facts.get("to") or 0)), "")
    step = int(str(event.facts.get("step") or 0))
    if event.facts.get("ladder") == Ladder.TAKING:
        if event.facts.get("contact"):
            return _called(unit, step, int(str(event.facts.get("rank") or 1)))
        return gettext("Nobody has taken it on; reported to %(unit)s", unit=unit)
    if step == 0:
        return gettext("Due soon; %(unit)s was reminded", unit=unit)
    return gettext("Overdue; reported to %(unit)s", unit=unit)


def _called(unit: str, step: int, rank: int) -> str:
    """The first call comes with the case: nobody is late yet."""
    if step == 0:
        return gettext("The contact on duty of %(unit)s was told", unit=unit)
    if rank > 1:
        return gettext("Nobody has taken it on; contact no. %(n)s on duty of %(unit)s was told", unit=unit, n=rank)
    return gettext("Nobody has taken it on; the contact on duty of %(unit)s was told", unit=unit)


def handed_words(event: CaseEvent) -> str:
    """By hand, or because somebody left."""
    if event.facts.get("was") and not event.facts.get("post"):
        return gettext("Given back to the unit: its handler has left")
    if event.facts.get("was"):
        return gettext("Handed over to a colleague")
    return gettext("Handed to a person of the unit")
