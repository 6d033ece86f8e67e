"""What the operator set for the forum, and the names of a topic's steps."""

from collections.abc import Sequence

from portal.core.extensions import db
from portal.domain.moderation import Rules
from portal.forum.topic_models import ForumRules

STEPS = (
    "提议",
    "商议",
    "审议",
    "决议",
    "公示",
    "监督",
)  # 六步议事法 (domain.md §6): no single source, so they are data


def current() -> Rules:
    """One look-up by key."""
    found = db.session.get(ForumRules, 1)
    if found is None:
        return Rules()
    return Rules(
        found.promise_hours,
        found.flags_to_requeue,
        found.posts_per_ten_minutes,
        found.posts_per_day,
        found.topics_per_day,
    )


def step_names() -> Sequence[str]:
    found = db.session.get(ForumRules, 1)
    return found.steps if found is not None else STEPS
