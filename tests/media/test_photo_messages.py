"""The sentences of the report page, as they stand in the design."""

import pytest
from flask import Flask

from portal.media.checking import Reason
from portal.media.messages import saying, too_many

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Reason.TOO_BIG, "第 2 张照片太大（超过 10 兆），请换一张小的，其他的都已留着"),
        (Reason.NOT_A_PHOTO, "第 2 个不是照片，请另选一张"),
        (Reason.TOO_MANY_PIXELS, "第 2 张照片像素太多（超过 4000 万），请换一张小的，其他的都已留着"),
        (Reason.BROKEN, "第 2 张没传上去，文字已经保存，可以再试一次，也可以不带这张"),
    ],
)
def test_each_reason_has_its_sentence(app: Flask, reason: Reason, sentence: str) -> None:
    with app.test_request_context():
        assert str(saying(reason, 2)) == sentence


def test_more_than_six_says_how_many_to_remove(app: Flask) -> None:
    with app.test_request_context():
        assert too_many(6) is None
        assert str(too_many(8)) == "最多 6 张照片，请删掉 2 张"
