"""A point of a conclusion becomes a case or an item of a ballot: in one step, the link kept both ways. All flush only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.ballots import preparing
from portal.ballots.models import Ballot, BallotItem
from portal.ballots.preparing import ItemWords
from portal.ballots.queries import ballots_for
from portal.cases import submitting
from portal.cases.models import Case, Source
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, ItemCategory
from portal.domain.case_statuses import CaseTrack
from portal.domain.categories import track_of
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.forum.topic_models import Conclusion, Point
from portal.links import edges
from portal.links.models import LinkKind
from portal.places.queries import buildings_for


def item_subject(item: BallotItem) -> str:
    return f"ballot-item:{item.id}"


def published_point(topic_id: int, position: int) -> Point:
    """Only what was published becomes something else."""
    statement = (
        select(Point)
        .join(Point.conclusion)
        .where(Conclusion.topic_id == topic_id, Conclusion.published_at.is_not(None), Point.position == position)
        .options(joinedload(Point.conclusion).joinedload(Conclusion.topic), joinedload(Point.agency))
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound("There is no such point.")
    return found


@dataclass(frozen=True)
class Errand:
    """What the case is to say. `category` is a resident's choice."""

    building_id: int
    category: str
    words: str


def to_case(actor: Actor, point: Point, errand: Errand) -> Case:
    """Registered by the community in everybody's name: public, without a phone."""
    _once(point, "case:")
    if errand.building_id not in {building.id for building in buildings_for(actor)}:
        raise DomainError("Please choose the building.", field="building")
    if track_of(errand.category) is not CaseTrack.ORDINARY:
        raise DomainError("A complaint about people is not made from a discussion.", field="category")
    report = submitting.Report(
        building_id=errand.building_id,
        category=errand.category,
        words=errand.words,
        is_public=True,
        source=Source.DISCUSSION,
    )
    case = submitting.submit(actor, report)
    edges.tie(actor, LinkKind.BECAME, point.subject, case.subject)
    journal.record("chain:case", actor, point.subject, case=case.id)
    return case


def draft_ballots(actor: Actor) -> Sequence[Ballot]:
    """Those to which an item can still be added."""
    return db.session.scalars(ballots_for(actor).where(Ballot.state == BallotState.DRAFT).order_by(Ballot.id)).all()


def to_ballot(actor: Actor, point: Point, ballot_id: int) -> BallotItem:
    """The last item of a draft, decided as its rule says; its cost is completed where the vote is prepared."""
    _once(point, "ballot-item:")
    ballot = preparing.draft_for(actor, ballot_id)
    words = ItemWords(point.title, ItemCategory.BETTER, explanation=point.reason)
    item = preparing.add_item(ballot, words)
    edges.tie(actor, LinkKind.BECAME, point.subject, item_subject(item))
    journal.record("chain:ballot_item", actor, point.subject, ballot=ballot.id, item=item.id)
    return item


def _once(point: Point, beginning: str) -> None:
    """A point becomes one case and one ballot item at most; two officers at once meet the link's constraint."""
    known = edges.onward([point.subject], LinkKind.BECAME).get(point.subject, [])
    if any(link.target.startswith(beginning) for link in known):
        raise Conflict("This point has become that already.")
