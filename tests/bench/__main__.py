"""The goals of performance.md as one table: `.venv/bin/python -m tests.bench [--quick] [pages] [votes] [roster]`.

Figures belong into a terminal: they move with the machine, so no test asserts them; statement counts are asserted in the
ordinary tests. One part is run again by its name. The exit code is 0 whatever the verdicts are.
"""

import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator

from tests.bench import pages, roster, votes
from tests.bench.measuring import Line

PARTS: dict[str, Callable[..., Iterator[Line]]] = {"roster": roster.lines, "pages": pages.lines, "votes": votes.lines}
WIDTHS = (34, 36, 44)


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    wanted = [name for name in PARTS if name in arguments] or list(PARTS)
    begun = time.perf_counter()
    print(row("what", "goal", "measured", "verdict"))
    print("-" * (sum(WIDTHS) + 12))
    for name in wanted:
        for line in PARTS[name](quick=quick):
            print(row(line.what, line.goal, line.measured, verdict(line)), flush=True)
    busy = os.getloadavg()[0]
    print(f"\n{time.perf_counter() - begun:.0f} s in all; SQLite, synchronous=FULL, {os.cpu_count()} cores.")
    if busy > 1.5:
        print(f"Other processes were busy (load {busy:.1f}): times are too high, ratios and statements hold.")


def verdict(line: Line) -> str:
    return "" if line.is_met is None else "met" if line.is_met else "NOT MET"


def row(*cells: str) -> str:
    return "  ".join(padded(cell, width) for cell, width in zip(cells, (*WIDTHS, 7), strict=True)).rstrip()


def padded(text: str, width: int) -> str:
    """Chinese characters take two columns."""
    taken = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(width - taken, 0)


main(sys.argv[1:])
