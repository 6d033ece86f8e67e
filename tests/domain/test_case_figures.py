"""One case in the counters, and the rates that officials and residents read."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_figures import CaseFigureFacts, Measure, contributions, delta, left_out
from portal.domain.case_kpis import (
    average_handling_days,
    excluded,
    in_hand,
    on_time_rate,
    participation_rate,
    response_rate,
    satisfaction_rate,
    solved_rate,
)
from portal.domain.case_statuses import OPEN_STATUSES, CaseOutcome, CaseStatus, CaseTrack

MON, TUE, WED, THU, FRI, NEXT_MON = (date(2024, 6, day) for day in (17, 18, 19, 20, 21, 24))

SUBMITTED = CaseFigureFacts(
    building_id=3,
    category="lighting_dark",
    agency_id=None,
    status=CaseStatus.SUBMITTED,
    track=CaseTrack.ORDINARY,
    submitted_on=MON,
    due_on=FRI,
)
ASSIGNED = replace(SUBMITTED, status=CaseStatus.ASSIGNED, agency_id=7, assigned_on=TUE)
REPLIED = replace(
    ASSIGNED,
    status=CaseStatus.REPLIED,
    contact_in_time=True,
    replied_on=THU,
    reply_in_time=True,
    handling_days=3,
)
CLOSED = replace(
    REPLIED, status=CaseStatus.CLOSED, closed_on=FRI, outcome=CaseOutcome.RESOLVED, solved_halves=2, rating=None
)
RATED = replace(CLOSED, rating="fair", rated_on=NEXT_MON)


def test_a_new_case_is_received_due_and_owing():
    assert contributions(SUBMITTED) == {
        (None, "open:submitted"): 1,
        (MON, "received"): 1,
        (FRI, "due"): 1,
        (FRI, "owing"): 1,
    }


def test_a_rated_case_holds_every_cohort():
    assert contributions(RATED) == {
        (MON, "received"): 1,
        (TUE, "assigned"): 1,
        (TUE, "contacted_in_time"): 1,
        (FRI, "due"): 1,
        (FRI, "replied_in_time"): 1,
        (THU, "replied"): 1,
        (THU, "handled"): 1,
        (THU, "handling_days"): 3,
        (FRI, "closed"): 1,
        (FRI, "closed_rated"): 1,
        (FRI, "asked"): 1,
        (FRI, "solved_halves"): 2,
        (NEXT_MON, "rated"): 1,
        (NEXT_MON, "rated_fair"): 1,
    }


@pytest.mark.parametrize("track", [CaseTrack.SEALED, CaseTrack.CONFLICT])
@pytest.mark.parametrize("facts", [SUBMITTED, ASSIGNED, REPLIED, CLOSED, RATED])
def test_what_nobody_may_notice_is_counted_nowhere(track, facts):
    assert contributions(replace(facts, track=track)) == {}


def test_sealing_a_case_later_takes_it_out_of_every_count():
    sealed = replace(RATED, track=CaseTrack.SEALED)
    assert delta(RATED, sealed) == {key: -count for key, count in contributions(RATED).items()}


def test_a_held_report_only_waits_and_an_invalid_one_never_was():
    assert contributions(replace(SUBMITTED, status=CaseStatus.HELD)) == {(None, "open:held"): 1}
    assert contributions(replace(SUBMITTED, status=CaseStatus.INVALID)) == {}


@pytest.mark.parametrize("status", [CaseStatus.WITHDRAWN, CaseStatus.NOT_ACCEPTED, CaseStatus.MERGED])
def test_what_ended_without_an_answer_is_received_but_not_due(status):
    assert contributions(replace(SUBMITTED, status=status)) == {(MON, "received"): 1}


@pytest.mark.parametrize("status", CaseStatus)
def test_exactly_the_open_ones_stand(status):
    standing = [key for key in contributions(replace(SUBMITTED, status=status)) if key[0] is None]
    assert standing == ([(None, f"open:{status}")] if status in OPEN_STATUSES else [])


def test_silence_is_counted_apart_and_asks_nobody():
    silent = replace(CLOSED, outcome=CaseOutcome.NO_ANSWER, solved_halves=None)
    found = contributions(silent)
    assert found[FRI, "closed_no_answer"] == 1
    assert (FRI, "asked") not in found


def test_not_solved_is_an_answer_of_nothing():
    found = contributions(replace(CLOSED, solved_halves=0))
    assert found[FRI, "asked"] == 1
    assert (FRI, "solved_halves") not in found


def test_a_late_answer_is_due_but_not_in_time():
    found = contributions(replace(REPLIED, reply_in_time=False, replied_on=NEXT_MON))
    assert found[FRI, "due"] == 1
    assert (FRI, "replied_in_time") not in found
    assert (FRI, "owing") not in found


def test_a_moved_promise_moves_what_is_owed_and_not_what_is_measured():
    found = contributions(replace(ASSIGNED, promised_on=NEXT_MON))
    assert found[NEXT_MON, "owing"] == 1
    assert found[FRI, "due"] == 1


def test_a_reopened_case_is_no_longer_closed_and_owes_again():
    reopened = replace(CLOSED, status=CaseStatus.REOPENED, closed_on=None, outcome=None, solved_halves=0)
    assert delta(CLOSED, reopened) == {
        (None, "open:reopened"): 1,
        (FRI, "owing"): 1,
        (FRI, "closed"): -1,
        (FRI, "asked"): -1,
        (FRI, "solved_halves"): -2,
    }


def test_a_rating_without_its_day_counts_on_the_day_of_the_close():
    assert contributions(replace(RATED, rated_on=None))[FRI, "rated_fair"] == 1


def test_a_changed_rating_moves_from_one_word_to_the_other():
    angry = replace(RATED, rating="unsatisfied")
    assert delta(RATED, angry) == {(NEXT_MON, "rated_fair"): -1, (NEXT_MON, "rated_unsatisfied"): 1}
    with pytest.raises(ValueError, match="rated_superb"):
        contributions(replace(RATED, rating="superb"))


def test_deltas_add_up_to_the_recount():
    life = [None, SUBMITTED, ASSIGNED, REPLIED, CLOSED, RATED]
    total: dict[tuple[date | None, str], int] = {}
    for before, after in pairwise(life):
        for key, change in delta(before, after).items():
            total[key] = total.get(key, 0) + change
    assert {key: count for key, count in total.items() if count} == contributions(RATED)
    assert delta(RATED, RATED) == {}
    assert delta(RATED, None) == {key: -count for key, count in contributions(RATED).items()}


EXCLUDED = [replace(facts, excluded=ExclusionKind.LEGAL) for facts in (SUBMITTED, ASSIGNED, REPLIED, CLOSED, RATED)]


@pytest.mark.parametrize("facts", EXCLUDED)
def test_what_is_excluded_is_a_case_like_all_others_and_in_no_rate(facts):
    """On both sides of every rate, so that leaving out the bad ones shows and leaving out the good ones does not help."""
    counted, usual = contributions(facts), contributions(replace(facts, excluded=None))
    for measure in (Measure.RECEIVED, Measure.OWING, Measure.REPLIED, Measure.CLOSED, Measure.CLOSED_NO_ANSWER):
        assert {k: n for k, n in counted.items() if k[1] == measure} == {
            k: n for k, n in usual.items() if k[1] == measure
        }
    assert {k for k in counted if k[0] is None} == {k for k in usual if k[0] is None}
    totals = {measure: 5 * n for (_day, measure), n in counted.items()}
    assert [rate(totals) for rate in RATES] == [None] * len(RATES)
    for measure in (Measure.ASSIGNED, Measure.ASKED, Measure.RATED, Measure.CLOSED, Measure.DUE, Measure.HANDLED):
        out = {day: n for (day, name), n in counted.items() if name == left_out(measure, ExclusionKind.LEGAL)}
        assert out == {day: n for (day, name), n in usual.items() if name == measure}, (
            "said beside the rate, on its day"
        )


def test_an_exclusion_that_is_lifted_leaves_no_trace_in_the_counters():
    left = replace(RATED, excluded=ExclusionKind.UNFOUNDED)
    there, back = delta(RATED, left), delta(left, RATED)
    assert there == {key: -n for key, n in back.items()}
    assert all(len(measure) <= 24 for _day, measure in there), "the column of the counters is 24 wide"


def test_a_share_that_rated_stands_on_the_closed_ones_that_count():
    totals = {"closed": 9, "closed_rated": 3, "out:closed:anonymous": 1, "out:closed:legal": 3}
    assert participation_rate(totals) == Fraction(3, 5) and excluded(totals, Measure.CLOSED) == 4
    assert participation_rate(totals | {"out:closed:legal": 4}) is None, "four that count are too few"


def test_the_rates_follow_their_definitions():
    totals = {
        Measure.ASSIGNED: 10,
        Measure.CONTACTED_IN_TIME: 9,
        Measure.ASKED: 8,
        Measure.SOLVED_HALVES: 13,
        Measure.RATED: 6,
        Measure.RATED_SATISFIED: 3,
        Measure.RATED_FAIR: 2,
        Measure.RATED_UNSATISFIED: 1,
        Measure.CLOSED: 12,
        Measure.CLOSED_RATED: 6,
        Measure.DUE: 20,
        Measure.REPLIED_IN_TIME: 19,
        Measure.HANDLED: 5,
        Measure.HANDLING_DAYS: 17,
    }
    assert response_rate(totals) == Fraction(9, 10)
    assert solved_rate(totals) == Fraction(13, 16)
    assert satisfaction_rate(totals) == Fraction(5, 6)
    assert participation_rate(totals) == Fraction(1, 2)
    assert on_time_rate(totals) == Fraction(19, 20)
    assert average_handling_days(totals) == Fraction(17, 5)


RATES = [response_rate, solved_rate, satisfaction_rate, participation_rate, on_time_rate, average_handling_days]


@pytest.mark.parametrize("rate", RATES)
def test_too_few_cases_give_no_rate(rate):
    assert rate({}) is None
    assert rate(dict.fromkeys(Measure, 4)) is None
    assert rate(dict.fromkeys(Measure, 5)) is not None


def test_in_hand_is_what_still_owes_an_answer():
    totals = {"open:submitted": 2, "open:in_progress": 3, "open:replied": 4, "open:held": 1, "open:reopened": 1}
    assert in_hand(totals) == 6


def test_plain_text_keys_from_the_database_work_like_measures():
    assert response_rate({"assigned": 5, "contacted_in_time": 5}) == 1
