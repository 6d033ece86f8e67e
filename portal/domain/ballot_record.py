"""公开记录: one result with all that it was counted from, in the form that `portal/verify_ballot.py` describes and checks.

Two unlinked sorted lists, receipts and answers (product D8): nobody who has seen a receipt learns a vote. Where floor area
counts, sums per building stand instead of single votes, since an area points to a home.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.ballot_kinds import Answer, Channel
from portal.domain.ballot_roll import Line
from portal.domain.ballot_rules import CountRule, ItemRule, Paper, Threshold, Weight
from portal.domain.shares import Share
from portal.domain.tally import Count, ItemCount

FORMAT = "hedong-ballot-record/1"
FEWEST = 5  # votes in one published group of buildings
Record = dict[str, Any]


@dataclass(frozen=True)
class Roll:
    """The frozen roll; `lines` as in `ballot_roll`."""

    lines: Sequence[Line]
    fingerprint: str

    @property
    def weight(self) -> Weight:
        return Weight(sum(line[1] for line in self.lines), sum(line[3] for line in self.lines))


@dataclass(frozen=True)
class Facts:
    """What the record says about the ballot and its items besides figures; `items` title and paragraph by position."""

    ballot: Mapping[str, Any]
    titles: Mapping[int, str]
    paragraphs: Mapping[int, str | None]
    number: int
    counted_at: str
    turnout: Mapping[tuple[str, Channel], int] = field(default_factory=dict)


def build(
    rule: CountRule, facts: Facts, roll: Roll, papers: Sequence[Paper], receipts: Iterable[str], count: Count
) -> Record:
    """The record, ready for `canonical`."""
    body: Record = {
        "format": FORMAT,
        "ballot": {
            **facts.ballot,
            "winners": rule.winners.value,
            "budget": rule.budget,
            "most_ticks": rule.most_ticks,
            "seats": rule.seats,
        },
        "quorum": _threshold(rule.quorum),
        "items": [_item(item, facts) for item in rule.items],
        "roll": _roll(roll),
        "turnout": _turnout(facts, roll),
        "receipts": sorted(receipts),
        "answers": None if rule.counts_area else sorted(_answers(rule, paper) for paper in papers),
        "sums": _sums(rule, papers) if rule.counts_area else None,
        "result": _result(rule, facts, count),
    }
    return {**body, "digest": _sha256(canonical(body)), "checks": checks(body)}


def canonical(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _threshold(found: Threshold) -> Record:
    return {"persons": _share(found.persons), "area": _share(found.area)}


def _share(share: Share | None) -> Record | None:
    return None if share is None else {"num": share.num, "den": share.den, "strict": share.strict}


def _item(item: ItemRule, facts: Facts) -> Record:
    return {
        "position": item.position,
        "title": facts.titles[item.position],
        "category": item.category.value,
        "answer": item.answer.value,
        "cost": item.cost,
        "paragraph": facts.paragraphs.get(item.position),
        "approve": _threshold(item.approval),
    }


def _roll(roll: Roll) -> Record:
    return {
        "persons": roll.weight.persons,
        "homes": sum(line[2] for line in roll.lines),
        "area": roll.weight.area,
        "fingerprint": roll.fingerprint,
        "lines": [f"{code}|{persons}|{homes}|{area}" for code, persons, homes, area in sorted(roll.lines)],
    }


def _turnout(facts: Facts, roll: Roll) -> list[Record]:
    persons: dict[str, int] = defaultdict(int)
    for code, many, _homes, _area in roll.lines:
        persons[code] += many
    return [
        {
            "building": code,
            "roll": persons[code],
            "online": facts.turnout.get((code, Channel.ONLINE), 0),
            "paper": facts.turnout.get((code, Channel.PAPER), 0),
        }
        for code in sorted(persons)
    ]


def _answers(rule: CountRule, paper: Paper) -> str:
    return ",".join(paper.answers.get(item.position, Answer.BLANK) for item in rule.items)


@dataclass
class Group:
    """Buildings whose votes are published as one sum."""

    buildings: list[str]
    total: Weight
    items: list[dict[str, Weight]]

    def absorb(self, other: "Group") -> None:
        self.buildings = sorted([*self.buildings, *other.buildings])
        self.total += other.total
        for mine, theirs in zip(self.items, other.items, strict=True):
            for answer, weight in theirs.items():
                mine[answer] = mine.get(answer, Weight()) + weight

    @property
    def is_safe(self) -> bool:
        """Enough votes, and no answer of one person alone, whose floor area would tell whose it is."""
        alone = any(weight.persons == 1 for given in self.items for weight in given.values())
        return self.total.persons >= FEWEST and not alone


def _sums(rule: CountRule, papers: Sequence[Paper]) -> list[Record]:
    return [
        {
            "buildings": group.buildings,
            "persons": group.total.persons,
            "area": group.total.area,
            "items": [_weights(given) for given in group.items],
        }
        for group in sorted(merged(rule, papers), key=lambda group: group.buildings)
    ]


def merged(rule: CountRule, papers: Iterable[Paper]) -> list[Group]:
    """One group per building; the unsafe ones together, and with the smallest safe ones until they are safe or all is one."""
    groups: dict[str, Group] = {}
    for paper in papers:
        given = [{paper.answers.get(item.position, Answer.BLANK): paper.weight} for item in rule.items]
        single = Group([paper.building], paper.weight, given)
        if paper.building in groups:
            groups[paper.building].absorb(Group([], single.total, single.items))
        else:
            groups[paper.building] = single
    ordered = sorted(groups.values(), key=lambda group: (group.total.persons, group.buildings))
    safe = [group for group in ordered if group.is_safe]
    unsafe = [group for group in ordered if not group.is_safe]
    if not unsafe:
        return safe
    pool = unsafe[0]
    for group in unsafe[1:]:
        pool.absorb(group)
    while safe and not pool.is_safe:
        pool.absorb(safe.pop(0))
    return [pool, *safe]


def _weights(given: Mapping[str, Weight]) -> Record:
    return {str(answer): [weight.persons, weight.area] for answer, weight in given.items()}


def _result(rule: CountRule, facts: Facts, count: Count) -> Record:
    return {
        "number": facts.number,
        "counted_at": facts.counted_at,
        "persons": count.took_part.persons,
        "area": count.took_part.area if rule.counts_area else None,
        "effective": count.is_effective,
        "spent": count.spent,
        "items": [_item_result(item, rule.counts_area) for item in count.items],
    }


def _item_result(item: ItemCount, with_area: bool) -> Record:
    return {
        "position": item.rule.position,
        "outcome": item.outcome.value,
        "counts": {
            str(answer): [weight.persons, weight.area if with_area else 0] for answer, weight in item.counts.items()
        },
        "points": item.points,
        "place": item.place,
        "tied": list(item.tied),
    }


def checks(body: Mapping[str, Any]) -> dict[str, str]:
    """Eight hex digits per element of each section, so that an altered one can be named."""
    return {
        section: "".join(_sha256(_compact(element))[:8] for element in _elements(value))
        for section, value in body.items()
        if section != "format"
    }


def _elements(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    found: list[Any] = []
    for key in sorted(value):
        inner = value[key]
        found += inner if isinstance(inner, list) and key in ("lines", "items") else [inner]
    return found


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
