"""The gateway for a domestic SMS platform: a signed POST, and what its answers mean."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from portal.messaging.gateways.base import Letter, Refused, Sent, Uncertain
from portal.messaging.gateways.http import HttpGateway

KEY = "only-for-tests-" + "h" * 20
LETTER = Letter(7, "a1b2-7", "+8613800000001", "【河东旧改】登录验证码482913", "login_code", "code")


class Platform:
    """Remembers requests, answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: tuple[int, Any] = (200, {"id": "their-1"})

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.requests.append((dict(request.headers), request.get_data()))
        status, said = self.answer
        return Response(said if isinstance(said, str) else json.dumps(said), status)(environ, start_response)


@pytest.fixture
def platform() -> Iterator[tuple[Platform, HttpGateway]]:
    behind = Platform()
    server = make_server("127.0.0.1", 0, behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield behind, HttpGateway(f"http://127.0.0.1:{server.port}/sms", KEY)
    server.shutdown()


def test_the_request_is_signed_over_time_and_body(platform: tuple[Platform, HttpGateway]) -> None:
    behind, gateway = platform
    assert gateway.send(LETTER) == Sent("their-1")
    [(headers, body)] = behind.requests
    signed = headers["X-Portal-Timestamp"].encode() + b"." + body
    assert headers["X-Portal-Signature"] == "sha256=" + hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert json.loads(body) == {
        "id": "a1b2-7",
        "to": "+8613800000001",
        "text": "【河东旧改】登录验证码482913",
        "template": "login_code",
        "type": "code",
    }


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ((400, {"code": "bad-template"}), Refused("bad-template")),
        ((403, "no"), Refused("403")),
        ((500, {"id": "x"}), Uncertain("http 500")),
        ((200, "not json"), Uncertain("http 200")),
        ((302, ""), Uncertain("http 302")),
    ],
    ids=str,
)
def test_what_its_answers_mean(
    platform: tuple[Platform, HttpGateway], answer: tuple[int, Any], meaning: Refused | Uncertain
) -> None:
    behind, gateway = platform
    behind.answer = answer
    assert gateway.send(LETTER) == meaning
