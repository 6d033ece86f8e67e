"""What homes are told, by the worker: a deed leaves a row in its own transaction, the texts follow in many short ones.

So a vote costs the same however many phones a home has, and moving the end of a vote of 100,000 homes takes a moment.
"""

from datetime import timedelta

from sqlalchemy import delete, select

from portal.ballots import notifications, result_messages
from portal.ballots.models import Ballot, BallotNews, RollEntry, RollHome, Vote
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.domain.ballot_kinds import NewsKind

VOTES, ENTRIES = 20, 100  # told in one transaction


def leave_vote(vote: Vote) -> None:
    db.session.add(BallotNews(ballot_id=vote.ballot_id, vote_id=vote.id, kind=NewsKind.VOTED, made_at=clock.now()))


def leave(ballot: Ballot, kind: NewsKind) -> None:
    """To everybody on the roll, instead of what they were still to be told of it."""
    db.session.execute(delete(BallotNews).where(BallotNews.ballot_id == ballot.id, BallotNews.vote_id.is_(None)))
    db.session.add(BallotNews(ballot_id=ballot.id, kind=kind, made_at=clock.now()))


@periodic("ballot_news", timedelta(seconds=1), every_worker=True, aside=True)
def tell() -> int:
    """Votes before whole rolls, so that no receipt waits for 100,000 homes. How many transactions."""
    done = 0
    while _is_waiting() and _tell_some():
        done += 1
    return done


@periodic("ballot_texts", timedelta(minutes=1), aside=True)
def tell_homes() -> int:
    """Openings, reminders, results: what follows from the state of a vote. How many entries heard."""
    return notifications.tell_homes() + result_messages.tell_homes()


def _is_waiting() -> bool:
    """A look first, because there is hardly ever anything to do."""
    found = db.session.scalar(select(BallotNews.id).limit(1))
    db.session.rollback()
    return found is not None


def _tell_some() -> bool:
    free = select(BallotNews).order_by(BallotNews.id).with_for_update(skip_locked=True)
    with writing():
        votes = db.session.scalars(free.where(BallotNews.vote_id.is_not(None)).limit(VOTES)).all()
        for news in votes:
            _tell_home(news)
        if votes:
            return True
        whole = db.session.scalars(free.where(BallotNews.vote_id.is_(None)).limit(1)).first()
        if whole is not None:
            _tell_entries(whole)
        return whole is not None


def _tell_home(news: BallotNews) -> None:
    notifications.voted(db.session.get_one(Ballot, news.ballot_id), db.session.get_one(Vote, news.vote_id))
    db.session.delete(news)


def _tell_entries(news: BallotNews) -> None:
    """The next hundred entries of the roll; the last ones take the row away."""
    ids = db.session.scalars(
        select(RollEntry.id)
        .where(RollEntry.ballot_id == news.ballot_id, RollEntry.id > news.told_up_to)
        .order_by(RollEntry.id)
        .limit(ENTRIES)
    ).all()
    if ids:
        homes = select(RollHome.household_id).where(RollHome.entry_id.in_(ids))
        notifications.of_the_roll(db.session.get_one(Ballot, news.ballot_id), news.kind, homes)
        news.told_up_to = ids[-1]
    if len(ids) < ENTRIES:
        db.session.delete(news)
