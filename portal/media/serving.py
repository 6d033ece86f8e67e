"""A photo or a document as an HTTP answer. The caller has already decided that this person may see it."""

from enum import StrEnum

from flask import Response, abort, send_file

from portal.media.models import Document, Photo
from portal.media.storage import storage


class PhotoSize(StrEnum):
    FULL = "full"
    THUMB = "thumb"


def send_photo(photo: Photo, size: PhotoSize = PhotoSize.FULL) -> Response:
    """The JPEG, cached for a year by this browser only (a photo never changes); 404 when its file is gone."""
    try:
        content = storage().open(photo.thumb_key if size is PhotoSize.THUMB else photo.key)
    except FileNotFoundError:
        abort(404)
    etag = f"{photo.sha256[:32]}-{size}"
    response = send_file(content, "image/jpeg", download_name="photo.jpg", etag=etag, conditional=True)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def send_document(document: Document) -> Response:
    """The PDF as a download, never shown within the site; 404 when its file is gone."""
    try:
        content = storage().open(document.key)
    except FileNotFoundError:
        abort(404)
    etag = document.sha256[:32]
    response = send_file(
        content, "application/pdf", as_attachment=True, download_name=document.name, etag=etag, conditional=True
    )
    response.headers["Cache-Control"] = "private, no-cache"  # it may be taken down
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
