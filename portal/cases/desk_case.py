"""What the desk's case page shows, and to whom: identity stands only where the role may have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext

from portal.cases import clocks as clocks_of
from portal.cases import desk_actions, labels, merging, queries
from portal.cases.deeds import facts_of, stand_of
from portal.cases.desk_list import left, left_words
from portal.cases.models import Case, CaseEvent
from portal.cases.projections import AgencyCase, ContractorCase, OfficeCase
from portal.cases.visibility import only_helps
from portal.core import clock
from portal.core.formatting import day, day_week, moment
from portal.domain.actors import Actor
from portal.domain.case_exclusion import EXCLUSION_NAMES, ExclusionState
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionState
from portal.domain.case_lifecycle import (
    CaseAction,
    CaseStatus,
    CaseTrack,
    TooLate,
    allowed_actions,
    move,
)
from portal.domain.case_supervision import SupervisionState
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import due_day
from portal.domain.errors import DomainError
from portal.domain.levels import counts_in_days
from portal.domain.roles import Role
from portal.messaging.catalogue import EVENTS
from portal.messaging.labels import state_name
from portal.messaging.queries import NOT_ARRIVED, last_sms

IN_A_SENTENCE = ("Still %(n)s working days", "%(n)s working days past the promise")
MAIN = (
    CaseAction.ACCEPT,
    CaseAction.SIGN,
    CaseAction.REPLY,
    CaseAction.RELEASE,
    CaseAction.WORK_REPORT,
)


@dataclass(frozen=True)
class Together:
    """What stands on the case page about 并案: (编号, title, address) of each; `asked`: the 编号 the community proposed;
    `more`: how many others there are that lie with no unit, so that this one does not see them."""

    main: tuple[str, str, str] | None
    others: list[tuple[str, str, str]]
    asked: str
    more: int = 0


def together(case: Case, actor: Actor) -> Together:
    def named(one: Case) -> tuple[str, str, str]:
        return one.number, one.title, url_for("cases_desk.case", number=one.number)

    main = None
    if merging.is_merged(case):
        found = merging.main_seen_by(case, actor)
        main = named(found) if found else None
    if only_helps(case, actor):
        return Together(main, [], "")
    others, more = merging.merged_into(case, actor)
    return Together(main, [named(one) for one in others], merging.proposal(case, actor), more)


# One letter for each step of every day; a look at a number has none on purpose.
KEYS = {
    CaseAction.ACCEPT: "a",
    CaseAction.RELEASE: "a",
    CaseAction.SIGN: "s",
    CaseAction.SOLVE: "o",
    CaseAction.CONTACT: "c",
    CaseAction.REPLY: "r",
    CaseAction.ASSIGN: "t",
    CaseAction.HAND: "h",
    CaseAction.RETURN: "b",
    CaseAction.EXTEND: "e",
    CaseAction.ASK: "q",
    CaseAction.CALLBACK: "p",
    CaseAction.MERGE: "m",
    CaseAction.SUPERVISE: "d",
    CaseAction.WORK_REPORT: "w",
    CaseAction.NOTE: "n",
}

# Small things beside the road; they wait under “更多”.
RARE = (
    CaseAction.PROPOSE_MERGE,
    CaseAction.MERGE,
    CaseAction.SEAL,
    CaseAction.EDIT_TITLE,
    CaseAction.RELEASE_PHOTOS,
    CaseAction.INVALIDATE,
    CaseAction.CALL,
    CaseAction.EXCLUDE,
    CaseAction.LIFT_EXCLUSION,
)


@dataclass(frozen=True)
class Offer:
    """A link to the page of an action. `place`: main, more, rare, note (internal) or phone. `key`: the letter that opens it."""

    url: str
    text: str
    place: str
    key: str = ""
    slug: str = ""
    action: CaseAction | None = None


def actions(case: Case, actor: Actor) -> list[Offer]:
    """What the lifecycle allows this officer now, in the order of the desk's table; at most one is the main one."""
    allowed = allowed_actions(facts_of(case), stand_of(case, actor), clock.now())
    shut = {CaseAction.ASSIGN} if _is_for_the_superior(case, actor) else set()
    offered = [action for action in desk_actions.BY_ACTION if action in allowed and action not in shut]
    main = next((action for action in _main_ones(case) if action in offered), None)
    found = [
        Offer(
            desk_actions.page_of(case, action),
            str(labels.ACTIONS[action]),
            _place_of(action, main),
            KEYS.get(action, ""),
            desk_actions.BY_ACTION[action].slug,
            action,
        )
        for action in offered
    ]
    if CaseAction.NOT_EXTEND in allowed and case.extension is not None:
        url = url_for("identity_desk.decide", approval_id=case.extension.approval_id)
        found.append(Offer(url, gettext("Decide on the extension"), "more" if main else "main"))
    if CaseAction.GRANT_SUSPENSION in allowed and case.suspension is not None:
        url = url_for("identity_desk.decide", approval_id=case.suspension.approval_id)
        found.append(Offer(url, gettext("Decide on the suspension"), "more" if main else "main"))
    if CaseAction.NOT_EXCLUDE in allowed and case.exclusion is not None:
        url = url_for("identity_desk.decide", approval_id=case.exclusion.approval_id)
        found.append(Offer(url, gettext("Decide whether it counts"), "more" if main else "main"))
    return found


