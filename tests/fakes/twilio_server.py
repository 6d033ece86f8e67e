"""The addresses of the fake Twilio, served on a free port."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from tests.fakes.serving import on_a_port
from tests.fakes.twilio import FakeTwilio, Message
from tests.fakes.twilio_behaviour import Accept, Break, Drop, Hang, Refuse, Slow
from tests.fakes.twilio_contract import REFUSALS

ROOT = "/2010-04-01/Accounts/<account>"


class Refused(HTTPException):
    """An answer in Twilio's error shape."""

    def __init__(self, code: int, status: int | None = None) -> None:
        form = request.form
        known_status, words = REFUSALS[code]
        text = words.format(
            to=form.get("To", ""),
            sender=form.get("From", ""),
            callback=form.get("StatusCallback", ""),
            service=form.get("MessagingServiceSid", ""),
            path=request.path,
        )
        self.code = status or known_status
        self.shape = {
            "code": code,
            "message": text,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": self.code,
        }
        super().__init__(text)

    def get_response(self, *_arguments: Any) -> Response:
        response = jsonify(self.shape)
        response.status_code = self.code or 500
        return response


def twilio_app(fake: FakeTwilio) -> Flask:
    app = Flask("fake-twilio")
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.before_request
    def authenticate() -> None:
        fake.requests.append((request.method, request.full_path.rstrip("?"), dict(request.form)))
        given = request.authorization
        if given is None or (given.username, given.password) != (fake.account_sid, fake.auth_token):
            raise Refused(20003)
        if request.view_args is None or request.view_args.get("account") != fake.account_sid:
            raise Refused(20404)

    @app.post(f"{ROOT}/Messages.json")
    def create(account: str) -> tuple[Response, int]:
        form = dict(request.form)
        if code := fake.refusal_of(form):
            raise Refused(code)
        return jsonify(fake.as_json(behave(fake, form))), 201

    @app.get(f"{ROOT}/Messages/<key>.json")
    def one(account: str, key: str) -> Response:
        message = fake.find(key)
        if message is None:
            raise Refused(20404)
        return jsonify(fake.as_json(message))

    @app.get(f"{ROOT}/Messages.json")
    def listed(account: str) -> Response:
        return jsonify(page_of(fake, [message for message in reversed(fake.messages) if wanted(message)]))

    return app


def behave(fake: FakeTwilio, form: dict[str, str]) -> Message:
    """The message that was taken, unless the script says that something happens."""
    match fake.behaviour_for(form["To"]):
        case Accept():
            return fake.accept(form)
        case Slow(seconds):
            time.sleep(seconds)
            return fake.accept(form)
        case Refuse(code):
            raise Refused(code)
        case Break(after_accept, status):
            _ = fake.accept(form) if after_accept else None
            raise Refused(20500, status)
        case Drop(after_accept):
            _ = fake.accept(form) if after_accept else None
            hang_up()
        case Hang(after_accept, seconds):
            _ = fake.accept(form) if after_accept else None
            fake.released.wait(seconds)
            hang_up()
    raise AssertionError("unreachable")


def hang_up() -> None:
    """The client sees the connection end without an answer."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    abort(500)


def wanted(message: Message) -> bool:
    """Whether the query's filters let the message through. One that was not sent yet has no DateSent."""
    asked = request.args
    return (
        asked.get("To", message.to) == message.to
        and asked.get("From", message.sender) == message.sender
        and ("DateSent" not in asked or day(message) == asked["DateSent"][:10])
        and (
            "DateSent>" not in asked or (message.sent_at is not None and message.sent_at >= moment(asked["DateSent>"]))
        )
        and (
            "DateSent<" not in asked or (message.sent_at is not None and message.sent_at <= moment(asked["DateSent<"]))
        )
    )


def day(message: Message) -> str:
    return message.sent_at.date().isoformat() if message.sent_at else ""


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def page_of(fake: FakeTwilio, messages: list[Message]) -> dict[str, Any]:
    size, page = int(request.args.get("PageSize", 50)), int(request.args.get("Page", 0))
    start = page * size
    shown = messages[start : start + size]

    def address(number: int) -> str:
        query = {**request.args.to_dict(), "PageSize": str(size), "Page": str(number)}
        return f"{request.path}?{urlencode(query)}"

    return {
        "messages": [fake.as_json(message) for message in shown],
        "page": page,
        "page_size": size,
        "start": start,
        "end": max(start, start + len(shown) - 1),
        "uri": address(page),
        "first_page_uri": address(0),
        "next_page_uri": address(page + 1) if start + size < len(messages) else None,
        "previous_page_uri": address(page - 1) if page else None,
    }


@contextmanager
def served(fake: FakeTwilio) -> Iterator[FakeTwilio]:
    with on_a_port(twilio_app(fake)) as fake.base:
        try:
            yield fake
        finally:
            fake.release()
