"""The QR symbol as one SVG path: level Q, quiet zone of four modules, black on white, no logo."""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_Q

QUIET = 4  # modules; ISO/IEC 18004
MASK = 2  # a fixed mask saves trying all eight; every printed code is decoded in the tests

DRAWING = Markup(
    '<svg class="qr" role="img" aria-label="{label}" width="{size}" height="{size}" viewBox="0 0 {side} {side}"'
    ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
)


@dataclass(frozen=True)
class Symbol:
    """`modules` is the width of the symbol without its quiet zone; `path` draws the dark ones, quiet zone included."""

    modules: int
    path: str


@lru_cache(maxsize=512)
def symbol(content: str) -> Symbol:
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET, mask_pattern=MASK)
    code.add_data(content, optimize=0)
    code.make(fit=True)
    return Symbol(code.modules_count, "".join(_runs(code.get_matrix())))


def _runs(matrix: list[list[bool]]) -> list[str]:
    """Each run of dark modules in a row as one rectangle."""
    drawn = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = next((i for i in range(x, len(row)) if not row[i]), len(row))
            drawn.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end
    return drawn


def svg(content: str, label: str, symbol_mm: float) -> Markup:
    """`symbol_mm`: width of the symbol itself on paper; the quiet zone is added around it."""
    found = symbol(content)
    side = found.modules + 2 * QUIET
    size = f"{symbol_mm * side / found.modules:.2f}mm"
    return DRAWING.format(label=label, size=size, side=side, path=found.path)
