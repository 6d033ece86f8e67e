"""For those who run the platform: is the process up, is it ready, what does it count."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.core import backups, clock
from portal.core.access import public
from portal.core.extensions import db
from portal.core.jobs import WorkerBeat
from portal.domain.sms_lifecycle import SmsState
from portal.messaging.models import OutboxMessage

bp = Blueprint("health", __name__)
WORKER_SEEN = timedelta(minutes=2)
FINE = {"ok", *backups.FINE}


@bp.get("/healthz")
@public
def process() -> Response:
    """Says that this process answers; asks nothing."""
    return _plain({"process": "ok"}, 200)


@bp.get("/readyz")
@public
def ready() -> Response:
    """503 with the part that is missing. A backup is missed once it is late, and where this machine can make one."""
    checks = {"database": _database(), "worker": _worker(), "backup": _backup()}
    return _plain(checks, 200 if FINE.issuperset(checks.values()) else 503)


def _database() -> str:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        db.session.rollback()
        return "unreachable"
    return "ok"


def worker_age() -> timedelta | None:
    seen = db.session.scalar(select(func.max(WorkerBeat.seen_at)))
    return clock.real_now() - seen if seen else None


def _worker() -> str:
    try:
        age = worker_age()
    except SQLAlchemyError:
        db.session.rollback()
        return "unknown"
    if age is None:
        return "never seen"
    return "ok" if age <= WORKER_SEEN else f"last seen {int(age.total_seconds())} s ago"


def _backup() -> str:
    try:
        return backups.state()
    except SQLAlchemyError:
        db.session.rollback()
        return "unknown"


def _plain(checks: dict[str, str], status: int) -> Response:
    answer = jsonify(checks)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Counts only, for Prometheus; nothing about a person or a case."""
    registry = CollectorRegistry()
    _gauge(registry, "portal_worker_age_seconds", "Seconds since a worker was seen.", _seconds(worker_age()))
    _gauge(registry, "portal_backup_age_seconds", "Seconds since the newest backup.", _seconds(backups.age()))
    _checked_backup(registry)
    messages = Gauge("portal_messages", "Messages in the outbox by state.", ["state"], registry=registry)
    for state in SmsState:
        messages.labels(state.value).set(0)
    for state, count in db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)):
        messages.labels(state.value).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _checked_backup(registry: CollectorRegistry) -> None:
    checked = backups.last_check()
    age = clock.real_now() - checked.at if checked else None
    whole = float(not checked.problem) if checked else float("nan")
    _gauge(registry, "portal_backup_checked_age_seconds", "Seconds since a backup was last tried.", _seconds(age))
    _gauge(registry, "portal_backup_whole", "1 when the last backup tried was whole, 0 when it was not.", whole)


def _gauge(registry: CollectorRegistry, name: str, words: str, value: float) -> None:
    Gauge(name, words, registry=registry).set(value)


def _seconds(age: timedelta | None) -> float:
    """Not a number while there is none."""
    return age.total_seconds() if age is not None else float("nan")
