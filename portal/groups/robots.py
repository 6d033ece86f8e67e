"""One message to a group's robot over HTTPS: to the two known hosts only, never through a redirect."""

import json
import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import requests

from portal.core import clock
from portal.core.settings import settings
from portal.domain.group_robots import DOORS, RobotKind, signature
from portal.messaging.gateways.base import Outcome, Refused, Sent, Uncertain
from portal.messaging.gateways.connecting import never_connected

logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # below, it writes down whole addresses
TIMEOUT = (3.05, 8.0)  # seconds to connect, to answer; below the lease of sending.py
MOST_ANSWERED = 20_000


@dataclass(frozen=True)
class Robot:
    kind: RobotKind
    token: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


def send(robot: Robot, text: str) -> Outcome:
    """Never raises; a refusal carries the provider's errcode, or our own word where there is none."""
    try:
        with requests.post(
            _address(robot),
            params=_parameters(robot),
            json={"msgtype": "text", "text": {"content": text}},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return _read(answer.status_code, answer.raw.read(MOST_ANSWERED, decode_content=True))
    except Exception as error:  # requests' and urllib3's errors: none of their words, they hold the address
        return Refused("connect") if never_connected(error) else Uncertain("unclear")


def _address(robot: Robot) -> str:
    door, base = DOORS[robot.kind], settings().group_api_base
    there = urlsplit(base) if base else urlsplit(f"https://{door.host}")
    return urlunsplit((there.scheme, there.netloc, door.path, "", ""))


def _parameters(robot: Robot) -> dict[str, str]:
    found = {DOORS[robot.kind].parameter: robot.token}
    if robot.secret:
        timestamp = int(clock.real_now().timestamp() * 1000)  # the provider does not follow a demo's clock
        found |= {"timestamp": str(timestamp), "sign": signature(robot.secret, timestamp)}
    return found


def _read(status: int, body: bytes) -> Outcome:
    if 300 <= status < 400:
        return Refused("redirect")
    if 400 <= status < 500 and status != 408:
        return Refused(f"http {status}")
    try:
        code = json.loads(body)["errcode"]
    except (ValueError, TypeError, KeyError):
        code = None
    if code is None or status != 200:
        return Uncertain("unclear")
    return Sent("") if code == 0 else Refused(str(code)[:40])
