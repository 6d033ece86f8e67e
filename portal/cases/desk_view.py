"""What the desk's pages show of a case, and to whom: identity stands only where the role may have it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.cases import clocks as clocks_of
from portal.cases import labels, merging, queries, timeline, urging
from portal.cases.deeds import facts_of, stand_of
from portal.cases.desk_actions import BY_ACTION
from portal.cases.models import Case, CaseEvent
from portal.cases.projections import AgencyCase, ContractorCase, OfficeCase
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.formatting import day, day_week, moment
from portal.domain.actors import Actor
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionState
from portal.domain.case_lifecycle import (
    CLOSED_STATUSES,
    DISPATCHERS,
    RESPONSIBLE,
    UNANSWERED_STATUSES,
    CaseAction,
    CaseStatus,
    CaseTrack,
    TooLate,
    allowed_actions,
    move,
)
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import Remaining, due_day, remaining
from portal.domain.errors import DomainError
from portal.domain.levels import Level, SpanUnit, counts_in_days
from portal.domain.roles import Role
from portal.identity.queries import staff_name_masked
from portal.media.models import Photo
from portal.messaging.catalogue import EVENTS
from portal.messaging.labels import state_name
from portal.messaging.queries import NOT_ARRIVED, last_sms

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


IN_A_TABLE = ("%(n)s working days left", "%(n)s working days over")
IN_A_SENTENCE = ("Still %(n)s working days", "%(n)s working days past the promise")


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
    """One line of the work list. `bulk`: what may be done to it together with others, a key of `desk.BULK` or empty."""

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
    extension: str
    urges: int
    pressing: bool


def row(case: Case, actor: Actor) -> Row:
    owing = case.closed_at is None and case.replied_at is None and case.status is not CaseStatus.HELD
    overdue = queries.is_overdue(case)
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
        handler=staff_name_masked(case.handler) if case.handler else "",
        unit=case.agency.short_name if case.agency else "",
        source=str(labels.SOURCES[case.source]),
        followers=case.followers,
        bulk=_bulk(case, actor),
        extension=extension_key(case),
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


@dataclass(frozen=True)
class Together:
    """What stands on the case page about 并案: (编号, title, address) of each; `asked`: the 编号 the community proposed."""

    main: tuple[str, str, str] | None
    others: list[tuple[str, str, str]]
    asked: str


def together(case: Case, actor: Actor) -> Together:
    def named(one: Case) -> tuple[str, str, str]:
        return one.number, one.title, url_for("cases_desk.case", number=one.number)

    main = None
    if merging.is_merged(case):
        found = merging.main_seen_by(case, actor)
        main = named(found) if found else None
    if actor.role is Role.CONTRACTOR:
        return Together(main, [], "")
    return Together(main, [named(one) for one in merging.merged_into(case, actor)], merging.proposal(case, actor))


# Small things beside the road; they wait under “更多”.
RARE = (
    CaseAction.PROPOSE_MERGE,
    CaseAction.MERGE,
    CaseAction.SEAL,
    CaseAction.EDIT_TITLE,
    CaseAction.RELEASE_PHOTOS,
    CaseAction.INVALIDATE,
)


@dataclass(frozen=True)
class Offer:
    """A link to the page of an action. `place`: main, more, rare, note (internal) or phone."""

    url: str
    text: str
    place: str


def actions(case: Case, actor: Actor) -> list[Offer]:
    """What the lifecycle allows this officer now, in the order of the desk's table; at most one is the main one."""
    allowed = allowed_actions(facts_of(case), stand_of(case, actor), clock.now())
    offered = [action for action in BY_ACTION if action in allowed]
    main = next((action for action in MAIN if action in offered), None)
    found = [
        Offer(
            url_for("cases_desk.act", number=case.number, slug=BY_ACTION[action].slug),
            str(labels.ACTIONS[action]),
            _place_of(action, main),
        )
        for action in offered
    ]
    if CaseAction.NOT_EXTEND in allowed and case.extension is not None:
        url = url_for("identity_desk.decide", approval_id=case.extension.approval_id)
        found.append(Offer(url, gettext("Decide on the extension"), "more" if main else "main"))
    if CaseAction.GRANT_SUSPENSION in allowed and case.suspension is not None:
        url = url_for("identity_desk.decide", approval_id=case.suspension.approval_id)
        found.append(Offer(url, gettext("Decide on the suspension"), "more" if main else "main"))
    return found


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
    key = "extended" if state is ExtensionState.APPROVED else "extension"
    return ExtensionNote(key, gettext("to %(date)s, reason: %(reason)s", **values), found.words)


