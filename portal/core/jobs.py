"""What the worker does by itself, on the portal's clock, once however many workers run.

A job is a function registered with `@periodic`; a row per (job, slot) decides which worker runs it. Slots follow the portal's
clock, so a demo moved forward by three days runs its deadlines at once; only what guards the machine itself (`real_time`)
follows the real one. Jobs must be safe to repeat: a worker killed in the middle leaves its slot behind and the next slot does
the work. A job that takes long (`aside`) runs in a thread of its own, so that messages do not wait for it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from flask import Flask, current_app
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.base import Base
from portal.core.dialects import insert_ignore, upsert
from portal.core.extensions import db
from portal.core.writing import forget_old_keys, writing

log = structlog.get_logger()
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[], object]
    every_worker: bool = False
    real_time: bool = False
    aside: bool = False


JOBS: dict[str, Job] = {}


class JobSlot(Base):
    """A slot taken by one worker."""

    __tablename__ = "job_slots"
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]


class WorkerBeat(Base):
    """The last sign of life of any worker, in real time; `/readyz` reads it."""

    __tablename__ = "worker_beats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime]


def periodic(
    name: str, every: timedelta, *, every_worker: bool = False, real_time: bool = False, aside: bool = False
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a job. `every_worker`: it shares its work by rows with leases, so each worker runs it each time."""

    def register(run: Callable[[], object]) -> Callable[[], object]:
        JOBS[name] = Job(name, every, run, every_worker, real_time, aside)
        return run

    return register


def slot_of(job: Job, at: datetime) -> int:
    return int((at - EPOCH) / job.every)


def current_slot(job: Job) -> int:
    return slot_of(job, clock.real_now() if job.real_time else clock.now())


def take(job: Job) -> bool:
    """True for the one worker that may run this job in this slot."""
    if job.every_worker:
        return True
    with writing():
        row = {"job": job.name, "slot": current_slot(job), "taken_at": clock.real_now()}
        taken = db.session.execute(insert_ignore(JobSlot).values(**row)).rowcount == 1  # type: ignore[attr-defined]
    return bool(taken)


def run_due(last: dict[str, int]) -> int:
    """Run every job whose slot is new to this worker; `last` remembers the slots seen. How many ran."""
    ran = 0
    for job in JOBS.values():
        slot = current_slot(job)
        if last.get(job.name) == slot:
            continue
        last[job.name] = slot
        if take(job):
            ran += 1
            _begin(job)
    return ran


def _begin(job: Job) -> None:
    if not job.aside:
        run_safely(job)
    elif job.name in {thread.name for thread in _aside()}:
        log.warning("job_still_running", job=job.name)
    else:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        Aside(target=_run_aside, args=(app, job), name=job.name).start()


class Aside(threading.Thread):
    """A job beside the rounds, with an application context and so a session of its own."""


def _aside() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if isinstance(thread, Aside)]


def _run_aside(app: Flask, job: Job) -> None:
    with app.app_context():
        run_safely(job)


def finish() -> None:
    """Wait for the jobs that run aside: a worker asked to stop ends what it began."""
    for thread in _aside():
        thread.join()


def run_safely(job: Job) -> None:
    """One job's failure is logged and never stops the others."""
    try:
        job.run()
    except Exception as error:
        db.session.rollback()
        log.error("job_failed", job=job.name, kind=type(error).__name__)


def beat(name: str) -> None:
    with writing():
        row = {"name": name, "seen_at": clock.real_now()}
        db.session.execute(
            upsert(WorkerBeat)
            .values(**row)
            .on_conflict_do_update(index_elements=["name"], set_={"seen_at": row["seen_at"]})
        )


def register(app: Flask) -> None:
    app.extensions["jobs"] = JOBS


@periodic("tidy", timedelta(hours=1))
def tidy() -> None:
    """Forget spent slots, form keys and ended limits."""
    from portal.core.limits import forget_ended

    with writing():
        db.session.execute(delete(JobSlot).where(JobSlot.taken_at < clock.real_now() - timedelta(days=2)))
        forget_old_keys()
        forget_ended()
