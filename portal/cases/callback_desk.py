"""回访 and 没送到的短信: two lists of people to call, each by telephone first, with what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext

from portal.cases import calling, desk_actions, desk_list, labels
from portal.cases.models import Case, CaseEvent
from portal.core.access import staff
from portal.core.formatting import day, moment
from portal.core.pages import page_of
from portal.domain.case_closing import CALL_DAYS, days_tried, silence_ends
from portal.domain.case_lifecycle import CaseAction
from portal.domain.deadlines import due_day
from portal.domain.roles import Role
from portal.identity.queries import staff_name_masked
from portal.messaging.catalogue import EVENTS
from portal.messaging.labels import reason, state_name
from portal.messaging.models import OutboxMessage

bp = Blueprint("cases_callbacks", __name__)
CALLERS = (Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.HOTLINE)
ON_PAPER = 50


@dataclass(frozen=True)
class Call:
    """A line of the 回访 list beside its case: why somebody calls, what was tried, where the number and the form are."""

    answered: str
    why: str
    tried: str
    last_day: str
    url: str
    phone_url: str
    called: str


def _call_of(case: Case, tries: Sequence[datetime]) -> Call:
    answered = case.replied_at
    assert answered is not None
    return Call(
        answered=day(answered),
        why=_why(case),
        tried=_tried(tries),
        last_day=day(due_day(silence_ends(answered))),
        url=desk_actions.page_of(case, CaseAction.CALLBACK),
        phone_url=desk_actions.page_of(case, CaseAction.REVEAL) if case.phone_index else "",
        called=case.called or gettext("The resident"),
    )


def _why(case: Case) -> str:
    if case.phone_index is None:
        return gettext("left no number")
    if not case.sms:
        return gettext("gets no texts")
    return gettext("has not reacted") if case.reminded_at else gettext("the text did not arrive")


def _tried(tries: Sequence[datetime]) -> str:
    if not tries:
        return ""
    return gettext("tried on %(days)s days, last %(when)s", days=days_tried(tries), when=moment(tries[-1]))


@bp.get("/desk/callbacks")
@staff(*CALLERS)
def callbacks() -> str:
    """To be called by somebody who did not handle the case; who left a number stands apart from who has to be visited."""
    how = _how()
    page = page_of(
        calling.callbacks(g.actor, how), [Case.replied_at, Case.id], request.args.get("at"), descending=False
    )
    return render_template(
        "cases/desk/callbacks.html",
        page=page,
        rows=_rows(page.rows),
        how=how or "",
        tabs=_tabs(how),
        call_days=CALL_DAYS,
        to_print=url_for(".callbacks_sheet", how=how or None),
    )


def _how() -> calling.How | None:
    asked = request.args.get("how", "")
    return calling.How(asked) if asked in set(calling.How) else None


def _rows(cases: Sequence[Case]) -> list[tuple[desk_list.Row, Call]]:
    tries = calling.tries_of(cases)
    return [(desk_list.row(case, g.actor), _call_of(case, tries[case.id])) for case in cases]


def _tabs(how: calling.How | None) -> list[dict[str, Any]]:
    words = {
        None: gettext("All"),
        calling.How.PHONE: gettext("By telephone"),
        calling.How.VISIT: gettext("At the door"),
    }
    return [_tab(".callbacks", word, key == how, how=key) for key, word in words.items()]


def _tab(endpoint: str, word: str, current: bool, **values: Any) -> dict[str, Any]:
    return {"url": url_for(endpoint, **values), "label": word, "current": current}


@bp.get("/desk/callbacks/print")
@staff(*CALLERS)
def callbacks_sheet() -> str:
    """For the desk with the telephone: no number stands on it, the answers are ticked by hand and typed in afterwards."""
    page = page_of(
        calling.callbacks(g.actor, _how()), [Case.replied_at, Case.id], None, size=ON_PAPER, descending=False
    )
    return render_template(
        "cases/desk/callbacks_sheet.html",
        rows=_rows(page.rows),
        more=page.next is not None,
        answers=list(labels.CALLBACK_ANSWERS.values()),
        back=url_for(".callbacks", how=_how()),
    )


@dataclass(frozen=True)
class Lost:
    """A text that did not arrive, beside its case."""

    at: datetime
    label: str
    why: str
    tried: str
    url: str
    phone_url: str


@bp.get("/desk/unread-texts")
@staff(*CALLERS)
def unread() -> str:
    """没送到的短信: by case the newest text, until somebody has told the resident."""
    if request.args.get("show") == "made":
        return _made()
    page = page_of(calling.unread(g.actor), [OutboxMessage.id], request.args.get("at"))
    cases = calling.cases_of(page.rows)
    tries = calling.last_tries(list(cases.values()))
    rows = [(desk_list.row(cases[row.subject], g.actor), _lost(row, cases[row.subject], tries)) for row in page.rows]
    return render_template("cases/desk/unread.html", page=page, rows=rows, tabs=_unread_tabs(""), made=None, show="")


def _lost(row: OutboxMessage, case: Case, tries: dict[int, tuple[int, datetime]]) -> Lost:
    times, last = tries.get(case.id, (0, None))
    return Lost(
        at=row.created_at,
        label=str(EVENTS[row.event].label) if row.event in EVENTS else row.event,
        why=reason(row.error_code) if reason(row.error_code) != row.error_code else state_name(row.state),
        tried=gettext("called %(times)s times, last %(when)s", times=times, when=moment(last)) if last else "",
        url=desk_actions.page_of(case, CaseAction.CALL),
        phone_url=desk_actions.page_of(case, CaseAction.REVEAL),
    )


def _unread_tabs(show: str) -> list[dict[str, Any]]:
    words = {"": gettext("To call"), "made": gettext("Calls made")}
    return [_tab(".unread", word, key == show, show=key or None) for key, word in words.items()]


def _made() -> str:
    page = page_of(calling.calls(g.actor), [CaseEvent.id], request.args.get("at"))
    cases = calling.by_id([event.case_id for event in page.rows])
    made = [_of_call(event, cases[event.case_id]) for event in page.rows]
    return render_template(
        "cases/desk/unread.html", page=page, rows=[], tabs=_unread_tabs("made"), made=made, show="made"
    )


def _of_call(event: CaseEvent, case: Case) -> dict[str, Any]:
    about = str(event.facts.get("about") or "")
    return {
        "at": event.at,
        "who": staff_name_masked(event.post) if event.post else "",
        "unit": event.agency.short_name if event.agency else "",
        "case": desk_list.row(case, g.actor),
        "about": str(EVENTS[about].label) if about in EVENTS else "",
        "outcome": str(labels.CALL_OUTCOMES.get(str(event.facts.get("outcome")), "")),
        "words": event.text.words if event.text else "",
    }
