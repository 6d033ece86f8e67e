"""工作群机器人: the addresses of 企业微信 and 钉钉, their answers, and how several notices become one message.

Sources: 企业微信 群机器人配置说明 (20 messages a minute, 2,048 bytes of text); 钉钉 自定义机器人接入 (20 a minute, then silent for
ten; 加签: HMAC-SHA256 over the time and the secret).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from portal.domain.errors import DomainError


class RobotKind(StrEnum):
    WECOM = "wecom"
    DINGTALK = "dingtalk"


class Door(NamedTuple):
    """Where a kind of robot is reached; `parameter` carries the secret part of its address."""

    host: str
    path: str
    parameter: str


DOORS = {
    RobotKind.WECOM: Door("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    RobotKind.DINGTALK: Door("oapi.dingtalk.com", "/robot/send", "access_token"),
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")

GAP = timedelta(seconds=10)  # between two messages to one group: at most 6 a minute, what comes meanwhile is merged
MOST_BYTES = 2000
MOST_TRIES = 8  # with the pauses between them about an hour
LIVES = timedelta(days=1)  # what was not sent by then helps nobody


def parse_address(text: str) -> tuple[RobotKind, str]:
    """The kind and the token of a robot's address. Nothing else of it is ever called, so no other host can be."""
    try:
        parts = urlsplit(text.strip())
        given = parse_qsl(parts.query, strict_parsing=True, max_num_fields=5)
    except ValueError:
        parts, given = urlsplit(""), []
    for kind, door in DOORS.items():
        if (parts.scheme, parts.netloc.lower(), parts.path) == ("https", door.host, door.path) and not parts.fragment:
            found = [value for name, value in given if name == door.parameter]
            if len(given) == len(found) == 1 and _TOKEN.fullmatch(found[0]):
                return kind, found[0]
    raise DomainError("This is no address of a group robot of WeCom or DingTalk. Copy it whole.", field="address")


def check_secret(kind: RobotKind, secret: str) -> None:
    if secret and kind is not RobotKind.DINGTALK:
        raise DomainError("Only robots of DingTalk have a signing secret. Leave it empty.", field="secret")
    if secret and not _SECRET.fullmatch(secret):
        raise DomainError("This is no signing secret. It begins with SEC. Copy it whole.", field="secret")


def signature(secret: str, timestamp: int) -> str:
    """钉钉加签, not yet encoded for the address; `timestamp` in milliseconds."""
    mac = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


@dataclass(frozen=True)
class RobotVerdict:
    """`tries`: how often a notice may be sent in all. `pause`: before the next message to this group, doubled each time.

    `alarm`: somebody has to put the robot right.
    """

    tries: int = 3
    pause: timedelta = timedelta(seconds=30)
    alarm: bool = False


_BUSY = RobotVerdict(MOST_TRIES)
_WRONG = RobotVerdict(1, alarm=True)
_VERDICTS = {
    "-1": _BUSY,  # both: system busy
    "45009": RobotVerdict(MOST_TRIES, timedelta(minutes=1)),  # 企业微信: too many a minute
    "45033": RobotVerdict(MOST_TRIES, timedelta(minutes=1)),
    "130101": RobotVerdict(MOST_TRIES, timedelta(minutes=10)),  # 钉钉: too many a minute, silent for ten
    "410100": RobotVerdict(MOST_TRIES, timedelta(minutes=10)),
    "93000": _WRONG,  # 企业微信: address invalid, or the robot was removed
    "93008": _WRONG,  # 企业微信: not in the group
    "300001": _WRONG,  # 钉钉: no such token
    "310000": _WRONG,  # 钉钉: signature, keyword or address range do not fit
    "400013": _WRONG,  # 钉钉: the group was dissolved
    "400101": _WRONG,  # 钉钉: no such token
    "400102": _WRONG,  # 钉钉: the robot is stopped
    "redirect": _WRONG,
    "connect": _BUSY,  # our own words
    "unclear": _BUSY,
}


def verdict(code: str) -> RobotVerdict:
    """What an answer asks for; codes that nobody knows are tried a few times."""
    return _VERDICTS.get(code, RobotVerdict())


class Line(NamedTuple):
    """One notice: what it says, where it leads, and whether it was perhaps sent before."""

    text: str
    link: str
    perhaps_twice: bool = False


def compose(signature_name: str, lines: Sequence[Line]) -> tuple[str, int]:
    """One message of as many lines as fit, and how many those are: at least one."""
    count = 1
    while count < len(lines) and len(_message(signature_name, lines[: count + 1]).encode()) <= MOST_BYTES:
        count += 1
    return _message(signature_name, lines[:count]), count


def _message(name: str, lines: Sequence[Line]) -> str:
    said = [f"{'（可能重复）' if line.perhaps_twice else ''}{line.text}" for line in lines]
    if len(lines) == 1:
        return f"【{name}】{said[0]}\n{lines[0].link}"
    numbered = [
        f"{number}. {words}\n{line.link}" for number, (words, line) in enumerate(zip(said, lines, strict=True), 1)
    ]
    return "\n".join([f"【{name}】{len(lines)}条通知", *numbered])
