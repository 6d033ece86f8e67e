"""Numbers from addresses and hidden fields: what people and attackers put there never reaches the database unread."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # what an integer column holds


def whole(text: str | None) -> int | None:
    """'12' → 12; None for anything that is no plain number of a row ('', '²', '-1', twenty digits)."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    number = int(text)
    return number if number <= LARGEST else None


class RowNumber(IntegerConverter):
    """`<int:…>` in a route: what no row can have is no page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


def register(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
