"""What the resident does with their own case: add, withdraw, judge, rate. Never from a browser with a staff session."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from portal.cases import handing, supervising
from portal.cases.deeds import deed
from portal.cases.models import Case, CaseEvent, CaseRating, RatingText, Satisfaction
from portal.cases.services import reopen
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_closing import RATING_CHANGE_DAYS
from portal.domain.case_lifecycle import CaseAction, CaseOutcome, CaseStatus, ReplyResult
from portal.domain.errors import DomainError
from portal.domain.personal_data import mask
from portal.media.models import PhotoKind
from portal.media.services import Picture


def add(actor: Actor, case: Case, words: str, photos: Sequence[Picture] = ()) -> None:
    """补充情况; when a question was asked, it is the answer and the work goes on."""
    action = CaseAction.ANSWER if case.status is CaseStatus.NEED_INFO else CaseAction.ADD
    with deed(actor, case, action, author=True) as step:
        step.say(words)
        step.show(photos, PhotoKind.REPORT)
        if action is CaseAction.ANSWER:
            case.asked_in, case.answer_by = None, None


def withdraw(actor: Actor, case: Case) -> None:
    with deed(actor, case, CaseAction.WITHDRAW, author=True):
        pass


def confirm(actor: Actor, case: Case) -> None:
    """解决了. When the unit itself said it cannot be solved yet, the resident accepts the explanation (已说明，暂没解决)."""
    with deed(actor, case, CaseAction.CONFIRM, author=True):
        unsolved = last_result(case) is ReplyResult.NOT_YET
        case.outcome = CaseOutcome.EXPLAINED if unsolved else CaseOutcome.RESOLVED
        case.solved_halves = 0 if unsolved else 2


def last_result(case: Case) -> ReplyResult | None:
    facts = db.session.scalar(
        select(CaseEvent.facts)
        .where(CaseEvent.case_id == case.id, CaseEvent.deed.in_(("reply", "solve")))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )
    return ReplyResult(str(facts["result"])) if facts and "result" in facts else None


def dispute(actor: Actor, case: Case, words: str, photos: Sequence[Picture] = ()) -> None:
    """没解决，重新办: open again, a new promise, the old clock."""
    with deed(actor, case, CaseAction.DISPUTE, author=True) as step:
        step.say(words)
        step.show(photos, PhotoKind.REPORT)
        case.solved_halves = 0
        if case.status is CaseStatus.CLOSED:
            handing.to_somebody_else(case, step)
        elif case.merged_into_id is not None:
            _take_over(case, db.session.get_one(Case, case.merged_into_id))
        reopen(case, step)
    supervising.after_no(case)


def _take_over(case: Case, main: Case) -> None:
    """Not solved for this reporter: it goes on by itself with the unit that answered, on its own old clock."""
    case.agency_id, case.executor_id, case.handler_id = main.agency_id, main.executor_id, main.handler_id
    case.co_units = list(main.co_units)
    case.times_assigned, case.assigned_at = max(case.times_assigned, 1), case.assigned_at or main.assigned_at
    case.accepted_at = case.accepted_at or main.accepted_at


def rate(actor: Actor, case: Case, *, solved_halves: int | None, satisfaction: Satisfaction, words: str = "") -> None:
    """One rating; a change within seven days is a new entry beside the first (ux.md §3.23)."""
    first = db.session.scalar(select(CaseRating).where(CaseRating.case_id == case.id).order_by(CaseRating.id).limit(1))
    if first is not None and clock.now() > first.at + timedelta(days=RATING_CHANGE_DAYS):
        raise DomainError(
            "You rated this before. A rating can be changed within %(days)s days.", days=RATING_CHANGE_DAYS
        )
    with deed(actor, case, CaseAction.RATE, author=True, public=False) as step:
        rating = CaseRating(case_id=case.id, at=step.at, solved_halves=solved_halves, satisfaction=satisfaction)
        db.session.add(rating)
        db.session.flush()
        if words:
            db.session.add(RatingText(rating_id=rating.id, words=mask(words)))
        case.rating, case.rated_at = satisfaction, step.at
        if solved_halves is not None:
            case.solved_halves = solved_halves
        step.note(rating=rating.id)
    if satisfaction is Satisfaction.UNSATISFIED:
        supervising.after_no(case)


def ratings_of(case: Case) -> Sequence[CaseRating]:
    return db.session.scalars(select(CaseRating).where(CaseRating.case_id == case.id).order_by(CaseRating.id)).all()
