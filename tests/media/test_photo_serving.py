"""What a browser gets for a photo."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from PIL import Image
from werkzeug.exceptions import NotFound

from portal.core.writing import writing
from portal.media import services
from portal.media.models import Owner, Photo
from portal.media.serving import PhotoSize, send_photo
from portal.media.storage import storage
from tests.media import pictures

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def photo(app: Flask) -> Photo:
    [processed] = services.take_in([pictures.sent(pictures.phone_jpeg(), "../\x00\u202e张三家.jpg")]).good
    with writing():
        return services.keep(processed, Owner("case", 1))


@pytest.fixture
def answer(app: Flask, photo: Photo) -> Iterator[Response]:
    with app.test_request_context():
        response = send_photo(photo)
        response.direct_passthrough = False
        yield response


def test_it_is_a_jpeg_to_look_at_under_a_name_of_ours(answer: Response) -> None:
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "inline; filename=photo.jpg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    pictures.assert_says_nothing(answer.get_data())


def test_only_this_browser_keeps_it_and_never_asks_again(answer: Response) -> None:
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_the_thumbnail_is_small(app: Flask, photo: Photo) -> None:
    with app.test_request_context():
        response = send_photo(photo, PhotoSize.THUMB)
        response.direct_passthrough = False
        assert max(Image.open(io.BytesIO(response.get_data())).size) == 400


def test_who_has_it_already_gets_no_second_copy(app: Flask, photo: Photo, answer: Response) -> None:
    with app.test_request_context(headers={"If-None-Match": answer.headers["ETag"]}):
        assert send_photo(photo).status_code == 304
        assert send_photo(photo, PhotoSize.THUMB).status_code == 200


def test_a_file_that_is_gone_is_not_found(app: Flask, photo: Photo) -> None:
    storage().delete(photo.key)
    with app.test_request_context(), pytest.raises(NotFound):
        send_photo(photo)
