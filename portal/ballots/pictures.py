"""The receipt as a PNG for the phone's album; its Chinese words are small pictures, so no font is needed on the server."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal.core.settings import ROOT, settings
from portal.domain.codes import pretty

WORDS = ROOT / "static" / "img" / "code"
WIDTH, HEIGHT, MARGIN = 900, 460, 60
INK, BRAND, PAPER = "#1D2329", "#083F57", "#FFFFFF"


def receipt_picture(receipt: str) -> BytesIO:
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 24), fill=BRAND)
    top = _label(picture, "receipt", 60)
    draw.text((MARGIN, top + 10), pretty(receipt), font=ImageFont.load_default(96), fill=INK)
    _label(picture, "receipt-how", 290)
    draw.text((MARGIN, 380), settings().domain, font=ImageFont.load_default(34), fill=BRAND)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    stream.seek(0)
    return stream


def _label(picture: Image.Image, name: str, top: int) -> int:
    """Paste the words; the height below them."""
    with Image.open(WORDS / f"{name}.png") as words:
        picture.paste(words.convert("RGB"), (MARGIN, top))
        return top + words.height + 8
