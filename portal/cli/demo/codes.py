"""The codes of invented cases come from the demo's seed, so that two loads print, send and show the same.

Only while a demo is being loaded, in the process that loads it: everywhere else codes come from `secrets`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random

from portal.cases import submitting
from portal.core.settings import settings
from portal.domain import codes

SEEDED = ("new_code", "case_secret", "random_case_number")


@contextmanager
def seeded(random: Random) -> Iterator[None]:
    if not settings().demo:
        raise RuntimeError("only a demo's codes may be foreseen")
    for name in SEEDED:
        setattr(submitting, name, partial(getattr(codes, name), choice=random.choice))
    try:
        yield
    finally:
        for name in SEEDED:
            setattr(submitting, name, getattr(codes, name))
