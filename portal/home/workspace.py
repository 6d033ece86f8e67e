"""社区工作台: what waits at a community today. A feature joins by adding its function to PANELS.

Each function gets the member of staff and answers with the cards of its feature.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.ballots import queries as votes
from portal.ballots import turnout
from portal.ballots.models import Ballot
from portal.cases import desk_list, queries
from portal.cases.models import Case
from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import day
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState
from portal.forum import queue, review_view
from portal.forum.models import Post
from portal.membership import desk_queries as households

SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One matter: where it is worked, what it is, how long there is still. `late`: the promise is over."""

    url: str
    text: str
    place: str = ""
    note: str = ""
    late: bool = False


@dataclass(frozen=True)
class Panel:
    """A card: its first lines, how many there are in all, where all of them stand. `alarm`: a number above nought is bad."""

    key: str
    title: str
    url: str
    count: int
    lines: Sequence[Line]
    empty: str
    alarm: bool = False
    to_do: bool = True


def of_cases(actor: Actor) -> list[Panel]:
    counts = queries.desk_counts(actor)
    kinds = (
        ("held", _("Reports to check"), _("No report waits to be checked.")),
        ("submitted", _("New reports, small ones solved on the spot"), _("No new report is waiting.")),
        ("overdue", _("Past the promised date"), _("No promise is broken.")),
        ("due_soon", _("To be answered within one working day"), _("No date is near.")),
    )
    return [
        Panel(
            show,
            title,
            url_for("cases_desk.index", show=show),
            counts[show],
            _first(actor, show) if counts[show] else (),
            empty,
            alarm=show == "overdue",
        )
        for show, title, empty in kinds
    ]


def _first(actor: Actor, show: str) -> list[Line]:
    statement = queries.desk_cases(actor, queries.DeskSearch(show=show)).order_by(Case.promise_due, Case.id)
    return [_line(case, actor) for case in db.session.scalars(statement.limit(SHOWN))]


def _line(case: Case, actor: Actor) -> Line:
    row = desk_list.row(case, actor)
    return Line(row.url, row.title, row.building, row.left, row.overdue)


def of_forum(actor: Actor) -> list[Panel]:
    """Posts and proposed topics that wait for a look, then what readers flagged."""
    counts = queue.counts(actor)
    proposals = list(db.session.scalars(queue.proposals(actor))) if counts.proposals else []
    waiting = [*map(review_view.proposal_line, proposals), *_first_held(actor, SHOWN - len(proposals[:SHOWN]), counts)]
    return [
        Panel(
            "posts",
            _("Posts to look at"),
            url_for("forum_review.index"),
            counts.held + counts.proposals,
            [Line(**line) for line in waiting[:SHOWN]],
            _("Every post has been looked at."),
        ),
        Panel(
            "flags",
            _("Posts that readers flagged"),
            url_for("forum_review.index", show="flags"),
            counts.flags,
            [Line(**review_view.line_of(post)) for post in _first_flagged(actor)] if counts.flags else (),
            _("Nothing has been flagged."),
        ),
    ]


def _first_held(actor: Actor, count: int, counts: queue.Counts) -> list[dict[str, Any]]:
    if count <= 0 or not counts.held:
        return []
    found = db.session.scalars(queue.held(actor).order_by(Post.due_at, Post.id).limit(count))
    return [review_view.line_of(post) for post in found]


def _first_flagged(actor: Actor) -> Sequence[Post]:
    return db.session.scalars(queue.flagged(actor).order_by(Post.id.desc()).limit(SHOWN)).all()


def of_verification(actor: Actor) -> list[Panel]:
    waiting = households.counts(actor)
    if not (total := sum(waiting.values())):
        return []
    where = url_for("membership_desk.verification", show=None if waiting["open"] else "clash")
    if not waiting["open"] and not waiting["clash"]:
        where = url_for("membership_desk.visits")
    page = households.claims_page(actor, "open", None)
    lines = [
        Line(
            url_for("membership_desk.claim", claim_id=claim.id),
            claim.building.full_name if claim.building else _("Address not known yet"),
            claim.household.door if claim.household else "",
            _("Promised by %(date)s", date=day(claim.promised_on)),
            claim.promised_on < clock.today(),
        )
        for claim in page.rows[:SHOWN]
    ]
    return [Panel("verification", _("Household verification"), where, total, lines, _("Nothing waits here."))]


def of_ballots(actor: Actor) -> list[Panel]:
    """Votes that are open: how many took part, never how (BA7)."""
    open_ones = votes.ballots_for(actor).where(Ballot.state == BallotState.OPEN)
    found = db.session.scalars(open_ones.order_by(Ballot.ends_at).limit(SHOWN)).unique().all()
    lines = [_vote(ballot) for ballot in found]
    url, empty = url_for("ballots.index"), _("No vote is open.")
    return [Panel("votes", _("Votes under way"), url, len(found), lines, empty, to_do=False)]


def _vote(ballot: Ballot) -> Line:
    so_far = turnout.total(ballot)
    taken = _("%(part)s of %(whole)s have voted", part=so_far.persons_in, whole=so_far.persons)
    return Line(
        url_for("ballots.show", ballot_id=ballot.id), ballot.title, taken, _("until %(date)s", date=day(ballot.ends_at))
    )


PANELS: Sequence[Callable[[Actor], Sequence[Panel]]] = (of_forum, of_verification, of_ballots, of_cases)


def panels(actor: Actor) -> list[Panel]:
    return [panel for make in PANELS for panel in make(actor)]
