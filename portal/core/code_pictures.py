"""Codes as a PNG for the phone's album: large letters, words as small pictures, so no Chinese font is needed on the server.

The words lie under `static/img/code`; the codes are drawn with Pillow's own font.
"""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal.core.settings import ROOT, settings
from portal.domain.codes import pretty

WORDS = ROOT / "static" / "img" / "code"
WIDTH, MARGIN = 900, 60
INK, BRAND, PAPER = "#1D2329", "#083F57", "#FFFFFF"


class CodePicture:
    """A sheet of `height` pixels under a band in the site's blue; `top` is in pixels from its upper edge."""

    def __init__(self, height: int) -> None:
        self._sheet = Image.new("RGB", (WIDTH, height), PAPER)
        self._draw = ImageDraw.Draw(self._sheet)
        self._draw.rectangle((0, 0, WIDTH, 24), fill=BRAND)

    def words(self, name: str, top: int) -> int:
        """Paste a picture of words; the height below it."""
        with Image.open(WORDS / f"{name}.png") as words:
            self._sheet.paste(words.convert("RGB"), (MARGIN, top))
            return top + words.height + 8

    def code(self, code: str, top: int, size: int) -> None:
        self._draw.text((MARGIN, top), pretty(code), font=ImageFont.load_default(size), fill=INK)

    def address(self, top: int) -> None:
        """Where it can be typed in."""
        self._draw.text((MARGIN, top), settings().domain, font=ImageFont.load_default(34), fill=BRAND)

    def png(self) -> BytesIO:
        stream = BytesIO()
        self._sheet.save(stream, "PNG", optimize=True)
        stream.seek(0)
        return stream
