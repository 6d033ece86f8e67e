"""What is still missing before a ballot may be announced; a page prints the list, nobody gets a bare no."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.domain.ballot_kinds import OWNERS_CONVENERS, AnswerKind, ConvenerKind, ItemCategory, WinnerRule
from portal.domain.errors import DomainError
from portal.domain.local_time import local_day


class NotReady(DomainError):
    """One thing missing; `field` names the step where it is mended."""


@dataclass(frozen=True)
class Demands:
    """Of the rule: days, watchers, and whether it is a 法定表决."""

    is_statutory: bool
    counts_area: bool
    winners: WinnerRule
    notice_days: int
    window_days: int
    watchers: int


@dataclass(frozen=True)
class Prepared:
    """The ballot as it stands; `unmeasured`: homes without an area, `notices` and `papers`: pictures."""

    titles: Sequence[str] = ()
    places: int = 0
    kinds: Sequence[AnswerKind] = ()
    categories: Sequence[ItemCategory] = ()
    costs: Sequence[int | None] = ()
    budget: int | None = None
    seats: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    convener_kind: ConvenerKind = ConvenerKind.RESIDENTS
    convener: str = ""
    basis: str = ""
    papers: int = 0
    notices: int = 0
    watchers: int = 0
    homes: int = 0
    unmeasured: int = 0
    overlapping: Sequence[str] = field(default_factory=tuple)


def reasons_not_ready(rule: Demands, ballot: Prepared, now: datetime) -> list[NotReady]:
    return [
        *_items(rule, ballot),
        *_dates(rule, ballot, now),
        *_roll(rule, ballot),
        *(_statutory(rule, ballot) if rule.is_statutory else ()),
    ]


def _items(rule: Demands, ballot: Prepared) -> Iterator[NotReady]:
    if not ballot.titles:
        yield NotReady("No item has been entered yet", field="items")
    if ballot.budget is not None or rule.winners is WinnerRule.BUDGET:
        for title, category, cost in zip(ballot.titles, ballot.categories, ballot.costs, strict=True):
            if cost is None and category in {ItemCategory.BETTER, ItemCategory.EXTRA}:
                yield NotReady(
                    "Item “%(title)s” has no cost, so the budget cannot be reckoned", field="items", title=title
                )
    if rule.winners is WinnerRule.BUDGET and ballot.budget is None:
        yield NotReady("The money that may be chosen from is missing", field="items")
    if rule.winners is WinnerRule.ELECTION and ballot.seats is None:
        yield NotReady("The number of seats is missing", field="items")


def _dates(rule: Demands, ballot: Prepared, now: datetime) -> Iterator[NotReady]:
    if ballot.starts_at is None or ballot.ends_at is None:
        yield NotReady("Beginning and end have not been set yet", field="dates")
        return
    if ballot.ends_at < ballot.starts_at + timedelta(days=rule.window_days):
        yield NotReady(
            "The end must be at least %(days)s days after the beginning", field="dates", days=rule.window_days
        )
    if (local_day(ballot.starts_at) - local_day(now)).days < rule.notice_days or ballot.starts_at <= now:
        yield NotReady(
            "Between the announcement and the beginning there must be at least %(days)s days. "
            "Announced today, it may begin on %(date)s",
            field="dates",
            days=rule.notice_days,
            date=_words(local_day(now) + timedelta(days=rule.notice_days)),
        )


def _words(day: object) -> str:
    return f"{day.month} 月 {day.day} 日"  # type: ignore[attr-defined]


def _roll(rule: Demands, ballot: Prepared) -> Iterator[NotReady]:
    if not ballot.places:
        yield NotReady("It has not been said where it is voted", field="basics")
    elif not ballot.homes:
        yield NotReady("The roster of these places is empty", field="roll")
    if rule.counts_area and ballot.unmeasured:
        yield NotReady(
            "%(count)s homes have no floor area, so it cannot be counted by area", field="roll", count=ballot.unmeasured
        )


def _statutory(rule: Demands, ballot: Prepared) -> Iterator[NotReady]:
    if ballot.convener_kind not in OWNERS_CONVENERS or not ballot.convener:
        yield NotReady("A statutory vote is called by the owners' committee, the preparatory group or 20% of the owners. "
                     "Please say by whom", field="basis")  # fmt: skip
    if not ballot.basis:
        yield NotReady("The document it is based on is missing: its title and number", field="basis")
    if not ballot.papers:
        yield NotReady("A photo of the basis document is missing", field="basis")
    if not ballot.notices:
        yield NotReady("A photo of the sheet posted in the compound is missing", field="basis")
    if ballot.watchers < rule.watchers:
        yield NotReady(
            "%(needed)s watchers of the count are needed, %(count)s are named",
            field="basis",
            needed=rule.watchers,
            count=ballot.watchers,
        )
