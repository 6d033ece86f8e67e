"""A share that a count must reach or exceed, in whole numbers only: 2/3 of 991 is 661, never 660.67.

达到 is ≥ (2/3, 3/4), 超过 is > (过半数). 民法典 art. 1259: 以上 includes the number, 超过 does not.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """`num`/`den` of a whole; `strict` asks for more than that."""

    num: int
    den: int
    strict: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.num <= self.den or self.den <= 0:
            raise ValueError(f"{self.num}/{self.den} is not a share")

    def is_met(self, part: int, whole: int) -> bool:
        """Of nothing no share is ever met: a vote without voters decides nothing."""
        if whole <= 0:
            return False
        left, right = part * self.den, whole * self.num
        return left > right if self.strict else left >= right

    def need(self, whole: int) -> int:
        """The smallest whole number that meets it, in the unit of `whole`; at least 1."""
        exact = whole * self.num
        found = exact // self.den + 1 if self.strict else -(-exact // self.den)
        return max(found, 1)

    def missing(self, part: int, whole: int) -> int:
        return max(self.need(whole) - part, 0)
