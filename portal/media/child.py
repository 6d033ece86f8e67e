"""The limited process that opens what was uploaded: all photos of one request, or one PDF. Started by `decoding` with its own
file path, so that neither Flask nor the portal is loaded: standard library, Pillow and PDFium only, nothing of ours.

Reads one JSON document from standard input:
    {"folder": "/tmp/x", "formats": {"0": "JPEG", "3": "HEIF"}}      the uploads lie at folder/0, folder/3
and "small": true for one picture of at most 400,000 bytes and no thumbnail.
Writes one JSON line per step to standard output, so that a kill shows which file was being decoded:
    {"file": 0, "outcome": "started"}
    {"file": 0, "outcome": "decoded", "width": 2560, "height": 1920}  → folder/0.jpg and folder/0.thumb.jpg
    {"file": 3, "outcome": "too_many_pixels"}  or "broken"

For {"pdf": "/tmp/x/document.pdf"} it writes {"pages": 12}; 0 for a file that PDFium cannot open (broken, or with a password).
"""

import contextlib
import io
import json
import resource
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 40_000_000
FULL_SIDE, FULL_QUALITY = 2560, 82
THUMB_SIDE, THUMB_QUALITY = 400, 78
SMALL_BYTES = 400_000
SMALL_STEPS = ((1600, 80), (1600, 60), (1200, 60), (800, 60), (500, 50))  # side in pixels, quality
MEMORY_BYTES = 1024**3  # address space, of which about 150 MB are libraries
CPU_SECONDS = 40
FILE_SECONDS = 8  # wall clock; SIGALRM's default action kills even inside a C decoder
OUTPUT_BYTES = 16 * 1024 * 1024
PDF_CPU_SECONDS, PDF_SECONDS, PDF_OUTPUT_BYTES = 10, 20, 4096


class TooManyPixels(Exception):
    pass


def main() -> None:
    limit_this_process()
    order = json.load(sys.stdin)
    if "pdf" in order:
        limit_this_process(PDF_CPU_SECONDS, PDF_OUTPUT_BYTES)
        signal.alarm(PDF_SECONDS)
        print(json.dumps({"pages": pages_of(order["pdf"])}), flush=True)
        return
    warnings.simplefilter("ignore")
    for number, source_format in order["formats"].items():
        tell(number, "started")
        signal.alarm(FILE_SECONDS)
        outcome, size = (decode_small if order.get("small") else decode)(Path(order["folder"]), number, source_format)
        signal.alarm(0)
        tell(number, outcome, **size)


def limit_this_process(cpu_seconds: int = CPU_SECONDS, output_bytes: int = OUTPUT_BYTES) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def tell(number: str, outcome: str, **size: int) -> None:
    print(json.dumps({"file": int(number), "outcome": outcome, **size}), flush=True)


def pages_of(path: str) -> int:
    import pypdfium2

    try:
        return len(pypdfium2.PdfDocument(path))
    except pypdfium2.PdfiumError:
        return 0


def decode(folder: Path, number: str, source_format: str) -> tuple[str, dict[str, int]]:
    """One upload to a full picture and a thumbnail; whatever a decoder raises is this file's outcome only."""
    try:
        picture = clean_picture(folder / number, source_format)
        picture.save(folder / f"{number}.jpg", "JPEG", quality=FULL_QUALITY, progressive=True, optimize=True)
        width, height = picture.size
        picture.thumbnail((THUMB_SIDE, THUMB_SIDE))
        picture.save(folder / f"{number}.thumb.jpg", "JPEG", quality=THUMB_QUALITY, progressive=True, optimize=True)
    except TooManyPixels:
        return "too_many_pixels", {}
    except Exception:  # decoders of hostile bytes raise anything, MemoryError included
        return "broken", {}
    return "decoded", {"width": width, "height": height}


def decode_small(folder: Path, number: str, source_format: str) -> tuple[str, dict[str, int]]:
    """One upload to folder/0.jpg of at most SMALL_BYTES: coarser, then smaller, until it fits."""
    target = folder / f"{number}.jpg"
    try:
        picture = clean_picture(folder / number, source_format, SMALL_STEPS[0][0])
        for side, quality in SMALL_STEPS:
            picture.thumbnail((side, side))
            picture.save(target, "JPEG", quality=quality, progressive=True, optimize=True)
            if target.stat().st_size <= SMALL_BYTES:
                return "decoded", dict(zip(("width", "height"), picture.size, strict=True))
    except TooManyPixels:
        return "too_many_pixels", {}
    except Exception:  # see above
        return "broken", {}
    return "broken", {}


def clean_picture(path: Path, source_format: str, side: int = FULL_SIDE) -> "Image.Image":
    """Upright sRGB pixels without alpha, at most `side` px, on a fresh image that inherits no metadata at all."""
    from PIL import Image

    source = open_checked(path, source_format)
    small = resizable(source)
    small.thumbnail((side, side))  # a JPEG is already decoded smaller: a quarter of the memory
    coloured = to_srgb(on_white(turned(small, orientation_of(source))), source.info.get("icc_profile"))
    fresh = Image.new("RGB", coloured.size, "white")
    fresh.paste(coloured)
    return fresh


def open_checked(path: Path, source_format: str) -> "Image.Image":
    """The image with only its header read; raises TooManyPixels. No other format's decoder gets to see the bytes."""
    from PIL import Image

    if source_format == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        image = Image.open(path, formats=[source_format])
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    if image.width * image.height > MAX_PIXELS:
        raise TooManyPixels
    return image


def resizable(image: "Image.Image") -> "Image.Image":
    """The same picture in a mode that can be scaled smoothly: no palette, no single bits, no 16-bit grey."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda level: level * (1 / 257)).convert("L")
    if image.has_transparency_data and image.mode not in ("RGBA", "LA"):
        return image.convert("RGBA")
    return image.convert({"P": "RGB", "1": "L"}[image.mode]) if image.mode in ("P", "1") else image


def orientation_of(image: "Image.Image") -> int:
    """EXIF orientation 1–8. HEIF pictures arrive upright already and say 1; unreadable EXIF says 1."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(0x0112, 1))
    return 1


def turned(image: "Image.Image", orientation: int) -> "Image.Image":
    from PIL.Image import Transpose

    ways = [
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    ]
    return image.transpose(ways[orientation - 2]) if 2 <= orientation <= 8 else image


def on_white(image: "Image.Image") -> "Image.Image":
    from PIL import Image

    if image.mode not in ("RGBA", "LA"):
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return white


def to_srgb(image: "Image.Image", profile: bytes | None) -> "Image.Image":
    """Colours by the embedded ICC profile where it is usable, else taken as they stand."""
    from PIL import ImageCms

    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
    return image.convert("RGB")


if __name__ == "__main__":
    main()
