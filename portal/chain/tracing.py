"""What became of points, and where a case or a ballot item came from: links turned into words and addresses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.ballots.models import BallotItem
from portal.cases.models import Case
from portal.core.extensions import db
from portal.domain.ballot_kinds import PUBLIC_STATES
from portal.domain.case_statuses import CaseTrack
from portal.forum.topic_models import Conclusion, Point, Topic
from portal.links import edges
from portal.links.models import Link, LinkKind


@dataclass(frozen=True)
class Outcome:
    """What a point became. `url` is empty for what is not public (yet)."""

    link: Link
    case: Case | None = None
    item: BallotItem | None = None

    @property
    def url(self) -> str:
        if self.case is not None:
            return url_for("cases_public.show", number=self.case.number) if self.case.is_public else ""
        if self.item is not None and self.item.ballot.state in PUBLIC_STATES:
            return url_for("ballots.item", ballot_id=self.item.ballot_id, number=self.item.position)
        return ""


def outcomes(points: Collection[Point]) -> dict[int, list[Outcome]]:
    """By point id; three statements however many points there are."""
    tied = edges.onward([point.subject for point in points], LinkKind.BECAME)
    links = [link for found in tied.values() for link in found]
    cases = {f"case:{case.id}": case for case in _cases(_keys(links, "case:"))}
    items = {f"ballot-item:{item.id}": item for item in _items(_keys(links, "ballot-item:"))}
    return {
        point.id: [
            Outcome(link, cases.get(link.target), items.get(link.target)) for link in tied.get(point.subject, [])
        ]
        for point in points
    }


def _keys(links: Collection[Link], beginning: str) -> list[int]:
    return [int(link.target.removeprefix(beginning)) for link in links if link.target.startswith(beginning)]


def _cases(ids: Collection[int]) -> Sequence[Case]:
    """One that was sealed since leaves no trace here either (D12)."""
    wanted = select(Case).where(Case.id.in_(ids), Case.track == CaseTrack.ORDINARY)
    return db.session.scalars(wanted).all() if ids else []


def _items(ids: Collection[int]) -> Sequence[BallotItem]:
    wanted = select(BallotItem).where(BallotItem.id.in_(ids)).options(joinedload(BallotItem.ballot))
    return db.session.scalars(wanted).all() if ids else []


def origin_of_case(number: str) -> Point | None:
    """The point from which a case was made, with its topic."""
    case_id = db.session.scalar(select(Case.id).where(Case.number == number))
    return _origin(f"case:{case_id}") if case_id else None


def origin_of_item(item_id: int) -> Point | None:
    return _origin(f"ballot-item:{item_id}")


def _origin(subject: str) -> Point | None:
    link = next(iter(edges.origins(subject, LinkKind.BECAME)), None)
    if link is None or not link.source.startswith("point:"):
        return None
    around = joinedload(Point.conclusion).joinedload(Conclusion.topic)
    return db.session.scalar(select(Point).where(Point.id == int(link.source.removeprefix("point:"))).options(around))


def topic_url(point: Point) -> str:
    topic: Topic = point.conclusion.topic
    return url_for("forum.topic", topic_id=topic.id, _anchor=f"point-{point.position}")
