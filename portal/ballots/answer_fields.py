"""The answers of one paper as a form: one group of choices per item, with 未填 and 涂改 for what people do to paper."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField, StringField
from wtforms.validators import Length

from portal.ballots import labels
from portal.ballots.models import Ballot, BallotItem
from portal.core.forms import BaseForm, Needed, clean_text
from portal.domain import ballot_papers
from portal.domain.ballot_kinds import Answer, AnswerKind
from portal.domain.errors import DomainError

KINDS = {
    AnswerKind.VERDICT: (Answer.AGREE, Answer.OPPOSE, Answer.ABSTAIN),
    AnswerKind.TICK: (Answer.PICK, Answer.PASS),
}
ON_PAPER = (Answer.BLANK, Answer.SPOILED)


class PaperForm(BaseForm):
    """`door` first; the items follow as `item_1`, `item_2` …"""

    door = StringField(
        lazy_gettext("Household"),
        filters=[clean_text],
        validators=[Needed(lazy_gettext("Please type the home or scan the barcode")), Length(max=40)],
    )

    def answers(self, ballot: Ballot) -> dict[int, str]:
        return {item.position: self[f"item_{item.position}"].data or "" for item in ballot.items}

    def fill(self, ballot: Ballot, answers: dict[int, str]) -> None:
        for item in ballot.items:
            self[f"item_{item.position}"].data = answers.get(item.position, "")


def form_for(ballot: Ballot) -> type[PaperForm]:
    """A form of this ballot's items."""
    fields = {f"item_{item.position}": _field(ballot, item) for item in ballot.items}
    return type("PaperForm", (PaperForm,), fields)


def _field(ballot: Ballot, item: BallotItem) -> Any:
    needed = Needed(lazy_gettext("Item %(number)s has no entry yet", number=item.position))
    return RadioField(f"{item.position}. {item.title}", choices=choices_of(ballot, item), validators=[needed])


def choices_of(ballot: Ballot, item: BallotItem) -> list[tuple[str, str]]:
    if item.answer is AnswerKind.RANK:
        ranks = sum(one.answer is AnswerKind.RANK for one in ballot.items)
        given: tuple[str, ...] = tuple(str(rank) for rank in range(1, ranks + 1))
    else:
        given = KINDS[item.answer]
    return [(str(answer), labels.answer_word(answer)) for answer in (*given, *ON_PAPER)]


def check(ballot: Ballot, answers: dict[int, str]) -> None:
    """A paper over its limits counts as far as it can be read: what breaks the limit is entered as altered."""
    lines = [ballot_papers.Line(one.position, one.title, one.answer, one.category, one.cost) for one in ballot.items]
    read = {position: answer for position, answer in answers.items() if answer not in ON_PAPER}
    ticks = next((f"item_{one.position}" for one in ballot.items if one.answer is AnswerKind.TICK), None)
    cost = ballot_papers.spent(lines, read)
    if ballot.budget is not None and cost > ballot.budget:
        raise DomainError(
            "What is chosen on this paper costs more than the budget. Please enter the chosen items as altered",
            field=ticks,
        )
    chosen = sum(answer in (Answer.PICK, Answer.AGREE) for answer in read.values())
    if ballot.most_ticks is not None and chosen > ballot.most_ticks:
        raise DomainError(
            "More is chosen on this paper than allowed. Please enter the chosen items as altered", field=ticks
        )
    ranks = [(position, answer) for position, answer in read.items() if answer.isdecimal()]
    for position, rank in ranks:
        if sum(other == rank for _position, other in ranks) > 1:
            raise DomainError(
                "No. %(rank)s stands at two items. Please enter both as altered", field=f"item_{position}", rank=rank
            )


def words(answer: str) -> str:
    """For the mismatch page: the word of an answer, or what it means that there is none."""
    if not answer:
        return _("not entered")
    if answer == "entered":
        return _("entered")
    return labels.answer_word(answer) if answer.isdecimal() or answer in set(Answer) else answer
