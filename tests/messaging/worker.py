"""A worker process that a test may kill at any moment."""

import time
from collections.abc import Mapping
from pathlib import Path


def work_until_killed(database_url: str, instance: str, settings: Mapping[str, str]) -> None:
    """Delivers and reconciles without a pause; the clock is the demo's, moved by the test."""
    from portal.messaging.delivery import deliver_once
    from portal.messaging.reconcile import reconcile_once
    from tests.fixtures.app import make_app

    app = make_app(database_url, Path(instance), **settings)
    with app.app_context():
        while True:
            deliver_once()
            reconcile_once()
            time.sleep(0.05)
