"""剔除 in the demo: one of each kind that was approved, one that was not agreed, two that wait for the district."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from portal.cases import excluding
from portal.cases.models import Case
from portal.cli.demo.staff import officer
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_statuses import CaseOutcome, CaseStatus, CaseTrack
from portal.identity import approvals
from portal.identity.models import StaffPost
from portal.identity.sessions import staff_actor
from portal.places.models import AgencyKind

K = ExclusionKind
CLOSED = Case.status == CaseStatus.CLOSED
NOT_SOLVED = CLOSED & (Case.outcome != CaseOutcome.RESOLVED)
NOBODY_THERE = CLOSED & Case.phone_index.is_(None) & (Case.outcome == CaseOutcome.NO_ANSWER)
PLAN = (
    (K.UNFOUNDED, CLOSED & Case.rating.is_not(None), "要求超出改造方案（演示）", ""),
    (K.DUPLICATE, Case.status == CaseStatus.MERGED, "和同楼邻居反映的是同一处，已并案，由主案统计（演示）", "已核对主案，同意。"),
    (K.ANONYMOUS, NOBODY_THERE, "窗口登记时没有留电话，回访不到人（演示）", "核对登记单，确实没留，同意。"),
    (K.LEGAL, NOT_SOLVED, "同一事项已由法院受理，按判决办（演示）", "看过受理通知书，同意。"),
    (K.UNFOUNDED, NOT_SOLVED, "要求改自家户内管线，不在改造范围，已当面说明两次（演示）", None),
    (K.LEGAL, NOT_SOLVED, "涉及邻里相邻权诉讼，正在审理（演示）", None),
)  # fmt: skip
NOT_AGREED = "楼道里的管线就在方案里，居民说得对，照常统计。"


def propose(end: datetime) -> None:
    """The last of each sort: proposed by the street of the place, decided by the district."""
    clock.travel(end)
    taken: list[int] = []
    for kind, which, reason, answer in PLAN:
        with writing():
            case = _last(which, taken)
            if case is None:
                continue
            taken.append(case.id)
            excluding.ask(_street(case), case, kind=kind, reason=reason)
            if answer is not None and case.exclusion is not None:
                yes = bool(answer)
                approvals.decide(case.exclusion.approval_id, yes, answer or NOT_AGREED, officer("district2"))


def _last(which: ColumnElement[bool], taken: list[int]) -> Case | None:
    """Not of those that the district itself worked: nobody could approve them."""
    statement = select(Case).where(which, Case.track == CaseTrack.ORDINARY, Case.id.not_in(taken))
    worked = statement.where(Case.agency.has(kind=AgencyKind.CENTRE) | Case.agency.has(kind=AgencyKind.PROPERTY))
    return db.session.scalars(worked.order_by(Case.id.desc()).limit(1)).first()


def _street(case: Case) -> Actor:
    agency_id = case.building.compound.community.street.agency_id
    at_unit = select(StaffPost).where(StaffPost.agency_id == agency_id).order_by(StaffPost.id).limit(1)
    return staff_actor(db.session.scalars(at_unit).one())
