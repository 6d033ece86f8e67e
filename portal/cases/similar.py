"""Open cases of the building that may be the same matter, with enough of each to judge."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cn2an import transform
from flask import url_for
from flask_babel import gettext
from rapidfuzz import fuzz
from sqlalchemy import select

from portal.cases import labels, queries
from portal.cases.models import Case
from portal.core import clock
from portal.core.extensions import db
from portal.domain.case_lifecycle import OPEN_STATUSES, CaseStatus, CaseTrack
from portal.domain.doors import entrance_in, without_doors
from portal.media.models import Photo
from portal.media.queries import photos_by_owner

WINDOW = timedelta(days=60)
ALIKE = 60  # of 100; rapidfuzz partial ratio after Chinese numerals became digits
MOST = 3


@dataclass(frozen=True)
class SimilarCase:
    """Title and words stand only where the author agreed to publication; else category and place category."""

    number: str
    title: str
    words: str
    place: str
    submitted_at: datetime
    status_key: str
    sentence: str
    others: int
    photos: list[dict[str, str]]


def similar_cases(building_id: int, category: str, words: str, place: str) -> list[SimilarCase]:
    """At most three, the likeliest first."""
    scored = [(score(case, category, words, place), case) for case in _candidates(building_id)]
    found = [case for points, case in sorted(scored, key=lambda pair: -pair[0]) if points >= ALIKE][:MOST]
    photos = photos_by_owner("case", [case.id for case in found])
    return [_shown(case, photos.get(str(case.id), [])) for case in found]


def _candidates(building_id: int) -> list[Case]:
    """Only ordinary cases: a complaint about a unit or an accusation never appears anywhere (D12)."""
    statement = (
        select(Case)
        .where(
            Case.building_id == building_id,
            Case.track == CaseTrack.ORDINARY,
            Case.status.in_(OPEN_STATUSES - {CaseStatus.HELD}),
            Case.submitted_at > clock.now() - WINDOW,
        )
        .order_by(Case.submitted_at.desc())
        .options(*queries.LOADED)
        .limit(60)
    )
    return list(db.session.scalars(statement))


def score(case: Case, category: str, words: str, place: str) -> float:
    """The words decide; the same category and the same place add to them."""
    alike = fuzz.partial_ratio(_plain(words), _plain(case.words)) if words and case.words else 0.0
    same_category = 35 if case.asked_category == category else 0
    near = fuzz.ratio(_plain(place), _plain(case.place)) * 0.3 if place and case.place else 0.0
    return 0.7 * alike + same_category + near


def _plain(words: str) -> str:
    """Without blanks, Chinese numerals as digits: 三号楼 and 3 号楼 are the same place."""
    squeezed = "".join(words.split())
    try:
        return str(transform(squeezed, "cn2an"))
    except (ValueError, IndexError):
        return squeezed


def _shown(case: Case, photos: list[Photo]) -> SimilarCase:
    open_words = case.is_public and case.is_titled  # staff have read it: until then it may name people
    return SimilarCase(
        number=case.number,
        title=without_doors(case.title) if open_words else case.category.name,
        words=without_doors(case.words) if open_words else "",
        place=" ".join(filter(None, [case.building.full_name, entrance_in(case.place)])),
        submitted_at=case.submitted_at,
        status_key=queries.public_status(case),
        sentence=labels.sentence(case),
        others=case.followers,
        photos=[shown(photo, case.number) for photo in photos if photo.released][:2] if open_words else [],
    )


def shown(photo: Photo, number: str) -> dict[str, str]:
    """A released photo at its public address, for the photo strip."""
    url = url_for("cases_public.photo", number=number, token=photo.token)
    return {"thumb": f"{url}?size=thumb", "url": url, "alt": gettext("Photo of the place"), "stage": ""}


def shown_alone(case: Case) -> SimilarCase:
    """The same card for the page that joins it."""
    return _shown(case, photos_by_owner("case", [case.id]).get(str(case.id), []))
