"""Counting: what the papers of one ballot add up to. Pure, in whole numbers; `portal/verify_ballot.py` counts again.

Order never decides silently: every tie is named in the result (`tied`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from portal.domain.ballot_kinds import Answer, AnswerKind, WinnerRule
from portal.domain.ballot_rules import NOTHING, CountRule, ItemRule, Outcome, Paper, Test, Weight

YES = {AnswerKind.VERDICT: Answer.AGREE, AnswerKind.TICK: Answer.PICK}


@dataclass(frozen=True)
class ItemCount:
    """One item. `counts` by answer; `points` and `place` where it was ranked; `tied` with whom it stands equal."""

    rule: ItemRule
    counts: Mapping[str, Weight]
    took_part: Weight
    outcome: Outcome = Outcome.FAILED
    points: int | None = None
    place: int | None = None
    tied: tuple[int, ...] = ()

    @property
    def agreed(self) -> Weight:
        return self.counts.get(YES.get(self.rule.answer, ""), NOTHING)

    @property
    def tests(self) -> tuple[Test, ...]:
        return self.rule.approval.tests(self.agreed, self.took_part)

    @property
    def is_approved(self) -> bool:
        return self.agreed.persons > 0 and self.rule.approval.is_met(self.agreed, self.took_part)


@dataclass(frozen=True)
class Count:
    """The result of one ballot. `spent` and `left` in 分, where there was a budget."""

    roll: Weight
    took_part: Weight
    quorum: tuple[Test, ...]
    items: tuple[ItemCount, ...]
    by_building: Mapping[str, Weight] = field(default_factory=dict)
    spent: int | None = None

    @property
    def is_effective(self) -> bool:
        return self.took_part.persons > 0 and all(test.is_met for test in self.quorum)

    def of(self, outcome: Outcome) -> tuple[ItemCount, ...]:
        return tuple(item for item in self.items if item.outcome is outcome)


def count(rule: CountRule, roll: Weight, papers: Iterable[Paper]) -> Count:
    """`roll` is all that could have voted; `papers` one per entry, the one that counts."""
    sums: dict[int, dict[str, Weight]] = {item.position: defaultdict(Weight) for item in rule.items}
    by_building: dict[str, Weight] = defaultdict(Weight)
    points: dict[int, int] = defaultdict(int)
    ranked = [item.position for item in rule.items if item.answer is AnswerKind.RANK]
    took_part = NOTHING
    for paper in papers:
        took_part += paper.weight
        by_building[paper.building] += paper.weight
        for position, given in sums.items():
            answer = paper.answers.get(position, Answer.BLANK)
            given[answer] += paper.weight
            if position in ranked and answer.isdecimal():
                points[position] += borda(int(answer), len(ranked))
    items = tuple(ItemCount(item, dict(sums[item.position]), took_part) for item in rule.items)
    found = Count(roll, took_part, rule.quorum.tests(took_part, roll), items, dict(by_building))
    return _decided(rule, found, points)


def borda(rank: int, among: int) -> int:
    """The first of 6 earns 6 points, the last 1, one that was not ranked none."""
    return among - rank + 1 if 1 <= rank <= among else 0


def _decided(rule: CountRule, found: Count, points: Mapping[int, int]) -> Count:
    ordered = _ordered([item for item in found.items if item.rule.answer is AnswerKind.RANK], points)
    asked = [item for item in found.items if item.rule.answer is not AnswerKind.RANK]
    spent = None
    if not found.is_effective:
        decided = [replace(item, outcome=Outcome.NOT_EFFECTIVE) for item in [*ordered, *asked]]
    elif rule.winners is WinnerRule.BUDGET:
        decided, spent = _within_budget(rule, asked)
        decided += ordered
    elif rule.winners is WinnerRule.ELECTION:
        decided = [*_elected(rule, asked), *ordered]
    else:
        decided = [replace(item, outcome=_by_threshold(item)) for item in asked] + ordered
    return replace(found, items=tuple(sorted(decided, key=lambda item: item.rule.position)), spent=spent)


def _by_threshold(item: ItemCount) -> Outcome:
    return Outcome.CARRIED if item.is_approved else Outcome.FAILED


def _ordered(items: list[ItemCount], points: Mapping[int, int]) -> list[ItemCount]:
    """By points; equal points share a place."""
    scores = {item.rule.position: points.get(item.rule.position, 0) for item in items}
    return [
        replace(
            item,
            outcome=Outcome.ORDERED,
            points=mine,
            place=1 + sum(other > mine for other in scores.values()),
            tied=tuple(at for at, other in scores.items() if other == mine and at != item.rule.position),
        )
        for item in items
        for mine in [scores[item.rule.position]]
    ]


def _within_budget(rule: CountRule, items: list[ItemCount]) -> tuple[list[ItemCount], int]:
    """The most wanted first while the money lasts; of equals the cheaper, then the one printed first. One that does not
    fit any more is passed over and the next one looked at."""
    queue = sorted(items, key=lambda item: (-item.agreed.persons, item.rule.cost or 0, item.rule.position))
    spent, taken, decided = 0, 0, []
    for item in queue:
        cost = item.rule.cost or 0
        fits = rule.budget is None or spent + cost <= rule.budget
        room = rule.budget is not None or rule.most_ticks is None or taken < rule.most_ticks
        wins = item.is_approved and fits and room
        if wins:
            spent, taken = spent + cost, taken + 1
        equals = tuple(
            other.rule.position
            for other in items
            if other is not item and other.agreed.persons == item.agreed.persons and item.agreed.persons
        )
        decided.append(replace(item, outcome=Outcome.CARRIED if wins else Outcome.FAILED, tied=equals))
    return decided, spent


def _elected(rule: CountRule, items: list[ItemCount]) -> list[ItemCount]:
    """Candidates with both majorities, the most persons first, then the most area; a tie across the last seat stays one."""
    seats = rule.seats or len(items)
    approved = [item for item in items if item.is_approved]
    area = int(rule.counts_area)  # where it does not count it decides no tie either
    strengths = {item.rule.position: (item.agreed.persons, area * item.agreed.area) for item in approved}
    decided = []
    for item in items:
        mine = strengths.get(item.rule.position)
        if mine is None:
            decided.append(replace(item, outcome=Outcome.FAILED))
            continue
        ahead = sum(other > mine for other in strengths.values())
        equals = tuple(at for at, other in strengths.items() if other == mine and at != item.rule.position)
        outcome = _seated(ahead, len(equals), seats)
        decided.append(replace(item, outcome=outcome, place=ahead + 1, tied=equals))
    return decided


def _seated(ahead: int, equals: int, seats: int) -> Outcome:
    if ahead + 1 + equals <= seats:
        return Outcome.CARRIED
    return Outcome.TIED if ahead < seats else Outcome.FAILED
