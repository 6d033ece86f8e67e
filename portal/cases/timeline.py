"""The timeline as residents and the public read it: plain sentences, newest first, the next step on top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flask_babel import gettext

from portal.cases import labels, urging
from portal.cases.models import Case, CaseEvent
from portal.cases.queries import is_overdue
from portal.core import clock
from portal.core.formatting import day, listed, moment
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionReason
from portal.domain.case_lifecycle import CaseOutcome, CaseStatus, CaseTrack
from portal.domain.case_suspension import SUSPENSION_SHORT_NAMES, SuspensionReason
from portal.domain.deadlines import due_day
from portal.media.models import Photo


@dataclass(frozen=True)
class Item:
    """One entry for the `timeline` macro."""

    state: str
    text: str
    by: str = ""
    when: str = ""
    say: str = ""
    photos: list[dict[str, str]] = field(default_factory=list)


def _unit(event: CaseEvent) -> str:
    return event.agency.short_name if event.agency else ""


def _assigned(event: CaseEvent, units: dict[int, str]) -> str:
    unit = units.get(int(str(event.facts.get("agency") or 0)), "")
    return _with_help(gettext("Passed to %(unit)s", unit=unit), event, units)


def _with_help(text: str, event: CaseEvent, units: dict[int, str]) -> str:
    helping = co_units_of(event, units)
    return gettext("%(what)s, helped by %(units)s", what=text, units=helping) if helping else text


def co_units_of(event: CaseEvent, units: dict[int, str]) -> str:
    """The short names of 协办单位 that were named with this step."""
    ids = event.facts.get("co_units")
    return listed(units.get(int(each), "") for each in ids) if isinstance(ids, list) and ids else ""


def _replied(event: CaseEvent, units: dict[int, str]) -> str:
    match event.facts.get("result"):
        case "solved":
            return gettext("Answer: it is solved")
        case "partly":
            return gettext("Answer: it is partly solved")
        case _:
            return gettext("Answer: it cannot be solved for now")


def _accepted(event: CaseEvent, units: dict[int, str]) -> str:
    if event.facts.get("agency"):
        unit = units.get(int(str(event.facts["agency"])), "")
        return _with_help(gettext("Taken on, %(unit)s takes care of it", unit=unit), event, units)
    return gettext("Taken on")


def _called(event: CaseEvent, units: dict[int, str]) -> str:
    if event.status == CaseStatus.REOPENED:
        return gettext("On the phone you said it is not solved; it is handled again")
    if event.facts.get("answer") == "unreachable":
        return gettext("Nobody could be reached by phone; ended without an answer")
    return gettext("On the phone you told us how it stands")


def _contacted(event: CaseEvent, units: dict[int, str]) -> str:
    return gettext("Somebody came to look") if event.facts.get("way") == "visit" else gettext("The unit got in touch")


def _returned(event: CaseEvent, units: dict[int, str]) -> str:
    return gettext("The unit it went to says it is not its duty; we are looking for another one")


def _urged(event: CaseEvent, units: dict[int, str]) -> str:
    unit = units.get(int(str(event.facts.get("agency") or 0)), "")
    return urging.told(unit, date.fromisoformat(str(event.facts["by"])))


def _extended(event: CaseEvent, units: dict[int, str]) -> str:
    return gettext(
        "The answer comes later, reason: %(reason)s. At the latest on %(date)s",
        reason=EXTENSION_SHORT_NAMES[ExtensionReason(str(event.facts["reason"]))],
        date=day(date.fromisoformat(str(event.facts["until"]))),
    )


def _suspended(event: CaseEvent, units: dict[int, str]) -> str:
    return gettext(
        "It cannot be done now, reason: %(reason)s. You hear again by %(date)s",
        reason=SUSPENSION_SHORT_NAMES[SuspensionReason(str(event.facts["reason"]))],
        date=day(date.fromisoformat(str(event.facts["until"]))),
    )


def _resumed(event: CaseEvent, units: dict[int, str]) -> str:
    unit = units.get(int(str(event.facts.get("agency") or 0)), "")
    return gettext("It goes on: %(unit)s works on it again", unit=unit)


def _supervised(event: CaseEvent, units: dict[int, str]) -> str:
    """Where the answer is not late the promise stands, so that there are not two dates."""
    unit = units.get(int(str(event.facts.get("agency") or 0)), "")
    if not event.facts.get("late"):
        return gettext("The office above has put %(unit)s under supervision", unit=unit)
    by = day(date.fromisoformat(str(event.facts["due"])))
    return gettext("%(unit)s has been put under supervision; an answer by %(date)s at the latest", unit=unit, date=by)


SENTENCES: dict[str, Callable[[CaseEvent, dict[int, str]], str]] = {
    "submitted": lambda e, u: gettext("You reported the problem"),
    "registered": lambda e, u: gettext("Registered for you by staff"),
    "release": lambda e, u: gettext("Checked; your report goes on"),
    "invalidate": lambda e, u: gettext("Not taken on"),
    "accept": _accepted,
    "refuse": lambda e, u: gettext("This is not handled here; you can go to:"),
    "assign": _assigned,
    "return": _returned,
    "extend_granted": _extended,
    "supervise": _supervised,
    "suspend_granted": _suspended,
    "resume": _resumed,
    "contact": _contacted,
    "ask": lambda e, u: gettext("You are asked to add something"),
    "answer": lambda e, u: gettext("You added something"),
    "add": lambda e, u: gettext("You added something"),
    "reply": _replied,
    "solve": _replied,
    "confirm": lambda e, u: gettext("You said: it is solved"),
    "dispute": lambda e, u: (
        gettext("You said: it is not solved; somebody else handles it now")
        if e.facts.get("handler")
        else gettext("You said: it is not solved")
    ),
    "callback": _called,
    "silence_close": lambda e, u: gettext("No answer from you for seven days; ended for now"),
    "urge": _urged,
    "merge": lambda e, u: gettext("A neighbour reported the same; both are handled together"),
    "unmerge": lambda e, u: gettext("It is handled by itself again"),
    "withdraw": lambda e, u: gettext("You withdrew this"),
    "reveal": lambda e, u: gettext("Your phone number was looked at"),
}


# What a neighbour who joined reads: where it stands and what the unit answered, nothing between author and unit.
NEIGHBOUR: dict[str, Callable[[CaseEvent, dict[int, str]], str]] = {
    "submitted": lambda e, u: gettext("A neighbour reported the problem"),
    "registered": lambda e, u: gettext("A neighbour reported the problem"),
    "accept": _accepted,
    "refuse": lambda e, u: gettext("This is not handled here; you can go to:"),
    "assign": _assigned,
    "return": _returned,
    "extend_granted": _extended,
    "supervise": _supervised,
    "suspend_granted": _suspended,
    "resume": _resumed,
    "contact": _contacted,
    "reply": _replied,
    "solve": _replied,
    "confirm": lambda e, u: gettext("The neighbour said: it is solved"),
    "dispute": lambda e, u: gettext("The neighbour said: it is not solved; it is handled again"),
    "silence_close": lambda e, u: gettext("No answer from the neighbour for seven days; ended for now"),
    "withdraw": lambda e, u: gettext("The neighbour withdrew this"),
    "merge": lambda e, u: gettext("Somebody else reported the same; both are handled together"),
    "unmerge": lambda e, u: gettext("It is handled by itself again"),
}
ANSWERS = frozenset({"reply", "solve", "refuse"})
BETWEEN_OFFICES = frozenset({"return", "supervise"})  # the resident reads that it happened, not what the offices wrote


def items(
    case: Case, events: Sequence[CaseEvent], photos: dict[str, list[Photo]], units: dict[int, str], *, ref: str
) -> list[Item]:
    """Newest first. `photos` by event id; `units` by agency id; `ref`: the reader's own 查询码, author's or neighbour's."""
    sentences = SENTENCES if ref == case.ref else NEIGHBOUR
    done = [_item(case, event, photos, units, ref) for event in events if event.deed in sentences]
    if done:
        done[-1] = replace(done[-1], state="now")
    following = next_step(case, author=ref == case.ref)
    return ([following] if following else []) + done[::-1]


