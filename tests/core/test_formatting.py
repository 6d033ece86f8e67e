"""How moments are written in messages."""

from datetime import datetime

import pytest

from portal.core.clock import ZONE
from portal.core.formatting import sms_moment


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2024-05-21 18:30", "5月21日18:30"),
        ("2024-05-22 00:00", "5月21日24:00"),
        ("2024-05-22 00:01", "5月22日00:01"),
        ("2024-01-01 00:00", "12月31日24:00"),
    ],
)
def test_a_deadline_at_midnight_ends_the_day_before(moment: str, words: str) -> None:
    assert sms_moment(datetime.fromisoformat(moment).replace(tzinfo=ZONE)) == words
