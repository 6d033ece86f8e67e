"""The case page's two tracks: what residents see of what happened, and what stays inside."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.cases import labels, timeline
from portal.cases.escalation_words import escalation_words, handed_words
from portal.cases.models import Case, CaseEvent
from portal.cases.visibility import only_helps
from portal.core.formatting import day, moment
from portal.domain.actors import Actor
from portal.identity.queries import staff_name_masked
from portal.media.models import Photo


def timeline_of(
    case: Case, events: list[CaseEvent], photos: dict[str, list[Photo]], units: dict[int, str], actor: Actor
) -> list[dict[str, Any]]:
    """Both tracks, newest first: what residents see, and what stays inside."""
    limited = only_helps(case, actor)
    own = actor.agency_id
    shown = [event for event in events if not limited or event.deed in FOR_HELPERS or event.agency_id == own]
    return [_item(case, event, photos, units) for event in reversed(shown)]


# Contractor and 协办单位 follow the work, not the conversation.
FOR_HELPERS = frozenset(
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
        "text": _sentence(event, units),
        "by": f"{unit} {who}".strip(),
        "when": moment(event.at),
        "say": timeline.words_of(case, event, author=False),
        "photos": [staff_photo(case, photo) for photo in photos.get(str(event.id), [])],
        "internal": not event.public,
        "say_inside": event.public and event.deed in timeline.BETWEEN_OFFICES,
        "icon": "" if event.public else "lock",
        "track": True,
    }


def _sentence(event: CaseEvent, units: dict[int, str]) -> str:
    say = STAFF_SENTENCES.get(event.deed)
    text = say(event, units) if say else str(labels.DEEDS.get(event.deed, event.deed))
    if helping := timeline.co_units_of(event, units):
        text = gettext("%(what)s, helped by %(units)s", what=text, units=helping)
    if event.facts.get("counts_again"):
        return gettext("%(what)s; it counts in the figures again", what=text)
    return (
        gettext("%(what)s, to its person in charge by the unit's rules", what=text) if event.facts.get("rule") else text
    )


def _until(event: CaseEvent, reasons: Mapping[str, Any]) -> str:
    return gettext(
        "to %(date)s, reason: %(reason)s",
        date=day(date.fromisoformat(str(event.facts["until"]))),
        reason=reasons.get(str(event.facts["reason"]), ""),
    )


def _of_extension(event: CaseEvent) -> str:
    return _until(event, labels.EXTENSION_REASONS)


def _of_suspension(event: CaseEvent) -> str:
    return _until(event, labels.SUSPENSION_REASONS)


def _of_exclusion(event: CaseEvent) -> str:
    return labels.EXCLUSION_KINDS.get(str(event.facts.get("kind")), "")


def _of_reply(event: CaseEvent) -> str:
    names: dict[str, Any] = {str(key): word for key, word in labels.RESULTS.items()}
    result = names.get(str(event.facts.get("result")), "")
    if event.facts.get("template"):
        return gettext("Answered, begun with a usual answer: %(result)s", result=result)
    return gettext("Answered: %(result)s", result=result)


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
    "reply": lambda event, units: _of_reply(event),
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
    "exclude": lambda event, units: gettext(
        "Proposed to leave it out of the figures: %(kind)s", kind=_of_exclusion(event)
    ),
    "exclude_granted": lambda event, units: gettext("Left out of the figures: %(kind)s", kind=_of_exclusion(event)),
    "exclude_refused": lambda event, units: gettext(
        "It stays in the figures (%(kind)s not agreed)", kind=_of_exclusion(event)
    ),
    "exclude_lifted": lambda event, units: gettext("It counts in the figures again"),
    "supervise": lambda event, units: _of_order(event, gettext("Supervision order")),
    "supervise_again": lambda event, units: _of_order(event, gettext("Supervised again")),
    "supervise_answer": lambda event, units: gettext("Reported on order %(no)s", no=event.facts.get("order")),
    "supervise_clear": lambda event, units: gettext("Order %(no)s cleared", no=event.facts.get("order")),
    "hand": lambda event, units: handed_words(event),
    "dispute": lambda event, units: (
        gettext("The resident says: not solved; handed to a colleague")
        if event.facts.get("handler")
        else str(labels.DEEDS["dispute"])
    ),
    "escalate": lambda event, units: escalation_words(event, units),
    "call": lambda event, units: gettext(
        "Phoned about a text that did not arrive: %(outcome)s",
        outcome=labels.CALL_OUTCOMES.get(str(event.facts.get("outcome")), ""),
    ),
    "callback": lambda event, units: gettext(
        "Called back: %(answer)s", answer=labels.CALLBACK_ANSWERS.get(event.facts.get("answer"), "")
    ),
}


def staff_photo(case: Case, photo: Photo) -> dict[str, str]:
    stage = {"before": gettext("Before the repair"), "after": gettext("After the repair")}.get(photo.kind, "")
    base = url_for("cases_desk.photo", number=case.number, token=photo.token)
    return {"thumb": f"{base}?size=thumb", "url": base, "alt": stage or gettext("Photo of the place"), "stage": stage}
