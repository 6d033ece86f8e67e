"""What makes a vote valid and an item carried: persons and floor area, each with a share of its own (民法典278).

The quorum belongs to the ballot and is measured on the whole roll; the approval belongs to the item and is measured on
those who took part. 弃权 takes part and is not 同意; who did not vote did not take part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from portal.domain.ballot_kinds import AnswerKind, ItemCategory, WinnerRule
from portal.domain.shares import Share


@dataclass(frozen=True)
class Weight:
    """Persons (or homes, in a household poll) and their floor area in hundredths of ㎡."""

    persons: int = 0
    area: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.persons + other.persons, self.area + other.area)


NOTHING = Weight()
Measure = Literal["persons", "area"]


@dataclass(frozen=True)
class Test:
    """One measure against its share. `need` is a count ("至少 661 人"), `short` what is missing to it."""

    __test__ = False  # not pytest's

    measure: Measure
    share: Share
    part: int
    whole: int

    @property
    def is_met(self) -> bool:
        return self.share.is_met(self.part, self.whole)

    @property
    def need(self) -> int:
        return self.share.need(self.whole)

    @property
    def short(self) -> int:
        return self.share.missing(self.part, self.whole)


@dataclass(frozen=True)
class Threshold:
    """通过比例: None where this measure is not asked."""

    persons: Share | None = None
    area: Share | None = None

    def tests(self, part: Weight, whole: Weight) -> tuple[Test, ...]:
        shares: tuple[tuple[Measure, Share | None], ...] = (("persons", self.persons), ("area", self.area))
        return tuple(
            Test(measure, share, getattr(part, measure), getattr(whole, measure))
            for measure, share in shares
            if share is not None
        )

    def is_met(self, part: Weight, whole: Weight) -> bool:
        return all(test.is_met for test in self.tests(part, whole))


@dataclass(frozen=True)
class ItemRule:
    """One item as it is counted; `cost` in 分."""

    position: int
    answer: AnswerKind = AnswerKind.VERDICT
    category: ItemCategory = ItemCategory.NONE
    approval: Threshold = Threshold()
    cost: int | None = None


@dataclass(frozen=True)
class CountRule:
    """All that the count depends on, besides the papers."""

    items: tuple[ItemRule, ...]
    quorum: Threshold = Threshold()
    winners: WinnerRule = WinnerRule.THRESHOLD
    budget: int | None = None
    most_ticks: int | None = None
    seats: int | None = None

    @property
    def counts_area(self) -> bool:
        return any(found.area for found in (self.quorum, *(item.approval for item in self.items)))


@dataclass(frozen=True)
class Paper:
    """One counted vote: its weight on the roll, where it is counted, and the answers by position (`Answer` or a rank)."""

    weight: Weight
    building: str
    answers: Mapping[int, str]


class Outcome(StrEnum):
    CARRIED = "carried"
    FAILED = "failed"
    TIED = "tied"  # candidates who tie for the last seat: nobody draws a lot for them
    ORDERED = "ordered"  # 基础类: all are done, only their order was asked
    NOT_EFFECTIVE = "not_effective"  # the quorum was missed
