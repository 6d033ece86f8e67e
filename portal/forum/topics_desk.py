"""议事管理: topics raised, led through their steps, answered and summed up by the community."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import staff
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm
from portal.core.numbers import whole
from portal.core.pages import page_of
from portal.core.writing import perform
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.domain.moderation import MOST_PHOTOS, PostState
from portal.domain.roles import Role
from portal.forum import attaching, concluding, labels, listing, meetings, proposing
from portal.forum.homes import Place, place_of
from portal.forum.models import Post
from portal.forum.thread import steps_of
from portal.forum.topic_forms import (
    AnswerForm,
    CallOffForm,
    DoneForm,
    MeetingForm,
    MinutesForm,
    NewTopicForm,
    PointForm,
    SummaryForm,
)
from portal.forum.topic_models import Meeting, Point, ScopeKind, Topic, TopicState, Verdict
from portal.media import received
from portal.media import services as media
from portal.media.models import Owner
from portal.places.models import Community, Street
from portal.places.queries import agencies, buildings_for, compounds_for
from portal.places.scope import is_everywhere

bp = Blueprint("forum_topics", __name__)
LEADERS = (Role.COMMUNITY, Role.STREET)
ANSWERING = (*LEADERS, Role.AGENCY)
SHOWS = {
    "open": ((TopicState.OPEN,), _l("Under discussion")),
    "held": ((TopicState.HELD, TopicState.RETURNED), _l("To be looked at")),
    "sum": ((TopicState.CLOSED,), _l("To be summed up")),
    "closed": ((TopicState.CLOSED,), _l("Ended")),
}
Answer = Response | str


@bp.get("/community/topics")
@staff(*ANSWERING)
def index() -> str:
    show = request.args.get("show", "open")
    show = show if show in SHOWS else "open"
    found = concluding.worked_on(g.actor, SHOWS[show][0])
    found = found.where(concluding.NOT_SUMMED_UP) if show == "sum" else found
    page = page_of(found, [Topic.id], request.args.get("at"))
    return render_template(
        "forum/topics/topics.html",
        topics=page.rows,
        people=listing.people_in([topic.id for topic in page.rows]),
        shows=[
            {"url": url_for(".index", show=key), "label": label, "current": key == show}
            for key, (_s, label) in SHOWS.items()
        ],
        may_lead=g.actor.role in LEADERS,
        labels=labels,
        now=clock.now(),
        previous_url=url_for(".index", show=show, at=page.previous) if page.previous else "",
        next_url=url_for(".index", show=show, at=page.next) if page.next else "",
    )


@bp.route("/community/topics/new", methods=["GET", "POST"])
@staff(*LEADERS)
def new() -> Answer:
    form = NewTopicForm()
    form.place.choices = _places(g.actor)
    if form.validate_on_submit():
        found = received.receive(fields=("photos",), most=MOST_PHOTOS)
        form.photos.errors = list(found.complaints)
        if not found.complaints and (answer := _try(form, lambda: _raise(form, found.good))):
            return answer
    return render_template("forum/topics/new.html", form=form)


def _places(actor: Actor) -> list[tuple[str, Any]]:
    """Everything within the actor's scope, the widest first."""
    rows: list[tuple[str, Any]] = [("", gettext("Please choose"))]
    scope = actor.scope
    if scope.street_ids or is_everywhere(actor):
        streets = select(Street).where(Street.id.in_(scope.street_ids)).order_by(Street.id)
        rows += [(f"street:{street.id}", street.name) for street in db.session.scalars(streets)]
    compounds = compounds_for(actor)
    communities = {compound.community.id: compound.community for compound in compounds}
    rows += [(f"community:{key}", each.name) for key, each in sorted(communities.items())]
    rows += [(f"compound:{each.id}", each.name) for each in compounds]
    rows += [(f"building:{each.id}", each.full_name) for each in buildings_for(actor)]
    return rows


def _place_in(form: NewTopicForm) -> Place:
    """The choice was checked against the actor's own list by the form."""
    kind, _sep, key = (form.place.data or "").partition(":")
    row = int(key)
    if kind == "street":
        return Place(ScopeKind.STREET, row)
    if kind == "community":
        return Place(ScopeKind.COMMUNITY, db.session.get_one(Community, row).street_id, row)
    if kind == "compound":
        compound = next(each for each in compounds_for(g.actor) if each.id == row)
        return place_of(compound, form.works_item.data or None)
    building = next(each for each in buildings_for(g.actor) if each.id == row)
    around = place_of(building.compound)
    return Place(ScopeKind.BUILDING, around.street_id, around.community_id, around.compound_id, building.id)


