"""Tying two things together and following the tie both ways."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select

from portal.core import clock
from portal.core.dialects import insert_ignore
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.links.models import Link, LinkKind


def tie(actor: Actor, kind: LinkKind, source: str, target: str) -> bool:
    """Flushes. False when the two were tied already."""
    row = {"kind": kind, "source": source, "target": target, "at": clock.now(), "by": actor.label}
    return bool(db.session.execute(insert_ignore(Link).values(**row)).rowcount)  # type: ignore[attr-defined]


def onward(sources: Collection[str], kind: LinkKind | None = None) -> dict[str, list[Link]]:
    """What came of each of these, oldest first."""
    found: dict[str, list[Link]] = defaultdict(list)
    for link in _links(Link.source.in_(sources), kind):
        found[link.source].append(link)
    return found


def origins(target: str, kind: LinkKind | None = None) -> Sequence[Link]:
    """Where it came from, oldest first."""
    return _links(Link.target == target, kind)


def _links(condition: object, kind: LinkKind | None) -> Sequence[Link]:
    statement = select(Link).where(condition).order_by(Link.id)  # type: ignore[arg-type]
    return db.session.scalars(statement.where(Link.kind == kind) if kind else statement).all()
