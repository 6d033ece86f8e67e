"""Without a provider: the operator sees on the terminal that something would have been sent."""

import sys
from datetime import datetime

from portal.domain.phones import mask
from portal.messaging.gateways.base import Absent, Letter, Outcome, Sent, Trace


class ConsoleGateway:
    """Prints the masked number and the event only: terminals end up in log files, and texts hold codes.

    In the demo the whole text is read at `/demo/sms`.
    """

    name = "console"

    def send(self, letter: Letter) -> Outcome:
        print(f"SMS {letter.event} → {mask(letter.to)}", file=sys.stderr, flush=True)
        return Sent(f"console-{letter.attempt}")

    def trace(self, letter: Letter, since: datetime, known: frozenset[str]) -> Trace:
        return Absent()
