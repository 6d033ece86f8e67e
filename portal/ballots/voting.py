"""A resident's own paper: whose voice it is, what is filled in so far, handing it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from portal.ballots import casting, news, queries, sealing
from portal.ballots.casting import Cast, NotOpen, Superseded
from portal.ballots.models import Ballot, BallotDraft, RollEntry, Vote
from portal.core import clock
from portal.core.dialects import upsert
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain import ballot_papers
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.ballot_papers import Line
from portal.domain.ballot_receipts import receipt_hash
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.identity.models import Account

DRAFT_STAYS = timedelta(hours=24)


@dataclass(frozen=True)
class Voice:
    """One entry that this resident speaks for; `refusal` says why not now, None: go ahead."""

    entry: RollEntry
    refusal: DomainError | None

    @property
    def door(self) -> str:
        """Its homes without rooms: 东局子小区 3 号楼 2 门 ***"""
        return "、".join(
            f"{home.household.building.full_name} {home.household.entrance.name}" for home in self.entry.roll_homes
        )

    @property
    def homes(self) -> str:
        """With rooms, for the voter's own eyes: two homes behind one door are told apart."""
        return "、".join(home.household.full_name for home in self.entry.roll_homes)


def voices(actor: Actor, ballot: Ballot) -> list[Voice]:
    found = queries.entries_of(actor, ballot.id)
    return [Voice(entry, refusal(actor, ballot, entry)) for entry in found]


def refusal(actor: Actor, ballot: Ballot, entry: RollEntry) -> DomainError | None:
    if entry.is_unit:
        return NotAllowed(
            "This home belongs to a unit, which casts one vote for all its homes. You may join the discussion."
        )
    if not queries.is_open(ballot):
        return NotOpen("The vote is not open now, so this paper was not handed in.")
    if entry.channel is Channel.PAPER:
        return Conflict("Your home has voted on paper already, so it cannot vote online.")
    return _cast_by_another(actor, entry) if entry.revision else None


def _cast_by_another(actor: Actor, entry: RollEntry) -> DomainError | None:
    """Who cast it changes it, as long as they are still a voter of one of its homes."""
    cast_it = Vote.account_id == Account.id
    caster = db.session.scalar(
        select(Account).join(Vote, cast_it).where(Vote.entry_id == entry.id, Vote.revision == entry.revision)
    )
    if caster is None or caster.id == actor.id:
        return None
    members = queries.members_of_entry(entry.id)
    if not any(member.account_id == caster.id and member.is_voter for member in members):
        return None
    return Conflict(
        "Your home's vote was cast from the phone that ends in %(tail)s. Only that phone can change it",
        tail=caster.phone[-4:],
    )


def lines_of(ballot: Ballot) -> list[Line]:
    return [Line(item.position, item.title, item.answer, item.category, item.cost) for item in ballot.items]


def problems(ballot: Ballot, answers: Mapping[int, str]) -> list[DomainError]:
    return ballot_papers.problems(lines_of(ballot), answers, budget=ballot.budget, most=ballot.most_ticks)


def keep(actor: Actor, ballot: Ballot, entry: RollEntry, given: Mapping[int, str]) -> dict[int, str]:
    """The paper as far as it is filled in, encrypted, for a day. Call it inside `writing()`."""
    answers = ballot_papers.understood(lines_of(ballot), given)
    at = clock.now()
    row = {"entry_id": entry.id, "account_id": actor.id, "sealed": sealing.packed(answers), "changed_at": at}
    insert = upsert(BallotDraft).values(**row)
    kept = {"sealed": insert.excluded.sealed, "changed_at": at}
    db.session.execute(insert.on_conflict_do_update(index_elements=["entry_id", "account_id"], set_=kept))
    return answers


def kept(actor: Actor, entry: RollEntry) -> dict[int, str] | None:
    """None when nothing is being filled in; what was handed in is `sealing.cast_by`."""
    sealed = db.session.scalar(
        select(BallotDraft.sealed).where(
            BallotDraft.entry_id == entry.id,
            BallotDraft.account_id == actor.id,
            BallotDraft.changed_at > clock.now() - DRAFT_STAYS,
        )
    )
    return sealing.unpacked(sealed)[0] if sealed else None


