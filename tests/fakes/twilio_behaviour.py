"""What a fake provider may do with a request: a script for one number, or for whatever comes next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Accept:
    """Takes the message."""


@dataclass(frozen=True)
class Refuse:
    """Answers with a Twilio error code, the message not taken: Refuse(21211), Refuse(20429)."""

    code: int


@dataclass(frozen=True)
class Break:
    """Answers 5xx; `after_accept`: the message was taken all the same."""

    after_accept: bool = False
    status: int = 500


@dataclass(frozen=True)
class Drop:
    """Closes the connection without an answer."""

    after_accept: bool = False


@dataclass(frozen=True)
class Hang:
    """Answers only after `seconds`, beyond what the client waits, or when `FakeTwilio.release()` says so."""

    after_accept: bool = False
    seconds: float = 30.0


@dataclass(frozen=True)
class Slow:
    """Takes the message and answers late, but in time."""

    seconds: float = 0.5


Behaviour = Accept | Refuse | Break | Drop | Hang | Slow
