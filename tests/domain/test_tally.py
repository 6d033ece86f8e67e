"""Counting: every edge that decides, and a recount by other means on random ballots."""

import random
from collections.abc import Iterable
from fractions import Fraction

import pytest

from portal.domain.ballot_kinds import AnswerKind, ItemCategory, WinnerRule
from portal.domain.ballot_rules import CountRule, ItemRule, Outcome, Paper, Threshold, Weight
from portal.domain.shares import Share
from portal.domain.tally import Count, count

HALF, TWO_THIRDS, THREE_QUARTERS = Share(1, 2, strict=True), Share(2, 3), Share(3, 4)
BOTH_HALVES = Threshold(HALF, HALF)
QUORUM = Threshold(TWO_THIRDS, TWO_THIRDS)


def statutory(*approvals: Threshold) -> CountRule:
    return CountRule(tuple(ItemRule(n, approval=found) for n, found in enumerate(approvals, 1)), QUORUM)


def papers(*groups: tuple[int, int, str], building: str = "DJZ01") -> list[Paper]:
    """`(how many, hundredths of ㎡ each, answers to items 1, 2 …)`"""
    words = {"+": "agree", "-": "oppose", "o": "abstain", "_": "blank", "x": "spoiled", "p": "pick", "n": "pass"}
    return [
        Paper(Weight(1, area), building, {at: words.get(sign, sign) for at, sign in enumerate(answers, 1)})
        for many, area, answers in groups
        for _ in range(many)
    ]


def outcomes(found: Count) -> list[Outcome]:
    return [item.outcome for item in found.items]


def test_the_plan_s_own_figures() -> None:
    """991 owners, 80,930.00 ㎡: exactly 661 take part; 331 carry an ordinary item, 496 a special one."""
    roll = Weight(991, 8_093_000)
    special = Threshold(THREE_QUARTERS, THREE_QUARTERS)
    area = 8_163  # 661 × 81.63 ㎡ = 53,957.43 ㎡
    just = count(statutory(BOTH_HALVES, special), roll, papers((331, area, "++"), (165, area, "-+"), (165, area, "--")))
    assert just.is_effective and outcomes(just) == [Outcome.CARRIED, Outcome.CARRIED]
    short = count(
        statutory(BOTH_HALVES, special), roll, papers((330, area, "++"), (165, area, "-+"), (166, area, "--"))
    )
    assert outcomes(short) == [Outcome.FAILED, Outcome.FAILED]
    one_less = count(statutory(BOTH_HALVES), roll, papers((660, 8_200, "+")))
    assert not one_less.is_effective and outcomes(one_less) == [Outcome.NOT_EFFECTIVE]
    assert [test.short for test in one_less.quorum] == [1, 0]


@pytest.mark.parametrize(
    ("persons", "area", "is_effective"),
    [
        (661, 5_395_334, True),  # two thirds of 991, and of 80,930.00 ㎡ to the next hundredth
        (661, 5_395_333, False),
        (660, 5_395_334, False),
        (660, 8_000_000, False),
        (990, 5_395_333, False),
    ],
)
def test_both_quorums_are_needed_and_no_hundredth_less(persons: int, area: int, is_effective: bool) -> None:
    rest = area - (persons - 1) * 8_000
    found = count(statutory(BOTH_HALVES), Weight(991, 8_093_000), papers((persons - 1, 8_000, "+"), (1, rest, "+")))
    assert (found.is_effective, outcomes(found)) == (
        is_effective,
        [Outcome.CARRIED if is_effective else Outcome.NOT_EFFECTIVE],
    )


@pytest.mark.parametrize(
    ("share", "agree", "of", "is_carried"),
    [
        (HALF, 330, 660, False),  # exactly half
        (HALF, 331, 660, True),
        (HALF, 330, 661, False),
        (HALF, 331, 661, True),
        (THREE_QUARTERS, 495, 660, True),  # exactly three quarters
        (THREE_QUARTERS, 494, 660, False),
        (THREE_QUARTERS, 495, 661, False),
        (THREE_QUARTERS, 496, 661, True),
    ],
)
@pytest.mark.parametrize("by_area", [False, True])
def test_a_share_at_its_edge_by_persons_and_by_area(
    share: Share, agree: int, of: int, is_carried: bool, by_area: bool
) -> None:
    """All agree but for one measure, in which exactly `agree` of `of` do; whoever else took part abstains."""
    if by_area:  # every hundredth of ㎡ is in the hands of a few, all but one of whom agree
        cast, roll = papers((1, agree, "+"), (9, 0, "+"), (1, of - agree, "o")), Weight(11, of)
    else:
        cast, roll = papers((agree, 100, "+"), (of - agree, 0, "o")), Weight(of, agree * 100)
    found = count(statutory(Threshold(share, share)), roll, cast)
    assert found.is_effective and outcomes(found) == [Outcome.CARRIED if is_carried else Outcome.FAILED]


