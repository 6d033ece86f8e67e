"""Logs as JSON lines: events, ids and codes; never a number, a name, a text or a token."""

import logging
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def configure(debug: bool = False) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # its access log would hold addresses with codes in them
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def register(app: Flask) -> None:
    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        g.request_id = uuid.uuid4().hex[:12]

    @app.after_request
    def finish(response: Response) -> Response:
        """The route's pattern, not the address: addresses hold 查询码."""
        if request.endpoint != "static":
            took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
            rule = str(request.url_rule) if request.url_rule else "-"
            log.info(
                "request",
                id=g.get("request_id"),
                method=request.method,
                rule=rule,
                status=response.status_code,
                ms=took,
            )
        return response
