"""纸质票: every batch is read twice by two people; what both read the same counts, by the same entry as an online vote.

Of paper and online the one counted first stands (D7). Papers given in before the close may be read afterwards; the count
waits for every batch that was begun.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import joinedload, undefer

from portal.audit import journal
from portal.ballots import casting, result_messages, results, sealing
from portal.ballots.models import Ballot, RollEntry
from portal.ballots.paper_models import PaperBatch, PaperPhoto, PaperReading
from portal.ballots.sheets import Found, door_of
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_results import BatchState, ReadingOutcome, VoidReason
from portal.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.roster.models import Household

RECEIVING = frozenset({BallotState.OPEN, BallotState.CLOSED})
TURNS = {1: frozenset({BatchState.FIRST, BatchState.CHECKING}), 2: frozenset({BatchState.SECOND, BatchState.CHECKING})}


@dataclass(frozen=True)
class Difference:
    """A sheet that two people read differently: what each read, by position; a void reason stands under 0."""

    entry: RollEntry
    door: str
    items: tuple[tuple[int, str, str], ...]


def open_batch(
    actor: Actor, ballot: Ballot, *, building_id: int | None, box: str, expected: int, witnesses: Sequence[str]
) -> PaperBatch:
    """应收票数 and two 见证人 are written down before the first sheet is read."""
    _must_receive(ballot)
    if len(witnesses) != 2 or witnesses[0] == witnesses[1]:
        raise DomainError("Please name two different witnesses", field="second_witness")
    last = db.session.scalar(select(func.max(PaperBatch.number)).where(PaperBatch.ballot_id == ballot.id))
    batch = PaperBatch(
        ballot_id=ballot.id,
        number=(last or 0) + 1,
        building_id=building_id,
        box=box,
        expected=expected,
        witnesses="\n".join(witnesses),
        made_at=clock.now(),
        made_by=actor.id,
    )
    db.session.add(batch)
    db.session.flush()
    journal.record("paper:batch", actor, ballot.subject, batch=batch.id, expected=expected)
    return batch


def _must_receive(ballot: Ballot) -> None:
    if ballot.state not in RECEIVING:
        raise Conflict("Papers can be entered from the opening until the count.")


def batch_of(ballot: Ballot, number: int) -> PaperBatch:
    statement = select(PaperBatch).where(PaperBatch.ballot_id == ballot.id, PaperBatch.number == number)
    found = db.session.scalar(
        statement.options(joinedload(PaperBatch.first_reader), joinedload(PaperBatch.second_reader))
    )
    if found is None:
        raise NotFound("There is no such batch.")
    return found


def batches_of(ballot: Ballot) -> Sequence[PaperBatch]:
    statement = select(PaperBatch).where(PaperBatch.ballot_id == ballot.id).order_by(PaperBatch.number)
    return db.session.scalars(
        statement.options(joinedload(PaperBatch.building), joinedload(PaperBatch.first_reader))
    ).all()


def readings_of(batch: PaperBatch, turn: int) -> Sequence[PaperReading]:
    home = joinedload(PaperReading.entry)
    statement = select(PaperReading).where(PaperReading.batch_id == batch.id, PaperReading.turn == turn)
    return db.session.scalars(statement.options(home, undefer(PaperReading.sealed)).order_by(PaperReading.id)).all()


def how_many(batch: PaperBatch, turn: int) -> int:
    counted = select(func.count()).where(PaperReading.batch_id == batch.id, PaperReading.turn == turn)
    return db.session.scalar(counted) or 0


def must_be_reader(actor: Actor, batch: PaperBatch, turn: int) -> None:
    """The first reading is one person's, the second another's."""
    if turn == 2 and batch.first_by == actor.id:
        raise NotAllowed("The second entry cannot be made by whoever made the first")
    mine = batch.first_by if turn == 1 else batch.second_by
    if mine is not None and mine != actor.id:
        raise NotAllowed("Somebody else is entering this batch")
    if batch.state not in TURNS[turn]:
        raise Conflict("This reading of the batch is finished.")


def read(
    actor: Actor,
    ballot: Ballot,
    number: int,
    turn: int,
    found: Found,
    answers: Mapping[int, str],
    void: VoidReason | None = None,
    *,
    again: bool = False,
) -> PaperReading:
    """保存，录下一张. `again`: correct what one read before."""
    _must_receive(ballot)
    batch = batch_of(ballot, number)
    must_be_reader(actor, batch, turn)
    _claim(actor, batch, turn)
    reading = _slot(ballot, batch, turn, found, void, again)
    reading.read_at, reading.void_reason = clock.now(), void
    reading.sealed = None if void else sealing.packed(answers)
    db.session.flush()
    return reading


def _slot(
    ballot: Ballot, batch: PaperBatch, turn: int, found: Found, void: VoidReason | None, again: bool
) -> PaperReading:
    """The row to write: one's own to correct, else a new one. A second sheet of a voice is entered as void only."""
    before = _reading_of(batch, turn, found.entry.id)
    if before is not None and again:
        return before
    is_repeated = void is VoidReason.REPEATED
    if before is not None and not is_repeated:
        time = f"{clock.local(before.read_at):%H:%M}"
        raise DomainError(
            "This home was entered already (%(time)s). If this is a second sheet, please mark it void",
            field="door",
            time=time,
        )
    if not is_repeated:
        _not_in_another_batch(ballot, batch, found)
    copies = select(func.count()).where(
        PaperReading.batch_id == batch.id, PaperReading.turn == turn, PaperReading.entry_id == found.entry.id
    )
    reading = PaperReading(
        batch_id=batch.id,
        turn=turn,
        entry_id=found.entry.id,
        household_id=found.household.id,
        copy=db.session.scalar(copies),
    )
    db.session.add(reading)
    return reading