def test_persons_pass_and_area_fails_and_the_other_way_round() -> None:
    few_large = papers((3, 100, "+"), (1, 301, "-"))
    many_small = papers((3, 100, "-"), (1, 301, "+"))
    for cast, met in ((few_large, [True, False]), (many_small, [False, True])):
        found = count(statutory(BOTH_HALVES), Weight(4, 601), cast)
        assert [test.is_met for test in found.items[0].tests] == met
        assert found.is_effective and outcomes(found) == [Outcome.FAILED]


def test_one_owner_with_three_homes_is_one_person_with_three_areas() -> None:
    found = count(
        statutory(BOTH_HALVES), Weight(3, 50_000), papers((1, 30_000, "+"), (1, 10_000, "-"), (1, 10_000, "-"))
    )
    persons, area = found.items[0].tests
    assert (persons.part, persons.whole, area.part, area.whole) == (1, 3, 30_000, 50_000)
    assert not persons.is_met and area.is_met and outcomes(found) == [Outcome.FAILED]


def test_an_abstention_takes_part_and_does_not_agree() -> None:
    found = count(statutory(BOTH_HALVES), Weight(4, 40_000), papers((2, 10_000, "+"), (2, 10_000, "o")))
    assert found.is_effective and outcomes(found) == [Outcome.FAILED], "half is not more than half"
    absent = count(statutory(BOTH_HALVES), Weight(4, 40_000), papers((2, 10_000, "+"), (1, 10_000, "o")))
    assert absent.is_effective and outcomes(absent) == [Outcome.CARRIED], "who did not vote did not take part"


def test_a_blank_or_spoiled_answer_takes_part_too() -> None:
    found = count(
        statutory(BOTH_HALVES), Weight(4, 40_000), papers((2, 10_000, "+"), (1, 10_000, "_"), (1, 10_000, "x"))
    )
    assert outcomes(found) == [Outcome.FAILED]
    assert {word: given.persons for word, given in found.items[0].counts.items()} == {
        "agree": 2,
        "blank": 1,
        "spoiled": 1,
    }


def test_nobody_voted() -> None:
    without_quorum = CountRule((ItemRule(1),), winners=WinnerRule.BUDGET)
    for rule in (statutory(BOTH_HALVES), without_quorum):
        found = count(rule, Weight(10, 100_000), [])
        assert not found.is_effective and outcomes(found) == [Outcome.NOT_EFFECTIVE]


def test_zero_of_zero_carries_nothing() -> None:
    """Everybody abstains: 0 of those who took part agree, whatever the share."""
    rule = CountRule((ItemRule(1, approval=Threshold(Share(0, 1))),))
    assert outcomes(count(rule, Weight(2, 200), papers((2, 100, "o")))) == [Outcome.FAILED]


def menu(*costs: int, budget: int | None, most: int | None = None) -> CountRule:
    items = tuple(ItemRule(n, AnswerKind.TICK, ItemCategory.BETTER, cost=cost) for n, cost in enumerate(costs, 1))
    return CountRule(items, winners=WinnerRule.BUDGET, budget=budget, most_ticks=most)


def test_the_most_wanted_first_while_the_money_lasts() -> None:
    votes = papers((5, 1, "pnn"), (4, 1, "npn"), (3, 1, "nnp"))
    found = count(menu(60, 50, 40, budget=100), Weight(20, 20), votes)
    assert outcomes(found) == [Outcome.CARRIED, Outcome.FAILED, Outcome.CARRIED], (
        "the second does not fit, the third does"
    )
    assert found.spent == 100


def test_a_tie_goes_to_the_cheaper_and_is_shown() -> None:
    votes = papers((4, 1, "ppn"), (1, 1, "nnp"))
    found = count(menu(80, 30, 10, budget=100), Weight(9, 9), votes)
    assert outcomes(found) == [Outcome.FAILED, Outcome.CARRIED, Outcome.CARRIED]
    assert found.items[0].tied == (2,) and found.items[1].tied == (1,) and found.items[2].tied == ()
    same_price = count(menu(60, 60, budget=100), Weight(9, 9), papers((4, 1, "pp")))
    assert outcomes(same_price) == [Outcome.CARRIED, Outcome.FAILED], "then the one printed first"


