"""What the worker does for large imports, and what it forgets."""

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import undefer

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.roster.importing import services
from portal.roster.models import ImportState, RosterImport

ABANDONED = timedelta(minutes=10)  # a worker that began longer ago is dead
KEPT = timedelta(days=7)  # a check that nobody confirmed
WORKED = (ImportState.CHECKING, ImportState.SAVING)


@periodic("roster:imports", timedelta(seconds=1), every_worker=True, aside=True)
def work() -> int:
    """Every import that waits, one after the other. How many."""
    done = 0
    while (job_id := _claim()) is not None:
        try:
            _work(job_id)
        except Exception:
            with writing():
                services.end(db.session.get_one(RosterImport, job_id), ImportState.FAILED)
            raise
        done += 1
    return done


def _claim() -> int | None:
    """One conditional UPDATE: of two workers, one gets it. A look first, because there is hardly ever anything to do."""
    free = or_(RosterImport.taken_at.is_(None), RosterImport.taken_at < clock.now() - ABANDONED)
    waiting = select(RosterImport.id).where(RosterImport.state.in_(WORKED), free).order_by(RosterImport.id).limit(1)
    found = db.session.scalar(waiting)
    db.session.rollback()
    if found is None:
        return None
    with writing():
        taken = update(RosterImport).where(RosterImport.id == found, free).values(taken_at=clock.now())
        return found if db.session.execute(taken).rowcount == 1 else None  # type: ignore[attr-defined]


def _work(job_id: int) -> None:
    job = _job(job_id)
    if job.state is ImportState.CHECKING:
        looked = services.look(job, lambda done: _note_progress(job_id, done))
        with writing():
            if (job := _job(job_id)).state is ImportState.CHECKING:
                services.note(job, looked)
        return
    with writing():
        job = _job(job_id)
        services.finish(job, services.look(job))


def _job(job_id: int) -> RosterImport:
    whole = (undefer(RosterImport.content), undefer(RosterImport.report))
    return db.session.scalars(select(RosterImport).where(RosterImport.id == job_id).options(*whole)).one()


def _note_progress(job_id: int, done: int) -> None:
    """On a connection of its own: the check goes on reading in its transaction."""
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(update(RosterImport).where(RosterImport.id == job_id).values(done=done))


@periodic("roster:tidy", timedelta(hours=1))
def tidy() -> None:
    """Rows hold names and numbers: they go when nobody wants them."""
    old = (RosterImport.state.in_(services.OPEN), RosterImport.uploaded_at < clock.now() - KEPT)
    values = {"state": ImportState.DROPPED, "content": None, "report": None, "finished_at": clock.now()}
    with writing():
        db.session.execute(update(RosterImport).where(*old).values(**values))
