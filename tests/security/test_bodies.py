"""Bodies that are too big, too many or broken: refused in the site's voice, and nothing is lost that was good."""

import pytest
from flask import Flask

from portal.core.writing import writing
from tests.builders.cases import make_world
from tests.media.pictures import jpeg
from tests.visitor import Visitor

MIB = 1024 * 1024


@pytest.fixture
def reporter(app: Flask, client: Visitor) -> Visitor:
    with writing():
        make_world()
    client.visit("/report/what?b=DJZ03")
    return client


def test_more_than_the_site_takes_gets_its_page(reporter: Visitor) -> None:
    field = "x" * (3 * MIB)
    answers = {
        "81 MiB": reporter.post(
            "/report/what",
            environ_overrides={"CONTENT_LENGTH": str(81 * MIB)},
            content_type="multipart/form-data; boundary=b",
        ),
        "a long field": reporter.post("/report/what", data={"words": field}),
        "a thousand fields": reporter.post(
            "/report/what", data={f"f{n}": "x" for n in range(1200)}, content_type="multipart/form-data"
        ),
    }
    for name, response in answers.items():
        assert response.status_code == 413, name
        assert "演示系统" in response.text and reporter.here.h1, name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b'--b\r\nContent-Disposition: form-data; name="album"; filename="x.jpg"\r\n\r\n\xff\xd8',
        b"\xff" * 100,
    ],
)
def test_a_broken_body_is_no_error_of_ours(reporter: Visitor, body: bytes) -> None:
    response = reporter.post("/report/what", data=body, content_type="multipart/form-data; boundary=b")
    assert response.status_code < 500


def test_too_big_and_too_many_photos_are_named_and_the_words_stay(reporter: Visitor) -> None:
    picture = jpeg(320, 240)
    too_big = picture + b"\0" * (10 * MIB + 1)
    page = reporter.submit(
        "下一步", {"说说": "二门三楼的楼道灯坏了好多天", "从相册选": [(too_big, "a.jpg"), (picture, "b.jpg")]}
    )
    assert "超过 10 兆" in page.text and "二门三楼的楼道灯坏了好多天" in page.text
    page = reporter.submit("下一步", {"从相册选": [(picture, f"{n}.jpg") for n in range(7)]})
    assert "最多 6 张" in page.text
    assert len([image for image in page.root.all("img") if "/report/photo/" in image["src"]]) == 6
