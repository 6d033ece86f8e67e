"""Tables that leave as files: CSV and XLSX that Excel and LibreOffice open as text, never as formulas.

An XLSX is written as a stream of inline strings in cells of the format “text”: what begins with = + - @ stays what it is,
and long numbers are not rounded. In CSV such a cell gets an apostrophe in front, as spreadsheets write it themselves.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
Cells = Sequence[str]


def attachment(name: str) -> str:
    """The Content-Disposition of a file. Headers are Latin-1: a Chinese name goes as RFC 6266 writes it."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def csv_of(rows: Iterable[Cells]) -> bytes:
    """With a byte order mark, without which Excel reads Chinese as something else."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def fused(cell: str) -> str:
    """What `csv_of` put in front, taken off again when the file comes back."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGEROUS) else cell


def xlsx_of(rows: Iterable[Cells], widths: Sequence[int] = (), sheet: str = "Sheet1") -> bytes:
    """One sheet, the first row bold and fixed; `widths` in characters. Rows are taken one by one."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        for name, part in _PARTS.items():
            book.writestr(name, part.format(sheet=escape(sheet[:31], {'"': "&quot;"})))
        with book.open("xl/worksheets/sheet1.xml", "w") as out:
            for piece in _sheet(rows, widths):
                out.write(piece.encode())
    return target.getvalue()


def _sheet(rows: Iterable[Cells], widths: Sequence[int]) -> Iterator[str]:
    yield f'{_XML}<worksheet xmlns="{_MAIN}">'
    yield '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
    if widths:
        columns = "".join(
            f'<col min="{at}" max="{at}" width="{width}" style="1" customWidth="1"/>'
            for at, width in enumerate(widths, 1)
        )
        yield f"<cols>{columns}</cols>"
    yield "<sheetData>"
    for number, row in enumerate(rows, 1):
        style = 2 if number == 1 else 1
        cells = "".join(
            f'<c r="{_column(at)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_clean(cell)}</t></is></c>'
            for at, cell in enumerate(row)
            if cell
        )
        yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData></worksheet>"


def _column(at: int) -> str:
    return chr(65 + at) if at < 26 else f"{chr(64 + at // 26)}{chr(65 + at % 26)}"


def _clean(cell: str) -> str:
    """XML knows no control characters but tab and line end."""
    return escape("".join(c for c in cell if c >= " " or c in "\t\n"))


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # number format 49 is “text”; style 1 plain, style 2 bold
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>',
}  # fmt: skip
