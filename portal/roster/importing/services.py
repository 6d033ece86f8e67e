"""The life of an import: uploaded and checked, confirmed or dropped, saved whole. Small ones at once, large ones by the worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from portal.audit import journal
from portal.core import clock
from portal.core.bulk import uncollected
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.places.models import Community, Compound
from portal.places.scope import within
from portal.roster.importing.checking import Checked, check
from portal.roster.importing.comparing import Difference, Standing, compare, standing_of, unsettled
from portal.roster.importing.packing import unpacked
from portal.roster.importing.reading import Table
from portal.roster.importing.report import Report, report_of
from portal.roster.importing.saving import By, same_of, save
from portal.roster.models import ImportState, RosterImport

AT_ONCE = 2_000  # rows: more would hold up the request, and everybody who writes
OPEN = (ImportState.CHECKING, ImportState.CHECKED, ImportState.ASKED, ImportState.SAVING)


@dataclass(frozen=True)
class Looked:
    """A file beside the roster as both stand now."""

    table: Checked
    standing: dict[tuple[int, str], Standing]
    difference: Difference


def begin(actor: Actor, compound: Compound, table: Table) -> RosterImport:
    """An upload; a small one is checked here and now. Nothing of the roster changes."""
    job = RosterImport(
        compound=compound,
        uploaded_by=actor.id if actor.is_staff else None,
        uploaded_at=clock.now(),
        state=ImportState.CHECKING,
        rows=table.rows,
        content=table.content,
    )
    db.session.add(job)
    db.session.flush()
    if table.rows <= AT_ONCE:
        note(job, look(job))
    journal.record("roster:uploaded", actor, f"compound:{compound.id}", roster_import=job.id, rows=table.rows)
    return job


def by_command(compound_id: int, table: Table) -> RosterImport:
    """For `roster import`: not checked yet; ended by `at_once` or `forget` in the same transaction."""
    compound = db.session.get_one(Compound, compound_id)
    job = RosterImport(
        compound=compound, uploaded_at=clock.now(), state=ImportState.CHECKING, rows=table.rows, content=table.content
    )
    db.session.add(job)
    db.session.flush()
    return job


def at_once(job: RosterImport, looked: Looked) -> None:
    """What a person confirms on the page; the operator of the machine answers for it. The log says that it was a command."""
    note(job, looked)
    journal.record("roster:confirmed", Actor.system(), f"compound:{job.compound_id}", roster_import=job.id)
    finish(job, looked)


def forget(job: RosterImport) -> None:
    db.session.delete(job)


def look(job: RosterImport, on_step: Callable[[int], None] = lambda done: None) -> Looked:
    assert job.content is not None
    with uncollected():
        table = check(job.compound, unpacked(job.content), on_step)
        standing = standing_of(job.compound_id, table.homes)
        table.twins = unsettled(table.twins, standing)
        return Looked(table, standing, compare(standing, table.homes))


def note(job: RosterImport, looked: Looked) -> None:
    """What the check found, on the import itself."""
    table, difference = looked.table, looked.difference
    job.state, job.done, job.taken_at = ImportState.CHECKED, table.rows, None
    job.errors, job.warnings = table.errors, table.warnings
    job.added, job.changed, job.gone = len(difference.added), len(difference.changed), len(difference.gone)
    job.homes, job.area = len(table.homes), table.area
    job.report = report_of(table, difference)
    db.session.flush()


def report(job: RosterImport) -> Report:
    return Report.read(job.report or "")


def totals_differ(job: RosterImport) -> bool:
    """From what the plan says of this compound, as far as it says anything."""
    plan = job.compound
    homes_differ = plan.planned_households is not None and plan.planned_households != job.homes
    return homes_differ or (plan.planned_area is not None and plan.planned_area != job.area)


def confirm(actor: Actor, job: RosterImport, *, reason: str, same: set[int]) -> RosterImport:
    """确认导入. New homes are written; where standing ones are touched, a second person is asked first (state ASKED)."""
    if job.state is not ImportState.CHECKED:
        raise Conflict("This import is not waiting for a confirmation any more.")
    if job.errors:
        raise DomainError("%(count)s rows are still wrong. Nothing is imported until all are right.", count=job.errors)
    if totals_differ(job) and not reason.strip():
        raise DomainError("Please say why the totals differ from the plan.", field="reason")
    job.reason, job.same_owners = reason.strip(), ",".join(str(number) for number in sorted(same))
    joins_standing = any(standing for at, (_name, _homes, standing) in enumerate(report(job).twins) if at in same)
    if job.changed or job.gone or joins_standing:
        job.state = ImportState.ASKED
        db.session.flush()
    else:
        take(actor, job)
    return job


def take(actor: Actor, job: RosterImport) -> None:
    """Write it now, or leave it to the worker when it is large. Conflict when the roster has moved since the check."""
    job.confirmed_by = actor.id if actor.is_staff else None
    job.state, job.taken_at = ImportState.SAVING, None
    journal.record("roster:confirmed", actor, f"compound:{job.compound_id}", roster_import=job.id)
    if job.rows <= AT_ONCE and not finish(job, look(job)):
        raise Conflict("The roster has changed since this check. Please look at the new result.")


def finish(job: RosterImport, looked: Looked) -> bool:
    """The write itself. False, and checked anew, when what would happen is no longer what was shown."""
    difference = looked.difference
    shown = (job.errors, job.added, job.changed, job.gone, job.homes, job.area)
    found = (
        looked.table.errors, len(difference.added), len(difference.changed), len(difference.gone),
        len(looked.table.homes), looked.table.area,
    )  # fmt: skip
    if shown != found:
        note(job, looked)
        return False
    confirmed = {int(number) for number in job.same_owners.split(",") if number}
    same = same_of(looked.table.twins, confirmed, looked.standing)
    with uncollected():
        save(job.compound_id, difference, same, By(job.uploaded_by, job.confirmed_by, job.reason))
    end(job, ImportState.DONE)
    journal.record(
        "roster:imported", Actor.system(), f"compound:{job.compound_id}", roster_import=job.id,
        added=job.added, changed=job.changed, gone=job.gone, homes=job.homes, area=job.area,
    )  # fmt: skip
    return True


def check_again(import_id: int) -> None:
    """The roster moved since the check: the page shows what would happen now."""
    job = db.session.get(RosterImport, import_id, options=(undefer(RosterImport.content),))
    if job is not None and job.content and job.state is ImportState.CHECKED:
        note(job, look(job))


def drop(actor: Actor, job: RosterImport) -> None:
    """不要了: nothing was written, and the rows go."""
    if job.state not in {ImportState.CHECKED, ImportState.ASKED, ImportState.CHECKING}:
        raise Conflict("This import is over already.")
    end(job, ImportState.DROPPED)
    journal.record("roster:dropped", actor, f"compound:{job.compound_id}", roster_import=job.id)


def end(job: RosterImport, state: ImportState) -> None:
    job.state, job.content, job.finished_at, job.taken_at = state, None, clock.now(), None
    if state is not ImportState.DONE:
        job.report = None
    db.session.flush()


def import_for(actor: Actor, import_id: int, *, whole: bool = False) -> RosterImport:
    """An import of the actor's scope; `whole`: with its rows and report. NotFound otherwise."""
    statement = select(RosterImport).join(RosterImport.compound).join(Compound.community)
    if whole:
        statement = statement.options(undefer(RosterImport.content), undefer(RosterImport.report))
    found = db.session.scalar(statement.where(RosterImport.id == import_id, within(actor)))
    if found is None:
        raise NotFound("There is no such import.")
    return found


def imports_of(actor: Actor, limit: int = 10) -> Sequence[RosterImport]:
    statement = select(RosterImport).join(RosterImport.compound).join(Community, Compound.community_id == Community.id)
    return db.session.scalars(statement.where(within(actor)).order_by(RosterImport.id.desc()).limit(limit)).all()


def drop_others(job: RosterImport) -> None:
    """Older checks of the same compound that nobody confirmed are about a roster that is no more."""
    older = (
        RosterImport.compound_id == job.compound_id,
        RosterImport.id != job.id,
        RosterImport.state == ImportState.CHECKED,
    )
    values = {"state": ImportState.DROPPED, "content": None, "report": None, "finished_at": clock.now()}
    db.session.execute(update(RosterImport).where(*older).values(**values))
