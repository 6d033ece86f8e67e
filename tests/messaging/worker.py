"""A worker process that a test may kill at any moment.

The server that forks the workers imports this module and makes the application once, so that a kill costs a fork.
"""

import json
import os
import time
from functools import cache
from pathlib import Path

from flask import Flask

PREPARED = "KILLED_WORKER"  # in the environment: the arguments of `prepared`


@cache
def prepared(database_url: str, instance: str, settings: str) -> Flask:
    """`settings` as JSON. No connection is open yet."""
    from portal.messaging.gateways import twilio  # noqa: F401 large, and wanted by every worker
    from tests.fixtures.app import make_app

    return make_app(database_url, Path(instance), **json.loads(settings))


def work_until_killed(database_url: str, instance: str, settings: str) -> None:
    """Delivers and reconciles without a pause; the clock is the demo's, moved by the test."""
    from portal.messaging.delivery import deliver_once
    from portal.messaging.reconcile import reconcile_once

    with prepared(database_url, instance, settings).app_context():
        while True:
            deliver_once()
            reconcile_once()
            time.sleep(0.05)


if PREPARED in os.environ:
    prepared(*json.loads(os.environ[PREPARED]))
