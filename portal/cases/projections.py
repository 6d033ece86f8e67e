"""What leaves, listed by name: the public, an agency, a contractor. Nothing that is not written here goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.cases import labels, queries, urging
from portal.cases.handing import handler_words
from portal.cases.models import Case, CaseEvent
from portal.cases.services import may_see_name
from portal.core.formatting import listed
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import UNANSWERED_STATUSES, CaseTrack
from portal.domain.doors import without_doors


@dataclass(frozen=True)
class PublicCase:
    """A case its author released: no name, no door, masked words only once staff wrote the title."""

    number: str
    title: str
    words: str
    category: str
    building: str
    submitted_at: datetime
    status_key: str
    outcome: str
    unit: str
    followers: int
    promise_due: datetime

    @classmethod
    def of(cls, case: Case) -> "PublicCase":
        return cls(
            number=case.number,
            title=queries.public_title(case),
            words=without_doors(case.words) if case.is_titled else "",
            category=case.category.name,
            building=case.building.full_name,
            submitted_at=case.submitted_at,
            status_key=queries.public_status(case),
            outcome=labels.outcome_key(case),
            unit=case.agency.short_name if case.agency else "",
            followers=case.followers,
            promise_due=case.promise_due,
        )


# What a neighbour may read of the timeline: where it went and how it ended; no words of the author, no question to them.
PUBLIC_DEEDS = {
    "submitted": _l("Reported"),
    "registered": _l("Reported"),
    "accept": _l("Taken on"),
    "assign": _l("Passed to a unit"),
    "contact": _l("The unit got in touch"),
    "reply": _l("Answered"),
    "solve": _l("Solved on the spot"),
    "dispute": _l("Not solved yet, handled again"),
    "confirm": _l("The resident says: solved"),
    "callback": _l("Called back"),
    "silence_close": _l("Ended without an answer from the resident"),
    "refuse": _l("Not handled here"),
    "merge": _l("Handled together with another report of the same"),
    "unmerge": _l("Handled by itself again"),
}


@dataclass(frozen=True)
class PublicStep:
    """One step of the public timeline; `say` only for the unit's own answer, masked."""

    text: str
    unit: str
    at: datetime
    say: str

    @classmethod
    def all_of(cls, case: Case, events: Sequence[CaseEvent]) -> "list[PublicStep]":
        """Newest first."""
        return [cls._of(event) for event in reversed(events) if event.deed in PUBLIC_DEEDS]

    @classmethod
    def _of(cls, event: CaseEvent) -> "PublicStep":
        answer = event.deed in {"reply", "solve"} and event.text is not None
        return cls(
            text=str(PUBLIC_DEEDS[event.deed]),
            unit=event.agency.short_name if event.agency else "",
            at=event.at,
            say=without_doors(event.text.words) if answer and event.text else "",
        )


@dataclass(frozen=True)
class ContractorCase:
    """What the contractor sees: place, masked words and the date, nothing else."""

    number: str
    title: str
    words: str
    place: str
    building: str
    category: str
    status_key: str
    outcome: str
    danger: bool
    revision: int

    @classmethod
    def of(cls, case: Case) -> "ContractorCase":
        return cls(**_of_the_matter(case))


@dataclass(frozen=True)
class AgencyCase(ContractorCase):
    """What the unit that works a case sees of it; a name never, a phone only through `services.reveal`."""

    level: str
    submitted_at: datetime
    unit: str
    executor: str
    co_units: str
    handler: str
    times_assigned: int
    urges: int
    pressing: bool
    followers: int
    has_phone: bool

    @classmethod
    def of(cls, case: Case) -> "AgencyCase":
        return cls(**_of_the_matter(case), **_of_the_work(case), has_phone=case.phone_shared and _has_phone(case))


@dataclass(frozen=True)
class OfficeCase(AgencyCase):
    """What community, street, district, hotline and inspection see: how it came, and what to call the resident."""

    called: str
    source: str
    hotline_number: str
    wants_sms: bool
    shares_phone: bool
    is_public: bool
    concerned: str
    is_conflict: bool
    is_sealed: bool

    @classmethod
    def of(cls, case: Case, actor: Actor) -> "OfficeCase":  # type: ignore[override]
        return cls(
            **_of_the_matter(case),
            **_of_the_work(case),
            has_phone=_has_phone(case),
            called=(case.called or "") if may_see_name(actor) else "",
            source=str(labels.SOURCES[case.source]),
            hotline_number=case.hotline_number or "",
            wants_sms=case.sms,
            shares_phone=case.phone_shared,
            is_public=case.is_public,
            concerned=case.concerned.name if case.concerned else "",
            is_conflict=case.track is CaseTrack.CONFLICT,
            is_sealed=case.track is CaseTrack.SEALED,
        )


def _of_the_matter(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title,
        "words": words_for_staff(case),
        "place": case.place,
        "building": case.building.full_name,
        "category": case.category.name,
        "status_key": str(case.status),
        "outcome": labels.outcome_key(case),
        "danger": case.danger,
        "revision": case.revision,
    }


def _of_the_work(case: Case) -> dict[str, Any]:
    return {
        "level": str(labels.LEVELS[case.level]),
        "submitted_at": case.submitted_at,
        "unit": case.agency.name if case.agency else "",
        "executor": case.executor.name if case.executor else "",
        "co_units": listed(unit.name for unit in case.co_units),
        "handler": handler_words(case),
        "times_assigned": case.times_assigned,
        "urges": case.urges if case.status in UNANSWERED_STATUSES else 0,
        "pressing": urging.is_pressing(case),
        "followers": case.followers,
    }


def _has_phone(case: Case) -> bool:
    return case.phone_index is not None


def words_for_staff(case: Case) -> str:
    """Masked; a sealed case in its own key, for the discipline inspection alone (visibility has decided that)."""
    return (case.sealed or "") if case.track is CaseTrack.SEALED else case.words
