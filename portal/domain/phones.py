"""Mainland mobile numbers: what people type, what is stored (E.164), what is shown (domain.md §8.3, product D14)."""

import re
import unicodedata

from portal.domain.errors import DomainError

LENGTH = 11
COUNTRY = "+86"

_FILLERS = re.compile(r"[\s\-‐‑‒–—―−－()（）.·]+")
_COUNTRY_CODE = re.compile(r"^(?:\+86|0086|86(?=\d{11}))")
_MOBILE = re.compile(r"1[3-9]\d{9}")


class PhoneError(DomainError):
    """The text is no mainland mobile number; says what to change (ux.md §3.4)."""


def parse_mobile(text: str) -> str:
    """“138 0000-1234”, “＋86 138…” → “+8613800001234”. Raises PhoneError at the field `phone`."""
    digits = _COUNTRY_CODE.sub("", _FILLERS.sub("", unicodedata.normalize("NFKC", text)))
    if not digits:
        raise PhoneError("Please enter a mobile number of 11 digits.", field="phone")
    if not re.fullmatch(r"[0-9]+", digits):
        raise PhoneError("A mobile number has only digits. Please check it.", field="phone")
    if len(digits) != LENGTH:
        raise PhoneError(
            "A mobile number has 11 digits, you entered %(count)s. Please check it.", field="phone", count=len(digits)
        )
    if not digits.startswith("1"):
        raise PhoneError("A mobile number begins with 1.", field="phone")
    if not _MOBILE.fullmatch(digits):
        raise PhoneError("This is not a mobile number of the mainland. Please check it.", field="phone")
    return COUNTRY + digits


def mobile_or_none(text: str | None) -> str | None:
    """For doors that have one message for whatever is wrong."""
    try:
        return parse_mobile(text or "")
    except PhoneError:
        return None


def mask(e164: str) -> str:
    """138****: never the last four, which open a case (D14)."""
    return f"{e164.removeprefix(COUNTRY)[:3]}****"


def tail(e164: str) -> str:
    """The last four digits, the 校验码 of a case whose author left this number."""
    return e164[-4:]


_LANDLINE = re.compile(r"0\d{2,3}[1-9]\d{6,7}|0\d{2}0\d{7}|[1-9]\d{6,7}|1\d{4}|400\d{7}")


def parse_phone(text: str) -> str:
    """A number that somebody can call: a mobile one as E.164, any other as its digits (“022-2431 2345” → “02224312345”).

    Raises PhoneError at the field `phone`.
    """
    digits = _COUNTRY_CODE.sub("", _FILLERS.sub("", unicodedata.normalize("NFKC", text)))
    if _LANDLINE.fullmatch(digits):
        return digits
    return parse_mobile(text)


def is_mobile(number: str) -> bool:
    """Whether a stored number can get a text."""
    return number.startswith(COUNTRY)


def spoken(number: str) -> str:
    """For people who dial: 138 0000 0136, 022-2431 2345."""
    if is_mobile(number):
        digits = number.removeprefix(COUNTRY)
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if number.startswith("0") and len(number) >= 10:
        area = 3 if number.startswith(("01", "02")) else 4
        return f"{number[:area]}-{number[area:-4]} {number[-4:]}"
    return number
