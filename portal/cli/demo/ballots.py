"""Votes of a demo: one over, one whose first result is on display, one open, one announced. Same seed, same votes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from portal.audit import journal
from portal.ballots import casting, sealing
from portal.ballots.casting import Cast
from portal.ballots.models import Ballot, BallotItem, BallotRule, BallotScope, RollEntry, Vote, Watcher
from portal.ballots.preparing import ItemWords, new_item
from portal.ballots.readiness import basis_photos, notice_photos
from portal.ballots.results import finish, publish
from portal.ballots.scheduling import close_ballot, open_ballot
from portal.cli.demo.votes import PLANS, Matter, Plan
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import Answer, AnswerKind, BallotState, Channel
from portal.domain.ballot_papers import PAID_FOR
from portal.domain.ballot_receipts import receipt_hash
from portal.identity.models import StaffPost
from portal.media import services as media
from portal.places.models import Building, Compound
from portal.roster.models import Household

SYSTEM = Actor.system()
ON_PAPER = 22  # of a hundred
QUIET_BUILDINGS = 2  # the first ones of the open vote: nobody has voted there yet, somebody has to knock


def hold(end: datetime, seed: int, *, with_pictures: bool) -> None:
    """Every plan whose compound has homes, in the order of time, each step at its own moment."""
    for number, plan in enumerate(PLANS):
        compound = db.session.scalar(select(Compound).where(Compound.code == plan.compound))
        if compound is not None and _homes(compound.id):
            _run(plan, compound.id, end, Random(f"{seed}:ballot:{number}"), with_pictures)
    clock.travel(end)


def _homes(compound_id: int) -> int:
    statement = select(func.count(Household.id)).join(Building).where(Building.compound_id == compound_id)
    return db.session.scalar(statement) or 0


def _run(plan: Plan, compound_id: int, end: datetime, random: Random, with_pictures: bool) -> None:
    clock.travel(end + plan.announced)
    with writing():
        ballot_id = _announced(plan, compound_id, end, with_pictures)
    if end + plan.starts > end:
        return
    clock.travel(end + plan.starts)
    with writing():
        open_ballot(ballot_id)
        _vote(plan, db.session.get_one(Ballot, ballot_id), end, random)
    if end + plan.ends > end:
        return
    clock.travel(end + plan.ends)
    with writing():
        close_ballot(ballot_id)
        publish(SYSTEM, ballot_id)
        objections_until = db.session.get_one(Ballot, ballot_id).objections_until
    if objections_until is not None and objections_until <= end:
        clock.travel(objections_until)
        with writing():
            finish(ballot_id)


def _announced(plan: Plan, compound_id: int, end: datetime, with_pictures: bool) -> int:
    rule = db.session.scalars(select(BallotRule).where(BallotRule.code == plan.rule)).one()
    author, second = (_post(name) for name in ("community1", "street1"))
    ballot = Ballot(
        rule=rule, title=plan.title, short_name=plan.short_name, about=plan.about, budget=plan.budget,
        starts_at=end + plan.starts, ends_at=end + plan.ends, objection_days=rule.objection_days,
        paper_places="社区居委会，工作日 8:30—17:30；行动不便的可以打电话请人上门", created_at=clock.now(),
        created_by=author, **plan.extra,
    )  # fmt: skip
    ballot.scopes = [BallotScope(compound_id=compound_id)]
    ballot.items = [_item(rule, at, matter) for at, matter in enumerate(plan.items, 1)]
    if rule.watchers:
        ballot.watchers = [Watcher(name="王建国", standing="业主代表"), Watcher(name="李秀英", standing="居委会委员")]
    db.session.add(ballot)
    db.session.flush()
    if with_pictures and rule.is_statutory:
        for owner in (basis_photos(ballot), notice_photos(ballot)):
            media.keep(_sheet(), owner)
    ballot.state, ballot.announced_at, ballot.approved_by = BallotState.ANNOUNCED, clock.now(), second
    db.session.flush()
    journal.record("ballot:announced", SYSTEM, ballot.subject)
    return ballot.id


def _post(username: str) -> int | None:
    return db.session.scalar(select(StaffPost.id).where(StaffPost.username == username))


def _item(rule: BallotRule, position: int, matter: Matter) -> BallotItem:
    words = ItemWords(
        matter.title,
        matter.category,
        matter.scope_line,
        matter.explanation,
        matter.who_pays,
        matter.cost,
        matter.paragraph,
    )
    return new_item(rule, position, words)


def _sheet() -> media.Processed:
    """A posted sheet as a camera sees it: lines on paper on a wall."""
    picture = Image.new("RGB", (960, 1280), "#8d8577")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((120, 120, 840, 1160), fill="#f6f3ea")
    draw.rectangle((260, 190, 700, 230), fill="#9c3a2a")
    for line in range(18):
        draw.rectangle((190, 300 + 42 * line, 770 - 37 * (line % 4), 314 + 42 * line), fill="#4b4f55")
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=80)
    stream.seek(0)
    return media.take_in([FileStorage(stream, "sheet.jpg", content_type="image/jpeg")]).good[0]


def _vote(plan: Plan, ballot: Ballot, end: datetime, random: Random) -> None:
    """Who takes part, when, how and with what; the rows in bulk, each vote's digest in the journal."""
    entries = _who(plan, ballot, end, random)
    last = min(end, end + plan.ends)
    span = (last - clock.now()).total_seconds()
    moments = sorted(clock.now() + (last - clock.now()) * random.random() for _ in entries) if span > 0 else []
    papers = [_cast(plan, ballot, entry, at, random) for entry, at in zip(entries, moments, strict=True)]
    db.session.add_all(vote for vote, _sealed in papers)
    db.session.flush()
    db.session.add_all(sealing.seal(vote.id, *sealed) for vote, sealed in papers)
    db.session.flush()
    for vote, _sealed in papers:
        clock.travel(vote.cast_at)
        casting.note(SYSTEM, Cast(vote, "", is_change=False))


