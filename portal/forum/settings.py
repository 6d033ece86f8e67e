"""What the administrator sets for the forum: numbers and the word list. Flushes; each change is in the journal."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select

from portal.audit import journal
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict, DomainError
from portal.domain.held_words import LONGEST, may_be_listed
from portal.domain.moderation import Rules
from portal.domain.topic_steps import may_be_steps
from portal.forum import rules
from portal.forum.topic_models import ForumRules, HeldWord


def set_rules(actor: Actor, wanted: Rules, steps: Sequence[str] = rules.STEPS) -> None:
    """A shorter promise holds for what comes from now on; dates that were promised stay, and so do a topic's steps."""
    if not may_be_steps(steps):
        raise DomainError("4 to 8 different names of at most 5 characters each, please.", field="steps")
    found = db.session.get(ForumRules, 1)
    if found is None:
        found = ForumRules(id=1)
        db.session.add(found)
    found.steps = list(steps)
    for name, value in asdict(wanted).items():
        setattr(found, name, value)
    db.session.flush()
    journal.record("forum:rules", actor, "forum:rules", steps="·".join(steps), **asdict(wanted))


def words() -> Sequence[HeldWord]:
    return db.session.scalars(select(HeldWord).order_by(HeldWord.word)).all()


def starters() -> list[str]:
    """The list that a new instance begins with, as the file beside this module has it."""
    lines = (Path(__file__).with_name("starter_words.txt")).read_text("utf-8").splitlines()
    return [word for line in lines if (word := line.strip()) and not word.startswith("#")]


def seed_words(actor: Actor) -> int:
    """Put the starters on the list that are not there yet; how many. Flushes."""
    known = set(db.session.scalars(select(HeldWord.word)))
    fresh = [word for word in starters() if word not in known]
    by = actor.id if actor.is_staff else None
    db.session.add_all(HeldWord(word=word, added_at=clock.now(), added_by=by) for word in fresh)
    db.session.flush()
    journal.record("forum:words_seeded", actor, "forum:words", count=len(fresh))
    return len(fresh)


def list_word(actor: Actor, word: str) -> None:
    """It holds posts for a look from now on and never drops one."""
    if len(word) > LONGEST:
        raise DomainError("At most %(count)s characters.", field="word", count=LONGEST)
    if not may_be_listed(word):
        raise DomainError(
            "This word cannot be listed: people must be able to say it here, or it is shorter than two characters.",
            field="word",
        )
    if db.session.scalar(select(HeldWord.id).where(HeldWord.word == word)):
        raise DomainError("This word is on the list already.", field="word")
    db.session.add(HeldWord(word=word, added_at=clock.now(), added_by=actor.id))
    db.session.flush()
    journal.record("forum:word_listed", actor, "forum:words", word=crypto.digest(word))


def unlist_word(actor: Actor, word_id: int) -> None:
    found = db.session.get(HeldWord, word_id)
    if found is None:
        raise Conflict("This word has been taken off already.")
    word = found.word
    db.session.delete(found)
    db.session.flush()
    journal.record("forum:word_unlisted", actor, "forum:words", word=crypto.digest(word))