def begun(actor: Actor, entry: RollEntry) -> dict[int, str]:
    """What a paper opens with: what is being filled in, else what was handed in from this phone, else nothing."""
    found = kept(actor, entry)
    if found is None and entry.revision:
        found = sealing.cast_by(actor, entry.id)
    return found or {}


def hand_in(actor: Actor, ballot_id: int, entry_id: int, revision: int) -> Cast:
    """确认，交上选票: the kept paper becomes the vote of this entry, over the `revision` seen when it was checked.

    Everything is looked up in the transaction that writes, by one statement. NoPaper when nothing is kept or it does not
    fit. The home's phones are told by the worker (`ballots/news.py`).
    """
    row = (
        db.session.execute(
            select(BallotDraft.sealed, RollEntry, Ballot, queries.speaks_for(actor).label("speaks"))
            .join(RollEntry, RollEntry.id == BallotDraft.entry_id)
            .join(Ballot, Ballot.id == RollEntry.ballot_id)
            .where(RollEntry.id == entry_id, Ballot.id == ballot_id, BallotDraft.account_id == actor.id)
            .options(joinedload(Ballot.items))
        )
        .unique()
        .first()
    )
    if row is None:
        raise _gone(actor, ballot_id, entry_id, revision)
    entry, ballot, answers = row.RollEntry, row.Ballot, sealing.unpacked(row.sealed)[0]
    if not row.speaks:
        raise NotAllowed("This phone is not the voter of a home on this roll.")
    if (reason := refusal(actor, ballot, entry)) is not None:
        raise reason
    if problems(ballot, answers):
        raise NoPaper("Your paper is not there any more. Please fill it in once more.")
    done = casting.cast(actor, ballot.id, entry.id, revision, answers, account_id=actor.id, post_id=actor.assisted_by)
    db.session.execute(delete(BallotDraft).where(BallotDraft.entry_id == entry.id, BallotDraft.account_id == actor.id))
    news.leave_vote(done.vote)
    casting.note(actor, done)
    return done


def _gone(actor: Actor, ballot_id: int, entry_id: int, revision: int) -> Conflict:
    """Handed in already, by the first of two presses or in another tab; or nothing was kept. Others learn nothing."""
    mine = select(RollEntry.revision).where(RollEntry.id == entry_id, RollEntry.ballot_id == ballot_id)
    if db.session.scalar(mine.where(queries.speaks_for(actor))) not in (None, revision):
        return Superseded("Your home's vote was handed in a moment ago. What you see now is the one that counts.")
    return NoPaper("Your paper is not there any more. Please fill it in once more.")


class NoPaper(Conflict):
    """Nothing is filled in that could be cast."""


def own_receipt(ballot: Ballot, entry: RollEntry) -> tuple[str, Vote] | None:
    """The receipt of the vote that counts, in plain characters; None before one was cast online."""
    if not entry.revision or entry.channel is not Channel.ONLINE:
        return None
    vote = db.session.scalars(select(Vote).where(Vote.entry_id == entry.id, Vote.revision == entry.revision)).one()
    receipt = sealing.receipt_of(vote.id)
    return None if receipt is None else (receipt, vote)


def own_answers(ballot: Ballot, entry: RollEntry) -> dict[int, str] | None:
    """What was counted for one's own home, after the close."""
    if ballot.state in {BallotState.ANNOUNCED, BallotState.OPEN} or not entry.revision:
        return None
    found = sealing.counted(ballot, [entry.id])
    return found[0].answers if found else None


def is_counted(ballot: Ballot, receipt: str) -> bool:
    """Whether this receipt belongs to a vote that counts; nothing else is said of it."""
    counts = select(Vote.id).join(RollEntry, (RollEntry.id == Vote.entry_id) & (RollEntry.revision == Vote.revision))
    hashed = receipt_hash(ballot.id, receipt)
    return db.session.scalar(counts.where(Vote.ballot_id == ballot.id, Vote.receipt_hash == hashed)) is not None


@periodic("ballot_drafts", timedelta(hours=1))
def forget_drafts() -> None:
    with writing():
        db.session.execute(delete(BallotDraft).where(BallotDraft.changed_at < clock.now() - DRAFT_STAYS))
