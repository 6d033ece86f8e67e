"""How a report becomes a case: from a resident's draft, from the desk for somebody on the phone, or joining a neighbour's."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal.audit import journal
from portal.cases import counting, notifications, searching
from portal.cases.clocks import set_due
from portal.cases.deeds import deed
from portal.cases.models import Case, CaseEvent, CaseFollower, CaseSequence, Source
from portal.cases.taxonomy import category
from portal.cases.visibility import districts, superiors
from portal.core import clock, crypto
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseStatus, CaseTrack
from portal.domain.case_routing import superior_of
from portal.domain.categories import default_level2, track_of
from portal.domain.codes import REF_LENGTH, case_number, case_secret, new_code, random_case_number
from portal.domain.errors import DomainError
from portal.domain.levels import Level
from portal.domain.personal_data import mask, mask_name
from portal.media import services as media
from portal.media.models import Owner, Photo
from portal.places.models import Building, Community, Compound

TITLE_LENGTH = 24
UP_TO_STREET = joinedload(Building.compound).joinedload(Compound.community).joinedload(Community.street)


@dataclass(frozen=True)
class Report:
    """Everything a report needs, however it came. `phone` is E.164 or None; `words` as typed."""

    building_id: int
    category: str
    words: str
    place: str = ""
    danger: bool = False
    concerned_id: int | None = None
    phone: str | None = None
    called: str = ""
    sms: bool = True
    phone_shared: bool = False
    is_public: bool = False
    source: Source = Source.WEB
    hotline_number: str = ""
    held: bool = False
    photos: Sequence[Photo] = field(default_factory=tuple)


def submit(actor: Actor, report: Report) -> Case:
    """Number it, promise dates, keep the photos, tell author and desk. Flushes."""
    building = db.session.get_one(Building, report.building_id, options=(UP_TO_STREET,))
    case = _new_case(actor, report, building)
    db.session.add(case)
    db.session.flush()
    set_committed_value(case, "exclusion", None)  # known without a look: nobody has left it out yet
    if report.photos:
        media.move(report.photos, Owner("case", case.id))
    searching.keep(case, is_new=True)
    event = _first_event(actor, case, report)
    notifications.tell(case, event, actor)
    counting.apply(Counter(), counting.contributions_of(case))
    journal.record("case:submitted", actor, case.subject, status=case.status, words=crypto.digest(report.words)[:32])
    return case


def _new_case(actor: Actor, report: Report, building: Building) -> Case:
    track = track_of(report.category)
    case = Case(
        ref=new_code(REF_LENGTH),
        secret=case_secret(report.phone),
        track=track,
        status=CaseStatus.HELD if report.held else CaseStatus.SUBMITTED,
        source=report.source,
        hotline_number=report.hotline_number or None,
        registered_by=actor.id if actor.is_staff else actor.assisted_by,
        building=building,
        asked_category=report.category,
        category_code=default_level2(report.category),
        danger=report.danger,
        phone=report.phone,
        phone_index=crypto.blind_index(report.phone) if report.phone else None,
        called=report.called or None,
        sms=report.sms and report.phone is not None,
        phone_shared=report.phone_shared and report.phone is not None,
        is_public=report.is_public and track is CaseTrack.ORDINARY,
        concerned_id=report.concerned_id if track is CaseTrack.CONFLICT else None,
        submitted_at=clock.now(),
    )
    _number(case)
    case.category = found = category(case.category_code)
    _set_words(case, report)
    case.level = Level.A if report.danger and track is CaseTrack.ORDINARY else found.level
    set_due(case)
    if track is CaseTrack.CONFLICT:
        case.agency_id = superior_of(superiors(), report.concerned_id, districts())
    return case


def _number(case: Case) -> None:
    """Accusations have random numbers, so that no gap in the day's sequence shows that one exists (D2)."""
    day = clock.local(case.submitted_at).date()
    prefix = settings().number_prefix
    if case.track is CaseTrack.ORDINARY:
        case.number = case_number(prefix, day, _next_of(day))
    else:
        case.number = random_case_number(prefix, day)


def _next_of(day: date) -> int:
    statement = upsert(CaseSequence).values(day=day, last=1)
    statement = statement.on_conflict_do_update(index_elements=["day"], set_={"last": CaseSequence.last + 1})
    return int(db.session.execute(statement.returning(CaseSequence.last)).scalar_one())


def _set_words(case: Case, report: Report) -> None:
    if case.track is CaseTrack.SEALED:
        case.words, case.title, case.place = "", "", ""
        case.sealed = f"{report.place}\n{report.words}" if report.place else report.words
        return
    case.original = report.words
    case.words = mask_name(mask(report.words), report.called)
    case.place = mask_name(mask(report.place), report.called)
    case.title = title_from(case.words) or case.category.name


def title_from(words: str) -> str:
    """The first clause, at most 24 characters; staff may write a better one before it is shown in public."""
    first = re.split(r"[\n。！？!?；;]", words.strip(), maxsplit=1)[0].strip("，, ")
    if len(first) <= TITLE_LENGTH:
        return first
    cut = first[:TITLE_LENGTH]
    at = max(cut.rfind("，"), cut.rfind(","))
    return cut[:at] if at >= 6 else cut[: TITLE_LENGTH - 1] + "…"


def _first_event(actor: Actor, case: Case, report: Report) -> CaseEvent:
    event = CaseEvent(
        case_id=case.id,
        at=case.submitted_at,
        deed="registered" if actor.is_staff else "submitted",
        by="staff" if actor.is_staff else "author",
        post_id=actor.id if actor.is_staff else None,
        agency_id=actor.agency_id if actor.is_staff else None,
        status=case.status,
        public=True,
        facts={"source": str(case.source), "held": report.held},
    )
    db.session.add(event)
    db.session.flush()
    return event


def join(actor: Actor, case: Case, *, phone: str | None, device: str, sms: bool = True) -> CaseFollower:
    """我也遇到了: counted once per number or device; with a number they are told like the author."""
    index = crypto.blind_index(phone) if phone else None
    known = _already(case, index, crypto.hmac_code(device, "device"))
    if known is not None:
        return known
    if index is not None and index == case.phone_index:
        raise DomainError("You reported this yourself. You can follow it with your query code.")
    follower = CaseFollower(
        case_id=case.id,
        ref=new_code(REF_LENGTH),
        secret=case_secret(phone),
        phone=phone,
        phone_index=index,
        device=crypto.hmac_code(device, "device"),
        sms=sms and phone is not None,
        joined_at=clock.now(),
    )
    with deed(actor, case, CaseAction.JOIN, public=False) as step:
        db.session.add(follower)
        db.session.flush()
        step.note(follower=follower.id)
        case.followers = case.followers + 1
    return follower


def _already(case: Case, index: str | None, device: str) -> CaseFollower | None:
    same = CaseFollower.device == device
    if index is not None:
        same = same | (CaseFollower.phone_index == index)
    return db.session.scalar(select(CaseFollower).where(CaseFollower.case_id == case.id, same))