def extension_key(case: Case) -> str:
    """Which tag stands beside the status in the list: asked, granted or none."""
    if queries.is_extended(case):
        return "extended"
    open_ask = case.extension is not None and facts_of(case).extension is ExtensionState.ASKED
    return "extension" if open_ask and case.status not in CLOSED_STATUSES else ""


def too_late(case: Case, actor: Actor) -> list[str]:
    """Why what this unit could have done is over: said on the page where the button stood."""
    if actor.agency_id is None or actor.agency_id != case.agency_id:
        return []
    facts, stand, found = facts_of(case), stand_of(case, actor), []
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


def timeline_of(
    case: Case, events: list[CaseEvent], photos: dict[str, list[Photo]], units: dict[int, str], actor: Actor
) -> list[dict[str, Any]]:
    """Both tracks, newest first: what residents see, and what stays inside."""
    shown = [event for event in events if actor.role is not Role.CONTRACTOR or event.deed in FOR_CONTRACTORS]
    return [_item(case, event, photos, units) for event in reversed(shown)]


# The contractor follows the work, not the conversation.
FOR_CONTRACTORS = frozenset(
    {"submitted", "registered", "accept", "assign", "contact", "add", "answer", "reply", "dispute", "work_report"}
)


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
        "icon": "" if event.public else "lock",
        "track": True,
    }


def _of_extension(event: CaseEvent) -> str:
    return gettext(
        "to %(date)s, reason: %(reason)s",
        date=day(date.fromisoformat(str(event.facts["until"]))),
        reason=labels.EXTENSION_REASONS.get(str(event.facts["reason"]), ""),
    )


def _of_suspension(event: CaseEvent) -> str:
    return gettext(
        "to %(date)s, reason: %(reason)s",
        date=day(date.fromisoformat(str(event.facts["until"]))),
        reason=labels.SUSPENSION_REASONS.get(str(event.facts["reason"]), ""),
    )


def _of_order(event: CaseEvent, what: str) -> str:
    by = day(date.fromisoformat(str(event.facts["due"])))
    return gettext("%(what)s %(no)s, to be finished by %(date)s", what=what, no=event.facts["order"], date=by)


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
    "extend": lambda event, units: gettext("Asked for an extension %(what)s", what=_of_extension(event)),
    "extend_granted": lambda event, units: gettext("Extension approved %(what)s", what=_of_extension(event)),
    "extend_refused": lambda event, units: gettext("Extension not approved %(what)s", what=_of_extension(event)),
    "return": lambda event, units: gettext(
        "Sent back: %(reason)s", reason=labels.RETURN_REASONS.get(event.facts.get("reason"), "")
    ),
    "merge_proposed": lambda event, units: gettext(
        "Proposed to merge it into %(number)s", number=event.facts.get("main")
    ),
    "merge": lambda event, units: gettext("Merged into %(number)s", number=event.facts.get("main")),
    "unmerge": lambda event, units: gettext("Taken apart from %(number)s", number=event.facts.get("main")),
    "suspend": lambda event, units: gettext("Asked for a suspension %(what)s", what=_of_suspension(event)),
    "suspend_granted": lambda event, units: gettext("Suspended %(what)s", what=_of_suspension(event)),
    "suspend_refused": lambda event, units: gettext("Suspension not approved %(what)s", what=_of_suspension(event)),
    "resume": lambda event, units: gettext("Suspension ended"),
    "supervise": lambda event, units: _of_order(event, gettext("Supervision order")),
    "supervise_again": lambda event, units: _of_order(event, gettext("Supervised again")),
    "supervise_answer": lambda event, units: gettext("Reported on order %(no)s", no=event.facts.get("order")),
    "supervise_clear": lambda event, units: gettext("Order %(no)s cleared", no=event.facts.get("order")),
    "callback": lambda event, units: gettext(
        "Called back: %(answer)s", answer=labels.CALLBACK_ANSWERS.get(event.facts.get("answer"), "")
    ),
}


