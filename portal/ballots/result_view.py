"""表决结果 as pages show it: the stored summary, with needs as counts and each verdict as a sentence (ux.md §3.13)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.ballots import counting, labels
from portal.ballots.models import Ballot, BallotItem
from portal.ballots.result_models import BallotResult
from portal.core.formatting import area, percent
from portal.domain.ballot_kinds import Answer, AnswerKind, CountUnit
from portal.domain.ballot_rules import Outcome, Test, Weight
from portal.domain.shares import Share

COLUMNS = (Answer.AGREE, Answer.PICK, Answer.OPPOSE, Answer.PASS, Answer.ABSTAIN)
EMPTY_ANSWERS = (Answer.BLANK, Answer.SPOILED)


@dataclass(frozen=True)
class Bar:
    """One test as a bar: `share` and `tick` in thousandths of the width, `need` and `part` in words."""

    label: str
    part: str
    percent: str
    width: int
    tick: int
    need: str
    is_met: bool


@dataclass(frozen=True)
class ShownItem:
    """One item with its sentence; `rows` are (answer, persons, area) for the table."""

    item: BallotItem
    outcome: Outcome
    word: str
    verdict: str
    bars: tuple[Bar, ...]
    counts: Mapping[str, Weight]
    place: int | None
    points: int | None
    tied: tuple[int, ...]

    @property
    def is_good(self) -> bool:
        return self.outcome in (Outcome.CARRIED, Outcome.ORDERED)


class Shown:
    """A result ready to be drawn. `unit` is 户 or 人."""

    def __init__(self, ballot: Ballot, result: BallotResult) -> None:
        self.ballot, self.result = ballot, result
        self.summary: dict[str, Any] = json.loads(result.summary)
        self.rule = counting.rule_of(ballot)
        self.is_by_person = ballot.rule.unit is not CountUnit.HOME
        self.with_area = self.rule.counts_area
        claim, roll = self.summary["result"], self.summary["roll"]
        self.roll = Weight(roll["persons"], roll["area"])
        self.took_part = Weight(claim["persons"], claim["area"] or 0)
        self.is_effective: bool = claim["effective"]
        self.spent: int | None = claim["spent"]
        self.quorum = self.rule.quorum.tests(self.took_part, self.roll)
        self.quorum_bars = tuple(self._bar(test) for test in self.quorum)
        self.items = [self._item(*pair) for pair in zip(ballot.items, claim["items"], strict=True)]
        self.asked = [item for item in self.items if item.item.answer is not AnswerKind.RANK]
        ranked = (item for item in self.items if item.item.answer is AnswerKind.RANK)
        self.ordered = sorted(ranked, key=lambda item: (item.place or 0, item.item.position))

    @property
    def carried(self) -> int:
        return sum(item.outcome is Outcome.CARRIED for item in self.items)

    @property
    def not_carried(self) -> int:
        return len(self.asked) - self.carried

    @property
    def is_election(self) -> bool:
        return self.ballot.seats is not None

    @property
    def channels(self) -> tuple[int, int]:
        """(online, paper)"""
        rows = self.summary["turnout"]
        return sum(row["online"] for row in rows), sum(row["paper"] for row in rows)

    @property
    def columns(self) -> list[Answer]:
        """The answers that the table needs."""
        seen = {answer for item in self.items for answer in item.counts}
        kinds = {item.item.answer for item in self.items}
        verdict = (Answer.AGREE, Answer.OPPOSE, Answer.ABSTAIN) if AnswerKind.VERDICT in kinds else ()
        ticks = (Answer.PICK, Answer.PASS) if AnswerKind.TICK in kinds else ()
        return [*verdict, *ticks, *(answer for answer in EMPTY_ANSWERS if answer in seen)]

    def people(self, count: int) -> str:
        """12 户, 12 人"""
        if self.is_by_person:
            return _("%(count)s persons", count=f"{count:,}")
        return _("%(count)s homes", count=f"{count:,}")

    @property
    def people_name(self) -> str:
        return _("Persons") if self.is_by_person else _("Homes")

    def _amount(self, test: Test, count: int) -> str:
        return self.people(count) if test.measure == "persons" else area(count)

    def _name(self, test: Test) -> str:
        return self.people_name if test.measure == "persons" else _("Floor area")

    def _bar(self, test: Test, label: str = "") -> Bar:
        return Bar(
            label=label or self._name(test),
            part=f"{self._plain(test, test.part)} / {self._amount(test, test.whole)}",
            percent=percent(test.part, test.whole) or "0%",
            width=min(1000, 1000 * test.part // test.whole) if test.whole else 0,
            tick=1000 * test.share.num // test.share.den,
            need=_("at least %(need)s", need=self._amount(test, test.need)),
            is_met=test.is_met,
        )

    def _plain(self, test: Test, count: int) -> str:
        return f"{count:,}" if test.measure == "persons" else f"{count // 100:,}.{count % 100:02d}"

    def _item(self, item: BallotItem, claim: Mapping[str, Any]) -> ShownItem:
        counts = {answer: Weight(*given) for answer, given in claim["counts"].items()}
        rule = next(one for one in self.rule.items if one.position == item.position)
        yes = counts.get(Answer.PICK if item.answer is AnswerKind.TICK else Answer.AGREE, Weight())
        tests = rule.approval.tests(yes, self.took_part) if item.answer is not AnswerKind.RANK else ()
        outcome = Outcome(claim["outcome"])
        return ShownItem(
            item=item,
            outcome=outcome,
            word=self.outcome_word(outcome),
            verdict=self._verdict(item, outcome, tests, claim),
            bars=tuple(self._bar(test, _("Agreeing: %(measure)s", measure=self._name(test))) for test in tests),
            counts=counts,
            place=claim["place"],
            points=claim["points"],
            tied=tuple(claim["tied"]),
        )

    def outcome_word(self, outcome: Outcome) -> str:
        if self.is_election and outcome in (Outcome.CARRIED, Outcome.FAILED):
            return _("Elected") if outcome is Outcome.CARRIED else _("Not elected")
        return {
            Outcome.CARRIED: _("Passed"),
            Outcome.FAILED: _("Not carried"),
            Outcome.TIED: _("Tied"),
            Outcome.ORDERED: _("To be done"),
            Outcome.NOT_EFFECTIVE: _("Not effective"),
        }[outcome]

    def _verdict(self, item: BallotItem, outcome: Outcome, tests: tuple[Test, ...], claim: Mapping[str, Any]) -> str:
        if outcome is Outcome.NOT_EFFECTIVE:
            return _("Too few took part, so this was not decided.")
        if item.answer is AnswerKind.RANK:
            return _(
                "Everything basic is done. In urgency it comes %(place)s, with %(points)s points.",
                place=claim["place"],
                points=claim["points"],
            )
        if outcome is Outcome.TIED:
            return _("As many votes as another candidate for the last seat. A further vote has to decide.")
        missed = [test for test in tests if not test.is_met]
        if missed:
            return self._missed(tests, missed)
        if item.answer is AnswerKind.TICK:
            return self._ticked(outcome, claim)
        if outcome is Outcome.FAILED and self.is_election:
            return _("Enough agree, but all seats went to candidates with more votes.")
        return self._met(tests)

    def _missed(self, tests: tuple[Test, ...], missed: list[Test]) -> str:
        if len(tests) == len(missed):
            words = {"measures": self._names(missed), "missed": missed_words(missed[0].share)}
            return (
                _("%(measures)s both %(missed)s.", **words)
                if len(missed) > 1
                else _("%(measures)s %(missed)s.", **words)
            )
        good = next(test for test in tests if test.is_met)
        return _(
            "%(good)s reached it, %(bad)s did not. Both must %(share)s to be carried.",
            good=self._name(good), bad=self._name(missed[0]), share=share_words(missed[0].share),
        )  # fmt: skip

    def _met(self, tests: tuple[Test, ...]) -> str:
        if not tests:
            return _("Agreed by those who took part.")
        words = {"measures": self._names(tests), "share": share_words(tests[0].share)}
        return (
            _("%(measures)s both %(share)s agreeing.", **words)
            if len(tests) > 1
            else _("%(measures)s %(share)s agreeing.", **words)
        )

    def _names(self, tests: Sequence[Test]) -> str:
        return (
            _("%(one)s and %(other)s", one=self._name(tests[0]), other=self._name(tests[1]))
            if len(tests) > 1
            else self._name(tests[0])
        )

    def _ticked(self, outcome: Outcome, claim: Mapping[str, Any]) -> str:
        chosen = self.people(claim["counts"].get(Answer.PICK, [0])[0])
        if outcome is Outcome.CARRIED:
            return _("Chosen by %(homes)s and within the budget.", homes=chosen)
        if not claim["counts"].get(Answer.PICK, [0])[0]:
            return _("Nobody chose it.")
        return _("Chosen by %(homes)s, but the money went to what more homes want.", homes=chosen)

    @property
    def quorum_sentence(self) -> str:
        """够了。… or what is missing, as counts."""
        if not self.quorum:
            return (
                _("This kind of vote asks for no number of participants.")
                if self.took_part.persons
                else _("Nobody took part.")
            )
        missed = [test for test in self.quorum if not test.is_met]
        if not missed:
            words = {"measures": self._names(self.quorum), "share": share_words(self.quorum[0].share)}
            if len(self.quorum) > 1:
                return _("%(measures)s both %(share)s, the vote is valid.", **words)
            return _("%(measures)s %(share)s, the vote is valid.", **words)
        return _("%(lacks)s, so it has no effect this time.", lacks="；".join(self._lack(test) for test in missed))

    def _lack(self, test: Test) -> str:
        return _(
            "%(measure)s that took part: %(missed)s, %(short)s short",
            measure=self._name(test), missed=missed_words(test.share), short=self._amount(test, test.short),
        )  # fmt: skip

    def answer_word(self, answer: str) -> str:
        return labels.answer_word(answer)


NAMES = {(2, 3): "三分之二", (3, 4): "四分之三", (1, 2): "一半"}


def share_name(share: Share) -> str:
    return NAMES.get((share.num, share.den), f"{share.num}/{share.den}")


def share_words(share: Share) -> str:
    """达到三分之二, 超过一半"""
    return (
        _("exceed %(share)s", share=share_name(share))
        if share.strict
        else _("reach %(share)s", share=share_name(share))
    )


def missed_words(share: Share) -> str:
    """没超过一半, 不够三分之二"""
    return (
        _("not more than %(share)s", share=share_name(share))
        if share.strict
        else _("less than %(share)s", share=share_name(share))
    )
