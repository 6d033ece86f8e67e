"""Who hears what of a result: every phone of every home on the roll, in short transactions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Select, select, update

from portal.ballots.casting import Cast
from portal.ballots.models import Ballot, RollEntry, RollHome
from portal.ballots.result_models import BallotResult, Objection
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_day
from portal.core.writing import writing
from portal.domain.ballot_kinds import BallotState
from portal.identity.models import Account
from portal.membership.queries import recipients_of
from portal.messaging.notify import Recipient, notify
from portal.roster.models import HouseholdPerson

BATCH = 100
FIRST_RESULT, LAST_RESULT = 10, 20  # further steps of `RollEntry.reminders`
STEPS = {
    BallotState.PROVISIONAL: FIRST_RESULT,
    BallotState.FINAL: LAST_RESULT,
    BallotState.NOT_EFFECTIVE: LAST_RESULT,
}


def tell_homes() -> int:
    """初步结果公示, 正式结果, 未生效. How many entries heard."""
    heard = 0
    for state, step in STEPS.items():
        ids = select(Ballot.id).where(
            Ballot.state == state, _waiting(step).where(RollEntry.ballot_id == Ballot.id).exists()
        )
        for ballot_id in db.session.scalars(ids).all():
            while done := _tell_batch(ballot_id, state, step):
                heard += done
    return heard


def _waiting(step: int) -> Select[int]:
    return select(RollEntry.id).where(RollEntry.reminders < step)


def _tell_batch(ballot_id: int, state: BallotState, step: int) -> int:
    with writing():
        ballot = db.session.get_one(Ballot, ballot_id)
        if ballot.state is not state:
            return 0
        ids = db.session.scalars(
            _waiting(step)
            .where(RollEntry.ballot_id == ballot_id)
            .order_by(RollEntry.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        homes = db.session.scalars(select(RollHome.household_id).where(RollHome.entry_id.in_(ids))).all()
        event, values = _text(ballot)
        for recipient in recipients_of(homes) if homes else []:
            notify(recipient, event, values, subject=ballot.subject, link=f"/votes/{ballot.id}/results")
        db.session.execute(update(RollEntry).where(RollEntry.id.in_(ids)).values(reminders=step))
        return len(ids)


def _text(ballot: Ballot) -> tuple[str, Mapping[str, object]]:
    names = {"vote": ballot.short_name, "compound": ballot.scopes[0].compound.name}
    if ballot.state is BallotState.PROVISIONAL:
        assert ballot.objections_until is not None
        return "vote_prelim", names | {"date": last_day(ballot)}
    if ballot.state is BallotState.NOT_EFFECTIVE:
        return "vote_void", names | {"why": "参加的不够数"}
    return "vote_final", names | {"outcome": outcome(ballot)}


def last_day(ballot: Ballot) -> str:
    """12月31日: the day with which the display ends."""
    assert ballot.objections_until is not None
    return sms_day(ballot.objections_until - timedelta(minutes=1))


def outcome(ballot: Ballot) -> str:
    """5项通过，2项未通过"""
    result = db.session.scalars(
        select(BallotResult).where(BallotResult.ballot_id == ballot.id).order_by(BallotResult.number.desc()).limit(1)
    ).one()
    if ballot.seats is not None:
        return f"{result.carried}人当选，{result.failed}人未当选"
    return f"{result.carried}项通过，{result.failed}项未通过"


def paper_counted(ballot: Ballot, done: Cast) -> None:
    """纸质票已录入: to all phones of the voice's homes; who finds it wrong comes before the vote ends, or its display does."""
    homes = db.session.scalars(select(RollHome.household_id).where(RollHome.entry_id == done.vote.entry_id)).all()
    assert ballot.ends_at is not None
    is_open = ballot.ends_at > clock.now()
    by = ballot.ends_at if is_open else clock.now() + timedelta(days=ballot.objection_days)
    for recipient in _phones_of(homes):
        values = {"receipt": done.receipt, "date": sms_day(by)}
        notify(recipient, "vote_paper", values, subject=ballot.subject, link=f"/votes/{ballot.id}")


def _phones_of(homes: Sequence[int]) -> list[Recipient]:
    """Of the members and of those the roster names: who votes on paper often has no account."""
    named = select(HouseholdPerson.phone).where(
        HouseholdPerson.household_id.in_(homes), HouseholdPerson.phone.is_not(None)
    )
    found = {one.key: one for one in recipients_of(homes)}
    for number in db.session.scalars(named):
        recipient = Recipient.phone(number or "")
        found.setdefault(recipient.key, recipient)
    return list(found.values())


def objection(objection: Objection, event: str) -> None:
    """objection_received, objection_replied: to the one who asked."""
    account = db.session.get_one(Account, objection.account_id)
    values = {"date": sms_day(objection.made_at)}
    recipient = Recipient.phone(account.phone, account.sms_wanted)
    notify(recipient, event, values, subject=objection.subject, link=f"/votes/{objection.ballot_id}/objection")
