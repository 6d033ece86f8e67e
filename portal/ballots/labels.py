"""How states, categories and shares of votes are called on pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.ballots.models import Ballot, BallotItem, BallotRule
from portal.domain.ballot_kinds import (
    Answer,
    AnswerKind,
    BallotState,
    Channel,
    ConvenerKind,
    CountUnit,
    ItemCategory,
    Paragraph,
    WinnerRule,
)

STATES: dict[BallotState, tuple[LazyString, str, str]] = {
    BallotState.DRAFT: (lazy_gettext("Being prepared"), "gray", "pencil"),
    BallotState.ANNOUNCED: (lazy_gettext("Announced"), "blue", "bell"),
    BallotState.OPEN: (lazy_gettext("Being voted"), "warn", "vote"),
    BallotState.CLOSED: (lazy_gettext("Ended, being counted"), "gray", "clock"),
    BallotState.PROVISIONAL: (lazy_gettext("First result on display"), "warn", "clock"),
    BallotState.FINAL: (lazy_gettext("Final result"), "ok", "check"),
    BallotState.NOT_EFFECTIVE: (lazy_gettext("Not effective"), "gray", "info"),
    BallotState.VOID: (lazy_gettext("Declared void"), "gray", "cross"),
}
CATEGORIES: dict[ItemCategory, tuple[LazyString, LazyString]] = {
    ItemCategory.BASIC: (lazy_gettext("Basic"), lazy_gettext("For safety and basic needs")),
    ItemCategory.BETTER: (lazy_gettext("Improving"), lazy_gettext("Makes life easier")),
    ItemCategory.EXTRA: (lazy_gettext("Enhancing"), lazy_gettext("Makes life better")),
    ItemCategory.NONE: (lazy_gettext("Other matters"), lazy_gettext("To be decided together")),
}
ANSWERS: dict[Answer, LazyString] = {
    Answer.AGREE: lazy_gettext("Agree"),
    Answer.OPPOSE: lazy_gettext("Oppose"),
    Answer.ABSTAIN: lazy_gettext("Abstain"),
    Answer.PICK: lazy_gettext("Chosen"),
    Answer.PASS: lazy_gettext("Not chosen"),
    Answer.BLANK: lazy_gettext("Left blank"),
    Answer.SPOILED: lazy_gettext("Altered"),
}
CHANNELS: dict[Channel, LazyString] = {
    Channel.NONE: lazy_gettext("Not yet"),
    Channel.ONLINE: lazy_gettext("Online"),
    Channel.PAPER: lazy_gettext("On paper"),
}
CONVENERS: dict[ConvenerKind, LazyString] = {
    ConvenerKind.COMMITTEE: lazy_gettext("Owners' committee"),
    ConvenerKind.PREPARATORY: lazy_gettext("Preparatory group of the owners' assembly"),
    ConvenerKind.OWNERS: lazy_gettext("At least 20% of the owners"),
    ConvenerKind.RESIDENTS: lazy_gettext("Residents' committee"),
}
UNITS: dict[CountUnit, LazyString] = {
    CountUnit.HOME: lazy_gettext("one voice per home"),
    CountUnit.OWNER: lazy_gettext("by owner and floor area"),
    CountUnit.OWNER_OR_TENANT: lazy_gettext("by owner or tenant, and floor area"),
}
PARAGRAPHS: dict[Paragraph, LazyString] = {
    Paragraph.RULES: lazy_gettext("(1) rules of procedure of the owners' assembly"),
    Paragraph.COVENANT: lazy_gettext("(2) management covenant"),
    Paragraph.ELECTION: lazy_gettext("(3) electing or replacing the owners' committee"),
    Paragraph.PROPERTY: lazy_gettext("(4) hiring or dismissing the property company"),
    Paragraph.USE_FUND: lazy_gettext("(5) using the maintenance fund"),
    Paragraph.RAISE_FUND: lazy_gettext("(6) raising the maintenance fund"),
    Paragraph.REBUILD: lazy_gettext("(7) rebuilding the building or what belongs to it"),
    Paragraph.CHANGE_USE: lazy_gettext("(8) changing the use of shared parts, or doing business with them"),
    Paragraph.OTHER: lazy_gettext("(9) other important matters"),
}
WINNERS: dict[WinnerRule, LazyString] = {
    WinnerRule.THRESHOLD: lazy_gettext("each item by its own share"),
    WinnerRule.BUDGET: lazy_gettext("by the number of homes while the money lasts; ties to the cheaper"),
    WinnerRule.ELECTION: lazy_gettext("by votes, up to the seats, each with both majorities"),
}


def answer_word(answer: str) -> str:
    """A rank is its own word: 第 2 急."""
    return _("No. %(rank)s", rank=answer) if answer.isdigit() else str(ANSWERS[Answer(answer)])


def share(thing: BallotRule | BallotItem, measure: str) -> str:
    """≥ 2/3, > 1/2; empty when the measure is not asked."""
    numerator = getattr(thing, f"{measure}_num")
    if numerator is None:
        return ""
    return f"{'>' if getattr(thing, f'{measure}_strict') else '≥'} {numerator}/{getattr(thing, f'{measure}_den')}"


def place_of(ballot: Ballot) -> str:
    """东局子小区, or 东局子小区 3 号楼 2 门; several are joined."""
    return "、".join(
        " ".join(part.name for part in (scope.compound, scope.building, scope.entrance) if part)
        for scope in ballot.scopes
    )


def wan(fen: int | None) -> str:
    """8600000 → 8.6 万元: exact, at least one decimal."""
    if fen is None:
        return ""
    text = f"{fen // 1_000_000}.{fen % 1_000_000:06d}".rstrip("0")
    return f"{text}0 万元" if text.endswith(".") else f"{text} 万元"


def group_title(ballot: Ballot, item: BallotItem) -> str:
    return _("Candidates") if ballot.seats is not None else str(CATEGORIES[item.category][0])


def how_many(ballot: Ballot, count: int) -> str:
    """7 项, or 3 人 where persons are elected."""
    return _("%(count)s persons", count=count) if ballot.seats is not None else _("%(count)s items", count=count)


def group_sentence(ballot: Ballot, item: BallotItem) -> str:
    """What stands under the heading of a category: what it is for, and whether it takes from the budget."""
    if ballot.seats is not None:
        return _("%(seats)s are to be elected. Please say of each candidate by themselves.", seats=ballot.seats)
    if item.answer is AnswerKind.RANK:
        return _("All of it will be done. Which is the most urgent for your home?")
    purpose = str(CATEGORIES[item.category][1])
    if ballot.budget is None or item.category is ItemCategory.NONE:
        return purpose
    if item.category is ItemCategory.BASIC:
        return _("%(purpose)s. The money is there; it takes nothing from the sum above", purpose=purpose)
    if item.answer is AnswerKind.TICK:
        return _("%(purpose)s. What you choose takes from the sum above", purpose=purpose)
    return _("%(purpose)s. “Agree” takes from the sum above", purpose=purpose)
