"""Every file of a request has its own outcome, whatever the others do to the child process."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from portal.media import child, decoding
from portal.media.checking import Format, Reason, format_of
from portal.media.decoding import Decoded, Outcome, decode_all
from tests.media import pictures


def decode(folder: Path, *contents: bytes) -> list[Outcome]:
    for number, content in enumerate(contents):
        (folder / str(number)).write_bytes(content)
    formats = {number: format_of(content[:4096]) for number, content in enumerate(contents)}
    return list(decode_all(folder, formats).values())


def decoded(folder: Path, content: bytes) -> Image.Image:
    """The full picture, after both files were searched for anything but pixels."""
    [outcome] = decode(folder, content)
    assert isinstance(outcome, Decoded)
    for path in (outcome.full, outcome.thumb):
        pictures.assert_says_nothing(path.read_bytes())
    picture = Image.open(io.BytesIO(outcome.full.read_bytes()))
    assert picture.size == (outcome.width, outcome.height)
    return picture


def colour(picture: Image.Image, x: float, y: float) -> str:
    pixel = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    if min(pixel) > 230:
        return "white"
    return "red" if red > 150 > max(green, blue) else "blue" if blue > 150 > max(red, green) else str(pixel)


@pytest.mark.parametrize(
    "make",
    [pictures.phone_jpeg, pictures.commented_jpeg, pictures.webp, pictures.zipped_jpeg, pictures.HEIC.read_bytes],
)
def test_only_pixels_remain(tmp_path: Path, make: Callable[[], bytes]) -> None:
    content = make()
    assert pictures.CANARY.encode() in content
    picture = decoded(tmp_path, content)
    assert (colour(picture, 0.3, 0.5), colour(picture, 0.9, 0.5)) == ("red", "blue")


def test_see_through_becomes_white(tmp_path: Path) -> None:
    picture = decoded(tmp_path, pictures.text_png())
    assert (colour(picture, 0.1, 0.5), colour(picture, 0.9, 0.5)) == ("red", "white")


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [
        (2, (0.9, 0.5)),
        (3, (0.9, 0.5)),
        (4, (0.1, 0.5)),
        (5, (0.5, 0.1)),
        (6, (0.5, 0.1)),
        (7, (0.5, 0.9)),
        (8, (0.5, 0.9)),
    ],
)
def test_pictures_stand_upright(tmp_path: Path, orientation: int, red_at: tuple[float, float]) -> None:
    picture = decoded(tmp_path, pictures.phone_jpeg(orientation))
    assert picture.size == ((480, 640) if orientation >= 5 else (640, 480))
    assert colour(picture, *red_at) == "red"


def test_big_ones_shrink_and_small_ones_stay(tmp_path: Path) -> None:
    big, small = decode(tmp_path, pictures.jpeg(6000, 4000), pictures.jpeg(300, 200))
    assert isinstance(big, Decoded) and isinstance(small, Decoded)
    assert (big.width, big.height) == (2560, 1707) and (small.width, small.height) == (300, 200)
    assert max(Image.open(big.thumb).size) == 400 and Image.open(small.thumb).size == (300, 200)


def test_print_colours_become_screen_colours(tmp_path: Path) -> None:
    picture = decoded(tmp_path, pictures.saved(pictures.two_halves().convert("CMYK"), "JPEG"))
    assert (colour(picture, 0.1, 0.5), colour(picture, 0.9, 0.5)) == ("red", "blue")


def test_colours_follow_the_embedded_profile(tmp_path: Path) -> None:
    """A profile whose red and green change places: what is stored as red was meant as green."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"swap", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"swap", b"gXYZ", 1)
    pixel = decoded(tmp_path, pictures.saved(pictures.two_halves(), "PNG", icc_profile=swapped)).getpixel((5, 5))
    assert isinstance(pixel, tuple) and pixel[1] > 150 > pixel[0]


def test_an_unusable_profile_is_ignored(tmp_path: Path) -> None:
    odd = pictures.saved(pictures.two_halves(), "JPEG", icc_profile=b"no profile at all " * 20)
    assert colour(decoded(tmp_path, odd), 0.1, 0.5) == "red"


def test_sixteen_bit_grey_keeps_its_shades(tmp_path: Path) -> None:
    grey = Image.new("I;16", (64, 64), 32768)
    level = decoded(tmp_path, pictures.saved(grey, "PNG")).getpixel((5, 5))
    assert isinstance(level, tuple) and abs(level[0] - 128) <= 2


@pytest.mark.parametrize("mode", ["P", "1", "L", "LA"])
def test_other_modes_of_png(tmp_path: Path, mode: str) -> None:
    decoded(tmp_path, pictures.saved(pictures.two_halves().convert(mode), "PNG"))