def _claim(actor: Actor, batch: PaperBatch, turn: int) -> None:
    """Of two who begin the same reading at once, one goes on."""
    column = PaperBatch.first_by if turn == 1 else PaperBatch.second_by
    taken = update(PaperBatch).where(PaperBatch.id == batch.id, (column.is_(None)) | (column == actor.id))
    if db.session.execute(taken.values({column: actor.id})).rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed("Somebody else is entering this batch")
    db.session.refresh(batch)


def _reading_of(batch: PaperBatch, turn: int, entry_id: int) -> PaperReading | None:
    statement = select(PaperReading).where(
        PaperReading.batch_id == batch.id, PaperReading.turn == turn, PaperReading.entry_id == entry_id
    )
    return db.session.scalars(statement.order_by(PaperReading.copy).limit(1)).first()


def _not_in_another_batch(ballot: Ballot, batch: PaperBatch, found: Found) -> None:
    other = db.session.scalars(
        select(PaperReading)
        .join(PaperBatch)
        .where(
            PaperBatch.ballot_id == ballot.id,
            PaperBatch.id != batch.id,
            PaperReading.entry_id == found.entry.id,
            PaperReading.void_reason.is_(None),
        )
        .options(joinedload(PaperReading.batch))
        .limit(1)
    ).first()
    if other is not None:
        raise DomainError("This home was entered already in batch %(number)s", field="door", number=other.batch.number)


def forget(actor: Actor, ballot: Ballot, number: int, turn: int, entry_id: int) -> None:
    """A sheet read by mistake is taken out of one's own reading."""
    batch = batch_of(ballot, number)
    must_be_reader(actor, batch, turn)
    reading = _reading_of(batch, turn, entry_id)
    if reading is not None:
        db.session.execute(delete(PaperPhoto).where(PaperPhoto.reading_id == reading.id))
        db.session.delete(reading)
        db.session.flush()


def finish(actor: Actor, ballot_id: int, number: int, turn: int) -> list[Difference]:
    """这批录完. Empty: the two readings agree and the batch is counted in (or, after the first, handed on)."""
    ballot = results.locked(ballot_id)
    _must_receive(ballot)
    batch = batch_of(ballot, number)
    must_be_reader(actor, batch, turn)
    _must_be_all(batch, turn)
    if turn == 1 and batch.state is BatchState.FIRST:
        batch.state = BatchState.SECOND
        db.session.flush()
        return []
    _must_be_all(batch, 1)
    _must_be_all(batch, 2)
    found = differences(batch)
    if found:
        batch.state = BatchState.CHECKING
        db.session.flush()
        return found
    _count_in(actor, ballot, batch)
    return []


