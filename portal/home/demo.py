"""Doors of a demo only: every component on one page, and where scripts find things."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from sqlalchemy import select

from portal.ballots.models import Ballot
from portal.cases.models import Case
from portal.core.access import public
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.ballot_kinds import BallotState
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.forum.topic_models import Topic, TopicState
from portal.home.sample_form import SampleForm, wrong_form
from portal.places.models import Building, Poster
from portal.places.posters import CURRENT

bp = Blueprint("home_demo", __name__)


@bp.before_request
def only_in_a_demo() -> None:
    if not settings().demo:
        abort(404)


@bp.get("/styleguide")
@public
def styleguide() -> str:
    layout = "desk.html" if request.args.get("frame") == "desk" else "base.html"
    return render_template("styleguide.html", form=SampleForm(), wrong=wrong_form(), layout=layout)


@bp.get("/demo/index.json")
@public
def index() -> Response:
    """One building with its token, one case; keys of features to come are absent."""
    return jsonify(places() | case() | topic() | ballots())


def places() -> dict[str, Any]:
    statement = select(Poster.token, Building.code).join(Poster.building)
    row = db.session.execute(
        statement.where(*CURRENT, Poster.entrance_id.is_(None)).order_by(Poster.id).limit(1)
    ).first()
    return {"building": row.code, "poster_token": row.token} if row else {}


def topic() -> dict[str, Any]:
    """One in which residents can post now."""
    found = db.session.scalar(select(Topic.id).where(Topic.state == TopicState.OPEN).order_by(Topic.id).limit(1))
    return {"topic": found} if found else {}


def ballots() -> dict[str, Any]:
    """Ids of an open vote, and of one whose record can be checked."""
    states = {"open_ballot": (BallotState.OPEN,), "closed_ballot": (BallotState.PROVISIONAL, BallotState.FINAL)}
    found = {
        key: db.session.scalar(select(Ballot.id).where(Ballot.state.in_(wanted)).order_by(Ballot.id.desc()).limit(1))
        for key, wanted in states.items()
    }
    return {key: value for key, value in found.items() if value is not None}


def case() -> dict[str, Any]:
    """An answered ordinary case where there is one: everything a resident can do stands on its page."""
    ordinary = select(Case).where(Case.track == CaseTrack.ORDINARY)
    answered = (Case.status == CaseStatus.REPLIED).desc()
    found = db.session.scalar(ordinary.order_by(answered, Case.id).limit(1))
    return {"case": {"number": found.number, "ref": found.ref, "secret": found.secret}} if found else {}
