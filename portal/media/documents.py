"""Documents (PDF) on a matter: looked at by content, stored as they came, put up and taken down. `keep` and `remove` flush."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import structlog
from werkzeug.datastructures import FileStorage

from portal.core import clock
from portal.core.extensions import db
from portal.domain.errors import DomainError
from portal.media.checking import shown_name
from portal.media.decoding import count_pages
from portal.media.erasing import erase_after_commit
from portal.media.intake import incoming
from portal.media.models import Document, Owner
from portal.media.storage import storage

MAX_BYTES, MAX_PAGES, MOST = 10 * 1024 * 1024, 100, 10
LONGEST_NAME = 40  # without .pdf
_PIECE = 64 * 1024

log = structlog.get_logger()


@dataclass(frozen=True)
class Incoming:
    """A PDF in storage that no row refers to yet; never kept, it is swept away after a day."""

    name: str
    key: str
    sha256: str
    pages: int
    bytes: int


def receive(file: FileStorage | None, wanted_name: str = "") -> Incoming:
    """Check and store; outside any transaction. DomainError at the field `document` says what is wrong with it."""
    if file is None or not file.filename:
        raise DomainError("Please choose a PDF file.", field="document")
    with TemporaryDirectory(dir=incoming(), ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "document.pdf"
        size = _copy(file.stream, target)
        pages = _pages(target)
        with target.open("rb") as stored:
            sha256 = hashlib.file_digest(stored, "sha256").hexdigest()
        return Incoming(name_of(wanted_name or file.filename), storage().put(target, "pdf"), sha256, pages, size)


def name_of(given: str) -> str:
    """Fit to show and to save under: no paths, no control characters, at most 40 characters, then .pdf."""
    clean = shown_name(given).replace("/", "").replace(":", "：").strip(" .")
    stem = "" if clean.lower() == "pdf" else clean[:-4] if clean.lower().endswith(".pdf") else clean
    return f"{stem[:LONGEST_NAME].strip(' .') or '文件'}.pdf"


def _copy(upload: IO[bytes], target: Path) -> int:
    size, head = 0, b""
    with target.open("wb") as out:
        while piece := upload.read(_PIECE):
            size, head = size + len(piece), head or piece[:8]
            if not head.startswith(b"%PDF-"):
                raise DomainError(
                    "This is not a PDF file. Please save it as PDF and choose it again.", field="document"
                )
            if size > MAX_BYTES:
                raise DomainError("The file is too big (over 10 MB). Please make it smaller.", field="document")
            out.write(piece)
    if size == 0:
        raise DomainError("This is not a PDF file. Please save it as PDF and choose it again.", field="document")
    return size


def _pages(path: Path) -> int:
    pages = count_pages(path)
    if pages == 0:
        log.info("document_not_opened")
        raise DomainError("This PDF cannot be opened: it is damaged or has a password.", field="document")
    if pages > MAX_PAGES:
        raise DomainError("The file has more than 100 pages. Please choose the part that matters.", field="document")
    return pages


def keep(found: Incoming, owner: Owner) -> Document:
    document = Document(
        token=secrets.token_urlsafe(16),
        owner_kind=owner.kind,
        owner_id=str(owner.id),
        name=found.name,
        key=found.key,
        sha256=found.sha256,
        pages=found.pages,
        bytes=found.bytes,
        created_at=clock.now(),
    )
    db.session.add(document)
    db.session.flush()
    return document


def remove(document: Document) -> None:
    """Erase row and file; the file only once the transaction is committed."""
    erase_after_commit(document.key)
    db.session.delete(document)
    db.session.flush()
