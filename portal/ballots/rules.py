"""表决规则 as officials keep them: dated versions, of which the one valid today is offered."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from portal.audit import journal
from portal.ballots.models import BallotRule, CatalogueOption
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotFound

MEASURES = ("quorum_persons", "quorum_area", "approve_persons", "approve_area")
KEPT = ("code", "position", "unit", "winners", "is_statutory", "has_banner")


def valid_on(day: date) -> Sequence[BallotRule]:
    """One version of each preset, in their order."""
    ends = or_(BallotRule.valid_to.is_(None), BallotRule.valid_to >= day)
    statement = select(BallotRule).where(BallotRule.valid_from <= day, ends).order_by(BallotRule.position)
    return db.session.scalars(statement).all()


def versions() -> Sequence[BallotRule]:
    return db.session.scalars(select(BallotRule).order_by(BallotRule.position, BallotRule.valid_from.desc())).all()


def rule(rule_id: int) -> BallotRule:
    found = db.session.get(BallotRule, rule_id)
    if found is None:
        raise NotFound("There is no such voting rule.")
    return found


def catalogue() -> Sequence[CatalogueOption]:
    found = select(CatalogueOption).where(CatalogueOption.retired_at.is_(None))
    return db.session.scalars(found.order_by(CatalogueOption.id)).all()


def add_version(actor: Actor, before: BallotRule, values: Mapping[str, Any], valid_from: date) -> BallotRule:
    """From `valid_from` on; the version before ends the day before. Ballots keep the version they were made with."""
    if valid_from <= max(before.valid_from, clock.today()):
        raise DomainError(
            "A new version begins tomorrow at the earliest, and after the one before.", field="valid_from"
        )
    if before.valid_to is not None:
        raise DomainError("This version has ended already. Please change the newest one.", field="valid_from")
    for measure in MEASURES:
        num, den = values.get(f"{measure}_num"), values.get(f"{measure}_den")
        if (num is None) != (den is None) or (num is not None and not 0 < num <= (den or 0)):
            raise DomainError("A share is two whole numbers, such as 2 and 3.", field=measure)
    kept = {name: getattr(before, name) for name in KEPT}
    version = BallotRule(**kept, **values, valid_from=valid_from)
    before.valid_to = valid_from - timedelta(days=1)
    db.session.add(version)
    db.session.flush()
    journal.record("ballot_rule:added", actor, f"ballot_rule:{version.id}", code=version.code, after=before.id)
    return version
