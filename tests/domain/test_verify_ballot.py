"""The stand-alone verifier: equal for a thousand random ballots, and every altered byte is found and located."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal import verify_ballot
from portal.domain import ballot_record
from portal.domain.ballot_kinds import AnswerKind, Channel, ItemCategory, WinnerRule
from portal.domain.ballot_receipts import receipt_hash
from portal.domain.ballot_roll import fingerprint
from portal.domain.ballot_rules import CountRule, ItemRule, Paper, Threshold, Weight
from portal.domain.shares import Share
from portal.domain.tally import count

SCRIPT = Path(verify_ballot.__file__)
SHARES = (None, Share(2, 3), Share(3, 4), Share(1, 2, strict=True))


def make_record(dice: random.Random, voters: int = 40, area: bool | None = None) -> dict[str, Any]:
    """A whole ballot out of the dice."""
    area = dice.random() < 0.5 if area is None else area
    rule = random_rule(dice, area)
    buildings = [f"DJZ{n:02d}" for n in range(1, dice.randint(1, 5) + 1)]
    lines = sorted((dice.choice(buildings), 1, dice.randint(1, 3), dice.randint(3000, 20000)) for _ in range(voters))
    cast = [line for line in lines if dice.random() < 0.8]
    papers = [Paper(Weight(1, line[3]), line[0], random_answers(dice, rule)) for line in cast]
    turnout: dict[tuple[str, Channel], int] = {}
    for paper in papers:
        key = (paper.building, dice.choice((Channel.ONLINE, Channel.PAPER)))
        turnout[key] = turnout.get(key, 0) + 1
    roll = ballot_record.Roll(lines, fingerprint(lines))
    facts = ballot_record.Facts(
        ballot={
            "id": 7, "title": "“先改哪几项”\u2028投票", "place": "东局子小区", "unit": dice.choice(("home", "owner")),
            "rule": "法定表决·一般", "convener": "", "basis": "", "legal_basis": "民法典第二百七十八条", "watchers": 2,
            "opened_at": "2024-06-01T00:00:00+08:00", "closed_at": "2024-06-30T18:00:00+08:00",
        },
        titles={item.position: f"项目{item.position}" for item in rule.items},
        paragraphs={}, number=1, counted_at="2024-06-30T18:01:00+08:00", turnout=turnout,
    )  # fmt: skip
    receipts = [receipt_hash(7, str(n)) for n in range(len(papers))]
    return ballot_record.build(rule, facts, roll, papers, receipts, count(rule, roll.weight, papers))


def random_rule(dice: random.Random, area: bool) -> CountRule:
    winners = dice.choice(list(WinnerRule))
    threshold = lambda: Threshold(dice.choice(SHARES), dice.choice(SHARES) if area else None)  # noqa: E731
    items = []
    for position in range(1, dice.randint(1, 6) + 1):
        kind = AnswerKind.TICK if winners is WinnerRule.BUDGET else AnswerKind.VERDICT
        if winners is WinnerRule.BUDGET and position < 3:
            kind = AnswerKind.RANK
        items.append(ItemRule(position, kind, ItemCategory.BETTER, threshold(), dice.randint(0, 50) * 100))
    budget = dice.choice((None, 5000)) if winners is WinnerRule.BUDGET else None
    return CountRule(tuple(items), threshold(), winners, budget, dice.choice((None, 2)), dice.choice((None, 2)))


def random_answers(dice: random.Random, rule: CountRule) -> dict[int, str]:
    words = {
        AnswerKind.VERDICT: ("agree", "agree", "oppose", "abstain", "spoiled"),
        AnswerKind.TICK: ("pick", "pass"),
        AnswerKind.RANK: ("1", "2", "blank"),
    }
    return {item.position: dice.choice(words[item.answer]) for item in rule.items if dice.random() < 0.97}


def differences(record: dict[str, Any]) -> list[str]:
    raw = ballot_record.canonical(record).encode()
    return verify_ballot.verify(verify_ballot.read(raw), raw)


def test_a_thousand_random_ballots_are_equal() -> None:
    dice = random.Random(8093000)
    for number in range(1000):
        record = make_record(dice, voters=dice.choice((0, 1, 6, 30)))
        assert differences(record) == [], f"ballot {number}"


@pytest.mark.parametrize("area", [True, False])
def test_any_altered_byte_is_found_and_located(area: bool) -> None:
    dice = random.Random(1)
    raw = ballot_record.canonical(make_record(dice, area=area)).encode()
    for at in dice.sample(range(len(raw)), 400):
        altered = bytearray(raw)
        altered[at] ^= dice.choice((1, 2, 4, 16))
        try:
            found = verify_ballot.verify(verify_ballot.read(bytes(altered)), bytes(altered))
        except verify_ballot.Unreadable as error:
            found = [str(error)]
        assert found, f"byte {at} ({raw[at - 20 : at + 20]!r}) was altered unnoticed"
        assert any("（" in line or "行" in line for line in found), found


def test_a_record_forged_as_a_whole_fails_the_recount() -> None:
    """One opponent is turned into a supporter in the list, and every check and digest made anew."""
    record = make_record(random.Random(5), area=False)
    wrong = next(at for at, vote in enumerate(record["answers"]) if "oppose" in vote)
    record["answers"][wrong] = record["answers"][wrong].replace("oppose", "agree", 1)
    record["answers"].sort()
    body = {name: value for name, value in record.items() if name not in ("checks", "digest")}
    forged = {
        **body,
        "checks": ballot_record.checks(body),
        "digest": ballot_record._sha256(ballot_record.canonical(body)),
    }
    found = differences(forged)
    assert any(line.startswith("结果 第") and "重新计票" in line for line in found)


def test_where_area_counts_no_group_tells_whose_vote_it_was() -> None:
    dice = random.Random(3)
    for _ in range(200):
        record = make_record(dice, area=True)
        if record["sums"] is None:
            continue
        assert record["answers"] is None
        if len(record["sums"]) > 1:
            for group in record["sums"]:
                assert group["persons"] >= 5
                assert all(given[0] != 1 for item in group["items"] for given in item.values())


def test_on_the_command_line(tmp_path: Path) -> None:
    """Alone: isolated from this environment, from another directory."""
    file = tmp_path / "record.json"
    file.write_text(ballot_record.canonical(make_record(random.Random(9), area=False)), encoding="utf-8")
    run = lambda: subprocess.run(  # noqa: E731
        [sys.executable, "-I", str(SCRIPT), str(file)], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )  # fmt: skip
    done = run()
    assert done.returncode == 0 and "一致" in done.stdout and "名册指纹" in done.stdout, done
    record = json.loads(file.read_text(encoding="utf-8"))
    receipt = record["receipts"][3]
    file.write_text(
        file.read_text(encoding="utf-8").replace(receipt, receipt[:-1] + "f0"[receipt[-1] == "f"]), encoding="utf-8"
    )
    done = run()
    assert done.returncode == 1 and "回执（receipts）第 4 条" in done.stdout, done
    file.write_bytes(b"\xff not a record")
    assert run().returncode == 1