def exclusion_of(case: Case) -> dict[str, str] | None:
    """剔除 for the case's page: how it stands, as what, and the words of who asked."""
    found = case.exclusion
    if found is None:
        return None
    asked = found.state is ExclusionState.ASKED
    return {
        "state": gettext("Proposed: not to count") if asked else gettext("In no rate"),
        "kind": EXCLUSION_NAMES[found.kind],
        "reason": found.reason,
    }


def _main_ones(case: Case) -> tuple[CaseAction, ...]:
    """The first that is allowed is the one thing to do now: whoever works it gets in touch before answering."""
    if case.order is not None and case.order.state is SupervisionState.ANSWERED:
        return (CaseAction.SUPERVISION_CLEAR, *MAIN)
    if case.status in {CaseStatus.ACCEPTED, CaseStatus.RETURNED}:
        return (CaseAction.ASSIGN, *MAIN)
    if case.status is CaseStatus.REPLIED and (case.phone_index is None or not case.sms):
        return (CaseAction.CALLBACK,)  # nobody else asks whoever gets no texts
    if case.status in {CaseStatus.REPLIED, CaseStatus.CLOSED}:
        return (CaseAction.SUPERVISION_ANSWER,)
    if case.status is CaseStatus.IN_PROGRESS and case.contacted_at is None and case.contact_due is not None:
        return (CaseAction.CONTACT, *MAIN)
    return MAIN


def _is_for_the_superior(case: Case, actor: Actor) -> bool:
    """The street has given it to units as often as it may."""
    facts = facts_of(case)
    return actor.role is Role.STREET and facts.times_assigned >= facts.street_dispatches


@dataclass(frozen=True)
class ExtensionNote:
    """The case's one extension for its page: which tag, and what stands beside it."""

    key: str
    text: str
    words: str


def extension_of(case: Case) -> ExtensionNote | None:
    """Pending until decided; nothing of a request that the case has outrun."""
    found, state = case.extension, facts_of(case).extension
    if found is None or (state is ExtensionState.REFUSED and found.state is ExtensionState.ASKED):
        return None
    values = {"date": day(found.until), "reason": EXTENSION_SHORT_NAMES[found.reason]}
    if state is ExtensionState.REFUSED:
        return ExtensionNote("", gettext("The extension to %(date)s was not approved (%(reason)s).", **values), "")
    if state is ExtensionState.APPROVED and not queries.is_extended(case):
        return None
    key = "extended" if state is ExtensionState.APPROVED else "extension"
    return ExtensionNote(key, gettext("to %(date)s, reason: %(reason)s", **values), found.words)


def too_late(case: Case, actor: Actor) -> list[str]:
    """Why what this unit could have done is over: said on the page where the button stood."""
    facts = facts_of(case)
    if _is_for_the_superior(case, actor) and case.status in {CaseStatus.ACCEPTED, CaseStatus.RETURNED}:
        words = "This case has been passed on %(count)s times. The superior has to name the unit."
        return [gettext(words, count=facts.street_dispatches)]
    if actor.agency_id is None or actor.agency_id != case.agency_id:
        return []
    stand, found = stand_of(case, actor), []
    for action in (CaseAction.RETURN, CaseAction.EXTEND):
        try:
            move(facts, stand, action, clock.now())
        except TooLate as refusal:
            found.append(gettext(refusal.msgid, **refusal.params))
        except DomainError:
            continue
    return found


