"""Files that are no roster, and files that want to do harm: a clear sentence, quickly, in little memory."""

import multiprocessing
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from io import BytesIO

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.core.errors import say
from portal.core.exports import csv_of, xlsx_of
from portal.domain.errors import DomainError
from portal.roster.importing import child, reading
from portal.roster.importing.columns import HEADS
from portal.roster.importing.packing import unpacked
from tests.builders.roster_files import csv, row, xlsx

pytestmark = pytest.mark.databases("sqlite")
SHEET, TYPES = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
MB = 1024 * 1024


def altered(change: Callable[[str, bytes], bytes], **more: bytes) -> BytesIO:
    """A good book with its parts rewritten and others added ('xl/vbaProject.bin' as xl__vbaProject_bin)."""
    target = BytesIO()
    with zipfile.ZipFile(xlsx([row()])) as book, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in book.namelist():
            fresh.writestr(name, change(name, book.read(name)))
        for name, body in more.items():
            fresh.writestr(name.replace("__", "/").replace("_", "."), body)
    target.seek(0)
    return target


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, body: body.replace(old, new, 1) if name == SHEET else body


def as_it_is(_name: str, body: bytes) -> bytes:
    return body


def stated_larger() -> BytesIO:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name in (TYPES, "xl/workbook.xml"):
            book.writestr(name, b"<x/>")
        with book.open(SHEET, "w", force_zip64=True) as sheet:
            for _ in range(220):
                sheet.write(b" " * MB)
    target.seek(0)
    return target


def another_zip() -> BytesIO:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("word/document.xml", b"<x/>")
    target.seek(0)
    return target


CELL = b'<c r="B2" s="1" t="inlineStr">'
DOCTYPE = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "/etc/passwd">]><worksheet '
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
ROWS = b"".join(b'<row r="%d"/>' % number for number in range(3, 200_000))
HOSTILE = {
    "nothing": (lambda: BytesIO(b""), "文件是空的"),
    "a picture": (lambda: BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(500)), "这个文件不是表格，请用模板"),
    "a web page": (lambda: BytesIO("<html>小区".encode()), "这个文件不是表格，请用模板"),
    "another zip": (another_zip, "这个文件不是表格，请用模板"),
    "old excel": (lambda: BytesIO(child.OLE + bytes(600)), "旧版 .xls"),
    "password": (lambda: BytesIO(child.OLE + "EncryptedPackage".encode("utf-16-le")), "可能加了密码"),
    "macros": (lambda: altered(as_it_is, xl__vbaProject_bin=b"x"), "文件里有宏"),
    "links": (lambda: altered(as_it_is, xl__externalLinks__externalLink1_xml=b"<x/>"), "引用了别的文件"),
    "entities": (lambda: altered(in_sheet(b"<worksheet ", DOCTYPE)), "用不着的内容"),
    "formula": (lambda: altered(in_sheet(CELL, b'<c r="A2"><f>1+1</f></c>' + CELL)), "单元格 A2 是公式"),
    "merged": (
        lambda: altered(in_sheet(b"</worksheet>", b'<mergeCells><mergeCell ref="A2:A5"/></mergeCells></worksheet>')),
        "单元格 A2:A5 合并了",
    ),
    "a far cell": (lambda: altered(in_sheet(b"</sheetData>", FAR)), "表格展开后太大"),
    "many empty rows": (lambda: altered(in_sheet(b"</sheetData>", ROWS + b"</sheetData>")), "超过 150,000 行"),
    "bomb": (stated_larger, "表格展开后太大"),
    "damaged": (lambda: BytesIO(xlsx([row()]).getvalue()[:-200]), "文件坏了"),
    "too big": (lambda: BytesIO(b"x" * (reading.FILE_BYTES + 1)), "超过 16 MB"),
    "no rows": (lambda: xlsx([]), "只有表头"),
    "no head": (lambda: csv([row()], head=["a", "b"]), "不是名册表"),
    "head lacks": (lambda: csv([row()], head=[head for head in HEADS if head != "专有面积"]), "专有面积"),
    "head twice": (lambda: csv([row()], head=[*HEADS, "室"]), "出现了两次"),
}


def peak_of(kind: str) -> float:
    """MB of the largest child so far of the process that runs this."""
    with suppress(DomainError):
        reading.read(HOSTILE[kind][0]())
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


@pytest.fixture(scope="module")
def apart() -> Iterator[ProcessPoolExecutor]:
    """A process whose only children are the readers: this one may have started browsers before."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("kind", HOSTILE)
def test_refused_in_words_within_three_seconds(app: Flask, apart: ProcessPoolExecutor, kind: str) -> None:
    make, words = HOSTILE[kind]
    file, begun = make(), time.monotonic()
    with force_locale("zh"), pytest.raises(DomainError) as refusal:
        reading.read(file)
    assert words in say(refusal.value)
    assert refusal.value.field == "file"
    assert time.monotonic() - begun < 9, "three seconds on a machine that does nothing else"
    used = apart.submit(peak_of, kind).result(60)
    assert used <= 300, f"{used} MB"


def test_the_same_file_without_the_trap_is_read(app: Flask) -> None:
    """The control of the tests above."""
    assert reading.read(altered(as_it_is)).rows == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_of_the_usual_encodings(app: Flask, encoding: str) -> None:
    table = reading.read(csv([row(房主姓名="张三")], encoding=encoding))
    [(number, cells)] = unpacked(table.content)
    assert (number, cells[4]) == (2, "张三")


def test_columns_in_any_order_with_notes_in_the_head(app: Flask) -> None:
    head = [f"{name}（必填）*" for name in reversed(HEADS)]
    [(_number, cells)] = unpacked(reading.read(xlsx([row()[::-1]], head=head)).content)
    assert cells == row()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "＝1"])
def test_what_leaves_for_a_spreadsheet_is_never_a_formula(app: Flask, text: str) -> None:
    assert f"'{text}" in csv_of([[text]]).decode().replace('"', "")
    with zipfile.ZipFile(BytesIO(xlsx_of([[text]]))) as book:
        sheet = book.read(SHEET)
    assert b"<f" not in sheet
    assert b't="inlineStr"' in sheet
    for make in (csv, xlsx):
        [(_number, cells)] = unpacked(reading.read(make([row(备注=text)])).content)
        assert cells[HEADS.index("备注")] == text.strip(), "and comes back as it was"
