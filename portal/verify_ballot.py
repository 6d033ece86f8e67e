#!/usr/bin/env python3
"""核对投票公开记录：把一次投票的公开记录重新数一遍，不用平台的任何代码。

    python3 verify_ballot.py 公开记录.json

结果写成中文；与记录一致退出码 0，不一致退出码 1 并说明在哪里，文件打不开退出码 2。
Stand-alone on purpose: standard library only, nothing of the portal is imported, every figure is counted again here.

The record ("hedong-ballot-record/1") is UTF-8 JSON in one canonical form, `json.dumps(record, ensure_ascii=False,
sort_keys=True, indent=1)` and a line end, so that two copies are equal byte by byte. Areas are hundredths of ㎡, money 分.

    format     "hedong-ballot-record/1"
    ballot     id, title, place, rule (name of the preset), unit ("home" 一户一票, "owner" 业主, "owner_or_tenant"
               业主（承租人）), winners ("threshold", "budget", "election"), budget, most_ticks, seats, convener, basis,
               legal_basis, watchers (how many 监票人), opened_at, closed_at
    quorum     persons, area: each {"num", "den", "strict"} or null; measured on the roll
    items      position, title, category, answer ("verdict", "tick", "rank"), cost, paragraph (of 民法典278),
               approve: {"persons", "area"} as in quorum; measured on those who took part
    roll       persons, homes, area, fingerprint, lines: sorted "building|persons|homes|area", one per entry (one voice);
               fingerprint = SHA-256 of the lines, each with its line end; it was published when the vote opened
    turnout    per building: {"building", "roll", "online", "paper"}, in persons
    receipts   sorted SHA-256 of "ballot id:receipt" (the receipt's twelve characters): who holds a receipt finds it
    answers    where floor area does not count: one line per vote, its answers in the order of the items joined by ",";
               sorted, so that no line belongs to any receipt. Otherwise null
    sums       where floor area counts, instead of `answers` (an area points to a home): sums over one or several
               buildings: {"buildings", "persons", "area", "items": [{answer: [persons, area]}]} in the order of the
               items. Buildings with fewer than 5 votes, or where one person alone gave an answer, are put together.
    result     number (1, then 2 … after an upheld objection), counted_at, persons, area (of those who took part),
               effective, spent, items: position, outcome ("carried", "failed", "tied", "ordered", "not_effective"),
               counts {answer: [persons, area]}, points, place, tied (positions that stand equal)
    checks     per section the first 8 hex digits of the SHA-256 of each element's compact JSON, joined: says *where*
               a byte was altered (elements of a list in order, values of an object in the order of their keys)
    digest     SHA-256 of the canonical form without `digest` and without `checks`; it stands in the platform's journal
               and on the printed result, so that a record forged as a whole is found as well

Answers: agree, oppose, abstain (同意 反对 弃权); pick, pass (选, 没选); "1", "2" … (第几急); blank, spoiled (未填, 涂改).
"""

import hashlib
import json
import sys
from fractions import Fraction
from typing import Any

Record = dict[str, Any]
FORMAT = "hedong-ballot-record/1"
SECTIONS = ("ballot", "quorum", "items", "roll", "turnout", "receipts", "answers", "sums", "result")
NAMES = {
    "ballot": "投票资料",
    "quorum": "参与比例",
    "items": "项目",
    "roll": "名册",
    "turnout": "各楼参与",
    "receipts": "回执",
    "answers": "选票",
    "sums": "分楼合计",
    "result": "结果",
}
OUTCOMES = {
    "carried": "通过",
    "failed": "未通过",
    "tied": "得票相同，未定",
    "ordered": "都要改，按急排序",
    "not_effective": "未生效",
}


class Unreadable(Exception):
    """Not a record at all; says why."""


