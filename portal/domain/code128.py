"""Code 128, set B: the barcode on a printed paper, as widths of bars and gaps (ISO/IEC 15417)."""

_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
_PATTERNS = _WIDTHS.split()
_STOP = "2331112"
_START_B = 104
QUIET = 10  # modules of white on either side


def widths(text: str) -> list[int]:
    """Widths in modules, bar and gap in turn, beginning with a bar. ASCII from space to ~; ValueError otherwise."""
    values = [ord(character) - 32 for character in text]
    if not values or not all(0 <= value < 95 for value in values):
        raise ValueError("Code 128 B knows printable ASCII only")
    check = (_START_B + sum(at * value for at, value in enumerate(values, 1))) % 103
    return [int(digit) for value in (_START_B, *values, check) for digit in _PATTERNS[value]] + [int(d) for d in _STOP]


def path(text: str) -> tuple[int, str]:
    """(modules in all, the bars as one SVG path of height 1), quiet zones included."""
    at, drawn, is_bar = QUIET, [], True
    for width in widths(text):
        if is_bar:
            drawn.append(f"M{at} 0h{width}v1h-{width}z")
        at, is_bar = at + width, not is_bar
    return at + QUIET, "".join(drawn)
