"""The figures of the dashboard: sums of counters, never a scan over cases, within the viewer's scope."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from portal.cases.models import STANDING, Case, CaseCount
from portal.cases.queries import overdue
from portal.cases.visibility import visible_to
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_figures import Measure, left_out, standing
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.domain.roles import Role
from portal.places.models import Building, Community, Compound

Totals = dict[str, int]
WORKING = tuple(
    standing(status)
    for status in (
        CaseStatus.ACCEPTED,
        CaseStatus.ASSIGNED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.REOPENED,
        CaseStatus.NEED_INFO,
    )
)
OUT_OF_DUE = tuple(left_out(Measure.DUE, kind) for kind in ExclusionKind)
# What is due today is not late yet, and what was left out of it stands on the same day.
FROM_TOMORROW = (Measure.DUE, Measure.REPLIED_IN_TIME, *OUT_OF_DUE)
TO_ACCEPT = (standing(CaseStatus.SUBMITTED),)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted; `before` is as long and ends the day before."""

    key: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> "Period":
        length = self.last - self.first
        return Period(self.key, self.first - length - timedelta(days=1), self.first - timedelta(days=1))


def period(key: str, today: date) -> Period:
    """本周 / 本月 / 本季 / 近30天, up to today."""
    starts = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": date(today.year, 3 * ((today.month - 1) // 3) + 1, 1),
    }
    return Period(key, starts[key], today) if key in starts else Period("30", today - timedelta(days=29), today)


