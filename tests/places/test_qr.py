"""The symbol itself, read by an independent decoder."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from portal.places import qr


def drawn(content: str, scale: int = 6) -> Image.Image:
    """The path painted as it is: rectangles of dark modules on white."""
    found = qr.symbol(content)
    side = (found.modules + 2 * qr.QUIET) * scale
    image = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(image)
    for run in found.path.split("M")[1:]:
        start, width = run.split("h")[0], int(run.split("h")[1].split("v")[0])
        x, y = (int(part) for part in start.split())
        pen.rectangle((x * scale, y * scale, (x + width) * scale - 1, (y + 1) * scale - 1), fill=0)
    return image


@pytest.mark.parametrize(
    "content",
    ["https://jiugai.tjhd.gov.cn/b/H7K392QFXZ", "http://127.0.0.1:8000/b/2345678923", "https://a.cn/b/ZZZZZZZZZZ"],
)
def test_every_symbol_decodes_at_level_q(content: str) -> None:
    (found,) = zxingcpp.read_barcodes(drawn(content))
    assert found.text == content
    assert found.ec_level == "Q"


def test_a_torn_corner_does_not_matter() -> None:
    image = drawn("https://jiugai.tjhd.gov.cn/b/H7K392QFXZ")
    ImageDraw.Draw(image).rectangle((150, 190, 205, 225), fill=255)
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text.endswith("H7K392QFXZ")


def test_the_quiet_zone_is_four_modules_wide() -> None:
    image = drawn("https://jiugai.tjhd.gov.cn/b/H7K392QFXZ", scale=1)
    left, top, right, bottom = Image.eval(image, lambda value: 255 - value).getbbox()
    assert (left, top, image.width - right, image.height - bottom) == (4, 4, 4, 4)


def test_the_drawing_has_no_style_and_names_what_it_is() -> None:
    svg = str(qr.svg("https://a.cn/b/ZZZZZZZZZZ", '东局子小区 "3 号楼"', 90))
    assert "style" not in svg
    assert 'aria-label="东局子小区 &#34;3 号楼&#34;"' in svg
    assert io.StringIO(svg).read().count("<path") == 2