def _who(plan: Plan, ballot: Ballot, end: datetime, random: Random) -> list[RollEntry]:
    statement = select(RollEntry).join(Building).where(RollEntry.ballot_id == ballot.id).order_by(RollEntry.id)
    if end + plan.ends > end:
        statement = statement.where(Building.position > QUIET_BUILDINGS)
    found = [entry for entry in db.session.scalars(statement) if entry.is_unit or random.randrange(100) < plan.share]
    random.shuffle(found)
    return found


def _cast(
    plan: Plan, ballot: Ballot, entry: RollEntry, at: datetime, random: Random
) -> tuple[Vote, tuple[dict[int, str], str, str]]:
    on_paper = entry.is_unit or random.randrange(100) < ON_PAPER
    channel = Channel.PAPER if on_paper else Channel.ONLINE
    answers, nonce = dict(_answers(plan, entry.is_unit, random)), f"{random.getrandbits(128):032x}"
    entry.revision, entry.channel = 1, channel
    receipt = casting.new_receipt(ballot.id, entry.id, 1)
    vote = Vote(
        ballot_id=ballot.id, entry_id=entry.id, revision=1, channel=channel, cast_at=at,
        receipt_hash=receipt_hash(ballot.id, receipt), digest=sealing.digest_of(entry.id, 1, answers, nonce),
    )  # fmt: skip
    return vote, (answers, nonce, receipt)


def _answers(plan: Plan, is_unit: bool, random: Random) -> Iterator[tuple[int, str]]:
    left = plan.budget
    yield from _ranks(plan.items, random)
    places = list(enumerate(plan.items, 1))
    random.shuffle(places)
    for position, matter in sorted(places, key=lambda place: -place[1].liking * random.random()):
        if matter.answer is AnswerKind.RANK:
            continue
        likes = is_unit or random.randrange(100) < matter.liking
        if matter.answer is AnswerKind.VERDICT:
            yield position, Answer.AGREE if likes else random.choices((Answer.OPPOSE, Answer.ABSTAIN), (4, 1))[0]
            continue
        cost = (matter.cost or 0) if matter.category in PAID_FOR else 0
        fits = left is None or cost <= left
        if likes and fits and left is not None:
            left -= cost
        yield position, Answer.PICK if likes and fits else Answer.PASS


def _ranks(items: Sequence[Matter], random: Random) -> Iterator[tuple[int, str]]:
    ranked = [(at, matter) for at, matter in enumerate(items, 1) if matter.answer is AnswerKind.RANK]
    order = sorted(ranked, key=lambda each: -each[1].liking * random.random())
    for rank, (position, _matter) in enumerate(order, 1):
        yield position, str(rank)