def canonical(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read(raw: bytes) -> Record:
    """The record in a file's bytes."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"第 {raw[: error.start].count(10) + 1} 行有一个字节被改过（不是 UTF-8）") from error
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"第 {error.lineno} 行第 {error.colno} 个字附近被改过（不是完整的 JSON）") from error
    except RecursionError as error:
        raise Unreadable("不是投票公开记录") from error
    if not isinstance(record, dict):
        raise Unreadable("不是投票公开记录")
    return record


def verify(record: Record, raw: bytes) -> list[str]:
    """Every difference found, in words; empty when all is equal."""
    found = [*altered(record), *form(record, raw)]
    try:
        found += recount(record)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError) as error:
        found.append(f"记录缺了一部分或写法不对，无法重新计票（{type(error).__name__}：{error}）")
    return found


# --- the file itself -------------------------------------------------------------------------------------------------


def altered(record: Record) -> list[str]:
    """Where a byte differs from what the checks and the digest say."""
    found = []
    if record.get("format") != FORMAT:
        found.append(f"格式（format）应为 {FORMAT}")
    unknown = sorted(set(record) - {*SECTIONS, "format", "checks", "digest"})
    missing = sorted({*SECTIONS, "format", "checks", "digest"} - set(record))
    found += [f"多出一节：{name}" for name in unknown] + [f"少了一节：{name}" for name in missing]
    checks: Any = record.get("checks")
    checks = checks if isinstance(checks, dict) else {}
    for section in SECTIONS:
        found += places(section, record.get(section), str(checks.get(section, "")))
    body = {name: value for name, value in record.items() if name not in ("checks", "digest")}
    if sha256(canonical(body)) != record.get("digest"):
        found.append("整份记录的摘要（digest）对不上")
    return found


def places(section: str, value: Any, check: str) -> list[str]:
    """The elements of one section that do not fit their check."""
    labels, values = elements(section, value)
    if len(check) != 8 * len(values):
        return [f"{NAMES[section]}（{section}）的条数与校验（checks）对不上"]
    return [
        f"{NAMES[section]}（{section}）{label} 与校验（checks）对不上，这里被改过"
        for at, (label, element) in enumerate(zip(labels, values, strict=True))
        if sha256(compact(element))[:8] != check[8 * at : 8 * at + 8]
    ]


def elements(section: str, value: Any) -> tuple[list[str], list[Any]]:
    """What is checked one by one: list elements, object values, and the roll's lines."""
    if isinstance(value, list):
        return [f"第 {at} 条" for at in range(1, len(value) + 1)], value
    if not isinstance(value, dict):
        return ["整节"], [value]
    labels, values = [], []
    for key in sorted(value):
        inner = value[key]
        if isinstance(inner, list) and key in ("lines", "items"):
            labels += [f"{key} 第 {at} 条" for at in range(1, len(inner) + 1)]
            values += inner
        else:
            labels.append(key)
            values.append(inner)
    return labels, values


def form(record: Record, raw: bytes) -> list[str]:
    """The file is the canonical form, byte by byte."""
    wanted = canonical(record).encode("utf-8")
    if wanted == raw:
        return []
    lines, seen = wanted.split(b"\n"), raw.split(b"\n")
    line = next(
        (at for at, pair in enumerate(zip(lines, seen, strict=False), 1) if pair[0] != pair[1]),
        min(len(lines), len(seen)),
    )
    return [f"第 {line} 行的写法被改过（内容相同也应逐字节相同）"]


# --- the count -------------------------------------------------------------------------------------------------------


def reaches(share: Any, part: int, whole: int) -> bool:
    """`share` None: not asked. Nothing of nothing never reaches."""
    if share is None:
        return True
    if whole <= 0:
        return False
    ratio, wanted = Fraction(part, whole), Fraction(share["num"], share["den"])
    return ratio > wanted if share["strict"] else ratio >= wanted


def recount(record: Record) -> list[str]:
    """Differences between what the lists say and what the record claims."""
    found = roll_differences(record["roll"])
    tallied = from_answers(record) if record["sums"] is None else from_sums(record)
    found += tallied["faults"] + list_differences(record, tallied)
    return found + result_differences(record, decide(record, tallied), tallied)


def roll_differences(roll: Any) -> list[str]:
    found, lines = [], roll["lines"]
    if lines != sorted(lines, key=lambda line: (line.split("|")[0], *map(int, line.split("|")[1:]))):
        found.append("名册（roll.lines）没有按顺序排列")
    if sha256("".join(line + "\n" for line in lines)) != roll["fingerprint"]:
        found.append("名册指纹（roll.fingerprint）与重新计算的不一致")
    for at, name in enumerate(("persons", "homes", "area"), 1):
        total = sum(int(line.split("|")[at]) for line in lines)
        if total != roll[name]:
            found.append(f"名册合计 roll.{name}：记录 {roll[name]}，重新相加 {total}")
    return found


def from_answers(record: Record) -> Record:
    """Single votes, one person each."""
    items, faults = record["items"], []
    counts: list[Record] = [{} for _ in items]
    points = [0] * len(items)
    among = sum(item["answer"] == "rank" for item in items)
    if record["answers"] != sorted(record["answers"]):
        faults.append("选票（answers）没有按顺序排列")
    for line, vote in enumerate(record["answers"], 1):
        given = vote.split(",")
        if len(given) != len(items):
            faults.append(f"选票（answers）第 {line} 条的答案个数不对")
            continue
        for at, answer in enumerate(given):
            counts[at][answer] = [counts[at].get(answer, [0, 0])[0] + 1, 0]
            if items[at]["answer"] == "rank" and answer.isdigit() and 1 <= int(answer) <= among:
                points[at] += among - int(answer) + 1
    return {"persons": len(record["answers"]), "area": None, "counts": counts, "points": points, "faults": faults}


def from_sums(record: Record) -> Record:
    """Sums per group of buildings; within a group every item's answers add up to the group."""
    items, faults = record["items"], []
    counts: list[Record] = [{} for _ in items]
    persons = area = 0
    for line, group in enumerate(record["sums"], 1):
        persons, area = persons + group["persons"], area + group["area"]
        for at, given in enumerate(group["items"]):
            if [sum(part) for part in zip(*given.values(), strict=True)] != [group["persons"], group["area"]]:
                faults.append(f"分楼合计（sums）第 {line} 条第 {at + 1} 项相加不等于这一条的人数和面积")
            for answer, (many, much) in given.items():
                before = counts[at].get(answer, [0, 0])
                counts[at][answer] = [before[0] + many, before[1] + much]
    among = sum(item["answer"] == "rank" for item in items)
    points = [
        sum((among - int(answer) + 1) * given[0] for answer, given in counts[at].items() if answer.isdigit())
        if item["answer"] == "rank"
        else 0
        for at, item in enumerate(items)
    ]
    return {"persons": persons, "area": area, "counts": counts, "points": points, "faults": faults}


def list_differences(record: Record, tallied: Record) -> list[str]:
    """Receipts, turnout and votes tell the same number."""
    found, receipts = [], record["receipts"]
    if receipts != sorted(set(receipts)):
        found.append("回执（receipts）没有按顺序排列，或有重复")
    if len(receipts) != tallied["persons"]:
        found.append(f"回执 {len(receipts)} 个，选票 {tallied['persons']} 张，应当相等")
    for row in record["turnout"]:
        on_roll = sum(
            int(line.split("|")[1]) for line in record["roll"]["lines"] if line.split("|")[0] == row["building"]
        )
        if on_roll != row["roll"]:
            found.append(f"各楼参与（turnout）{row['building']}：名册应为 {on_roll}，记录 {row['roll']}")
        if row["online"] + row["paper"] > row["roll"]:
            found.append(f"各楼参与（turnout）{row['building']}：参加的比名册上的多")
    voted = sum(row["online"] + row["paper"] for row in record["turnout"])
    if voted != tallied["persons"]:
        found.append(f"各楼参与相加 {voted}，选票 {tallied['persons']} 张，应当相等")
    return found


def decide(record: Record, tallied: Record) -> tuple[list[Record], bool, int | None]:
    """Each item's outcome: {"outcome", "points", "place", "tied"} by index, whether the vote is valid, what was spent."""
    quorum, roll = record["quorum"], record["roll"]
    persons, area = tallied["persons"], tallied["area"]
    valid = (
        persons > 0
        and reaches(quorum["persons"], persons, roll["persons"])
        and reaches(quorum["area"], area or 0, roll["area"])
    )
    items = record["items"]
    decided: list[Record] = [{"outcome": "failed", "points": None, "place": None, "tied": []} for _ in items]
    ranked = [at for at, item in enumerate(items) if item["answer"] == "rank"]
    asked = [at for at in range(len(items)) if at not in ranked]
    for at in ranked:
        mine = tallied["points"][at]
        decided[at] = {
            "outcome": "ordered",
            "points": mine,
            "place": 1 + sum(tallied["points"][other] > mine for other in ranked),
            "tied": [items[other]["position"] for other in ranked if other != at and tallied["points"][other] == mine],
        }
    spent = None
    if valid and record["ballot"]["winners"] == "budget":
        spent = by_budget(record, tallied, asked, decided)
    elif valid and record["ballot"]["winners"] == "election":
        by_seats(record, tallied, asked, decided)
    else:
        for at in asked:
            decided[at]["outcome"] = "carried" if approved(record, tallied, at) else "failed"
    if not valid:
        for one in decided:
            one["outcome"] = "not_effective"
    return decided, valid, spent


def yes(record: Record, tallied: Record, at: int) -> tuple[int, int]:
    word = {"verdict": "agree", "tick": "pick"}[record["items"][at]["answer"]]
    return tuple(tallied["counts"][at].get(word, (0, 0)))


def approved(record: Record, tallied: Record, at: int) -> bool:
    many, much = yes(record, tallied, at)
    wanted = record["items"][at]["approve"]
    return (
        many > 0
        and reaches(wanted["persons"], many, tallied["persons"])
        and reaches(wanted["area"], much, tallied["area"] or 0)
    )


def by_budget(record: Record, tallied: Record, asked: list[int], decided: list[Record]) -> int:
    ballot, items, spent, taken = record["ballot"], record["items"], 0, 0
    votes = {at: yes(record, tallied, at)[0] for at in asked}
    for at in sorted(asked, key=lambda at: (-votes[at], items[at]["cost"] or 0, items[at]["position"])):
        cost = items[at]["cost"] or 0
        if ballot["budget"] is not None:
            room = spent + cost <= ballot["budget"]
        else:
            room = ballot["most_ticks"] is None or taken < ballot["most_ticks"]
        if room and approved(record, tallied, at):
            decided[at]["outcome"], spent, taken = "carried", spent + cost, taken + 1
        decided[at]["tied"] = [
            items[other]["position"] for other in asked if other != at and votes[other] == votes[at] > 0
        ]
    return spent


def by_seats(record: Record, tallied: Record, asked: list[int], decided: list[Record]) -> None:
    items = record["items"]
    votes = {at: yes(record, tallied, at) for at in asked if approved(record, tallied, at)}
    seats = record["ballot"]["seats"] or len(asked)
    for at, mine in votes.items():
        ahead = sum(other > mine for other in votes.values())
        equal = [items[other]["position"] for other in votes if other != at and votes[other] == mine]
        across = "tied" if ahead < seats else "failed"
        outcome = "carried" if ahead + len(equal) < seats else across
        decided[at] = {"outcome": outcome, "points": None, "place": ahead + 1, "tied": equal}


def result_differences(record: Record, decision: Any, tallied: Record) -> list[str]:
    decided, valid, spent = decision
    result, found = record["result"], []
    claims = (
        ("persons", tallied["persons"]),
        ("area", tallied["area"]),
        ("effective", valid),
        ("spent", spent),
    )
    found += [
        f"结果 result.{name}：记录 {result[name]}，重新计票 {counted}"
        for name, counted in claims
        if result[name] != counted
    ]
    if len(result["items"]) != len(record["items"]):
        return [*found, "结果里的项目数不对"]
    for at, claim in enumerate(result["items"]):
        counted = {"position": record["items"][at]["position"], "counts": tallied["counts"][at], **decided[at]}
        for name, value in counted.items():
            if claim[name] != value:
                found.append(f"结果 第 {at + 1} 项 {name}：记录 {claim[name]}，重新计票 {value}")
    return found


# --- in words --------------------------------------------------------------------------------------------------------


def square_metres(hundredths: int) -> str:
    return f"{hundredths // 100:,}.{hundredths % 100:02d} ㎡"


def report(record: Record) -> list[str]:
    """The result as counted here."""
    tallied = from_answers(record) if record["sums"] is None else from_sums(record)
    decided, valid, spent = decide(record, tallied)
    roll, ballot = record["roll"], record["ballot"]
    who = "户" if ballot["unit"] == "home" else "人"
    lines = [f"{ballot['title']}（{ballot['place']}） 第 {record['result']['number']} 次计票"]
    part = f"参加 {tallied['persons']}/{roll['persons']} {who}"
    if tallied["area"] is not None:
        part += f"，{square_metres(tallied['area'])} / {square_metres(roll['area'])}"
    lines.append(f"{part}，{'有效' if valid else '未生效'}")
    for at, item in enumerate(record["items"]):
        lines.append(
            f"{item['position']}. {item['title']}：{OUTCOMES[decided[at]['outcome']]}{detail(item, tallied, at, decided[at], who)}"
        )
    if spent is not None:
        lines.append(f"共用 {spent // 100:,}.{spent % 100:02d} 元")
    lines.append(f"名册指纹 {roll['fingerprint']}")
    lines.append(f"记录摘要 {record['digest']}")
    return lines


def detail(item: Any, tallied: Record, at: int, one: Record, who: str) -> str:
    if item["answer"] == "rank":
        return f"（第 {one['place']} 急，{one['points']} 分）"
    words = (("agree", "同意"), ("pick", "选"), ("oppose", "反对"), ("abstain", "弃权"))
    given = [(name, tallied["counts"][at][word]) for word, name in words if word in tallied["counts"][at]]
    parts = [
        f"{name} {many} {who}" + (f" {square_metres(much)}" if tallied["area"] is not None else "")
        for name, (many, much) in given
    ]
    return f"（{'，'.join(parts)}）" if parts else ""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print("用法：python3 verify_ballot.py 公开记录.json")
        return 2
    try:
        with open(arguments[0], "rb") as file:
            raw = file.read()
    except OSError as error:
        print(f"文件打不开：{error.strerror}")
        return 2
    try:
        record = read(raw)
    except Unreadable as error:
        print(f"不一致：{error}")
        return 1
    found = verify(record, raw)
    if found:
        print(f"不一致，共 {len(found)} 处：")
        print("\n".join(f"- {one}" for one in found))
        return 1
    print("\n".join(report(record)))
    print("一致：重新计票的结果、名册指纹和每一个字节都与公开记录相同。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
