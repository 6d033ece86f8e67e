"""Mainland mobile numbers: what people type, what is stored, what is shown."""

import re
import unicodedata

# Prefixes given out to mobile subscribers in mainland China; the others cannot receive an SMS.
_MOBILE = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}", re.ASCII)


def e164(typed: str | None) -> str | None:
    """'138 0000-1234', '＋86 138…' → '+8613800001234'; None when it is no mainland mobile number."""
    digits = re.sub(r"[\s\-—－()（）.]", "", unicodedata.normalize("NFKC", typed or ""))
    digits = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", digits)
    return f"+86{digits}" if _MOBILE.fullmatch(digits) else None


def masked(number: str) -> str:
    """+8613800001234 → 138**** (product decision D14)."""
    return f"{number.removeprefix('+86')[:3]}****"