def test_what_nobody_ticked_never_wins() -> None:
    found = count(menu(10, 10, budget=100), Weight(9, 9), papers((4, 1, "pn")))
    assert outcomes(found) == [Outcome.CARRIED, Outcome.FAILED] and found.items[1].tied == ()


def test_without_a_budget_the_first_few_win() -> None:
    votes = papers((5, 1, "pnn"), (4, 1, "npn"), (3, 1, "nnp"))
    assert outcomes(count(menu(1, 1, 1, budget=None, most=2), Weight(20, 20), votes)) == [
        Outcome.CARRIED,
        Outcome.CARRIED,
        Outcome.FAILED,
    ]


def test_urgency_is_a_borda_count_with_shared_places() -> None:
    items = tuple(ItemRule(n, AnswerKind.RANK, ItemCategory.BASIC) for n in (1, 2, 3))
    found = count(
        CountRule(items, winners=WinnerRule.BUDGET), Weight(9, 9), papers((2, 1, "123"), (2, 1, "213"), (1, 1, "__1"))
    )
    assert [item.points for item in found.items] == [10, 10, 7]
    assert [item.place for item in found.items] == [1, 1, 3]
    assert found.items[0].tied == (2,) and set(outcomes(found)) == {Outcome.ORDERED}


def election(seats: int, *groups: tuple[int, int, str]) -> Count:
    rule = CountRule(
        tuple(ItemRule(n, approval=BOTH_HALVES) for n in range(1, len(groups[0][2]) + 1)),
        winners=WinnerRule.ELECTION,
        seats=seats,
    )
    return count(rule, Weight(20, 20_000), papers(*groups))


def test_an_election_needs_both_majorities_and_fills_its_seats() -> None:
    found = election(2, (6, 100, "+++-"), (2, 100, "++--"), (1, 100, "+---"), (2, 100, "----"))
    assert outcomes(found) == [Outcome.CARRIED, Outcome.CARRIED, Outcome.FAILED, Outcome.FAILED]
    assert [item.place for item in found.items] == [1, 2, 3, None]


def test_a_tie_for_the_last_seat_stays_open_unless_area_decides() -> None:
    tied = election(2, (4, 100, "+++"), (3, 100, "++-"), (3, 100, "+-+"))
    assert outcomes(tied) == [Outcome.CARRIED, Outcome.TIED, Outcome.TIED] and tied.items[1].tied == (3,)
    by_area = election(2, (4, 100, "+++"), (3, 101, "++-"), (3, 100, "+-+"))
    assert outcomes(by_area) == [Outcome.CARRIED, Outcome.CARRIED, Outcome.FAILED]
    enough = election(3, (4, 100, "+++"), (3, 100, "++-"), (3, 100, "+-+"))
    assert set(outcomes(enough)) == {Outcome.CARRIED}


def test_three_hundred_random_ballots_counted_again_by_fractions() -> None:
    """Another way to the same result: one item at a time, with Fraction, without Weight, Share or Threshold."""
    dice = random.Random(278)
    for _ in range(300):
        homes = [dice.randint(1, 20_000) for _ in range(dice.randint(0, 40))]
        voters = [area for area in homes if dice.random() < dice.choice((0.6, 0.7, 0.95))]
        shares = [(dice.choice(((1, 2), (2, 3), (3, 4))), dice.random() < 0.5) for _ in range(4)]
        cast = [(area, dice.choice("++-o_x")) for area in voters]
        quorum, approval = (
            Threshold(*(Share(*ratio, strict=strict) for ratio, strict in pair)) for pair in (shares[:2], shares[2:])
        )
        rule = CountRule((ItemRule(1, approval=approval),), quorum)
        found = count(rule, Weight(len(homes), sum(homes)), papers(*((1, area, sign) for area, sign in cast)))
        assert found.items[0].outcome.value == by_hand(homes, cast, shares)


def by_hand(homes: list[int], cast: list[tuple[int, str]], shares: list[tuple[tuple[int, int], bool]]) -> str:
    def enough(part: Iterable[int], whole: Iterable[int], wanted: tuple[tuple[int, int], bool]) -> bool:
        part, whole = sum(part), sum(whole)
        if not whole:
            return False
        ratio = Fraction(part, whole)
        return ratio > Fraction(*wanted[0]) if wanted[1] else ratio >= Fraction(*wanted[0])

    agreed = [area for area, sign in cast if sign == "+"]
    ones = [1] * len(cast)
    if not enough(ones, [1] * len(homes), shares[0]) or not enough([a for a, _ in cast], homes, shares[1]):
        return "not_effective"
    fits = enough([1] * len(agreed), ones, shares[2]) and enough(agreed, [a for a, _ in cast], shares[3])
    return "carried" if fits else "failed"
