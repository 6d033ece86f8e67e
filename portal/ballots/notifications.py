"""Who hears what of a vote. Every phone of a home is told: whoever did not vote there notices (ux.md §6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update

from portal.ballots import sealing
from portal.ballots.models import Ballot, RollEntry, RollHome, Vote
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.core.writing import writing
from portal.domain.ballot_kinds import BallotState, Channel, NewsKind
from portal.membership.queries import recipients_of
from portal.messaging.notify import Recipient, notify

BATCH = 100
REMIND_BEFORE = (timedelta(days=3), timedelta(days=1))  # twice at most, and only who has not voted
WHY_VOID = "请看投票页"
TOLD = 1  # of the opening; 2 and 3 are reminders


def voted(ballot: Ballot, vote: Vote) -> None:
    """选票已收到, 选票已修改: to all phones of the members of the entry's homes, never with a choice."""
    event = "vote_changed" if vote.revision > 1 else "vote_received"
    values = {"receipt": sealing.receipt_of(vote.id), "time": sms_moment(_end(ballot))}
    _tell(recipients_of(select(RollHome.household_id).where(RollHome.entry_id == vote.entry_id)), event, values, ballot)


def of_the_roll(ballot: Ballot, kind: NewsKind, homes: Select[int]) -> None:
    """延长截止, 作废: the reason stands on the page of the vote, and the text says where."""
    if kind is NewsKind.EXTENDED:
        _tell(recipients_of(homes), "vote_extended", _names(ballot) | {"time": sms_moment(_end(ballot))}, ballot)
    else:
        _tell(recipients_of(homes), "vote_void", _names(ballot) | {"why": WHY_VOID}, ballot)


def tell_homes() -> int:
    """投票开始 and 投票提醒 in short transactions, so that nobody who votes meanwhile waits. How many entries heard."""
    heard = 0
    for ballot_id in db.session.scalars(select(Ballot.id).where(Ballot.state == BallotState.OPEN)).all():
        for step in (TOLD, TOLD + 1, TOLD + 2):
            while done := _tell_batch(ballot_id, step):
                heard += done
    return heard


def _tell_batch(ballot_id: int, step: int) -> int:
    with writing():
        ballot = db.session.get_one(Ballot, ballot_id)
        if not _is_due(ballot, step):
            return 0
        waiting = select(RollEntry.id).where(RollEntry.ballot_id == ballot_id, RollEntry.reminders < step)
        if step > TOLD:
            waiting = waiting.where(RollEntry.channel == Channel.NONE)
        ids = db.session.scalars(waiting.order_by(RollEntry.id).limit(BATCH).with_for_update(skip_locked=True)).all()
        homes = select(RollHome.household_id).where(RollHome.entry_id.in_(ids))
        _tell(recipients_of(homes) if ids else [], *_text(ballot, step), ballot)
        db.session.execute(update(RollEntry).where(RollEntry.id.in_(ids)).values(reminders=step))
        return len(ids)


def _is_due(ballot: Ballot, step: int) -> bool:
    at, end = clock.now(), _end(ballot)
    if ballot.state is not BallotState.OPEN or at >= end:
        return False
    if step == TOLD:
        return True
    begins = end - REMIND_BEFORE[step - TOLD - 1]
    fresh = ballot.opened_at is not None and ballot.opened_at > begins - timedelta(days=1)
    last = step == TOLD + len(REMIND_BEFORE) or at < end - REMIND_BEFORE[step - TOLD]
    return at >= begins and last and not fresh


def _text(ballot: Ballot, step: int) -> tuple[str, Mapping[str, object]]:
    values = _names(ballot) | {"time": sms_moment(_end(ballot))}
    if step == TOLD:
        return "vote_open", values
    left = _end(ballot) - clock.now()
    return "vote_remind", values | {"n": max(1, -(-left // timedelta(days=1)))}


def _names(ballot: Ballot) -> dict[str, object]:
    return {"vote": ballot.short_name, "compound": ballot.scopes[0].compound.name}


def _tell(recipients: Iterable[Recipient], event: str, values: Mapping[str, object], ballot: Ballot) -> None:
    for recipient in recipients:
        notify(recipient, event, values, subject=ballot.subject, link=f"/votes/{ballot.id}")


def _end(ballot: Ballot) -> datetime:
    assert ballot.ends_at is not None
    return ballot.ends_at