@dataclass(frozen=True)
class Choice:
    """What the viewer chose to look at."""

    period: Period
    compound_id: int | None = None
    category: str = ""
    agency_id: int | None = None


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Counters of the viewer's places; a unit sees its own; accusations are in nobody's counters (D12)."""
    if actor.scope.everywhere or actor.is_district_wide:
        return true()
    if actor.role is Role.AGENCY:
        return CaseCount.agency_id == actor.agency_id
    if actor.role not in {Role.COMMUNITY, Role.STREET}:
        return false()
    places = (
        select(Building.id)
        .join(Compound)
        .join(Community)
        .where(or_(Community.id.in_(actor.scope.community_ids), Community.street_id.in_(actor.scope.street_ids)))
    )
    return CaseCount.building_id.in_(places)


def _chosen(actor: Actor, choice: Choice) -> ColumnElement[bool]:
    parts = [in_scope(actor)]
    if choice.compound_id:
        parts.append(CaseCount.building_id.in_(select(Building.id).where(Building.compound_id == choice.compound_id)))
    if choice.category:
        parts.append(CaseCount.category_code == choice.category)
    if choice.agency_id:
        parts.append(CaseCount.agency_id == choice.agency_id)
    return and_(*parts)


def totals(actor: Actor, choice: Choice, span: Period) -> Totals:
    """measure → sum over the period and, for what stands open, now. What is due today is not late yet."""
    today = clock.today()
    within = and_(CaseCount.day >= span.first, CaseCount.day <= span.last)
    within = and_(within, or_(CaseCount.measure.not_in(FROM_TOMORROW), CaseCount.day < today))
    rows = db.session.execute(
        select(CaseCount.measure, func.sum(CaseCount.n))
        .where(_chosen(actor, choice), or_(within, CaseCount.day == STANDING))
        .group_by(CaseCount.measure)
    )
    return {measure: int(n) for measure, n in rows}


def daily(actor: Actor, choice: Choice) -> dict[str, list[int]]:
    """新收 and 办结 for each day of the period."""
    rows = db.session.execute(
        select(CaseCount.day, CaseCount.measure, func.sum(CaseCount.n))
        .where(
            _chosen(actor, choice),
            CaseCount.day >= choice.period.first,
            CaseCount.day <= choice.period.last,
            CaseCount.measure.in_((Measure.RECEIVED, Measure.CLOSED)),
        )
        .group_by(CaseCount.day, CaseCount.measure)
    )
    found = {(day, measure): int(n) for day, measure, n in rows}
    return {
        measure: [found.get((day, measure), 0) for day in choice.period.days]
        for measure in (Measure.RECEIVED, Measure.CLOSED)
    }


def by_category(actor: Actor, choice: Choice) -> list[tuple[str, int]]:
    """(category code, received in the period), most first."""
    rows = db.session.execute(
        select(CaseCount.category_code, func.sum(CaseCount.n).label("n"))
        .where(
            _chosen(actor, choice),
            CaseCount.day >= choice.period.first,
            CaseCount.day <= choice.period.last,
            CaseCount.measure == Measure.RECEIVED,
        )
        .group_by(CaseCount.category_code)
        .having(func.sum(CaseCount.n) > 0)
        .order_by(func.sum(CaseCount.n).desc(), CaseCount.category_code)
    )
    return [(code, int(n)) for code, n in rows]


def by_agency(actor: Actor, choice: Choice) -> dict[int, Totals]:
    """unit → measure → sum, over the period and what stands open now."""
    measures = (*FROM_TOMORROW, Measure.HANDLING_DAYS, Measure.HANDLED, Measure.CLOSED, *WORKING)
    within = and_(
        CaseCount.day >= choice.period.first,
        CaseCount.day <= choice.period.last,
        or_(CaseCount.measure.not_in(FROM_TOMORROW), CaseCount.day < clock.today()),
    )
    rows = db.session.execute(
        select(CaseCount.agency_id, CaseCount.measure, func.sum(CaseCount.n))
        .where(_chosen(actor, choice), CaseCount.measure.in_(measures), or_(within, CaseCount.day == STANDING))
        .group_by(CaseCount.agency_id, CaseCount.measure)
    )
    found: dict[int, Totals] = defaultdict(dict)
    for agency_id, measure, n in rows:
        found[agency_id][measure] = int(n)
    return dict(found)


@dataclass(frozen=True)
class Standing:
    """What stands open at one building now."""

    to_accept: int = 0
    working: int = 0
    due_soon: int = 0
    overdue: int = 0


def by_building(actor: Actor, choice: Choice) -> dict[int, Standing]:
    """待受理 / 办理中 / 快到期 / 已超期 for each building, from counters and the few cases due today."""
    today = clock.today()
    limit = working_calendar().add_working_days(today, 1)
    rows = db.session.execute(
        select(CaseCount.building_id, CaseCount.day, CaseCount.measure, func.sum(CaseCount.n))
        .where(
            _chosen(actor, choice),
            or_(
                and_(CaseCount.day == STANDING, CaseCount.measure.in_((*TO_ACCEPT, *WORKING))),
                and_(CaseCount.measure == Measure.OWING, CaseCount.day != STANDING, CaseCount.day <= limit),
            ),
        )
        .group_by(CaseCount.building_id, CaseCount.day, CaseCount.measure)
    )
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for building_id, day, measure, n in rows:
        sums[building_id][_column(measure, day, today)] += int(n)
    for building_id, n in late_today(actor, choice).items():
        sums[building_id][2] -= n
        sums[building_id][3] += n
    return {building_id: Standing(*values) for building_id, values in sums.items()}


def _column(measure: str, day: date, today: date) -> int:
    if measure in TO_ACCEPT:
        return 0
    if measure in WORKING:
        return 1
    return 3 if day < today else 2


def late_today(actor: Actor, choice: Choice) -> dict[int, int]:
    """Urgent cases whose hour passed today: the day's counter cannot know the hour."""
    midnight = datetime.combine(clock.today(), time(), clock.ZONE)
    statement = select(Case.building_id, func.count()).where(
        visible_to(actor), Case.track == CaseTrack.ORDINARY, overdue(), Case.promise_due > midnight
    )
    if choice.compound_id:
        statement = statement.where(Case.building.has(Building.compound_id == choice.compound_id))
    if choice.category:
        statement = statement.where(Case.category_code == choice.category)
    if choice.agency_id:
        statement = statement.where(Case.agency_id == choice.agency_id)
    return {row[0]: int(row[1]) for row in db.session.execute(statement.group_by(Case.building_id))}