def test_a_moving_webp_gives_its_first_picture(tmp_path: Path) -> None:
    moving = pictures.saved(pictures.two_halves(), "WEBP", save_all=True, append_images=[Image.new("RGB", (640, 480))])
    assert colour(decoded(tmp_path, moving), 0.1, 0.5) == "red"


def test_an_orientation_that_is_nonsense_is_ignored(tmp_path: Path) -> None:
    assert decoded(tmp_path, pictures.phone_jpeg(77)).size == (640, 480)


def test_a_bomb_is_refused_in_two_seconds_and_spoils_nothing(tmp_path: Path) -> None:
    bomb = pictures.pixel_bomb()
    assert len(bomb) < 200_000
    began = time.monotonic()
    before, refused, after = decode(tmp_path, pictures.jpeg(), bomb, pictures.webp())
    assert time.monotonic() - began < 2
    assert refused is Reason.TOO_MANY_PIXELS
    assert isinstance(before, Decoded) and isinstance(after, Decoded)


def test_forty_megapixels_fit_and_a_row_more_does_not(tmp_path: Path) -> None:
    fits, too_many = decode(tmp_path, pictures.jpeg(8000, 5000), pictures.jpeg(8000, 5001))
    assert isinstance(fits, Decoded) and too_many is Reason.TOO_MANY_PIXELS


def test_the_heaviest_allowed_png_fits_into_the_memory(tmp_path: Path) -> None:
    heavy = pictures.saved(Image.new("RGBA", (8000, 5000), (200, 30, 30, 255)), "PNG", compress_level=1)
    assert colour(decoded(tmp_path, heavy), 0.5, 0.5) == "red"


@pytest.mark.parametrize(
    "content",
    [
        pictures.jpeg()[:3000],
        pictures.text_png()[:800],
        pictures.webp()[:300],
        pictures.HEIC.read_bytes()[:2000],
        b"\xff\xd8\xff\xe0nothing",
    ],
)
def test_a_cut_off_file_is_broken(tmp_path: Path, content: bytes) -> None:
    good, cut = decode(tmp_path, pictures.jpeg(), content)
    assert isinstance(good, Decoded) and cut is Reason.BROKEN


FATAL = """
import sys; sys.path.insert(0, {folder!r})
import importlib.util, os, signal
spec = importlib.util.spec_from_file_location("child", {child!r}); child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
decode = child.decode
def deadly(folder, number, source_format):
    if (folder / number).read_bytes().endswith(b"KILL"): os.kill(os.getpid(), signal.SIGKILL)
    if (folder / number).read_bytes().endswith(b"HANG"): child.time = __import__("time"); child.time.sleep(60)
    if (folder / number).read_bytes().endswith(b"HUGE"): __import__("mmap").mmap(-1, child.MEMORY_BYTES)
    return decode(folder, number, source_format)
child.decode = deadly
child.FILE_SECONDS = 1
child.main()
"""


@pytest.fixture
def deadly_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real child, which files that end in KILL, HANG or HUGE bring down."""
    script = tmp_path / "deadly.py"
    script.write_text(FATAL.format(folder=str(tmp_path), child=child.__file__))
    monkeypatch.setattr(decoding, "CHILD", str(script))


@pytest.mark.parametrize("how", [b"KILL", b"HANG", b"HUGE"])
def test_a_file_that_kills_the_child_costs_only_itself(tmp_path: Path, deadly_child: None, how: bytes) -> None:
    photo = pictures.jpeg()
    outcomes = decode(tmp_path, photo, photo + how, photo, photo + how, photo)
    assert [type(outcome) for outcome in outcomes] == [Decoded, Reason, Decoded, Reason, Decoded]
    assert outcomes[1] is outcomes[3] is Reason.BROKEN


def test_the_time_of_a_request_is_bounded(tmp_path: Path, deadly_child: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "TOTAL_SECONDS", 1.5)
    photo = pictures.jpeg()
    began = time.monotonic()
    outcomes = decode(tmp_path, photo, photo + b"HANG", photo + b"HANG", photo + b"HANG", photo)
    assert time.monotonic() - began < 3
    assert isinstance(outcomes[0], Decoded) and outcomes[-1] is Reason.BROKEN


def test_a_child_that_cannot_start_leaves_every_file_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "CHILD", str(tmp_path / "missing.py"))
    assert decode(tmp_path, pictures.jpeg()) == [Reason.BROKEN]


def test_the_child_loads_neither_flask_nor_the_portal(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(pictures.jpeg())
    order = json.dumps({"folder": str(tmp_path), "formats": {"0": Format.JPEG}})
    command = [sys.executable, "-I", "-X", "importtime", child.__file__]
    ended = subprocess.run(command, input=order, capture_output=True, text=True, check=True)
    assert '"decoded"' in ended.stdout
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in ended.stderr.splitlines()}
    assert "PIL" in loaded and not loaded & {"flask", "portal", "sqlalchemy", "werkzeug"}
