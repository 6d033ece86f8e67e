"""Whether a filled-in paper may be cast: every item answered, ranks that fit, within the budget."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.ballot_kinds import Answer, AnswerKind, ItemCategory
from portal.domain.errors import DomainError

CHOSEN = frozenset({Answer.AGREE, Answer.PICK})
VERDICTS = frozenset({Answer.AGREE, Answer.OPPOSE, Answer.ABSTAIN})
PAID_FOR = frozenset({ItemCategory.BETTER, ItemCategory.EXTRA})  # 基础类 has its money already


@dataclass(frozen=True)
class Line:
    """One item of a paper; `cost` in 分."""

    position: int
    title: str
    answer: AnswerKind
    category: ItemCategory = ItemCategory.NONE
    cost: int | None = None


def understood(lines: Sequence[Line], given: Mapping[int, str]) -> dict[int, str]:
    """Only answers that the items offer; what is not ticked is passed over, a missing verdict stays missing."""
    found: dict[int, str] = {}
    ranks = {str(rank) for rank in range(1, 1 + sum(line.answer is AnswerKind.RANK for line in lines))}
    for line in lines:
        answer = given.get(line.position, "")
        if line.answer is AnswerKind.TICK:
            found[line.position] = Answer.PICK if answer == Answer.PICK else Answer.PASS
        elif answer in (ranks if line.answer is AnswerKind.RANK else VERDICTS):
            found[line.position] = answer
    return found


def spent(lines: Iterable[Line], answers: Mapping[int, str]) -> int:
    """分: what the chosen items of 完善类 and 提升类 cost together."""
    return sum(line.cost or 0 for line in lines if line.category in PAID_FOR and answers.get(line.position) in CHOSEN)


def unanswered(lines: Iterable[Line], answers: Mapping[int, str]) -> list[int]:
    """Positions that still need a verdict; ticks and ranks may stay empty."""
    return [line.position for line in lines if line.answer is AnswerKind.VERDICT and line.position not in answers]


def problems(
    lines: Sequence[Line], answers: Mapping[int, str], *, budget: int | None = None, most: int | None = None
) -> list[DomainError]:
    """Why it cannot be cast as it stands, each with the position it belongs to as `field`; empty: it can."""
    return [*_missing(lines, answers), *_ranks(lines, answers), *_limits(lines, answers, budget, most)]


def _missing(lines: Sequence[Line], answers: Mapping[int, str]) -> Iterator[DomainError]:
    titles = {line.position: line.title for line in lines}
    for position in unanswered(lines, answers):
        yield DomainError(
            "Item %(number)s, “%(title)s”, has no answer yet. If you do not want to say, please choose “abstain”",
            field=str(position),
            number=position,
            title=titles[position],
        )
    free = [line for line in lines if line.answer is not AnswerKind.VERDICT]
    empty = all(answers.get(line.position, Answer.PASS) == Answer.PASS for line in free)
    if free and empty and len(free) == len(lines):
        yield DomainError("Nothing has been chosen yet. Please choose at least one item", field=str(free[0].position))


def _ranks(lines: Sequence[Line], answers: Mapping[int, str]) -> Iterator[DomainError]:
    """第几急: no rank twice, none left out before a later one."""
    ranked = [line for line in lines if line.answer is AnswerKind.RANK and line.position in answers]
    counts = Counter(int(answers[line.position]) for line in ranked)
    for line in ranked:
        rank = int(answers[line.position])
        if counts[rank] > 1:
            yield DomainError("No. %(rank)s was given to more than one item", field=str(line.position), rank=rank)
        elif rank > len(ranked):
            yield DomainError("Please begin with No. 1 and leave no number out", field=str(line.position))


def _limits(
    lines: Sequence[Line], answers: Mapping[int, str], budget: int | None, most: int | None
) -> Iterator[DomainError]:
    first = next((str(line.position) for line in lines if line.category in PAID_FOR), None)
    cost = spent(lines, answers)
    if budget is not None and cost > budget:
        yield DomainError(
            "What you chose costs %(cost)s together, %(over)s too much. Please take one off",
            field=first,
            cost=wan(cost),
            over=wan(cost - budget),
        )
    chosen = sum(answers.get(line.position) in CHOSEN for line in lines)
    if most is not None and chosen > most:
        yield DomainError("At most %(most)s may be chosen, you chose %(chosen)s", field=first, most=most, chosen=chosen)


def wan(fen: int) -> str:
    """8600000 分 → 8.6 万元: exact, at least one decimal."""
    text = f"{fen // 1_000_000}.{fen % 1_000_000:06d}".rstrip("0")
    return f"{text}0 万元" if text.endswith(".") else f"{text} 万元"
