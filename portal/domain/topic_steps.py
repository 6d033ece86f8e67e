"""When a topic goes on to its next step by itself: by the dates its organizer set, never past what only a deed can bring.

The first two steps (提议, 商议) come with the topic, the third (审议) when it closes; the last two (公示, 监督) stand for a
published conclusion. Source: 六步议事法, domain.md §6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FEWEST, MOST, LONGEST_NAME = 4, 8, 5
REVIEW = 2  # 审议: what follows the talk
OF_THE_CONCLUSION = 2  # so many steps at the end need a published conclusion


@dataclass(frozen=True)
class Step:
    """`position` from 0. `planned_on`: the day on which it begins."""

    position: int
    reached: bool
    planned_on: date | None = None


def due_step(steps: Sequence[Step], today: date, *, closed: bool, concluded: bool) -> int | None:
    """The furthest step that begins now by the calendar, None when nothing is due."""
    last = len(steps) - (0 if concluded else OF_THE_CONCLUSION)
    due = [
        step.position
        for step in steps
        if not step.reached and step.position < last and _begins(step, today) and (closed or step.position < REVIEW)
    ]
    return max(due, default=None)


def _begins(step: Step, today: date) -> bool:
    return step.position <= REVIEW or (step.planned_on is not None and step.planned_on <= today)


def may_be_steps(names: Sequence[str]) -> bool:
    """4 to 8 different names of at most 5 characters."""
    fits = all(0 < len(name) <= LONGEST_NAME for name in names)
    return FEWEST <= len(names) <= MOST and fits and len(set(names)) == len(names)
