"""Finding cases: by code, by number, for an officer, for the public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.cases import labels, searching
from portal.cases.exclusion_models import CaseExclusion
from portal.cases.models import Case, CaseEvent, CaseFollower
from portal.cases.visibility import helped_by, in_sight_of, visible_to
from portal.core import clock, crypto
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_lifecycle import OPEN_STATUSES, UNANSWERED_STATUSES, CaseStatus, CaseTrack
from portal.domain.deadlines import due_day
from portal.domain.errors import NotFound
from portal.domain.levels import Level
from portal.domain.local_time import end_of_day
from portal.domain.roles import Role
from portal.identity import deputies
from portal.places.models import Agency, Building, Compound

HIDDEN_FROM_PUBLIC = (CaseStatus.HELD, CaseStatus.INVALID, CaseStatus.WITHDRAWN)
LOADED = (
    joinedload(Case.building).joinedload(Building.compound),
    joinedload(Case.agency),
    joinedload(Case.category),
    joinedload(Case.extension),
    joinedload(Case.order),
    joinedload(Case.suspension),
    joinedload(Case.exclusion),
)


@dataclass(frozen=True)
class Opened:
    """A case opened with its codes: by its author, or by a neighbour who follows it."""

    case: Case
    follower: CaseFollower | None = None

    @property
    def is_author(self) -> bool:
        return self.follower is None

    @property
    def ref(self) -> str:
        """The 查询码 it was opened with."""
        return self.follower.ref if self.follower else self.case.ref


OPENED = (*LOADED, joinedload(Case.building).joinedload(Building.compound).joinedload(Compound.community))


def by_ref(ref: str) -> Opened | None:
    """The case behind a 查询码, whether the author's or a follower's."""
    case = db.session.scalar(select(Case).where(Case.ref == ref).options(*OPENED))
    if case is not None:
        return Opened(case)
    follower = db.session.scalar(select(CaseFollower).where(CaseFollower.ref == ref))
    return Opened(db.session.get_one(Case, follower.case_id, options=OPENED), follower) if follower else None


def secret_of(opened: Opened) -> str:
    return opened.follower.secret if opened.follower else opened.case.secret


def building(building_id: int) -> Building:
    """With its compound and community, for pages that name and call them."""
    loaded = joinedload(Building.compound).joinedload(Compound.community)
    return db.session.get_one(Building, building_id, options=(loaded,))


def joinable(number: str) -> Case | None:
    """An open ordinary case that a neighbour may join."""
    statement = select(Case).where(
        Case.number == number.upper(),
        Case.track == CaseTrack.ORDINARY,
        Case.status.in_(OPEN_STATUSES - {CaseStatus.HELD}),
    )
    return db.session.scalar(statement.options(*LOADED))


def belongs_to(opened: Opened, phone_index: str | None) -> bool:
    """Whether a resident signed in with this number need not type the 校验码."""
    owner = opened.follower.phone_index if opened.follower else opened.case.phone_index
    return phone_index is not None and owner == phone_index


def events_of(case: Case, *, public_only: bool = False) -> Sequence[CaseEvent]:
    """The timeline, oldest first, with units, officers and words in a constant number of queries."""
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    if public_only:
        statement = statement.where(CaseEvent.public)
    options = (joinedload(CaseEvent.agency), joinedload(CaseEvent.text), joinedload(CaseEvent.post))
    return db.session.scalars(statement.options(*options)).all()


def case_for(actor: Actor, number: str) -> Case:
    """NotFound both when there is none and when this officer may not know of it."""
    statement = select(Case).where(Case.number == number.upper(), in_sight_of(actor))
    options = (*LOADED, joinedload(Case.executor), joinedload(Case.co_units), joinedload(Case.handler))
    found = db.session.scalars(statement.options(*options)).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such case, or it is not in your area.")
    return found


def cases_of_phone(phone_index: str) -> Select[Case]:
    return select(Case).where(Case.phone_index == phone_index).options(*LOADED)


def followed_by(phone_index: str) -> Sequence[CaseFollower]:
    statement = select(CaseFollower).where(CaseFollower.phone_index == phone_index).order_by(CaseFollower.id.desc())
    return db.session.scalars(statement.options(joinedload(CaseFollower.case).options(*LOADED)).limit(50)).all()


# --- the public ---------------------------------------------------------------------------------------------------


def public_cases(building_id: int | None = None, compound_id: int | None = None) -> Select[Case]:
    """Cases whose author agreed to publication; everything about persons stays out (projections.PublicCase)."""
    statement = select(Case).where(
        Case.is_public, Case.track == CaseTrack.ORDINARY, Case.status.not_in(HIDDEN_FROM_PUBLIC)
    )
    if building_id is not None:
        statement = statement.where(Case.building_id == building_id)
    if compound_id is not None:
        statement = statement.where(Case.building.has(Building.compound_id == compound_id))
    return statement.options(*LOADED)


@dataclass(frozen=True)
class RecentCase:
    """A line on the building's page."""

    number: str
    title: str
    day: datetime
    unit: str
    status_key: str
    outcome: str


