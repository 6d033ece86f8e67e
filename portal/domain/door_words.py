"""A door as it is typed on a keyboard or read by a scanner: “3-2-301”, “DJZ03-2-301”, or a sheet's barcode."""

import re
import unicodedata
from dataclasses import dataclass

SHEET = re.compile(r"V(\d{1,9})E(\d{1,9})C([0-9A-F]{6})")


@dataclass(frozen=True)
class TypedDoor:
    """楼-门-室; `building` is a number or a 楼栋码."""

    building: str
    entrance: str
    room: str


@dataclass(frozen=True)
class ScannedSheet:
    """What stands in a sheet's barcode: ballot, entry of its roll, and a check that nobody else can make."""

    ballot_id: int
    entry_id: int
    check: str


def understood(text: str) -> TypedDoor | ScannedSheet | None:
    """None when it is neither."""
    plain = re.sub(
        r"[\s号楼栋门单元室]+",
        lambda found: "" if found.group().isspace() else "-",
        unicodedata.normalize("NFKC", text),
    )
    plain = re.sub(r"[-—–－_/.。、]+", "-", plain).strip("-").upper()
    if sheet := SHEET.fullmatch(plain):
        return ScannedSheet(int(sheet[1]), int(sheet[2]), sheet[3])
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isalnum() and len(part) <= 10 for part in parts):
        return None
    return TypedDoor(parts[0].lstrip("0") or "0", parts[1].lstrip("0") or "0", parts[2])


def number_in(name: str) -> str:
    """3 in “3 号楼”, 2 in “2 门”; empty when there is none."""
    found = re.search(r"\d+", unicodedata.normalize("NFKC", name))
    return found.group().lstrip("0") or "0" if found else ""
