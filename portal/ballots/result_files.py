"""The result as a table: CSV and XLSX, one line per item, safe in Excel."""

from collections.abc import Iterator

from flask import Response

from portal.ballots.result_view import Shown
from portal.core.exports import CSV_TYPE, XLSX_TYPE, csv_of, xlsx_of
from portal.domain.ballot_rules import Weight

WIDTHS = (8, 28, 12, 12)


def rows_of(shown: Shown) -> Iterator[list[str]]:
    """Heading, then the items, then what the count was measured on."""
    unit = "人" if shown.is_by_person else "户"
    answers = shown.columns
    head = ["序号", "项目", "结果"]
    for answer in answers:
        head.append(f"{shown.answer_word(answer)}（{unit}）")
        if shown.with_area:
            head.append(f"{shown.answer_word(answer)}（㎡）")
    yield [*head, "说明"]
    for item in shown.items:
        line = [str(item.item.position), item.item.title, item.word]
        for answer in answers:
            weight = item.counts.get(answer, Weight())
            line.append(str(weight.persons))
            if shown.with_area:
                line.append(_metres(weight.area))
        yield [*line, item.verdict]
    yield []
    yield ["投票", shown.ballot.title]
    yield ["规则", shown.ballot.rule.name]
    yield ["名册", f"{shown.roll.persons} {unit}"] + ([f"{_metres(shown.roll.area)} ㎡"] if shown.with_area else [])
    yield ["参加", f"{shown.took_part.persons} {unit}"] + (
        [f"{_metres(shown.took_part.area)} ㎡"] if shown.with_area else []
    )
    yield ["是否有效", shown.quorum_sentence]
    online, paper = shown.channels
    yield ["线上票", str(online)]
    yield ["纸质票", str(paper)]
    yield ["记录摘要", shown.result.digest]


def _metres(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def csv_response(shown: Shown, name: str) -> Response:
    return _as_file(csv_of(rows_of(shown)), CSV_TYPE, name)


def xlsx_response(shown: Shown, name: str) -> Response:
    return _as_file(xlsx_of(rows_of(shown), WIDTHS, "表决结果"), XLSX_TYPE, name)


def _as_file(body: bytes, kind: str, name: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
