"""The rates of the dashboards from summed counters, each with its definition (domain.md §2.3, ux.md §3.20).

`totals` maps a measure to its sum over the chosen days, buildings, categories and units. A rate is an exact Fraction,
and None when fewer than five cases stand behind it (样本过少). What is excluded (剔除) is in neither part of a rate.
"""

from collections.abc import Mapping
from fractions import Fraction

from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_figures import Measure, left_out, standing
from portal.domain.case_statuses import UNANSWERED_STATUSES

SMALLEST_SAMPLE = 5

Totals = Mapping[str, int]


def _share(part: int | Fraction, whole: int) -> Fraction | None:
    return Fraction(part) / whole if whole >= SMALLEST_SAMPLE else None


def response_rate(totals: Totals) -> Fraction | None:
    """响应率 = 首次联系在响应时限内完成的件数 ÷ 已派单件数, by the day of the first assignment."""
    return _share(totals.get(Measure.CONTACTED_IN_TIME, 0), totals.get(Measure.ASSIGNED, 0))


def solved_rate(totals: Totals) -> Fraction | None:
    """解决率 = 诉求人确认已解决（部分解决记 0.5）÷ 有效回访件数, by the day of the close; silence is not an answer."""
    return _share(Fraction(totals.get(Measure.SOLVED_HALVES, 0), 2), totals.get(Measure.ASKED, 0))


def satisfaction_rate(totals: Totals) -> Fraction | None:
    """满意率 = (满意 + 基本满意) ÷ 已评价, by the day of the rating; who did not rate is not in it."""
    content = totals.get(Measure.RATED_SATISFIED, 0) + totals.get(Measure.RATED_FAIR, 0)
    return _share(content, totals.get(Measure.RATED, 0))


def participation_rate(totals: Totals) -> Fraction | None:
    """参评率 = 已评价件 ÷ 已办结件, both by the day of the close; printed beside 满意率."""
    ratable = totals.get(Measure.CLOSED, 0) - excluded(totals, Measure.CLOSED)
    return _share(totals.get(Measure.CLOSED_RATED, 0), ratable)


def on_time_rate(totals: Totals) -> Fraction | None:
    """按期办结率 = 期限内答复 ÷ 期内到期的件（还没办完的超期件也算在分母里）, by the promised day.

    Sum up to yesterday: what is due today is not late yet.
    """
    return _share(totals.get(Measure.REPLIED_IN_TIME, 0), totals.get(Measure.DUE, 0))


def average_handling_days(totals: Totals) -> Fraction | None:
    """平均办理 = working days from 受理 to the first reply, by the day of the reply."""
    return _share(totals.get(Measure.HANDLING_DAYS, 0), totals.get(Measure.HANDLED, 0))


def excluded(totals: Totals, measure: Measure) -> int:
    """How many cases were left out of the rate that stands on this measure."""
    return sum(totals.get(left_out(measure, kind), 0) for kind in ExclusionKind)


def in_hand(totals: Totals) -> int:
    """在办: taken on and not yet answered, now."""
    return sum(totals.get(standing(status), 0) for status in UNANSWERED_STATUSES)
