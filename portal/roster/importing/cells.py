"""One cell to one value; CellError says what is wrong. What is typed differently in every office is taken as it is meant."""

import re
import unicodedata

from rapidfuzz import process

from portal.domain.areas import AreaError, parse_area
from portal.domain.phones import PhoneError, parse_mobile
from portal.roster.importing.findings import CellError
from portal.roster.models import AreaSource, HouseholdState, Tenure

NAME, NOTE, NUMBER, ROOM, CO_OWNERS = 40, 200, 20, 10, 8
TENURES = {
    "私产": Tenure.PRIVATE, "私房": Tenure.PRIVATE, "房改房": Tenure.PRIVATE, "商品房": Tenure.PRIVATE,
    "公房": Tenure.PUBLIC, "公产": Tenure.PUBLIC, "直管公房": Tenure.PUBLIC, "直管公产": Tenure.PUBLIC,
    "企业产": Tenure.ENTERPRISE, "单位产": Tenure.ENTERPRISE, "企业公房": Tenure.ENTERPRISE,
}  # fmt: skip
TENURE_WORDS = {Tenure.PRIVATE: "私产", Tenure.PUBLIC: "公房", Tenure.ENTERPRISE: "企业产"}
SOURCES = {
    "登记簿": AreaSource.REGISTER, "不动产登记簿": AreaSource.REGISTER, "产权证": AreaSource.REGISTER,
    "不动产权证": AreaSource.REGISTER, "房产证": AreaSource.REGISTER, "房本": AreaSource.REGISTER,
    "实测": AreaSource.SURVEY, "测绘": AreaSource.SURVEY, "测绘实测": AreaSource.SURVEY,
    "合同": AreaSource.CONTRACT, "买卖合同": AreaSource.CONTRACT, "购房合同": AreaSource.CONTRACT,
}  # fmt: skip
SOURCE_WORDS = {AreaSource.REGISTER: "登记簿", AreaSource.SURVEY: "实测", AreaSource.CONTRACT: "合同"}
STATE_WORDS = {
    "未过户": HouseholdState.DECEASED, "去世": HouseholdState.DECEASED,
    "失联": HouseholdState.OUT_OF_TOUCH, "空置": HouseholdState.VACANT,
}  # fmt: skip
_SEPARATORS = re.compile(r"[、，,;；/\s]+")
_ROOM = re.compile(r"[0-9A-Za-z一-鿿\-]+")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_PHONES = re.compile(r"[、，,;；/]")


def plain(text: str) -> str:
    """Full-width to ASCII, no blanks: “３ 号楼” is “3号楼”."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def room(text: str) -> str:
    found = plain(text).removesuffix("室").removesuffix("号")
    if not found:
        raise CellError("room_missing")
    if len(found) > ROOM or not _ROOM.fullmatch(found):
        raise CellError("room_form")
    return found.upper()


def name(text: str) -> str:
    found = _person(text)
    if not found:
        raise CellError("name_missing")
    if not is_name(found):
        raise CellError("name_form")
    return found


def _person(text: str) -> str:
    """“张　三” with a blank between its characters is 张三; what is longer keeps single blanks."""
    found = " ".join(text.split())
    return found.replace(" ", "") if len(found) <= 5 else found


def is_name(text: str) -> bool:
    """Letters, marks and brackets (units have them), and fewer digits than a telephone number has."""
    return (
        len(text) <= NAME
        and text[0].isalpha()
        and sum(c.isdigit() for c in text) < 7
        and all(c.isalnum() or c in " ·•.()（）第-—" for c in text)
    )


def phone(text: str) -> str | None:
    """E.164, or None for an empty cell."""
    if not text:
        return None
    if _ROUNDED.fullmatch(text):
        raise CellError("phone_rounded")
    try:
        return parse_mobile(text)
    except PhoneError as error:
        count = sum(c.isdigit() for c in plain(text))
        if _PHONES.search(text.strip("、，,;；/")) or count > 13:
            raise CellError("phone_long", count=count) from error
        if "count" in error.params:
            code = "phone_length" if count < 11 else "phone_long"
            raise CellError(code, count=int(str(error.params["count"]))) from error
        raise CellError("phone_form") from error


def area(text: str) -> int | None:
    if not text:
        return None
    try:
        return parse_area(text)
    except AreaError as error:
        raise CellError(error.code, **{key: str(value) for key, value in error.params.items()}) from error


def tenure(text: str) -> Tenure:
    found = plain(text)
    if found in TENURES:
        return TENURES[found]
    near = nearest(found, list(TENURES))
    raise CellError("tenure_near", near=near) if near else CellError("tenure_form")


def source(text: str) -> AreaSource | None:
    found = plain(text)
    if found and found not in SOURCES:
        raise CellError("source_form")
    return SOURCES.get(found)


def co_owners(text: str) -> tuple[str, ...]:
    found = tuple(part for part in _SEPARATORS.split(text.strip()) if part)
    if len(found) > CO_OWNERS or not all(is_name(part) for part in found):
        raise CellError("co_owners_form")
    return found


def unit(text: str) -> str:
    """产权单位: 天津市河东区房产管理站."""
    found = " ".join(unicodedata.normalize("NFKC", text).split())
    if found and not is_name(found):
        raise CellError("unit_form")
    return found


def number(text: str) -> str:
    found = plain(text).upper()
    if len(found) > NUMBER:
        raise CellError("number_form")
    return found


def note(text: str) -> str:
    if len(text) > NOTE:
        raise CellError("note_long")
    return text


def state_in(text: str) -> HouseholdState | None:
    return next((state for word, state in STATE_WORDS.items() if word in text), None)


def nearest(text: str, names: list[str]) -> str:
    """The name that was probably meant, or nothing."""
    found = process.extractOne(text, names, score_cutoff=50)
    return str(found[0]) if found else ""