def staff_photo(case: Case, photo: Photo) -> dict[str, str]:
    stage = {"before": gettext("Before the repair"), "after": gettext("After the repair")}.get(photo.kind, "")
    base = url_for("cases_desk.photo", number=case.number, token=photo.token)
    return {"thumb": f"{base}?size=thumb", "url": base, "alt": stage or gettext("Photo of the place"), "stage": stage}


@dataclass(frozen=True)
class Clock:
    """One of the four clocks of D10 for the deadline card. `state`: met, late or open."""

    label: str
    due: str
    met: str
    state: str


def clocks(case: Case) -> list[Clock]:
    pairs: list[tuple[str, datetime | None, datetime | None]] = [
        (gettext("Take on"), case.accept_due, case.accepted_at),
        (gettext("Sign for"), case.sign_due, case.signed_at),
        (gettext("First contact"), case.contact_due, case.contacted_at),
        (gettext("Answer"), case.reply_due, case.replied_at),
    ]
    if case.status is CaseStatus.RETURNED:
        pairs = [pair for pair in pairs if pair[1] is not case.sign_due or case.signed_at]  # nobody has to sign now
    return [
        Clock(
            label,
            moment_or_day(case, due),
            moment(met) if met else "",
            "late" if (met or clock.now()) > due else "met" if met else "open",
        )
        for label, due, met in pairs
        if due is not None
    ]


def moment_or_day(case: Case, due: datetime) -> str:
    return day_week(due_day(due)) if counts_in_days(case.level) else moment(due)


def projection(case: Case, actor: Actor) -> ContractorCase | AgencyCase | OfficeCase:
    """What this role's page may contain at all; templates get nothing else of the case."""
    if actor.role is Role.CONTRACTOR:
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


@dataclass(frozen=True)
class Call:
    """A line of the 回访 list beside its case: when it was answered, why somebody calls, where the call is noted."""

    answered: str
    why: str
    url: str


def level_notes(case: Case) -> dict[str, str]:
    """By level: the day of the answer that the rule gives, from the day of the report."""
    return {
        str(level): gettext(
            "answer on %(date)s at the latest",
            date=day(due_day(clocks_of.due_of(case, CaseClock.REPLY, case.submitted_at, level))),
        )
        for level in labels.LEVELS
    }


def call_of(case: Case) -> Call:
    if case.phone_index is None:
        why = gettext("left no number")
    else:
        why = gettext("has not reacted") if case.sms else gettext("gets no texts")
    url = url_for("cases_desk.act", number=case.number, slug=BY_ACTION[CaseAction.CALLBACK].slug)
    return Call(day(case.replied_at), why, url)


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


@dataclass(frozen=True)
class LastText:
    """The newest SMS to the author: what it said in a word, how it stands, whether somebody should call instead."""

    label: str
    state: str
    when: str
    call_instead: bool


def last_text(case: Case, actor: Actor) -> LastText | None:
    """None for the contractor, for sealed cases, and where no SMS was written."""
    if actor.role is Role.CONTRACTOR or case.track is CaseTrack.SEALED or case.phone_index is None:
        return None
    found = last_sms(f"phone:{case.phone_index}", case.subject)
    if found is None:
        return None
    label = EVENTS[found.event].label if found.event in EVENTS else found.event
    return LastText(label, state_name(found.state), moment(found.created_at), found.state in NOT_ARRIVED)
