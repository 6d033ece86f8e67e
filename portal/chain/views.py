"""Making something of a point, and the promise chain: raised → discussed → answered → decided → carried out."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from portal.ballots.labels import STATES
from portal.chain import tracing, turning
from portal.core.access import public, staff
from portal.core.formatting import day, moment
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.writing import perform
from portal.domain.case_statuses import CaseTrack
from portal.domain.categories import RESIDENT_CATEGORIES, guess, track_of
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.forum import concluding, labels, listing
from portal.forum.forms import Shorter, no_numbers
from portal.forum.topic_models import Point, Topic
from portal.places.queries import buildings_for

bp = Blueprint("chain", __name__)
LEADERS = (Role.COMMUNITY, Role.STREET)


class CaseForm(BaseForm):
    building = SelectField(_l("The building"), validators=[InputRequired(_l("Please choose the building."))])
    category = SelectField(_l("Kind of problem"))
    words = TextAreaField(
        _l("Tell us what happened"), filters=[clean_text], validators=[Needed(), Shorter(500), no_numbers]
    )


class BallotForm(BaseForm):
    ballot = SelectField(_l("Vote being prepared"), validators=[InputRequired(_l("Please choose one."))])


@bp.route("/community/topics/<int:topic_id>/points/<int:position>/turn", methods=["GET", "POST"])
@staff(*LEADERS)
def turn(topic_id: int, position: int) -> Response | str:
    """Two forms on one page, each with its own button."""
    topic = concluding.topic_for(g.actor, topic_id)
    point = turning.published_point(topic_id, position)
    as_case, as_item = _case_form(topic, point), _ballot_form()
    pressed = request.form.get("way", "")
    answer = None
    if pressed == "case" and as_case.validate_on_submit():
        answer = _try(as_case, lambda: _to_case(topic_id, position, as_case))
    elif pressed == "ballot" and as_item.validate_on_submit():
        answer = _try(as_item, lambda: _to_ballot(topic_id, position, as_item))
    return answer or render_template(
        "chain/turn.html",
        topic=topic,
        point=point,
        form=as_item if pressed == "ballot" else as_case,
        as_case=as_case,
        as_item=as_item,
        done=tracing.outcomes([point])[point.id],
        describe=describe,
        labels=labels,
    )


def _case_form(topic: Topic, point: Point) -> CaseForm:
    form = CaseForm()
    here = [each for each in buildings_for(g.actor) if topic.compound_id in (None, each.compound_id)]
    form.building.choices = [("", gettext("Please choose")), *((str(each.id), each.full_name) for each in here)]
    ordinary = [each for each in RESIDENT_CATEGORIES if track_of(each.code) is CaseTrack.ORDINARY]
    form.category.choices = [(each.code, each.label) for each in ordinary]
    if request.method == "GET":
        form.words.data = f"{point.title}。{point.reason}"[:500]
        form.category.data = guess(form.words.data) or ordinary[-1].code
        form.building.data = str(topic.building_id or "")
    return form


def _ballot_form() -> BallotForm:
    form = BallotForm()
    drafts = turning.draft_ballots(g.actor)
    form.ballot.choices = [("", gettext("Please choose")), *((str(each.id), each.title) for each in drafts)]
    return form


def _try(form: BaseForm, deed: Any) -> Response | None:
    try:
        return perform(deed)
    except DomainError as error:
        form.refuse(error)
        return None


def _to_case(topic_id: int, position: int, form: CaseForm) -> str:
    concluding.topic_for(g.actor, topic_id, lock=True)
    errand = turning.Errand(int(form.building.data), form.category.data, form.words.data or "")
    case = turning.to_case(g.actor, turning.published_point(topic_id, position), errand)
    flash(gettext("It is case %(number)s now.", number=case.number), "ok")
    return url_for("forum_topics.topic", topic_id=topic_id)


def _to_ballot(topic_id: int, position: int, form: BallotForm) -> str:
    concluding.topic_for(g.actor, topic_id, lock=True)
    item = turning.to_ballot(g.actor, turning.published_point(topic_id, position), int(form.ballot.data))
    flash(gettext("It is item %(number)s of the vote now.", number=item.position), "ok")
    return url_for("forum_topics.topic", topic_id=topic_id)


def describe(outcome: tracing.Outcome) -> str:
    """What a point became, in one sentence."""
    if outcome.case is not None:
        return gettext("Became case %(number)s", number=outcome.case.number)
    if outcome.item is not None:
        title = outcome.item.ballot.title
        return gettext("Became item %(number)s of the vote “%(title)s”", number=outcome.item.position, title=title)
    return ""


@bp.get("/forum/<int:topic_id>/chain")
@public
def topic(topic_id: int) -> str:
    """承诺链: every point with what became of it, newest last."""
    found = listing.public_topic(topic_id) or abort(404)
    conclusion = listing.conclusion_of(found) or abort(404)
    became = tracing.outcomes(conclusion.points)
    begun = _beginning(found)
    return render_template(
        "chain/topic.html",
        topic=found,
        points=[(point, [*begun, *_rest(point, became[point.id])]) for point in conclusion.points],
        labels=labels,
    )


def _beginning(found: Topic) -> list[dict[str, Any]]:
    taken = listing.turnout(found)
    rows = [
        {"text": gettext("Raised: %(title)s", title=found.title), "when": day(found.created_at), "state": "done"},
        {
            "text": gettext(
                "Discussed by %(people)s people of %(homes)s homes", people=taken.people, homes=taken.homes
            ),
            "when": day(found.opened_at),
            "state": "done",
        },
    ]
    rows += [
        {
            "text": gettext("Meeting of neighbours at %(place)s", place=each.place),
            "when": moment(each.starts_at),
            "state": "done",
        }
        for each in listing.meetings_of(found)
        if each.off_at is None
    ]
    return rows


def _rest(point: Point, became: list[tracing.Outcome]) -> list[dict[str, Any]]:
    decided = {
        "text": str(labels.VERDICTS[point.verdict]),
        "by": point.agency.name if point.agency else "",
        "when": day(point.conclusion.published_at),
        "say": point.reason,
        "state": "done",
    }
    rows = [decided]
    rows += [
        {"text": describe(each), "when": day(each.link.at), "url": each.url, "by": _standing(each), "state": "done"}
        for each in became
        if describe(each)
    ]
    if point.done_at is not None:
        rows.append(
            {"text": gettext("Done"), "when": day(point.done_at), "say": point.done_words or "", "state": "done"}
        )
    elif point.due_on is not None:
        rows.append({"text": gettext("To be done by %(date)s", date=day(point.due_on)), "state": "next"})
    return rows


def _standing(outcome: tracing.Outcome) -> str:
    """How the vote stands; a case shows its own state on its own page."""
    return str(STATES[outcome.item.ballot.state][0]) if outcome.item is not None else ""


def register(app: Flask) -> None:
    """Pages of cases and votes say where they came from without knowing the forum."""
    app.jinja_env.globals["origin_of_case"] = tracing.origin_of_case
    app.jinja_env.globals["origin_of_item"] = tracing.origin_of_item
    app.jinja_env.globals["origin_url"] = tracing.topic_url
