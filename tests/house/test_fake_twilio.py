"""The fake Twilio is believed only as far as Twilio's own client and signatures understand it."""

from collections.abc import Iterator

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.fakes import twilio_contract as contract
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_behaviour import Break, Drop, Hang, Refuse, Slow
from tests.fakes.twilio_server import served

MOBILE = "+8613800000001"
TEXT = "【河东旧改】您的诉求已收到。"
RECEIPTS = "http://127.0.0.1:1/webhooks/twilio/status?attempt=7"


class AtTheFake(TwilioHttpClient):
    def __init__(self, base: str, timeout: float = 5) -> None:
        super().__init__(timeout=timeout, max_retries=0)
        self.fake = base

    def request(self, method: str, url: str, **rest):
        return super().request(method, url.replace("https://api.twilio.com", self.fake), **rest)


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    with served(FakeTwilio()) as fake:
        yield fake


@pytest.fixture
def client(fake: FakeTwilio) -> Client:
    return Client(fake.account_sid, fake.auth_token, http_client=AtTheFake(fake.base))


def send(client: Client, fake: FakeTwilio, to: str = MOBILE, **fields):
    return client.messages.create(
        **{"to": to, "from_": fake.sender, "body": TEXT, "status_callback": RECEIPTS, **fields}
    )


def test_a_message_is_taken_and_found_again(client: Client, fake: FakeTwilio) -> None:
    message = send(client, fake)

    assert message.status == "queued"
    assert client.messages(message.sid).fetch().body == TEXT
    assert [found.sid for found in client.messages.list(to=MOBILE)] == [message.sid]
    assert client.messages.list(to="+8613800000002") == []


def test_a_messaging_service_accepts_before_it_queues(client: Client, fake: FakeTwilio) -> None:
    message = client.messages.create(to=MOBILE, messaging_service_sid=fake.service_sid, body=TEXT)

    assert message.status == "accepted"
    assert message.from_ is None


def test_the_list_goes_over_several_pages_newest_first(client: Client, fake: FakeTwilio) -> None:
    sids = [send(client, fake).sid for _ in range(5)]

    assert [message.sid for message in client.messages.list(page_size=2)] == sids[::-1]


def test_only_sent_messages_have_a_date_to_look_for(client: Client, fake: FakeTwilio) -> None:
    waiting, gone = send(client, fake), send(client, fake)
    fake.report(fake.find(gone.sid), "sent")
    today = client.messages(gone.sid).fetch().date_sent.date()

    assert [message.sid for message in client.messages.list(date_sent=today)] == [gone.sid]
    assert client.messages(waiting.sid).fetch().date_sent is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "12345"}, 21211),
        ({"to": "+14155550100"}, 21408),
        ({"to": "+862212345678"}, 21614),
        ({"from_": "+15005550001"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "长" * 1601}, 21617),
        ({"status_callback": "/webhooks"}, 21609),
    ],
)
def test_a_wrong_request_is_refused_with_twilios_code(
    client: Client, fake: FakeTwilio, fields: dict, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        send(client, fake, **fields)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert fake.messages == []


def test_trial_accounts_and_unsubscribed_people(client: Client, fake: FakeTwilio) -> None:
    fake.unsubscribed.add(MOBILE)
    with pytest.raises(TwilioRestException, match="unsubscribed"):
        send(client, fake)
    fake.verified = set()
    with pytest.raises(TwilioRestException, match="unverified"):
        send(client, fake)


def test_a_wrong_token_does_not_enter(fake: FakeTwilio) -> None:
    stranger = Client(fake.account_sid, "wrong", http_client=AtTheFake(fake.base))

    with pytest.raises(TwilioRestException) as refused:
        send(stranger, fake)
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_scripts_come_in_their_order_and_then_it_works(client: Client, fake: FakeTwilio) -> None:
    fake.next(Refuse(20429), Break())
    for status in (429, 500):
        with pytest.raises(TwilioRestException) as broken:
            send(client, fake)
        assert broken.value.status == status

    assert send(client, fake).status == "queued"
    assert len(fake.sent_to(MOBILE)) == 1


@pytest.mark.parametrize("behaviour", [Break(after_accept=True), Drop(after_accept=True), Hang(after_accept=True)])
def test_a_lost_answer_may_hide_a_message(fake: FakeTwilio, behaviour) -> None:
    fake.numbers[MOBILE] = behaviour
    client = Client(fake.account_sid, fake.auth_token, http_client=AtTheFake(fake.base, timeout=0.3))

    with pytest.raises((TwilioRestException, requests.RequestException)):
        send(client, fake)
    assert len(fake.sent_to(MOBILE)) == 1


@pytest.mark.parametrize("behaviour", [Drop(), Hang()])
def test_a_lost_answer_may_hide_nothing(fake: FakeTwilio, behaviour) -> None:
    fake.numbers[MOBILE] = behaviour
    client = Client(fake.account_sid, fake.auth_token, http_client=AtTheFake(fake.base, timeout=0.3))

    with pytest.raises(requests.RequestException):
        send(client, fake)
    assert fake.sent_to(MOBILE) == []


def test_slow_is_not_lost(client: Client, fake: FakeTwilio) -> None:
    fake.next(Slow(0.2))

    assert send(client, fake).sid


def test_callbacks_bear_twilios_signature_until_somebody_touches_them(client: Client, fake: FakeTwilio) -> None:
    message = fake.find(send(client, fake).sid)
    sent, failed = fake.reports(message, "sent", "undelivered", error_code=30003)
    validator = RequestValidator(fake.auth_token)

    assert [callback.fields["MessageStatus"] for callback in (sent, failed)] == ["sent", "undelivered"]
    assert failed.fields["ErrorCode"] == "30003"
    assert validator.validate(failed.url, failed.fields, failed.signature)
    for tampered in (failed.forged(), failed.unsigned(), failed.altered(MessageStatus="delivered")):
        assert not validator.validate(tampered.url, tampered.fields, tampered.signature)


def test_answers_have_the_shape_of_the_table(client: Client, fake: FakeTwilio) -> None:
    send(client, fake)
    messages = f"{fake.base}/2010-04-01/Accounts/{fake.account_sid}/Messages.json"
    key = (fake.account_sid, fake.auth_token)
    page = requests.get(messages, auth=key, timeout=5).json()
    error = requests.post(messages, data={"To": MOBILE}, auth=key, timeout=5).json()

    assert contract.misfits(page["messages"][0], contract.MESSAGE) == []
    assert contract.misfits({name: page[name] for name in page if name != "messages"}, contract.LIST) == []
    assert contract.misfits(error, contract.ERROR) == []
    assert set(fake.requests[0][2]) <= contract.SENT_FIELDS


def test_callbacks_have_the_fields_of_the_table(fake: FakeTwilio) -> None:
    message = fake.accept(
        {"To": MOBILE, "MessagingServiceSid": fake.service_sid, "Body": TEXT, "StatusCallback": RECEIPTS}
    )
    fields = set(fake.report(message, "failed", 30008).fields)

    assert fields >= contract.CALLBACK
    assert fields <= contract.CALLBACK | contract.CALLBACK_SOMETIMES
