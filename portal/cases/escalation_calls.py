"""电话清单: whom an urgent case that nobody takes on is for next, and who was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.cases import targets
from portal.cases.escalation_models import CaseEscalation, EscalationCall, Way
from portal.cases.models import Case
from portal.cases.visibility import unit_names
from portal.core import crypto
from portal.core.extensions import db
from portal.core.formatting import sms_span
from portal.domain.case_escalation import Ladder
from portal.domain.case_targets import CaseClock
from portal.domain.phones import PhoneError, is_mobile, parse_phone
from portal.domain.roles import Role
from portal.identity import deputies, shifts
from portal.identity.queries import posts_of
from portal.identity.shift_models import DutyShift
from portal.messaging.models import OutboxMessage
from portal.messaging.notify import Recipient, notify
from portal.places.models import Agency, AgencyKind

URGENT = "staff_urgent"


@dataclass(frozen=True)
class Station:
    """Those who are called together: a unit's contacts on duty of one rank; rank 0: a unit that has nobody on duty."""

    agency_id: int
    rank: int
    lines: Sequence[DutyShift] = ()


def next_station(case: Case, since: datetime, agency_ids: Sequence[int]) -> Station | None:
    """The first that was not told of this waiting yet; the units from the holder upwards, each by its roster of now."""
    told = _told(case, since)
    return next(
        (each for agency_id in agency_ids for each in _stations(agency_id) if (agency_id, each.rank) not in told), None
    )


def _told(case: Case, since: datetime) -> set[tuple[int, int]]:
    steps = CaseEscalation.of(case.id, Ladder.TAKING, since)
    rows = db.session.execute(select(CaseEscalation.agency_id, CaseEscalation.rank).where(steps))
    return {(row.agency_id, row.rank) for row in rows}


def _stations(agency_id: int) -> list[Station]:
    on_duty = shifts.now_on_duty(agency_id)
    ranks = sorted({line.rank for line in on_duty})
    found = [Station(agency_id, rank, [line for line in on_duty if line.rank == rank]) for rank in ranks]
    return found or [Station(agency_id, 0)]


def call(case: Case, row: CaseEscalation, station: Station) -> None:
    """Text them and write down whom; who has no mobile number stands on the list to be telephoned."""
    if not station.lines:
        _call_unit(case, row, station.agency_id)
    for line in station.lines:
        who = _reached(line)
        by_sms = is_mobile(who.phone)
        if by_sms:
            _text(case, row, Recipient(key_of(who.post_id, line.id), who.phone, True, who.name))
        found = EscalationCall(
            escalation_id=row.id,
            post_id=who.post_id,
            shift_id=line.id,
            name=who.name,
            phone=who.phone,
            way=Way.SMS if by_sms else Way.CALL,
        )
        db.session.add(found)


@dataclass(frozen=True)
class Reached:
    """Who answers for a line today: whoever stands in it, or who stands in for them."""

    post_id: int | None
    name: str
    phone: str


def _reached(line: DutyShift) -> Reached:
    deputy = deputies.deputy_of(line.post_id)
    if deputy is None:
        return Reached(line.post_id, line.name, line.phone)
    return Reached(deputy.id, f"{deputy.name}（代）"[:20], deputy.phone or line.phone)


def _call_unit(case: Case, row: CaseEscalation, agency_id: int) -> None:
    """Nobody stands in the roster: the unit's people, and its telephone."""
    for post in posts_of(agency_id):
        if post.role is Role.ADMIN or not post.phone:
            continue
        _text(case, row, Recipient.staff(post.id, post.phone, post.name))
        db.session.add(
            EscalationCall(escalation_id=row.id, post_id=post.id, name=post.name, phone=post.phone, way=Way.SMS)
        )
    unit = db.session.get_one(Agency, agency_id)
    db.session.add(EscalationCall(escalation_id=row.id, name=unit.short_name, phone=_number(unit.phone), way=Way.CALL))


def _number(text: str) -> str | None:
    try:
        return parse_phone(text) if text else None
    except PhoneError:
        return text or None


def key_of(post_id: int | None, shift_id: int | None) -> str:
    """An account's inbox; without an account the line itself, which nobody opens."""
    return f"staff:{post_id}" if post_id else f"duty:{shift_id}"


def _text(case: Case, row: CaseEscalation, recipient: Recipient) -> None:
    if row.step == 0 and _was_texted(case, row.anchor, recipient):
        return  # the same text, when it came
    values = {
        "code": case.number,
        "bldg": case.building.sms_name,
        "cat": case.category.short_name,
        "within": sms_span(targets.span(case, CaseClock.ALARM)),  # then the next one is called
    }
    notify(recipient, URGENT, values, subject=case.subject, link=f"/desk/cases/{case.number}")


def _was_texted(case: Case, since: datetime, recipient: Recipient) -> bool:
    assert recipient.number is not None
    same = (
        OutboxMessage.subject == case.subject,
        OutboxMessage.event == URGENT,
        OutboxMessage.number_index.in_(crypto.blind_indexes(recipient.number)),
        OutboxMessage.created_at >= since,
    )
    return db.session.scalar(select(OutboxMessage.id).where(*same).limit(1)) is not None


def unit_name(agency_id: int | None) -> str:
    return unit_names().get(agency_id or 0, "街道办")


def discipline() -> int | None:
    return db.session.scalar(select(Agency.id).where(Agency.kind == AgencyKind.DISCIPLINE).limit(1))
