"""交接: what lies with a post goes on with somebody else of the unit when its owner leaves.

Features register what they have; identity knows none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.identity import deputies, shifts
from portal.identity.models import StaffPost
from portal.identity.queries import posts_of


@dataclass(frozen=True)
class Handover:
    """`words`: what lies with a post, told to the administrator without its content, empty for nothing.
    `run(post, successor, reason, actor)` hands it to the successor, or back to the unit."""

    words: Callable[[int], str]
    run: Callable[[StaffPost, StaffPost | None, str, Actor], None]


HANDOVERS: list[Handover] = []


def successors(post: StaffPost) -> Sequence[StaffPost]:
    """Who of the same unit, in the same role, can go on with it."""
    return [found for found in posts_of(post.agency_id) if found.id != post.id and found.role is post.role]


def lies_with(post_id: int) -> list[str]:
    return [words for each in HANDOVERS if (words := each.words(post_id))]


def hand_over(post: StaffPost, successor: StaffPost | None, reason: str, actor: Actor) -> None:
    """Everything that lies with the post, in this transaction; its turns on duty and its deputies end."""
    if successor is not None and successor.id not in {found.id for found in successors(post)}:
        raise DomainError("Please choose somebody of the same unit and role.", field="successor")
    for each in HANDOVERS:
        each.run(post, successor, reason, actor)
    shifts.retire_of_post(actor, post.id)
    deputies.end_of_post(actor, post.id)
