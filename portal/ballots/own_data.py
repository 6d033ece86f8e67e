"""That a resident's home voted, what was counted for it, and what they objected to: the copy of their own data.

A cast vote stays when its account goes: a result has to be countable again for five years, and a vote bears no number.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from portal.ballots import handed_in, voting
from portal.ballots.models import Ballot, BallotDraft, RollEntry, RollHome, Vote
from portal.ballots.result_models import Objection
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.identity import own_data
from portal.identity.models import Account
from portal.membership.models import MembershipRole
from portal.membership.queries import homes_of

MOST = 500


@own_data.exporter("votes")
def _votes(account: Account) -> list[dict[str, Any]]:
    """Every vote that was cast with this account or for a home of it; the answers stand here once they are counted."""
    actor = Actor("resident", account.id)
    since = {home.household_id: home.asked_at for home in homes_of(actor) if home.role is not MembershipRole.RENTER}
    of_home = select(RollHome.entry_id).where(RollHome.household_id.in_(since))
    cast = select(Vote.entry_id).where(Vote.account_id == account.id)
    entries = (
        select(RollEntry)
        .where(RollEntry.id.in_(of_home.union(cast)), RollEntry.revision > 0)
        .options(joinedload(RollEntry.ballot).selectinload(Ballot.items), selectinload(RollEntry.roll_homes))
        .order_by(RollEntry.id)
        .limit(MOST)
    )
    return [_vote(actor, entry, since) for entry in db.session.scalars(entries)]


def _vote(actor: Actor, entry: RollEntry, since: Mapping[int, datetime]) -> dict[str, Any]:
    """`answers`: of what one cast oneself, or one's home while one belonged to it; nothing before the close."""
    done, ballot = handed_in.of(actor, entry), entry.ballot
    is_own = done is not None and (
        done.hand is handed_in.Hand.MINE
        or any(since[each.household_id] <= done.at for each in entry.roll_homes if each.household_id in since)
    )
    counted = voting.own_answers(ballot, entry) if is_own else None
    titles = {item.position: item.title for item in ballot.items}
    return {
        "vote": ballot.title, "voted": True, "at": done.at.isoformat() if done else None,
        "channel": done.channel.value if done else None, "by": done.hand.value if done else None,
        "answers": {titles[at]: answer for at, answer in counted.items()} if counted else None,
    }  # fmt: skip


@own_data.exporter("objections")
def _objections(account: Account) -> list[dict[str, Any]]:
    mine = select(Objection).where(Objection.account_id == account.id).options(joinedload(Objection.ballot))
    return [
        {
            "vote": each.ballot.title, "number": each.number, "about": each.about.value, "words": each.words,
            "at": each.made_at.isoformat(), "state": each.state.value, "answer": each.answer,
        }
        for each in db.session.scalars(mine.order_by(Objection.id).limit(MOST))
    ]  # fmt: skip


@own_data.leaver
def _leave(account: Account, actor: Actor) -> None:
    """A paper that was never cast goes; an objection is part of the result and stays, by nobody."""
    db.session.execute(delete(BallotDraft).where(BallotDraft.account_id == account.id))