def recent_public(building_id: int, limit: int = 3) -> list[RecentCase]:
    statement = public_cases(building_id).order_by(Case.submitted_at.desc()).limit(limit)
    return [
        RecentCase(
            case.number,
            public_title(case),
            case.submitted_at,
            case.agency.short_name if case.agency else "",
            public_status(case),
            labels.outcome_key(case),
        )
        for case in db.session.scalars(statement)
    ]


def public_title(case: Case) -> str:
    """The title a member of staff wrote; until then the category, because a resident's own words may name people."""
    return case.title if case.is_titled else case.category.name


def public_status(case: Case) -> str:
    return "overdue" if is_overdue(case) else "extended" if is_extended(case) else str(case.status)


def is_extended(case: Case) -> bool:
    """Worked under a later day that was approved; a reopened case has a promise of its own again."""
    found = case.extension
    granted = found is not None and found.state is ExtensionState.APPROVED and found.until == due_day(case.promise_due)
    return granted and case.status in {CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS}


# --- the desk -----------------------------------------------------------------------------------------------------


def is_overdue(case: Case) -> bool:
    return case.status in UNANSWERED_STATUSES and case.promise_due < clock.now()


def overdue() -> ColumnElement[bool]:
    return and_(Case.status.in_(UNANSWERED_STATUSES), Case.promise_due < clock.now())


def due_soon() -> ColumnElement[bool]:
    """Due within one working day (ux.md §3.17) and not over it yet."""
    limit = end_of_day(working_calendar().add_working_days(clock.today(), 1))
    return and_(Case.status.in_(UNANSWERED_STATUSES), Case.promise_due >= clock.now(), Case.promise_due <= limit)


def excluded() -> ColumnElement[bool]:
    """Left out of every rate by approval (剔除)."""
    approved = CaseExclusion.state == ExclusionState.APPROVED
    return and_(Case.track == CaseTrack.ORDINARY, Case.id.in_(select(CaseExclusion.case_id).where(approved)))


def in_hand_of(actor: Actor) -> ColumnElement[bool]:
    """What lies with this person, and with whoever they stand in for today (代)."""
    return Case.handler_id.in_([actor.id or 0, *deputies.stands_in_for(actor)])