def _place_of(action: CaseAction, main: CaseAction | None) -> str:
    if action is main:
        return "main"
    if action in {CaseAction.NOTE, CaseAction.REVEAL}:
        return "note" if action is CaseAction.NOTE else "phone"
    return "rare" if action in RARE else "more"


@dataclass(frozen=True)
class Clock:
    """One of the four clocks of D10 for the deadline card. `state`: met, late or open; `over`: how long past it in all;
    `again`: it was answered, but the resident said no."""

    label: str
    due: str
    met: str
    state: str
    over: str = ""
    again: bool = False


def clocks(case: Case, events: Sequence[CaseEvent] = ()) -> list[Clock]:
    again = any(event.deed in {CaseAction.REPLY, CaseAction.SOLVE} for event in events)
    answer = gettext("Answer") if case.reply_due == case.promise_due else gettext("First date of the answer")
    pairs: list[tuple[str, datetime | None, datetime | None]] = [
        (gettext("Take on"), case.accept_due, case.accepted_at),
        (gettext("Sign for"), case.sign_due, case.signed_at),
        (gettext("First contact"), case.contact_due, case.contacted_at),
        (answer, case.reply_due, case.replied_at),
    ]
    if case.status is CaseStatus.RETURNED:
        pairs = [pair for pair in pairs if pair[1] is not case.sign_due or case.signed_at]  # nobody has to sign now
    return [
        Clock(
            label,
            moment_or_day(case, due),
            moment(met) if met else "",
            "late" if (met or clock.now()) > due else "met" if met else "open",
            _over(case) if due is case.reply_due else "",
            again and due is case.reply_due and met is None,
        )
        for label, due, met in pairs
        if due is not None
    ]


def _over(case: Case) -> str:
    """The gross figure, in running time: no extension, no 挂账 and no new promise makes it smaller."""
    minutes = int(clocks_of.overdue_time(case) / timedelta(minutes=1))
    if minutes >= 2 * 24 * 60:
        return gettext("%(n)s days over", n=minutes // (24 * 60))
    if minutes >= 60:
        return gettext("%(n)s hours over", n=minutes // 60)
    return gettext("%(n)s minutes over", n=max(minutes, 1)) if clocks_of.overdue_time(case) else ""


def moment_or_day(case: Case, due: datetime) -> str:
    return day_week(due_day(due)) if counts_in_days(case.level) else moment(due)


def projection(case: Case, actor: Actor) -> ContractorCase | AgencyCase | OfficeCase:
    """What this role's page may contain at all; templates get nothing else of the case."""
    if only_helps(case, actor):
        return ContractorCase.of(case)
    return AgencyCase.of(case) if actor.role is Role.AGENCY else OfficeCase.of(case, actor)


def promise(case: Case) -> dict[str, str]:
    """The deadline card's head: the promise now in force and how far away it is."""
    owing = case.closed_at is None and case.replied_at is None
    return {
        "due": day_week(due_day(case.promise_due)) if counts_in_days(case.level) else moment(case.promise_due),
        "left": left_words(case, IN_A_SENTENCE) if owing else "",
        "state": "late" if queries.is_overdue(case) else "soon" if owing and left(case).today else "",
    }


def level_notes(case: Case) -> dict[str, str]:
    """By level: the day of the answer that the rule gives, from the day of the report."""
    return {
        str(level): gettext(
            "answer on %(date)s at the latest",
            date=day(due_day(clocks_of.due_of(case, CaseClock.REPLY, case.submitted_at, level))),
        )
        for level in labels.LEVELS
    }


@dataclass(frozen=True)
class LastText:
    """The newest SMS to the author: what it said in a word, how it stands, whether somebody should call instead."""

    label: str
    state: str
    when: str
    call_instead: bool


def last_text(case: Case, actor: Actor) -> LastText | None:
    """None for the contractor, for sealed cases, and where no SMS was written."""
    if only_helps(case, actor) or case.track is CaseTrack.SEALED or case.phone_index is None:
        return None
    found = last_sms(f"phone:{case.phone_index}", case.subject)
    if found is None:
        return None
    label = EVENTS[found.event].label if found.event in EVENTS else found.event
    return LastText(label, state_name(found.state), moment(found.created_at), found.state in NOT_ARRIVED)
