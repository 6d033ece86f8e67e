"""Photos that look like something: the thing reported, and the same place after the repair.

Drawn with Pillow from a scene, then given the look of a phone's picture: a slight turn, uneven light, grain. Every pair is
processed once by the real intake; cases get copies under keys of their own.
"""

import io
import os
import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter
from werkzeug.datastructures import FileStorage

from portal.cli.demo import scenes
from portal.core.settings import settings
from portal.media.services import Processed, take_in
from portal.media.storage import storage

SIZE = (1280, 960)
AT_ONCE = 10
DRAWN_AT_ONCE = 2  # Pillow lets go of the interpreter while it works
TWICE = {"lamp", "damp", "road", "stairs", "rubble", "wires"}  # what happens most often is shown in two places
FLIPS = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180)
SCENES: dict[str, Callable[[ImageDraw.ImageDraw, Random, bool], None]] = {
    "lamp": scenes.lamp,
    "damp": scenes.damp_wall,
    "road": scenes.road,
    "stairs": scenes.stairs,
    "scaffold": scenes.scaffold,
    "wall": scenes.wall,
    "shed": scenes.shed,
    "tree": scenes.tree,
    "cover": scenes.manhole,
    "wires": scenes.wires,
    "rubble": scenes.rubble,
    "drain": scenes.drain,
    "charger": scenes.charger,
    "window": scenes.window,
}
COUNT = 2 * (len(SCENES) + len(TWICE))


@dataclass(frozen=True)
class Pair:
    """The same place before and after, stored as templates that no row refers to."""

    before: Processed
    after: Processed


def draw(subject: str, random: Random, *, mended: bool) -> bytes:
    """One JPEG of 1280 × 960, about 100 KB."""
    look = Random(random.random())
    wide = Image.new("RGB", (SIZE[0] + 80, SIZE[1] + 80), "#8c8a84")
    SCENES[subject](ImageDraw.Draw(wide), random, mended)
    picture = _like_a_phone(wide.filter(ImageFilter.BoxBlur(1)), look)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _like_a_phone(picture: Image.Image, look: Random) -> Image.Image:
    shift = [look.uniform(8, 62) for _ in range(8)]
    width, height = picture.size
    corners = (
        shift[0],
        shift[1],
        shift[2],
        height - shift[3],
        width - shift[4],
        height - shift[5],
        width - shift[6],
        shift[7],
    )
    turned = picture.transform(SIZE, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)
    warm = ImageEnhance.Color(ImageEnhance.Brightness(turned).enhance(look.uniform(0.84, 1.08))).enhance(
        look.uniform(0.75, 1.1)
    )
    return _grain(_uneven_light(warm, look), look)


def _uneven_light(picture: Image.Image, look: Random) -> Image.Image:
    light = Image.radial_gradient("L").resize((1700, 1500)).point(lambda level: 255 - level // 3)
    left, top = look.randint(60, 340), look.randint(60, 420)
    return ImageChops.multiply(picture, light.crop((left, top, left + SIZE[0], top + SIZE[1])).convert("RGB"))


def _grain(picture: Image.Image, look: Random) -> Image.Image:
    """Noise from `look`, not from Pillow's own source: the same seed draws the same picture."""
    tile = Image.frombytes("L", (320, 240), look.randbytes(320 * 240)).point(lambda level: 114 + level * 28 // 255)
    noise = Image.new("L", SIZE)
    for x in range(0, SIZE[0], 320):
        for y in range(0, SIZE[1], 240):
            noise.paste(tile.transpose(look.choice(FLIPS)), (x, y))
    return ImageChops.overlay(picture, noise.convert("RGB"))


def process(seed: int, advance: Callable[[int], None]) -> dict[str, list[Pair]]:
    """Pairs by subject, drawn and taken in like uploads; outside any transaction. Some are drawn while others are taken in."""
    turns = [(subject, turn) for subject in SCENES for turn in range(2 if subject in TWICE else 1)]
    jobs = [(subject, turn, mended) for subject, turn in turns for mended in (False, True)]
    done: list[Processed] = []
    pool = ThreadPoolExecutor(DRAWN_AT_ONCE)
    try:
        drawn = pool.map(lambda job: _upload(job[0], job[1], job[2], seed), jobs)
        while some := list(islice(drawn, AT_ONCE)):
            done += take_in(some).good
            advance(len(some))
    finally:
        pool.shutdown(cancel_futures=True)  # broken off, it does not draw the rest first
    if len(done) != len(jobs):
        raise RuntimeError("some of the demo's photos could not be processed")
    pairs: dict[str, list[Pair]] = {}
    for at in range(0, len(jobs), 2):
        pairs.setdefault(jobs[at][0], []).append(Pair(done[at], done[at + 1]))
    return pairs


def _upload(subject: str, turn: int, mended: bool, seed: int) -> FileStorage:
    random = Random(f"{seed}:{subject}:{turn}")  # before and after show the same place
    return FileStorage(io.BytesIO(draw(subject, random, mended=mended)), filename=f"{subject}{turn}.jpg")


def copy_of(photo: Processed) -> Processed:
    """The same picture under new keys: every photo of a case can be erased by itself."""
    return replace(photo, key=_linked(photo.key), thumb_key=_linked(photo.thumb_key))


def _linked(key: str) -> str:
    """A second name for the stored file: no bytes are written, and erasing one name leaves the other."""
    folder = Path(settings().instance_dir) / "media"
    fresh = f"{secrets.token_hex(16)}.jpg"
    target = folder / fresh[:2] / fresh
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(folder / key[:2] / key, target)
    except OSError:  # a file system without links
        shutil.copyfile(folder / key[:2] / key, target)
    return fresh


def discard(pairs: dict[str, list[Pair]]) -> None:
    """The templates themselves belong to nobody."""
    for pair in (pair for several in pairs.values() for pair in several):
        for photo in (pair.before, pair.after):
            storage().delete(photo.key)
            storage().delete(photo.thumb_key)