def _must_be_all(batch: PaperBatch, turn: int) -> None:
    """实收 and 录入 agree."""
    missing = batch.expected - how_many(batch, turn)
    if missing > 0:
        raise DomainError("%(count)s sheets are missing, please find them before you hand this in", count=missing)
    if missing < 0:
        raise DomainError("%(count)s sheets too many were entered, please check", count=-missing)


def differences(batch: PaperBatch) -> list[Difference]:
    """Sheets of one reading only, and items read differently."""
    first, second = ({(one.entry_id, one.copy): one for one in readings_of(batch, turn)} for turn in (1, 2))
    found = []
    for key in sorted({*first, *second}):
        items = tuple(_items(first.get(key), second.get(key)))
        if items:
            one = first.get(key) or second[key]
            found.append(Difference(one.entry, door_of(db.session.get_one(Household, one.household_id)), items))
    return found


def _items(first: PaperReading | None, second: PaperReading | None) -> list[tuple[int, str, str]]:
    if first is None or second is None:
        return [(0, "" if first is None else "entered", "" if second is None else "entered")]
    if first.void_reason or second.void_reason:
        pair = (first.void_reason or "", second.void_reason or "")
        return [] if pair[0] == pair[1] else [(0, *pair)]
    mine, theirs = answers_of(first), answers_of(second)
    return [
        (position, mine.get(position, ""), theirs.get(position, ""))
        for position in sorted({*mine, *theirs})
        if mine.get(position) != theirs.get(position)
    ]


def answers_of(reading: PaperReading) -> dict[int, str]:
    return sealing.unpacked(reading.sealed)[0] if reading.sealed else {}


def _count_in(actor: Actor, ballot: Ballot, batch: PaperBatch) -> None:
    """Each sheet by its entry's conditional UPDATE; the readings lose their answers, the sealed vote keeps them."""
    at, done = clock.now(), []
    for reading in readings_of(batch, 1):
        if reading.void_reason:
            is_repeated = reading.void_reason is VoidReason.REPEATED
            reading.outcome = ReadingOutcome.DUPLICATE if is_repeated else ReadingOutcome.VOID
        elif _claim_entry(reading.entry_id):
            reading.outcome = ReadingOutcome.COUNTED
            answers = answers_of(reading)
            done.append(casting.write(ballot.id, reading.entry_id, 1, answers, at, Channel.PAPER, post_id=actor.id))
        else:
            reading.outcome = ReadingOutcome.DUPLICATE
    db.session.execute(update(PaperReading).where(PaperReading.batch_id == batch.id).values(sealed=None))
    batch.state, batch.done_at = BatchState.DONE, at
    db.session.flush()
    for vote in done:
        result_messages.paper_counted(ballot, vote)
    for vote in done:
        casting.note(actor, vote)
    journal.record("paper:counted", actor, ballot.subject, batch=batch.id, votes=len(done), first=batch.first_by)


def _claim_entry(entry_id: int) -> bool:
    """The one conditional UPDATE that an online vote would need too."""
    receiving = exists().where(Ballot.id == RollEntry.ballot_id, Ballot.state.in_(RECEIVING))
    statement = (
        update(RollEntry)
        .where(RollEntry.id == entry_id, RollEntry.revision == 0, RollEntry.channel == Channel.NONE, receiving)
        .values(revision=1, channel=Channel.PAPER)
        .execution_options(synchronize_session=False)
    )
    return bool(db.session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]


def tally_of(batch: PaperBatch) -> dict[str, int]:
    """How many sheets of a finished batch were counted, duplicate, void; void ones also by reason."""
    rows = db.session.execute(
        select(PaperReading.outcome, PaperReading.void_reason, func.count())
        .where(PaperReading.batch_id == batch.id, PaperReading.turn == 1)
        .group_by(PaperReading.outcome, PaperReading.void_reason)
    )
    found: dict[str, int] = {}
    for outcome, reason, many in rows:
        for key in (str(outcome), *((str(reason),) if reason else ())):
            found[key] = found.get(key, 0) + many
    return found