def _item(case: Case, event: CaseEvent, photos: dict[str, list[Photo]], units: dict[int, str], ref: str) -> Item:
    author = ref == case.ref
    told = (author and event.deed not in BETWEEN_OFFICES) or event.deed in ANSWERS
    return Item(
        "done",
        _sentence(case, event, units, author=author),
        by=_unit(event),
        when=moment(event.at),
        say=_said(case, event, author=author) if told else "",
        photos=[shown(photo, ref) for photo in photos.get(str(event.id), [])] if told else [],
    )


def _sentence(case: Case, event: CaseEvent, units: dict[int, str], *, author: bool) -> str:
    if author and event.deed == "confirm" and case.outcome is CaseOutcome.EXPLAINED:
        return gettext("You have seen the answer and let it end here")
    return (SENTENCES if author else NEIGHBOUR)[event.deed](event, units)


def _said(case: Case, event: CaseEvent, *, author: bool) -> str:
    """What stands under the sentence: the words, and for a refusal the telephone of the right place."""
    words = words_of(case, event, author=author)
    if event.deed == "reveal":
        return gettext("For: %(purpose)s", purpose=labels.REVEAL_PURPOSES.get(words, words))
    phone = str(event.facts.get("phone") or "")
    return gettext("%(where)s (phone %(phone)s)", where=words, phone=phone) if phone else words


