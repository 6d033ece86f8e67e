"""The portal on SQLite with synchronous=FULL, as a small instance runs: in this process, or served by threads."""

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from flask import Flask
from werkzeug.serving import make_server

from portal.core.extensions import db
from tests.fixtures.app import make_app
from tests.fixtures.browser import Live
from tests.fixtures.postgres import RUN_DIRECTORY
from tests.fixtures.schema import create_schema


@contextmanager
def portal() -> Iterator[Live]:
    """On a fresh database, with an application context for the caller."""
    with tempfile.TemporaryDirectory(prefix="hedong-bench-") as name:
        folder = Path(name)
        os.environ[RUN_DIRECTORY] = name
        server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
        base = f"http://127.0.0.1:{server.port}"
        app = make_app(f"sqlite:///{folder / 'portal.db'}", folder, BASE_URL=base, SQLITE_SYNCHRONOUS="FULL")
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        server.app = app
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with app.app_context():
            create_schema()
            yield Live(app, base)
            db.session.remove()
            db.engine.dispose()
        server.shutdown()
