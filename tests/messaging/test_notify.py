"""What is written when somebody is told something, and the sender's rules of ux.md §6."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.extensions import db
from portal.core.writing import writing
from portal.messaging import history, queries, results
from portal.messaging import inbox as wishes
from portal.messaging.notify import Recipient, notify
from portal.messaging.outbox import NumberFlag, withdraw
from tests.messaging.sms import LI, inbox, outbox, reasons, send_code, states, tell

WANG = "+8613800000002"
At = Callable[[str], datetime]


@pytest.fixture(autouse=True)
def in_the_morning(at: At) -> None:
    at("2024-06-17 09:00")


def test_one_deed_writes_inbox_and_outbox(app: Flask) -> None:
    tell("case_accepted", case=12)
    [entry], [message] = inbox(), outbox()
    assert entry.text == "您反映的问题(00000012)已受理，由区房产服务中心办理，6月21日前答复您。"
    assert (entry.link, entry.subject, entry.read_at) == ("/case/12", "case:12", None)
    assert (message.number, message.state, message.text) == (LI, "queued", entry.text)


def test_the_database_holds_neither_number_nor_text(app: Flask) -> None:
    tell()
    for table in ("outbox_messages", "inbox_messages"):
        row = str(db.session.execute(text(f"SELECT * FROM {table}")).mappings().one())
        assert "13800000001" not in row and "办结" not in row


def test_a_deed_rolled_back_tells_nobody(app: Flask) -> None:
    with pytest.raises(RuntimeError), writing():
        notify(Recipient.phone(LI), "case_closed_rate", {"code": "H7K392QF"}, subject="case:1")
        raise RuntimeError("the deed fails after its message")
    assert not inbox() and not outbox()


def test_a_deed_that_may_be_undone_waits_and_is_taken_back_without_a_trace_for_its_reader(app: Flask, at: At) -> None:
    values = {"time": "6月17日9:00", "why": "重复"}
    begun = at("2024-06-17 09:01")
    with writing():
        notify(Recipient.phone(LI), "post_rejected", values, subject="post:1", wait=timedelta(minutes=1))
        notify(Recipient.phone(WANG), "post_rejected", values, subject="post:2", wait=timedelta(minutes=1))
    assert outbox()[0].due_at == begun + timedelta(minutes=1)
    with writing():
        withdraw("post:1", begun)
        notify(Recipient.phone(LI), "post_rejected", values, subject="post:1")  # the same words may come after all
    assert states() == ["blocked", "queued", "queued"] and reasons()[0] == "undone"
    assert [entry.subject for entry in inbox()] == ["post:2", "post:1"]


def test_without_consent_or_on_the_senders_wish_only_the_inbox(app: Flask) -> None:
    tell(sms=False)
    with writing():
        notify(Recipient.phone(LI, sms=False), "case_withdrawn", {"code": "H7K392QF"}, subject="case:2")
        wishes.choose_sms(Recipient.phone(LI).key, False)
    tell("case_reopened", case=3)
    assert len(inbox()) == 3 and not outbox()


def test_a_sign_in_code_comes_even_to_who_wants_no_sms_and_never_into_the_inbox(app: Flask) -> None:
    with writing():
        wishes.choose_sms(Recipient.phone(LI).key, False)
    send_code()
    assert states() == ["queued"] and not inbox()


def test_an_office_reads_its_inbox_and_gets_an_sms_only_when_urgent(app: Flask) -> None:
    values = {
        "code": "HD240617-00123",
        "bldg": "东局子小区3号楼",
        "cat": "漏水",
        "time": "6月17日17:30",
        "within": "15分钟",
    }
    with writing():
        for event in ("staff_new", "staff_urgent"):
            notify(Recipient.staff(7, phone=WANG), event, values, subject="case:1", link="/desk/cases/HD240617-00123")
    assert [entry.recipient_key for entry in inbox()] == ["staff:7", "staff:7"]
    assert [message.event for message in outbox()] == ["staff_urgent"]


def test_a_text_the_networks_would_refuse_stays_in_the_inbox(app: Flask) -> None:
    tell("case_accepted", unit="区信访办")
    assert (states(), reasons()) == (["blocked"], ["wording"]) and len(inbox()) == 1


def test_an_inbox_link_stays_on_this_site(app: Flask) -> None:
    with pytest.raises(ValueError, match="path"), writing():
        notify(Recipient.phone(LI), "case_withdrawn", {"code": "H7K392QF"}, subject="c", link="//evil.example/x")


def test_the_fifth_notice_in_24_hours_stays_in_the_inbox(app: Flask, at: At) -> None:
    for case in range(1, 6):
        tell("case_reopened", case=case)
    assert states() == ["queued"] * 4 + ["blocked"] and reasons()[-1] == "cap"
    assert len(inbox()) == 5
    tell("case_reopened", WANG, case=6)
    send_code()
    assert states()[5:] == ["queued", "queued"], "the cap is per number and codes do not count"
    at("2024-06-18 09:01")
    tell("case_reopened", case=7)
    assert states()[-1] == "queued", "a day later there is room again"


def test_deeds_at_the_same_moment_keep_the_cap_together(app: Flask) -> None:
    def one(case: int) -> None:
        with app.app_context():
            tell("case_reopened", case=case)
            db.session.remove()

    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(one, range(12)))
    assert sorted(states()) == ["blocked"] * 8 + ["queued"] * 4


def test_under_the_cap_the_more_important_goes_first(app: Flask) -> None:
    for case in range(1, 5):
        tell("case_progress", case=case)
    tell("case_need_info", case=5)
    assert states() == ["queued"] * 3 + ["blocked", "queued"]


def test_what_is_already_on_its_way_is_not_taken_back(app: Flask) -> None:
    for case in range(1, 5):
        tell("case_progress", case=case)
    with writing():
        for message in outbox():
            results.accepted(message, f"SM{message.id}")
    tell("case_need_info", case=5)
    assert states() == ["sent"] * 4 + ["blocked"]


def test_the_same_text_is_never_sent_twice_in_a_day(app: Flask) -> None:
    tell("case_reopened")
    tell("case_reopened")
    tell("case_reopened", date="6月22日")
    assert reasons() == [None, "same_text", None]


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("2024-06-17 07:59", "2024-06-17 08:00"),
        ("2024-06-17 08:00", "2024-06-17 08:00"),
        ("2024-06-17 19:59", "2024-06-17 19:59"),
        ("2024-06-17 20:00", "2024-06-18 08:00"),
        ("2024-06-17 23:30", "2024-06-18 08:00"),
    ],
)
def test_nights_are_quiet(app: Flask, at: At, written: str, leaves: str) -> None:
    at(written)
    tell()
    assert outbox()[0].due_at == at(leaves)


def test_codes_and_urgent_cases_pass_at_night(app: Flask, at: At) -> None:
    midnight = at("2024-06-17 23:30")
    send_code()
    values = {"code": "HD240617-00123", "bldg": "东局子小区3号楼", "cat": "燃气", "within": "15分钟"}
    with writing():
        notify(Recipient.staff(7, phone=WANG), "staff_urgent", values, subject="case:1")
    assert [message.due_at for message in outbox()] == [midnight, midnight]


def test_what_waits_for_the_morning_is_dropped_when_it_is_no_longer_true(app: Flask, at: At) -> None:
    at("2024-06-17 22:00")
    tell("case_received")
    tell("case_accepted")
    tell("case_accepted", case=2)
    tell("case_withdrawn")
    assert states() == ["queued", "blocked", "queued", "queued"], "the 查询码 and the other case stay"
    assert reasons()[1] == "superseded"


def test_an_invented_past_is_not_sent_again(app: Flask, at: At) -> None:
    tell()
    tell(case=2)
    noon = at("2024-06-17 12:00")
    tell(case=3)
    with writing():
        assert history.arrived_before(noon) == 2
    assert states() == ["delivered", "delivered", "queued"]
    assert outbox()[0].final_at == noon - timedelta(hours=3)


def test_a_number_known_to_be_dead_gets_notices_in_the_inbox_only(app: Flask) -> None:
    with writing():
        results.set_flag(queries.resident_keys(LI)[0].removeprefix("phone:"), NumberFlag.INVALID)
    tell()
    send_code()
    assert states() == ["blocked", "queued"] and reasons()[0] == "number_invalid"


def test_an_inbox_is_read_page_by_page_and_counts_what_is_new(app: Flask) -> None:
    for case in range(1, 4):
        tell(case=case)
    keys = queries.resident_keys(LI)
    first = queries.inbox_of(keys, size=2)
    assert [entry.subject for entry in first.rows] == ["case:3", "case:2"]
    assert [entry.subject for entry in queries.inbox_of(keys, first.next, size=2).rows] == ["case:1"]
    with writing():
        wishes.mark_read(keys, [first.rows[0].id])
        wishes.mark_read(queries.resident_keys(WANG), [first.rows[1].id])
    assert queries.unread_count(keys) == 2, "nobody reads another's inbox"
