"""查询码 and 校验码 as a PNG to keep in the phone's album; drawn without needing a Chinese font on the server.

The fixed Chinese words are small pictures under `static/img/code`; the codes are drawn with Pillow's own font.
"""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal.core.settings import ROOT, settings
from portal.domain.codes import pretty

WORDS = ROOT / "static" / "img" / "code"
WIDTH, HEIGHT, MARGIN = 900, 620, 60
INK, BRAND, PAPER = "#1D2329", "#083F57", "#FFFFFF"


def code_picture(ref: str, secret: str | None) -> BytesIO:
    """`secret` None: the 校验码 is the phone's last four digits, said in words."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 24), fill=BRAND)
    top = _label(picture, "ref", 60)
    draw.text((MARGIN, top), pretty(ref), font=ImageFont.load_default(110), fill=INK)
    if secret is None:
        _label(picture, "phone", 300)
    else:
        top = _label(picture, "secret", 280)
        draw.text((MARGIN, top), pretty(secret), font=ImageFont.load_default(110), fill=INK)
    _label(picture, "how", 480)
    draw.text((MARGIN, 550), settings().domain, font=ImageFont.load_default(34), fill=BRAND)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    stream.seek(0)
    return stream


def _label(picture: Image.Image, name: str, top: int) -> int:
    """Paste the words; the height below them."""
    with Image.open(WORDS / f"{name}.png") as words:
        picture.paste(words.convert("RGB"), (MARGIN, top))
        return top + words.height + 8
