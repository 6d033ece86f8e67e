"""The promise box: by when, who works on it, and how a case ended, in the resident's words (ux.md §2.6, §3.7)."""

from datetime import datetime, timedelta

from flask_babel import gettext

from portal.cases import labels
from portal.cases.models import Case
from portal.cases.queries import is_extended, is_overdue
from portal.core import clock
from portal.core.formatting import day, day_week
from portal.domain.case_closing import silence_ends
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES
from portal.domain.case_lifecycle import REOPEN_DAYS, CaseOutcome, CaseStatus
from portal.domain.deadlines import due_day
from portal.domain.local_time import local_day


def promise(case: Case, *, author: bool = True) -> tuple[str, str, str] | None:
    """(main line, sub line, style) of the promise box; None when nothing is promised any more."""
    unit, accept_day = labels.unit_name(case), day(due_day(case.accept_due))
    if is_overdue(case):
        order = case.order
        if order is not None and order.due_on >= clock.today():
            return (
                gettext("No answer by the promised date. We are sorry."),
                gettext(
                    "%(unit)s has been put under supervision; an answer by %(date)s at the latest",
                    unit=unit,
                    date=day_week(order.due_on),
                ),
                "bad",
            )
        return (
            gettext("No answer by the promised date. We are sorry."),
            gettext(
                "%(unit)s was to answer by %(date)s. It has been reported to the level above.",
                unit=unit,
                date=day(due_day(case.promise_due)),
            ),
            "bad",
        )
    if is_extended(case) and case.extension is not None:
        return (
            gettext("You get an answer by %(date)s", date=day_week_of(case.promise_due)),
            gettext(
                "It takes longer, reason: %(reason)s. %(unit)s is working on it",
                reason=EXTENSION_SHORT_NAMES[case.extension.reason],
                unit=unit,
            ),
            "warn",
        )
    match case.status:
        case CaseStatus.SUBMITTED if case.accept_due < clock.now():
            return (
                gettext("You were to know by %(date)s who takes care of it. We are sorry.", date=accept_day),
                gettext("An answer by %(date)s", date=day(due_day(case.promise_due))),
                "warn",
            )
        case CaseStatus.SUBMITTED:
            return (
                gettext("You will know by %(date)s who takes care of it", date=day_week_of(case.accept_due)),
                gettext("An answer by %(date)s", date=day(due_day(case.promise_due))),
                "info",
            )
        case CaseStatus.ACCEPTED | CaseStatus.ASSIGNED | CaseStatus.IN_PROGRESS | CaseStatus.REOPENED:
            return (
                gettext("You get an answer by %(date)s", date=day_week_of(case.promise_due)),
                gettext("%(unit)s is working on it", unit=unit),
                "info",
            )
        case CaseStatus.RETURNED:
            return (
                gettext("You get an answer by %(date)s", date=day_week_of(case.promise_due)),
                labels.sentence(case),
                "info",
            )
        case CaseStatus.SUSPENDED if case.suspension is not None:
            return (
                gettext("It cannot be done now and has been put on the plan"),
                labels.sentence(case),
                "warn",
            )
        case CaseStatus.HELD:
            return (
                gettext("Received; the community checks it first"),
                gettext("Many people reported at the same time; the community is checking."),
                "info",
            )
        case CaseStatus.NEED_INFO if not author:
            return (
                gettext("You get an answer by %(date)s", date=day_week_of(case.promise_due)),
                gettext("%(unit)s is working on it", unit=unit),
                "info",
            )
        case CaseStatus.NEED_INFO:
            return (
                gettext("Please add what is asked by %(date)s", date=day(case.answer_by)),
                gettext("%(unit)s goes on meanwhile", unit=unit),
                "warn",
            )
        case CaseStatus.REPLIED:
            return (
                gettext("There is an answer. Please see whether the problem is solved"),
                _until_when(case) if author else "",
                "ok",
            )
        case CaseStatus.CLOSED:
            return _ended(case, author)
        case _:
            return None


def _until_when(case: Case) -> str:
    """Who gets no texts is asked by a person, and nothing ends by silence."""
    if case.phone_index is None or not case.sms:
        return gettext("Please tell us here. If you do not, somebody asks you before it ends.")
    return gettext(
        "Please say so by %(date)s. Without an answer it ends for now; you can still ask for more afterwards.",
        date=day(due_day(silence_ends(case.replied_at or clock.now()))),
    )


def _ended(case: Case, author: bool) -> tuple[str, str, str]:
    """The three outcomes in the resident's words, and how long the door stays open."""
    main, style = {
        CaseOutcome.RESOLVED: (gettext("Solved"), "ok"),
        CaseOutcome.NO_ANSWER: (gettext("No answer came, so it has ended for now"), "info"),
    }.get(case.outcome or CaseOutcome.EXPLAINED, (gettext("Explained to you; it is not solved for now"), "info"))
    assert case.closed_at is not None
    last = local_day(case.closed_at) + timedelta(days=REOPEN_DAYS)
    still_open = author and clock.today() <= last
    sub = gettext("If it is not solved, you can ask until %(date)s to have it handled again.", date=day(last))
    return main, sub if still_open else "", style


def day_week_of(due_at: datetime) -> str:
    return day_week(due_day(due_at))