def _raise(form: NewTopicForm, photos: list[media.Processed]) -> str:
    closes_at = clock.as_typed(form.closes_at.data)
    if closes_at <= clock.now():
        raise DomainError("The closing time is over already.", field="closes_at")
    if form.works_item.data and not (form.place.data or "").startswith("compound:"):
        raise DomainError("An item of the works belongs to a compound.", field="works_item")
    question = proposing.Question(
        form.title.data or "", form.background.data or "", proposing.options_from(form.options.data or "")
    )
    topic = proposing.raise_topic(g.actor, _place_in(form), question, closes_at)
    for processed in photos:
        media.keep(processed, Owner("topic", topic.id))
    flash(gettext("The topic is open. Residents of %(place)s can post from now on.", place=topic.place), "ok")
    return url_for(".topic", topic_id=topic.id)


def _try(form: BaseForm, deed: Callable[[], str]) -> Response | None:
    """The answer of a deed, or None with the rule's words in the form."""
    try:
        return perform(deed)
    except DomainError as error:
        form.refuse(error)
        return None


@bp.get("/community/topics/<int:topic_id>")
@staff(*ANSWERING)
def topic(topic_id: int) -> str:
    found = concluding.topic_for(g.actor, topic_id)
    conclusion = listing.conclusion_of(found, published=False)
    return render_template(
        "forum/topics/topic.html",
        topic=found,
        steps=steps_of(found),
        next_step=concluding.next_step(found),
        turnout=listing.turnout(found),
        answers=listing.answers_of(found),
        meetings=listing.meetings_of(found),
        conclusion=conclusion,
        documents=attaching.of_topic(found),
        labels=labels,
        form=ButtonForm(),
        now=clock.now(),
        may_lead=g.actor.role in LEADERS,
        own_agency=g.actor.agency_id,
    )


def _page(template: str, topic_id: int, form: BaseForm, deed: Callable[[Topic], str], **context: Any) -> Answer:
    """A form about a topic: the topic is read again, locked, inside the transaction."""
    found = concluding.topic_for(g.actor, topic_id)
    if form.validate_on_submit():
        answer = _try(form, lambda: deed(concluding.topic_for(g.actor, topic_id, lock=True)))
        if answer is not None:
            return answer
    return render_template(template, form=form, topic=found, labels=labels, **context)


