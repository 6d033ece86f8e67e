"""The limited process that reads one uploaded table. Started by `reading` with its own file path, so that neither Flask
nor the portal is loaded: standard library and calamine only.

    python child.py FILE
Writes JSON lines to standard output: {"refused": "formulas", "where": "G12"} or, for each row that is not empty,
[12, ["东局子小区", "3 号楼", …]] with its number in the sheet and its cells as text.
"""

import csv
import io
import json
import re
import resource
import signal
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 20
UNPACKED_BYTES = 200 * 1024 * 1024
PARTS = 500
ROWS = 150_000
COLUMNS = 30  # more are not looked at
CELL = 2_000
CHUNK = 1024 * 1024
OVERLAP = 256  # bytes seen twice, so that nothing hides across two chunks
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Each is looked for in plain bytes first: expressions over 90 MB take seconds.
_TRAPS = (b"<!DOCTYPE", b"<!ENTITY")
_FORMULA_HINT = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f[\s>/]|<(?:\w+:)?f[\s>/]')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z0-9:]+)"')


class Refused(Exception):
    """`reason` is a key of `reading.REFUSALS`; `where` a cell, a range or a number."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason)
        self.reason, self.where = reason, where


def main() -> None:
    limit_this_process()
    try:
        with open(sys.argv[1], "rb") as file:
            for number, row in rows_of(file):
                tell([number, row])
    except Refused as refused:
        tell({"refused": refused.reason, "where": refused.where})
    except MemoryError:
        tell({"refused": "too_large", "where": ""})
    except BrokenPipeError:
        pass
    except Exception:  # readers of hostile bytes raise anything
        tell({"refused": "broken", "where": ""})


def limit_this_process() -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def tell(line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def rows_of(file: Any) -> Iterator[tuple[int, list[str]]]:
    head = file.read(8)
    file.seek(0)
    if not head:
        raise Refused("empty")
    if head == OLE:
        raise Refused("password" if "EncryptedPackage".encode("utf-16-le") in file.read() else "old_excel")
    found = rows_of_book(file) if head.startswith(b"PK") else rows_of_text(file.read())
    return numbered(found)


def numbered(rows: Iterable[Iterable[Any]]) -> Iterator[tuple[int, list[str]]]:
    """From 1 as the spreadsheet shows them; empty ones are left out."""
    for number, row in enumerate(rows, 1):
        cells = [text_of(cell) for cell in list(row)[:COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
        if number > ROWS + 1:
            raise Refused("too_many_rows")


def text_of(cell: Any) -> str:
    """3.0 is “3”, 92.30000000000001 is “92.3”, 13812345678.0 keeps all its digits."""
    if isinstance(cell, str):
        return cell.strip()[:CELL]
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".12g")
    if isinstance(cell, datetime | date | time | timedelta):
        return cell.isoformat() if not isinstance(cell, timedelta) else str(cell)
    return str(cell)[:CELL]


def rows_of_book(file: Any) -> Iterator[list[Any]]:
    look_through(file)
    file.seek(0)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    except PasswordError as error:
        raise Refused("password") from error
    except (CalamineError, OSError) as error:
        raise Refused("broken") from error
    yield from sheet.iter_rows()


def look_through(file: Any) -> None:
    """Every part is unpacked once, piece by piece, before any reader of XML sees it."""
    try:
        with zipfile.ZipFile(file) as book:
            parts = book.infolist()
            check_parts(parts)
            total = 0
            for part in parts:
                total = look_at(book, part, total)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Refused("broken") from error


def check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused("not_a_table")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("password")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise Refused("too_large")
    if any("vbaProject" in name or name.startswith("xl/macrosheets") for name in names):
        raise Refused("macros")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Refused("external")


def look_at(book: zipfile.ZipFile, part: zipfile.ZipInfo, total: int) -> int:
    """The bytes unpacked so far; what a part says of its own size is not believed."""
    is_xml = part.filename.endswith((".xml", ".rels"))
    is_sheet = is_xml and "worksheets/" in part.filename
    rows, tail = 0, b""
    with book.open(part) as stream:
        while piece := stream.read(CHUNK):
            total += len(piece)
            if total > UNPACKED_BYTES:
                raise Refused("too_large")
            if is_xml:
                look_for_traps(part, tail + piece if tail else piece, first=not tail)
            if is_sheet:
                look_for_forms(tail + piece)
                rows += piece.count(b"<row ") + piece.count(b":row ")
            tail = piece[-OVERLAP:]
    if rows > ROWS + 1:
        raise Refused("too_many_rows", str(rows))
    return total


def look_for_traps(part: zipfile.ZipInfo, piece: bytes, first: bool) -> None:
    """No entities, and no other encoding in which they could hide."""
    if first and (piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in piece[:64]):
        raise Refused("broken")
    if any(trap in piece for trap in _TRAPS):
        raise Refused("doctype")
    if part.filename == "[Content_Types].xml" and b"macroEnabled" in piece:
        raise Refused("macros")


def look_for_forms(piece: bytes) -> None:
    """Formulas have no value of their own, and merged cells leave the others empty."""
    if _FORMULA_HINT.search(piece) and (found := _FORMULA.search(piece)):
        raise Refused("formulas", (found[1] or b"").decode())
    if b"mergeCell " in piece and (found := _MERGED.search(piece)):
        raise Refused("merged", found[1].decode())


def rows_of_text(raw: bytes) -> Iterator[list[str]]:
    text = decoded(raw)
    if text.lstrip()[:1] in {"<", "{"} or text.startswith("%PDF"):
        raise Refused("not_a_table")
    csv.field_size_limit(CHUNK)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    except csv.Error as error:
        raise Refused("broken") from error


def decoded(raw: bytes) -> str:
    """Excel in China saves CSV as GB18030; others as UTF-8 with or without a byte order mark, or “Unicode text”."""
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("not_a_table")


def delimiter_of(text: str) -> str:
    """Whatever stands most often in the first line that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max((",", "\t", ";"), key=first.count)


if __name__ == "__main__":
    main()
