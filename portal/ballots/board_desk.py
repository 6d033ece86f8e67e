"""投票管理 and 投票进展: which votes there are, how far one is from a valid result, and at whose door to knock (BA12).

Who voted how is on none of these pages, and who voted at all only as doors that have not yet, for the community and the
street, while it is open.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.ballots import queries, scheduling, turnout
from portal.ballots.models import Ballot, RollEntry, RollHome
from portal.ballots.readiness import reasons_not_ready
from portal.core.access import staff
from portal.core.errors import say
from portal.core.extensions import db
from portal.core.numbers import whole
from portal.core.pages import page_of
from portal.domain.ballot_kinds import BallotState, Channel
from portal.domain.errors import Conflict
from portal.domain.roles import Role
from portal.places.models import Building
from portal.roster.models import Household

bp = Blueprint("ballots_board", __name__, url_prefix="/community/votes")
readers = staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT)
callers = staff(Role.COMMUNITY, Role.STREET)
OPENED = frozenset(BallotState) - {BallotState.DRAFT, BallotState.ANNOUNCED}


@bp.get("")
@readers
def index() -> str:
    page = page_of(queries.ballots_for(g.actor), [Ballot.id], request.args.get("at"))
    shares = turnout.shares([ballot.id for ballot in page.rows])
    return render_template("ballots/desk/index.html", page=page, shares=shares, new_url=_address("ballots_prepare.new"))


@dataclass(frozen=True)
class Link:
    """What can be done with the vote as it stands; the first is the main one."""

    url: str
    text: str
    icon: str


@bp.get("/<int:ballot_id>")
@readers
def show(ballot_id: int) -> str:
    ballot = queries.ballot_for(g.actor, ballot_id)
    is_opened = ballot.opened_at is not None
    request_ = scheduling.request_of(ballot) if ballot.state is BallotState.DRAFT else None
    return render_template(
        "ballots/desk/board.html",
        ballot=ballot,
        board=turnout.board(ballot) if is_opened else None,
        reasons=[say(reason) for reason in reasons_not_ready(ballot)] if ballot.state is BallotState.DRAFT else [],
        request=request_,
        may_decide=request_ is not None and request_.asked_by != g.actor.id,
        links=links(ballot),
        is_caller=g.actor.role in {Role.COMMUNITY, Role.STREET},
        reminded=_reminded(ballot_id) if is_opened else 0,
    )


def links(ballot: Ballot) -> list[Link]:
    """By state, the likeliest first; only pages that exist and that this member of staff may open."""
    values, caller = {"ballot_id": ballot.id}, g.actor.role in {Role.COMMUNITY, Role.STREET}
    counted = ballot.state in {
        BallotState.CLOSED,
        BallotState.PROVISIONAL,
        BallotState.FINAL,
        BallotState.NOT_EFFECTIVE,
    }
    wanted = [
        (caller and ballot.state is BallotState.DRAFT, "ballots_prepare.edit", _("Go on preparing"), "pencil"),
        (
            caller and ballot.state in {BallotState.OPEN, BallotState.CLOSED},
            "ballots_paper.index",
            _("Entering papers"),
            "doc",
        ),
        (caller and ballot.state is BallotState.OPEN, "ballots_board.doors", _("Doors to knock at"), "home"),
        (caller and counted, "ballots_results_desk.publish", _("Publish the result"), "chart"),
        (counted, "ballots_results_desk.all_objections", _("Questions about the result"), "chat"),
        (caller and ballot.state is BallotState.OPEN, "ballots_schedule.extend", _("Move the end later"), "clock"),
        (
            g.actor.role in {Role.STREET, Role.DISTRICT} and ballot.state in scheduling.MAY_BE_VOID,
            "ballots_schedule.void",
            _("Declare it void"),
            "cross",
        ),
        (ballot.state is not BallotState.DRAFT, "ballots.show", _("See what residents see"), "eye"),
    ]
    return [
        Link(url, text, icon)
        for allowed, endpoint, text, icon in wanted
        if allowed and (url := _address(endpoint, **values))
    ]


def _address(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _reminded(ballot_id: int) -> int:
    """Voters who were reminded and have not voted yet."""
    reminded = select(func.count(RollEntry.id)).where(
        RollEntry.ballot_id == ballot_id, RollEntry.channel == Channel.NONE, RollEntry.reminders > 1
    )
    return db.session.scalar(reminded) or 0


@bp.get("/<int:ballot_id>/doors")
@callers
def doors(ballot_id: int) -> str:
    """上门名单: doors whose voice has not been heard, building by building, to print and carry along."""
    ballot = queries.ballot_for(g.actor, ballot_id)
    if ballot.state is not BallotState.OPEN:
        raise Conflict("The list of doors exists only while the vote is open.")
    building_id = whole(request.args.get("building"))
    page = page_of(
        _not_yet(ballot_id, building_id), [RollEntry.building_id, RollEntry.id], request.args.get("at"),
        size=100, descending=False,
    )  # fmt: skip
    return render_template(
        "ballots/desk/doors.html",
        ballot=ballot,
        page=page,
        building_id=building_id,
        buildings=[(building.id, building.full_name) for building, _found in turnout.board(ballot).buildings],
    )


def _not_yet(ballot_id: int, building_id: int | None) -> Select[RollEntry]:
    home = selectinload(RollEntry.roll_homes).joinedload(RollHome.household)
    statement = (
        select(RollEntry)
        .where(RollEntry.ballot_id == ballot_id, RollEntry.channel == Channel.NONE)
        .options(
            joinedload(RollEntry.building).joinedload(Building.compound),
            home.joinedload(Household.entrance),
            home.joinedload(Household.building).joinedload(Building.compound),
        )
    )
    return statement.where(RollEntry.building_id == building_id) if building_id is not None else statement