@bp.route("/community/topics/<int:topic_id>/answer", methods=["GET", "POST"])
@staff(*ANSWERING)
def answer(topic_id: int) -> Answer:
    form = AnswerForm()

    def deed(found: Topic) -> str:
        concluding.answer(g.actor, found, form.words.data or "")
        flash(gettext("Answered. Everybody who took part is told."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/answer.html", topic_id, form, deed)


@bp.route("/community/topics/<int:topic_id>/meeting", methods=["GET", "POST"])
@staff(*LEADERS)
def meeting(topic_id: int) -> Answer:
    form = MeetingForm()

    def deed(found: Topic) -> str:
        when = meetings.Appointment(clock.as_typed(form.starts_at.data), form.place.data or "", form.agenda.data or "")
        meetings.call(g.actor, found, when)
        flash(gettext("The meeting stands on the topic's page. Everybody who took part is told."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/meeting.html", topic_id, form, deed)


@bp.route("/community/topics/<int:topic_id>/meetings/<int:meeting_id>/change", methods=["GET", "POST"])
@staff(*LEADERS)
def change_meeting(topic_id: int, meeting_id: int) -> Answer:
    found = meetings.of(concluding.topic_for(g.actor, topic_id), meeting_id)
    here = clock.local(found.starts_at).replace(tzinfo=None)
    form = MeetingForm(starts_at=here, place=found.place, agenda=found.agenda)

    def deed(topic: Topic) -> str:
        when = meetings.Appointment(clock.as_typed(form.starts_at.data), form.place.data or "", form.agenda.data or "")
        meetings.change(g.actor, topic, meetings.of(topic, meeting_id), when)
        flash(gettext("The new time and place stand on the topic's page. Everybody who took part is told."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/meeting.html", topic_id, form, deed, meeting=found)


@bp.route("/community/topics/<int:topic_id>/meetings/<int:meeting_id>/off", methods=["GET", "POST"])
@staff(*LEADERS)
def call_off(topic_id: int, meeting_id: int) -> Answer:
    found = meetings.of(concluding.topic_for(g.actor, topic_id), meeting_id)
    form = CallOffForm()

    def deed(topic: Topic) -> str:
        meetings.call_off(g.actor, topic, meetings.of(topic, meeting_id), form.why.data or "")
        flash(gettext("The meeting is called off. Everybody who took part is told."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/call_off.html", topic_id, form, deed, meeting=found)


@bp.route("/community/topics/<int:topic_id>/meetings/<int:meeting_id>", methods=["GET", "POST"])
@staff(*LEADERS)
def minutes(topic_id: int, meeting_id: int) -> Answer:
    found = meetings.of(concluding.topic_for(g.actor, topic_id), meeting_id)
    form = MinutesForm(attended=found.attended, minutes=found.minutes)

    def deed(topic: Topic) -> str:
        held: Meeting = meetings.of(topic, meeting_id)
        meetings.note_minutes(g.actor, topic, held, form.attended.data or 0, form.minutes.data or "")
        flash(gettext("The minutes stand on the topic's page."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/minutes.html", topic_id, form, deed, meeting=found)


@bp.post("/community/topics/<int:topic_id>/step")
@staff(*LEADERS)
def step(topic_id: int) -> Answer:
    def deed() -> str:
        concluding.go_on(g.actor, concluding.topic_for(g.actor, topic_id, lock=True))
        return url_for(".topic", topic_id=topic_id)

    return perform(deed)


@bp.route("/community/topics/<int:topic_id>/summary", methods=["GET", "POST"])
@staff(*LEADERS)
def summary(topic_id: int) -> Answer:
    """议事小结: the words, the points, and what is still missing before it can be published."""
    found = concluding.topic_for(g.actor, topic_id)
    conclusion = listing.conclusion_of(found, published=False)
    form = SummaryForm(summary=conclusion.summary if conclusion else "")

    def deed(topic: Topic) -> str:
        concluding.save_summary(g.actor, topic, form.summary.data or "")
        flash(gettext("Saved. Nobody sees it before it is published."), "ok")
        return url_for(".summary", topic_id=topic_id)

    return _page(
        "forum/topics/summary.html",
        topic_id,
        form,
        deed,
        conclusion=conclusion,
        merged=concluding.merged_counts(conclusion) if conclusion else {},
        missing=concluding.reasons_not_ready(conclusion),
        turnout=listing.turnout(found),
        button=ButtonForm(),
    )


@bp.route("/community/topics/<int:topic_id>/points/new", methods=["GET", "POST"], defaults={"position": None})
@bp.route("/community/topics/<int:topic_id>/points/<int:position>", methods=["GET", "POST"])
@staff(*LEADERS)
def point(topic_id: int, position: int | None) -> Answer:
    found = concluding.topic_for(g.actor, topic_id)
    conclusion = listing.conclusion_of(found, published=False)
    old = concluding.point_at(conclusion, position) if position and conclusion else None
    form = _point_form(old)
    chosen = {str(opinion.post_id) for opinion in old.opinions} if old else set()
    form.posts.choices = [(str(post.id), post) for post in _most_supported(found)]
    if request.method == "GET":
        form.posts.data = sorted(chosen)

    def deed(topic: Topic) -> str:
        concluding.put_point(g.actor, topic, _words(form), position)
        return url_for(".summary", topic_id=topic_id)

    return _page("forum/topics/point.html", topic_id, form, deed, position=position)


def _point_form(old: Point | None) -> PointForm:
    form = PointForm(
        title=old.title if old else None,
        verdict=str(old.verdict) if old else None,
        reason=old.reason if old else None,
        agency=str(old.agency_id or "") if old else None,
        due_on=old.due_on if old else None,
    )
    form.agency.choices = [("", gettext("Please choose")), *((str(unit.id), unit.name) for unit in agencies())]
    return form


def _most_supported(found: Topic, most: int = 30) -> list[Post]:
    """The posts from which a point is merged, those with the most support first."""
    mine = Post.topic_id == found.id, Post.parent_id.is_(None), Post.state == PostState.PUBLISHED
    statement = listing.with_author(select(Post).where(*mine))
    return list(db.session.scalars(statement.order_by(Post.supports.desc(), Post.id.desc()).limit(most)))


def _words(form: PointForm) -> concluding.PointWords:
    return concluding.PointWords(
        form.title.data or "",
        Verdict(form.verdict.data),
        form.reason.data or "",
        whole(form.agency.data),
        form.due_on.data,
        [key for each in form.posts.data or () if (key := whole(each)) is not None],
    )


@bp.route("/community/topics/<int:topic_id>/publish", methods=["GET", "POST"])
@staff(*LEADERS)
def publish(topic_id: int) -> Answer:
    """A page of its own: the topic ends with it."""

    def deed(found: Topic) -> str:
        concluding.publish(g.actor, found)
        flash(gettext("Published. The topic has ended; everybody who took part is told."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/publish.html", topic_id, ButtonForm(), deed)


@bp.route("/community/topics/<int:topic_id>/points/<int:position>/done", methods=["GET", "POST"])
@staff(*ANSWERING)
def done(topic_id: int, position: int) -> Answer:
    found = concluding.topic_for(g.actor, topic_id)
    conclusion = listing.conclusion_of(found)
    shown = concluding.point_at(conclusion, position) if conclusion else None
    form = DoneForm()

    def deed(topic: Topic) -> str:
        concluding.mark_done(g.actor, topic, position, form.words.data or "")
        flash(gettext("Everybody who took part is told."), "ok")
        return url_for(".topic", topic_id=topic_id)

    return _page("forum/topics/done.html", topic_id, form, deed, point=shown)
