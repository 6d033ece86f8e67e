"""What leaves, listed by name: the public, an agency, a contractor. Nothing that is not written here goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from portal.cases import labels, queries
from portal.cases.models import Case, CaseEvent
from portal.domain.case_lifecycle import CaseTrack


@dataclass(frozen=True)
class PublicCase:
    """A case its author released: no name, no door, masked words only once staff wrote the title."""

    number: str
    title: str
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
            say=event.text.words if answer and event.text else "",
        )


@dataclass(frozen=True)
class AgencyCase:
    """What the unit that works a case sees of it; a name never, a phone only through `services.reveal`."""

    number: str
    title: str
    words: str
    place: str
    building: str
    category: str
    level: str
    submitted_at: datetime
    promise_due: datetime
    may_phone: bool

    @classmethod
    def of(cls, case: Case) -> "AgencyCase":
        return cls(
            number=case.number,
            title=case.title,
            words=case.words,
            place=case.place,
            building=case.building.full_name,
            category=case.category.name,
            level=case.level,
            submitted_at=case.submitted_at,
            promise_due=case.promise_due,
            may_phone=case.phone_shared and case.phone_index is not None,
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
    promise_due: datetime

    @classmethod
    def of(cls, case: Case) -> "ContractorCase":
        building = case.building.full_name
        return cls(case.number, case.title, case.words, case.place, building, case.category.name, case.promise_due)


def words_for_staff(case: Case) -> str:
    """Masked; a sealed case in its own key, for the discipline inspection alone (visibility has decided that)."""
    return (case.sealed or "") if case.track is CaseTrack.SEALED else case.words
