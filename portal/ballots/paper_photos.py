"""The optional photo of a paper: it shows what a home answered, so it lies under the same lock as the answers (D7).

Only this module touches `PaperPhoto`. Every look is written down. No list, export, record or count can ask for a photo.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, exists, select

from portal.audit import journal
from portal.ballots import sealing
from portal.ballots.models import Ballot
from portal.ballots.paper import must_be_reader
from portal.ballots.paper_models import PaperBatch, PaperPhoto, PaperReading
from portal.ballots.result_models import Objection
from portal.ballots.sealed_look import COUNTING_GROUP
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_results import BatchState, ObjectionState
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.roles import Role
from portal.media.child import SMALL_BYTES


def attach(actor: Actor, ballot: Ballot, reading: PaperReading, jpeg: bytes) -> None:
    """By the first reader, while they may still write; a further photo of the same paper takes the place of the first."""
    if reading.turn != 1 or len(jpeg) > SMALL_BYTES:
        raise NotAllowed("Only the first reading may add a photo.")
    must_be_reader(actor, db.session.get_one(PaperBatch, reading.batch_id), 1)
    db.session.execute(delete(PaperPhoto).where(PaperPhoto.reading_id == reading.id))
    db.session.add(PaperPhoto(reading_id=reading.id, sealed=jpeg, made_at=clock.now(), made_by=actor.id))
    db.session.flush()
    journal.record("paper:photo", actor, ballot.subject, reading=reading.id)


def with_photo(reading_ids: Collection[int]) -> set[int]:
    """Which of these readings have one."""
    statement = select(PaperPhoto.reading_id).where(PaperPhoto.reading_id.in_(list(reading_ids)))
    return set(db.session.scalars(statement))


def of_entries(ballot: Ballot, entry_ids: Collection[int]) -> Sequence[tuple[int, int, int]]:
    """(entry, number of the batch, reading) of each photo of these entries' papers."""
    statement = (
        select(PaperReading.entry_id, PaperBatch.number, PaperReading.id)
        .join(PaperBatch, PaperBatch.id == PaperReading.batch_id)
        .join(PaperPhoto, PaperPhoto.reading_id == PaperReading.id)
        .where(PaperBatch.ballot_id == ballot.id, PaperReading.entry_id.in_(list(entry_ids)))
        .order_by(PaperReading.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def look(actor: Actor, ballot: Ballot, number: int, reading_id: int) -> bytes:
    """The JPEG. NotAllowed for everybody whose business it is not at this moment."""
    reading = db.session.scalar(
        select(PaperReading)
        .join(PaperBatch, PaperBatch.id == PaperReading.batch_id)
        .where(PaperBatch.ballot_id == ballot.id, PaperBatch.number == number, PaperReading.id == reading_id)
    )
    if reading is None:
        raise NotFound("There is no such photo.")
    if not _may_look(actor, ballot, reading):
        raise NotAllowed("Before the close only the two readers see it, while they enter and compare this batch.")
    jpeg = db.session.scalar(select(PaperPhoto.sealed).where(PaperPhoto.reading_id == reading.id))
    if jpeg is None:
        raise NotFound("There is no such photo.")
    journal.record("paper:photo-looked", actor, ballot.subject, reading=reading.id, entry=reading.entry_id)
    return jpeg


def _may_look(actor: Actor, ballot: Ballot, reading: PaperReading) -> bool:
    if actor.role in COUNTING_GROUP and _reads_it_now(actor, reading):
        return True
    try:
        sealing.refuse_before_the_close(ballot)
    except NotAllowed:
        return False
    return actor.role in COUNTING_GROUP or (actor.role == Role.DISTRICT and _is_to_decide(ballot, reading))


def _reads_it_now(actor: Actor, reading: PaperReading) -> bool:
    """The first reader at their own entry, both while they settle a difference; the second reads from the paper alone."""
    batch = db.session.get_one(PaperBatch, reading.batch_id)
    readers = {BatchState.FIRST: {batch.first_by}, BatchState.CHECKING: {batch.first_by, batch.second_by}}
    return actor.id in readers.get(batch.state, set())


def _is_to_decide(ballot: Ballot, reading: PaperReading) -> bool:
    """A correction of this home's vote waits for the second person."""
    waits = exists().where(
        Objection.ballot_id == ballot.id,
        Objection.state == ObjectionState.ASKED,
        Objection.corrected_entry_id == reading.entry_id,
    )
    return bool(db.session.scalar(select(waits)))
