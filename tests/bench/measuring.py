"""What a line of the table is, and how a page is measured: statements and bytes exactly, CPU as the median of many."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.core.extensions import db


@dataclass(frozen=True)
class Line:
    """One line of the table. `is_met` None: shown for comparison, without a goal of its own."""

    what: str
    goal: str
    measured: str
    is_met: bool | None


@dataclass(frozen=True)
class Cost:
    statements: int
    commits: int
    cpu: float  # ms of this process, database included: SQLite runs inside it
    size: int  # bytes of the answer


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL sent meanwhile, BEGIN left out; commits as COMMIT."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith("BEGIN") and "clock_shifts" not in sql:
            seen.append(sql)

    def committed(_connection: Any) -> None:
        seen.append("COMMIT")

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", committed)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", committed)


def cost(send: Callable[[], TestResponse], times: int = 15) -> Cost:
    """`send` is called `times` + 2 times; the first ones warm up and count the statements."""
    send()
    with statements() as seen:
        answer = send()
    commits = seen.count("COMMIT")
    took = [cpu_of(send) for _turn in range(times)]
    return Cost(len(seen) - commits, commits, median(took), len(answer.data))


def cpu_of(deed: Callable[[], object]) -> float:
    begun = time.process_time()
    deed()
    return 1000 * (time.process_time() - begun)
