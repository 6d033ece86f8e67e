"""The SQL that is sent meanwhile, counted by tests that compare or limit it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portal.core.extensions import db


@contextmanager
def counted(wanted: Callable[[str], bool] = bool) -> Iterator[list[str]]:
    """The text of every statement that is `wanted`, in its order; needs an app context."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if wanted(statement):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