def filter_of(name: str, actor: Actor) -> ColumnElement[bool]:
    """The left-hand filters of the desk; an unknown name shows what is open."""
    match name:
        case "urgent":
            return and_(Case.status.in_(UNANSWERED_STATUSES), Case.level.in_((Level.A, Level.B)))
        case "held":
            return Case.status == CaseStatus.HELD
        case "submitted":
            return Case.status == CaseStatus.SUBMITTED
        case "accepted":
            return Case.status == CaseStatus.ACCEPTED
        case "returned":
            return Case.status == CaseStatus.RETURNED
        case "assigned":
            return Case.status == CaseStatus.ASSIGNED
        case "in_progress":
            return Case.status.in_((CaseStatus.IN_PROGRESS, CaseStatus.REOPENED))
        case "due_soon":
            return due_soon()
        case "overdue":
            return overdue()
        case "need_info":
            return Case.status == CaseStatus.NEED_INFO
        case "suspended":
            return Case.status == CaseStatus.SUSPENDED
        case "replied":
            return Case.status == CaseStatus.REPLIED
        case "unsatisfied":
            return or_(Case.rating == "unsatisfied", Case.status == CaseStatus.REOPENED)
        case "mine":
            return and_(Case.status.in_(OPEN_STATUSES), in_hand_of(actor)) if actor.id else false()
        case "helping":
            return and_(Case.status.in_(OPEN_STATUSES), helped_by(actor))
        case "excluded":
            return excluded()
        case "closed":
            return Case.status.not_in(OPEN_STATUSES)
        case "all":
            return true()
        case _:
            return Case.status.in_(OPEN_STATUSES)


FILTER_NAMES = (
    "urgent", "held", "submitted", "accepted", "returned", "assigned", "in_progress", "due_soon", "overdue", "need_info", "replied",
    "unsatisfied", "suspended",
)  # fmt: skip


def desk_counts(actor: Actor) -> dict[str, int]:
    """How many cases stand behind each filter, in one query over open cases (and the unsatisfied); helping apart."""
    columns = [func.count().filter(filter_of(name, actor)).label(name) for name in FILTER_NAMES]
    relevant = or_(Case.status.in_(OPEN_STATUSES), Case.rating == "unsatisfied")
    row = db.session.execute(select(*columns).where(visible_to(actor), relevant)).one()
    counts = {name: int(getattr(row, name)) for name in FILTER_NAMES}
    return counts | {"helping": _count_helping(actor)} if actor.role is Role.AGENCY else counts


def _count_helping(actor: Actor) -> int:
    return db.session.scalar(select(func.count()).select_from(Case).where(filter_of("helping", actor))) or 0


@dataclass(frozen=True)
class DeskSearch:
    """The desk's filters, as typed in the address."""

    show: str = ""
    text: str = ""
    compound_id: int | None = None
    building_id: int | None = None
    category: str = ""
    agency_id: int | None = None
    source: str = ""


def desk_cases(actor: Actor, search: DeskSearch) -> Select[Case]:
    more = search.text or search.show in {"helping", "all"}
    statement = select(Case).where(in_sight_of(actor) if more else visible_to(actor))
    statement = statement.where(true() if search.text else filter_of(search.show, actor))
    if search.text:
        statement = statement.where(searching.matching(search.text))
    if search.compound_id:
        statement = statement.where(Case.building.has(Building.compound_id == search.compound_id))
    if search.building_id:
        statement = statement.where(Case.building_id == search.building_id)
    if search.category:
        statement = statement.where(Case.category_code == search.category)
    if search.agency_id:
        statement = statement.where(Case.agency_id == search.agency_id)
    if search.source:
        statement = statement.where(Case.source == search.source)
    return statement.options(*LOADED, joinedload(Case.handler), selectinload(Case.executor))


def reports_since(phone: str, since: datetime) -> int:
    statement = select(func.count()).where(Case.phone_index == crypto.blind_index(phone), Case.submitted_at >= since)
    return int(db.session.scalar(statement) or 0)


def concernable(building: Building) -> Sequence[Agency]:
    """Units a resident may complain about (反映谁): all that have somebody above them to handle it."""
    statement = select(Agency).where(Agency.retired_at.is_(None), Agency.superior_id.is_not(None))
    return db.session.scalars(statement.order_by(Agency.kind, Agency.id)).all()