def words_of(case: Case, event: CaseEvent, *, author: bool) -> str:
    """The author reads their own words as written, everybody else masked; a sealed case only its author and discipline."""
    if event.text is None:
        return ""
    if case.track is CaseTrack.SEALED:
        return event.text.sealed or ""
    return (event.text.original if author and event.text.original else event.text.words) or ""


def shown(photo: Photo, ref: str) -> dict[str, str]:
    stage = {"before": gettext("Before the repair"), "after": gettext("After the repair")}.get(photo.kind, "")
    alt = stage or gettext("Photo of the place")
    base = f"/case/{ref}/photo/{photo.token}"
    return {"thumb": f"{base}?size=thumb", "url": base, "alt": alt, "stage": stage}


def next_step(case: Case, *, author: bool = True) -> Item | None:
    """“下一步”: what comes and by when; none once the case is over. A date that has passed is not promised again."""
    late = is_overdue(case)
    promise = "" if late else gettext("At the latest on %(date)s", date=day(due_day(case.promise_due)))
    if not author and case.status in {CaseStatus.NEED_INFO, CaseStatus.REPLIED}:
        return Item("next", gettext("Next: the neighbour who reported it says how it stands"))
    match case.status:
        case CaseStatus.SUBMITTED:
            return Item(
                "next",
                gettext("Next: decide who takes care of it"),
                when=""
                if case.accept_due < clock.now()
                else gettext("At the latest on %(date)s", date=day(due_day(case.accept_due))),
            )
        case CaseStatus.RETURNED:
            return Item("next", gettext("Next: decide who takes care of it"), when=promise)
        case CaseStatus.SUSPENDED:
            return Item("next", gettext("Next: we tell you how it stands"), when=promise)
        case CaseStatus.HELD:
            return Item("next", gettext("Next: the community checks the report"))
        case CaseStatus.ACCEPTED | CaseStatus.ASSIGNED | CaseStatus.IN_PROGRESS | CaseStatus.REOPENED:
            return Item("next", gettext("Next: repair and answer, then you judge"), when=promise)
        case CaseStatus.NEED_INFO:
            return Item(
                "next",
                gettext("Next: please add what is asked"),
                when=gettext("Please by %(date)s", date=day(case.answer_by)),
            )
        case CaseStatus.REPLIED:
            return Item("next", gettext("Next: please say whether it is solved"))
        case _:
            return None
