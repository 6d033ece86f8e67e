"""How long an extension may be at most: working days from the day promised now."""

from datetime import date, datetime

import pytest

from portal.domain.calendar_2023_2026 import CALENDAR
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES, ExtensionReason, latest_day
from portal.domain.levels import DEFAULT_TARGETS, Level
from portal.domain.local_time import SHANGHAI
from portal.domain.sms_text import utf16_units


@pytest.mark.parametrize(
    ("promised", "latest"),
    [
        ("2024-06-22 00:00", "2024-06-28"),  # 24:00 of Friday the 21st
        ("2024-02-08 00:00", "2024-02-20"),  # 24:00 of the 7th; 10 to 17 February are free, Sunday the 18th is worked
        ("2024-02-10 00:00", "2024-02-22"),
        ("2024-02-03 15:30", "2024-02-08"),  # an urgent case: Sunday the 4th is worked
    ],
)
def test_the_last_day_around_spring_festival(promised, latest):
    moment = datetime.fromisoformat(promised).replace(tzinfo=SHANGHAI)
    assert latest_day(moment, DEFAULT_TARGETS[Level.C].extension, CALENDAR) == date.fromisoformat(latest)


def test_every_reason_has_a_short_name_for_the_text():
    assert set(EXTENSION_SHORT_NAMES) == set(ExtensionReason)
    assert all(utf16_units(name) <= 8 for name in EXTENSION_SHORT_NAMES.values())
