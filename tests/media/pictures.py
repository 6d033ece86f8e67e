"""Files as people and attackers send them, made with Pillow on the spot."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageCms
from werkzeug.datastructures import FileStorage

CANARY = "CANARY"
HEIC = Path(__file__).parent / "files" / "canary.heic"  # 96×64, with CANARY in Exif and XMP and a GPS position
RED, BLUE = (200, 30, 30), (30, 30, 200)


def two_halves(width: int = 640, height: int = 480) -> Image.Image:
    """Left half red, right half blue: shows how a picture was turned."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480) -> bytes:
    return saved(two_halves(width, height), "JPEG", quality=90)


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x010E], tags[0x010F], tags[0x0112] = f"{CANARY} description", f"{CANARY} maker", orientation
    tags.get_ifd(0x8825).update({1: "N", 2: (39.0, 7.0, 44.0), 3: "E", 4: (117.0, 15.0, 21.0)})
    return tags


def phone_jpeg(orientation: int = 1) -> bytes:
    """With GPS, camera, XMP, a comment, an ICC profile, and a thumbnail that carries the position once more."""
    xmp = f"<x:xmpmeta><dc:creator>{CANARY} author</dc:creator></x:xmpmeta>".encode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    whole = saved(
        two_halves(), "JPEG", exif=exif(orientation), xmp=xmp, comment=f"{CANARY} comment", icc_profile=profile
    )
    thumbnail = saved(two_halves(64, 48), "JPEG", exif=exif())
    segment = b"JFXX\x00\x10" + thumbnail
    return whole[:2] + b"\xff\xe0" + struct.pack(">H", len(segment) + 2) + segment + whole[2:]


def commented_jpeg() -> bytes:
    """Nothing but a comment, which Pillow would copy on saving."""
    return saved(two_halves(), "JPEG", comment=f"{CANARY} comment")


def text_png() -> bytes:
    """A PNG with alpha (right half see-through), a text chunk and Exif."""
    from PIL.PngImagePlugin import PngInfo

    picture = two_halves().convert("RGBA")
    picture.paste((0, 0, 0, 0), (320, 0, 640, 480))
    notes = PngInfo()
    notes.add_text("Author", f"{CANARY} author")
    notes.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY} xmp</x>")
    return saved(picture, "PNG", pnginfo=notes, exif=exif())


def webp() -> bytes:
    return saved(two_halves(), "WEBP", exif=exif(), xmp=f"<x>{CANARY}</x>".encode())


def zipped_jpeg() -> bytes:
    """A JPEG that is a ZIP archive as well."""
    out = io.BytesIO(jpeg())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(f"{CANARY}.html", f"<script>{CANARY}</script>")
    return out.getvalue()


def pixel_bomb(side: int = 12_000) -> bytes:
    """A small PNG that unpacks to side² grey pixels (144 MP from about 140 kB)."""
    row = b"\x00" + bytes(side)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def moving_gif() -> bytes:
    return saved(two_halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (640, 480))])


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def sent(content: bytes, name: str = "IMG_1.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name, content_type="image/jpeg")


def assert_says_nothing(content: bytes) -> None:
    """A JPEG of pixels alone: no Exif, XMP, ICC, comment or thumbnail, and no canary in its bytes."""
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "JPEG" and picture.mode == "RGB"
    assert not picture.getexif() and set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    for trace in (CANARY.encode(), b"Exif", b"xmp", b"ICC_PROFILE", b"GPS", b"JFXX", b"PK\x03\x04", b"<script"):
        assert trace not in content
    assert markers(content) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA}


def markers(content: bytes) -> set[int]:
    """Marker bytes of the segments before the first scan."""
    found, at = set(), 2
    while at < len(content) and 0xDA not in found:
        found.add(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found
