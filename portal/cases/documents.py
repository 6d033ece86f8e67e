"""Papers for the resident to take home: 登记回执, 受理告知书, 延期办理告知书 (domain.md §1.4).

Printed by the offices that may know who reported; a unit that works the case, a contractor, the inspection never print
one, and a case about a unit or a sealed one has none (product D12).
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, g, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.cases import labels, queries
from portal.cases.models import Case
from portal.core import clock
from portal.core.access import staff
from portal.core.formatting import clock_time, full_day
from portal.domain.actors import Actor
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionState
from portal.domain.case_lifecycle import REGISTRARS, CaseStatus, CaseTrack
from portal.domain.deadlines import due_day
from portal.domain.roles import Role

bp = Blueprint("cases_documents", __name__)
TITLES = {
    "receipt": _l("Receipt of registration"),
    "acceptance": _l("Notice of acceptance"),
    "extension": _l("Notice of extension"),
}
SAID = {
    "receipt": _l("What you told us has been registered, as follows."),
    "acceptance": _l("What you told us has been taken on, as follows."),
    "extension": _l("We are sorry: what you told us takes longer than promised, as follows."),
}
Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Paper:
    """`to`: what to call the resident; `said`: what it tells in a sentence; `rows`: label and words; `notes`: what the
    reader may do; `office`: who issues it."""

    title: str
    number: str
    to: str
    said: str
    rows: Rows
    notes: list[str]
    office: str


def papers_of(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """(word, address) of the papers that this officer may print now."""
    return [
        (str(TITLES[kind]), url_for("cases_documents.paper", number=case.number, kind=kind))
        for kind in TITLES
        if _may_print(case, actor, kind)
    ]


def _may_print(case: Case, actor: Actor, kind: str) -> bool:
    if actor.role not in REGISTRARS or case.track is not CaseTrack.ORDINARY:
        return False
    if kind == "receipt":
        return case.status not in {CaseStatus.HELD, CaseStatus.INVALID}
    if kind == "acceptance":
        return case.accepted_at is not None and case.agency is not None
    return case.extension is not None and case.extension.state is ExtensionState.APPROVED


@bp.get("/desk/cases/<number>/documents/<kind>")
@staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.HOTLINE)
def paper(number: str, kind: str) -> str:
    case = queries.case_for(g.actor, number)
    if kind not in TITLES or not _may_print(case, g.actor, kind):
        abort(404)
    return render_template(
        "cases/desk/document.html",
        paper=Paper(
            str(TITLES[kind]),
            case.number,
            case.called or gettext("The resident"),
            str(SAID[kind]),
            _rows(case, kind),
            _notes(case, kind),
            _office(case),
        ),
        back=url_for("cases_desk.case", number=case.number),
        today=clock.today(),
    )


def _rows(case: Case, kind: str) -> Rows:
    head = [
        (gettext("In short"), case.title),
        (gettext("Place of the problem"), case.whereabouts),
        (gettext("Registered at"), full_moment(case.submitted_at)),
        (gettext("Came by"), str(labels.SOURCES[case.source])),
    ]
    return head + {"receipt": _of_receipt, "acceptance": _of_acceptance, "extension": _of_extension}[kind](case)


def _of_receipt(case: Case) -> Rows:
    return [(gettext("Answer by"), _answer_by(case))]


def _of_acceptance(case: Case) -> Rows:
    return [
        (gettext("Taken on at"), full_moment(case.accepted_at)),
        (gettext("Responsible unit"), case.agency.name if case.agency else ""),
        (
            gettext("How it goes on"),
            gettext("The unit signs for it, gets in touch, repairs and answers; then you judge."),
        ),
        (gettext("Answer by"), _answer_by(case)),
    ]


def _of_extension(case: Case) -> Rows:
    found = case.extension
    assert found is not None
    return [
        (gettext("Responsible unit"), case.agency.name if case.agency else ""),
        (gettext("Reason for the extension"), f"{EXTENSION_SHORT_NAMES[found.reason]}。{found.words}"),
        (gettext("First date of the answer"), full_day(due_day(case.reply_due))),
        (gettext("New date of the answer"), full_day(found.until)),
    ]


def _answer_by(case: Case) -> str:
    """What was promised at first, and what holds now."""
    first, now = due_day(case.reply_due), due_day(case.promise_due)
    if first == now:
        return full_day(first)
    return gettext("%(first)s (now %(now)s)", first=full_day(first), now=full_day(now))


def full_moment(at: datetime | None) -> str:
    return f"{full_day(at)} {clock_time(at)}".strip()


def _notes(case: Case, kind: str) -> list[str]:
    """What the reader may do, and whom to ask."""
    if kind == "receipt":
        found = [gettext("Follow it with your query code at the code on your door, or ask the community by phone.")]
    else:
        words = "If you do not agree or the date passes without an answer, tell the community or the street office."
        found = [gettext(words)]
    phone = case.building.compound.community.phone
    return [*found, gettext("Phone of the community: %(phone)s", phone=phone)] if phone else found


def _office(case: Case) -> str:
    street = case.building.compound.community.street
    return street.agency.name if street.agency else street.name
