"""Errors as pages in the site's voice. Only here do rules meet HTTP."""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, json, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from portal.core.extensions import db
from portal.domain.errors import DomainError, LimitReached

log = structlog.get_logger()
PAGES = {403, 404, 413, 429, 500, 503}


def say(error: DomainError) -> str:
    """A rule's reason in the reader's language."""
    return str(gettext(error.msgid, **error.params) if error.params else gettext(error.msgid))


def page(status: int, **context: object) -> tuple[Response | str, int]:
    if request.path.endswith(".json"):
        return Response(json.dumps({"error": status}), content_type="application/json"), status
    template = f"errors/{status}.html" if status in PAGES else "errors/400.html"
    return render_template(template, status=status, **context), status


def register(app: Flask) -> None:
    app.register_error_handler(DomainError, _rule)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _rule(error: DomainError) -> tuple[Response | str, int] | Response:
    db.session.rollback()
    answer = page(error.status, reason=say(error))
    if isinstance(error, LimitReached):
        response = Response(answer[0] if isinstance(answer[0], str) else "", error.status)
        response.headers["Retry-After"] = str(int(error.retry_after.total_seconds()))
        return response
    return answer


def _csrf(_error: CSRFError) -> Any:
    """Show the same page again with what was typed: `writing()` refuses while this flag stands."""
    g.csrf_failed = True
    view: Callable[..., Any] = current_app.view_functions[request.endpoint or ""]
    try:
        return current_app.ensure_sync(view)(**(request.view_args or {}))
    except Exception as error:  # Flask looks for a handler only once, and this is already one
        return current_app.handle_user_exception(error)


def _database(error: OperationalError) -> tuple[Response | str, int]:
    """A full disk or a database that is away: polite, and worth trying again."""
    db.session.rollback()
    log.error("database_unavailable", kind=type(error.orig).__name__, endpoint=request.endpoint)
    return page(503)


def _unfit(_error: DataError) -> tuple[Response | str, int]:
    """What no page sends: a NUL byte in an address or a hidden field. PostgreSQL refuses it; so do we, by name."""
    db.session.rollback()
    log.info("unfit_for_database", endpoint=request.endpoint)
    return page(404 if request.method == "GET" else 400, reason=None)


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return page(error.code, reason=None)


def _bug(error: Exception) -> tuple[Response | str, int]:
    """Logged by type and place only: messages of exceptions may carry what people typed."""
    db.session.rollback()
    trace = error.__traceback__
    frames = []
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("unexpected_error", kind=type(error).__name__, at=frames[-6:], endpoint=request.endpoint)
    if current_app.config.get("PROPAGATE_BUGS"):
        raise error
    return page(500)
