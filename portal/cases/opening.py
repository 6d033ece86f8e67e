"""Opening a case with its codes, under limits that lock out guessers and never an elder (product D2)."""

from datetime import timedelta

from flask import g, request

from portal.cases import own, queries
from portal.core import limits
from portal.core.writing import writing
from portal.domain.codes import REF_LENGTH, is_code, normalise
from portal.domain.errors import DomainError, LimitReached, NotFound
from portal.places.here import here

WINDOW = timedelta(minutes=15)
PER_DEVICE, PER_CASE = 5, 30
PER_ADDRESS, HOUR = 60, timedelta(hours=1)


class WrongCodes(DomainError):
    """One message for both codes: neither is confirmed."""


def opened(ref: str) -> queries.Opened:
    """The case behind `ref` for whoever may see it: remembered device or signed-in number; else NotFound."""
    found = queries.by_ref(normalise(ref))
    if found is None or not may_open(found):
        raise NotFound("Please open this case with its query code and check code.")
    return found


def may_open(found: queries.Opened) -> bool:
    return own.remembers(found.ref) or queries.belongs_to(found, g.actor.phone_index)


def try_codes(ref: str, secret: str) -> queries.Opened:
    """Raises WrongCodes, or LimitReached after five misses of one device for a case, thirty of all."""
    ref, secret = normalise(ref), normalise(secret)
    _check_limits(ref)
    found = queries.by_ref(ref) if is_code(ref, REF_LENGTH) else None
    if found is None or queries.secret_of(found) != secret:
        _count_miss(ref)
        raise WrongCodes(
            "The query code or the check code is wrong. Please compare them again. If you left a number, the check code is "
            "its last four digits. There are no letters O, I, L, U and no digits 0, 1 in a query code."
        )
    return found


def _buckets(ref: str) -> list[tuple[str, int, timedelta, bool]]:
    return [
        (f"track:device:{own.device()}:{ref}", PER_DEVICE, WINDOW, False),
        (f"track:case:{ref}", PER_CASE, WINDOW, False),
        (f"track:address:{request.remote_addr}", PER_ADDRESS, HOUR, True),
    ]


def _check_limits(ref: str) -> None:
    phone = here().community_phone or "12345"
    device, *others = [limits.standing(bucket)[0] >= most for bucket, most, _window, _by in _buckets(ref)]
    if device:
        raise LimitReached(
            "Five attempts were wrong. Please try again in 15 minutes, or call %(phone)s and ask the community to look it up.",
            retry_after=WINDOW,
            phone=phone,
        )
    if any(others):
        raise LimitReached(
            "This code was tried too often. Please sign in with your phone number, or call %(phone)s and ask the community "
            "to look it up.",
            retry_after=WINDOW,
            phone=phone,
        )


def _count_miss(ref: str) -> None:
    with writing():
        for bucket, most, window, by_address in _buckets(ref):
            limits.hit(bucket, most, window, by_address=by_address)
