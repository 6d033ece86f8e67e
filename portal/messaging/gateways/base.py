"""What a gateway is: it takes a letter and says what became of it, without touching the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One SMS in the hands of the worker. `attempt` names this try; receipts bring it back."""

    id: int
    attempt: str
    to: str = field(repr=False)  # E.164
    text: str = field(repr=False)  # with the signature
    event: str
    purpose: str


@dataclass(frozen=True)
class Sent:
    """The provider took it, under this id. `perhaps_twice`: asked afterwards, it listed more than one that fits."""

    sid: str
    perhaps_twice: bool = False


@dataclass(frozen=True)
class Refused:
    """The provider certainly did not take it."""

    code: str


@dataclass(frozen=True)
class Uncertain:
    """Nobody knows: an answer was lost. Never sent again before the provider was asked."""

    why: str


@dataclass(frozen=True)
class Absent:
    """Asked afterwards, the provider knows no such message."""


Outcome = Sent | Refused | Uncertain
Trace = Sent | Absent | Uncertain


class Gateway(Protocol):
    """`send` never raises: what it cannot explain is Uncertain."""

    name: str

    def send(self, letter: Letter) -> Outcome: ...

    def trace(self, letter: Letter, since: datetime, known: frozenset[str]) -> Trace:
        """Look for a message whose answer was lost: same number, same text, made after `since` (real time), its id not
        among the `known` ones of other rows."""
        ...
