"""Thresholds by persons and floor area (民法典278), at their edges."""

import pytest

from portal.domain.ballot_rules import Threshold, Weight
from portal.domain.shares import Share

TWO_THIRDS, THREE_QUARTERS, MORE_THAN_HALF = Share(2, 3), Share(3, 4), Share(1, 2, strict=True)
QUORUM = Threshold(TWO_THIRDS, TWO_THIRDS)
ORDINARY = Threshold(MORE_THAN_HALF, MORE_THAN_HALF)
SPECIAL = Threshold(THREE_QUARTERS, THREE_QUARTERS)


@pytest.mark.parametrize(
    ("share", "whole", "need"),
    [
        (TWO_THIRDS, 991, 661),
        (TWO_THIRDS, 8_093_000, 5_395_334),  # 53,953.34 ㎡
        (TWO_THIRDS, 350, 234),
        (TWO_THIRDS, 3, 2),
        (MORE_THAN_HALF, 661, 331),
        (THREE_QUARTERS, 661, 496),
        (MORE_THAN_HALF, 250, 126),
        (MORE_THAN_HALF, 1, 1),
        (THREE_QUARTERS, 4, 3),
        (TWO_THIRDS, 1, 1),
        (TWO_THIRDS, 0, 1),
        (Share(0, 1), 5, 1),
    ],
)
def test_the_need_is_a_count_that_just_meets_the_share(share: Share, whole: int, need: int) -> None:
    assert share.need(whole) == need
    if whole:
        assert share.is_met(need, whole)
        assert share.num == 0 or not share.is_met(need - 1, whole)


def test_reaching_and_exceeding_are_different() -> None:
    assert TWO_THIRDS.is_met(660, 990) and not TWO_THIRDS.is_met(659, 990)
    assert not MORE_THAN_HALF.is_met(330, 660) and MORE_THAN_HALF.is_met(331, 660)
    assert THREE_QUARTERS.is_met(495, 660) and not THREE_QUARTERS.is_met(494, 660)


def test_twelve_homes_are_missing() -> None:
    (test,) = Threshold(TWO_THIRDS).tests(Weight(222), Weight(350))
    assert (test.need, test.short, test.is_met) == (234, 12, False)


def test_persons_pass_and_area_fails() -> None:
    persons, area = ORDINARY.tests(Weight(131, 893_200), Weight(250, 1_937_600))
    assert persons.is_met and not area.is_met
    assert (persons.need, area.need, area.short) == (126, 968_801, 75_601)
    assert not ORDINARY.is_met(Weight(131, 893_200), Weight(250, 1_937_600))


def test_exactly_a_hundredth_of_a_square_metre_short() -> None:
    roll = Weight(991, 8_093_000)
    assert QUORUM.is_met(Weight(661, 5_395_334), roll)
    assert not QUORUM.is_met(Weight(661, 5_395_333), roll)
    assert not QUORUM.is_met(Weight(660, 5_395_334), roll)


def test_of_nothing_no_share_is_met() -> None:
    for share in (TWO_THIRDS, THREE_QUARTERS, MORE_THAN_HALF, Share(0, 1)):
        assert not share.is_met(0, 0)
    assert not SPECIAL.is_met(Weight(), Weight())


def test_a_share_above_the_whole_is_refused() -> None:
    for num, den in ((3, 2), (1, 0), (-1, 2)):
        with pytest.raises(ValueError):
            Share(num, den)
