"""指派: within the unit, a case has a person. Whose close was disputed does not get it a second time (issue 3)."""

from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy import func, select

from portal.cases.deeds import Step, colleagues, deed
from portal.cases.models import Case
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import OPEN_STATUSES, RESPONSIBLE, CaseAction
from portal.domain.errors import DomainError
from portal.identity import deputies
from portal.identity.models import StaffPost
from portal.identity.queries import posts_of, staff_name_masked


def hand(actor: Actor, case: Case, post_id: int, revision: int | None = None) -> None:
    """Give it to a person of the unit that has the case, oneself included. Internal; no clock moves."""
    with deed(actor, case, CaseAction.HAND, revision=revision, public=False) as step:
        people = [post.id for post in candidates(case)]
        if post_id not in people:
            raise DomainError("Please choose somebody of your unit who may handle it.", field="handler")
        case.handler_id = post_id
        step.note(post=post_id)


def people(agency_id: int | None) -> list[StaffPost]:
    """Of a unit: who can handle cases."""
    return [post for post in posts_of(agency_id or 0) if post.role in RESPONSIBLE]


def candidates(case: Case) -> Sequence[StaffPost]:
    """Who of the unit may have it: everybody, but not the person whose close was disputed where there is another."""
    people = colleagues(case)
    others = [post for post in people if post.id != case.former_handler_id]
    return others or people


def handler_words(case: Case) -> str:
    """李*; while they are away “李*（陈*代）”."""
    if case.handler is None:
        return ""
    deputy, name = deputies.deputy_of(case.handler_id), staff_name_masked(case.handler)
    return gettext("%(name)s (%(deputy)s stands in)", name=name, deputy=staff_name_masked(deputy)) if deputy else name


def to_somebody_else(case: Case, step: Step) -> None:
    """A close was disputed: the colleague with the least in hand who is here takes it; where there is none, it stays."""
    case.former_handler_id = case.handler_id
    others = [post.id for post in colleagues(case) if post.id != case.former_handler_id]
    if not others:
        return
    others = [post_id for post_id in others if deputies.deputy_of(post_id) is None] or others
    load = (
        select(Case.handler_id, func.count())
        .where(Case.handler_id.in_(others), Case.status.in_(OPEN_STATUSES))
        .group_by(Case.handler_id)
    )
    in_hand = {row[0]: int(row[1]) for row in db.session.execute(load)}
    case.handler_id = min(others, key=lambda post_id: (in_hand.get(post_id, 0), post_id))
    step.note(handler=case.handler_id)
