"""When a topic goes on by itself, at the edges of its dates."""

from datetime import date, timedelta

import pytest

from portal.domain.topic_steps import Step, due_step, may_be_steps

TODAY = date(2024, 6, 17)
DAY = timedelta(days=1)


def six(reached: int, **planned: date) -> list[Step]:
    return [Step(at, at <= reached, planned.get(f"at{at}")) for at in range(6)]


@pytest.mark.parametrize(
    ("steps", "closed", "concluded", "due"),
    [
        (six(1), False, False, None),
        (six(1), True, False, 2),
        (six(2), True, False, None),
        (six(2, at3=TODAY + DAY), True, False, None),
        (six(2, at3=TODAY), True, False, 3),
        (six(1, at3=TODAY), False, False, None),  # people still talk
        (six(2, at3=TODAY - DAY, at4=TODAY), True, False, 3),  # 公示 only with a published conclusion
        (six(4, at5=TODAY), True, False, None),
        (six(4, at5=TODAY), True, True, 5),
        (six(4, at5=TODAY + DAY), True, True, None),
        (six(5), True, True, None),
        (six(1)[:4], True, False, None),  # of four steps the last two are the conclusion's
        ([], True, True, None),
    ],
)
def test_the_furthest_step_that_is_due(steps: list[Step], closed: bool, concluded: bool, due: int | None) -> None:
    assert due_step(steps, TODAY, closed=closed, concluded=concluded) == due


def test_four_to_eight_short_different_names() -> None:
    assert may_be_steps(["提议", "商议", "公示", "监督"]) and may_be_steps([f"第{n}步" for n in range(8)])
    assert not may_be_steps(["提议", "商议", "公示"]) and not may_be_steps([f"第{n}步" for n in range(9)])
    assert not may_be_steps(["提议", "商议", "公示", "提议"]) and not may_be_steps(
        ["提议", "商议", "公示", "社区党组织审议"]
    )
