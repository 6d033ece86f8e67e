"""What may happen to a post, who may do it, and when the promise is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from portal.domain.errors import NotAllowed
from portal.domain.moderation import (
    EDIT_TIME,
    SYSTEM,
    TRANSITIONS,
    Desk,
    Emergency,
    Judge,
    NotInThisState,
    PostAction,
    PostFacts,
    PostState,
    Rules,
    TopicMode,
    allowed,
    arrives_as,
    is_late,
    move,
    needs_ground,
    promise_due,
)
from portal.domain.moderation_grounds import CLAUSES, GROUNDS, Clause, Ground
from portal.domain.roles import Role

NOW = datetime(2024, 6, 17, 1, tzinfo=UTC)
HELD = PostFacts(PostState.HELD, NOW)
MODERATOR, STREET, AUTHOR = Judge(Role.COMMUNITY), Judge(Role.STREET), Judge(Role.RESIDENT, is_author=True)
NEIGHBOUR = Judge(Role.RESIDENT)


def test_only_moderators_judge_and_only_the_author_edits() -> None:
    """Every state × action × role: what is not in the table is refused, and nobody else ever gets in."""
    for state, action, role in product(PostState, PostAction, Role):
        post = PostFacts(state, NOW, appealed=action is not PostAction.APPEAL, appeal_open=True)
        offered = action in allowed(post, Judge(role), NOW)
        row = TRANSITIONS.get((state, action))
        assert offered == (row is not None and role in row.by - {Role.RESIDENT}), (state, action, role)


def test_a_moderator_publishes_asks_or_refuses_what_is_held() -> None:
    assert allowed(HELD, MODERATOR, NOW)[:3] == (PostAction.PUBLISH, PostAction.RETURN, PostAction.REFUSE)
    assert move(HELD, MODERATOR, PostAction.REFUSE, NOW) is PostState.REFUSED
    assert needs_ground(PostState.HELD, PostAction.REFUSE)
    assert not needs_ground(PostState.HELD, PostAction.PUBLISH)


def test_the_community_does_not_judge_what_is_said_about_it() -> None:
    about = replace(HELD, about_unit=True, desk=Desk.STREET)

    with pytest.raises(NotAllowed, match="street"):
        move(about, MODERATOR, PostAction.REFUSE, NOW)
    assert move(about, STREET, PostAction.PUBLISH, NOW) is PostState.PUBLISHED


def test_two_decide_once() -> None:
    with pytest.raises(NotInThisState):
        move(replace(HELD, state=PostState.PUBLISHED), MODERATOR, PostAction.REFUSE, NOW)


def test_nothing_published_is_deleted() -> None:
    published = replace(HELD, state=PostState.PUBLISHED)

    assert PostAction.WITHDRAW not in allowed(published, AUTHOR, NOW)
    assert move(published, MODERATOR, PostAction.HIDE, NOW) is PostState.HIDDEN
    assert move(replace(HELD, state=PostState.HIDDEN), MODERATOR, PostAction.RESTORE, NOW) is PostState.PUBLISHED


@pytest.mark.parametrize(("after", "may"), [(EDIT_TIME - timedelta(seconds=1), True), (EDIT_TIME, False)])
def test_a_post_is_edited_for_ten_minutes(after: timedelta, may: bool) -> None:
    assert (PostAction.EDIT in allowed(HELD, AUTHOR, NOW + after)) is may


def test_one_second_look_by_somebody_else_at_the_street() -> None:
    refused = replace(HELD, state=PostState.REFUSED)
    asked = replace(refused, appealed=True, appeal_open=True)

    assert PostAction.APPEAL in allowed(refused, AUTHOR, NOW)
    assert PostAction.APPEAL not in allowed(asked, AUTHOR, NOW)
    assert PostAction.APPEAL not in allowed(replace(asked, appeal_open=False), AUTHOR, NOW)
    assert PostAction.UPHOLD not in allowed(asked, MODERATOR, NOW)
    assert PostAction.UPHOLD not in allowed(asked, Judge(Role.STREET, has_acted=True), NOW)
    assert move(asked, STREET, PostAction.OVERTURN, NOW) is PostState.PUBLISHED
    assert move(asked, STREET, PostAction.UPHOLD, NOW) is PostState.REFUSED


def test_a_neighbour_does_nothing_and_the_clock_only_passes_on() -> None:
    for state in PostState:
        assert allowed(PostFacts(state, NOW), NEIGHBOUR, NOW) == ()
        assert set(allowed(PostFacts(state, NOW), SYSTEM, NOW)) <= {PostAction.ESCALATE}


def test_the_promise_is_24_hours_to_the_second_and_the_operator_may_change_it() -> None:
    due = promise_due(NOW, Rules())

    assert due == NOW + timedelta(hours=24)
    assert not is_late(HELD, due, due)
    assert is_late(HELD, due, due + timedelta(seconds=1))
    assert not is_late(replace(HELD, desk=Desk.STREET), due, due + timedelta(days=1))
    assert promise_due(NOW, Rules(promise_hours=8)) == NOW + timedelta(hours=8)


@pytest.mark.parametrize(
    ("mode", "emergency", "suspicious", "about", "arrives"),
    [
        (TopicMode.BEFORE, None, False, False, PostState.HELD),
        (TopicMode.AFTER, None, False, False, PostState.PUBLISHED),
        (TopicMode.AFTER, None, True, False, PostState.HELD),
        (TopicMode.AFTER, None, False, True, PostState.HELD),
        (TopicMode.AFTER, Emergency.REVIEWED, False, False, PostState.HELD),
    ],
)
def test_what_is_found_is_held_never_dropped(
    mode: TopicMode, emergency: Emergency | None, suspicious: bool, about: bool, arrives: PostState
) -> None:
    assert arrives_as(mode, emergency, is_suspicious=suspicious, about_unit=about) is arrives


def test_criticism_is_no_ground_and_every_ground_has_its_basis() -> None:
    assert set(GROUNDS) == set(Ground)
    assert set(CLAUSES) == set(Clause)
    for words in GROUNDS.values():
        assert words.basis
        assert len(words.name) <= 8
        assert not any(word in words.name for word in ("批评", "反对", "质疑", "投诉", "信访"))
