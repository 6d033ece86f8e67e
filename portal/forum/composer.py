"""Writing a post or proposing a topic: a page of its own, whatever was written is kept."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.access import resident
from portal.core.errors import say
from portal.core.formatting import moment
from portal.core.writing import perform, writing
from portal.domain.errors import DomainError, LimitReached
from portal.domain.moderation import MOST_PHOTOS, PostState
from portal.domain.suspicions import find
from portal.forum import drafts, listing, proposing, rules, submitting
from portal.forum.blueprint import bp
from portal.forum.forms import PostForm, ReplyForm, TopicForm
from portal.forum.homes import home_in, names_for, place_around
from portal.forum.models import Post
from portal.forum.thread import head_of, topic_or_404
from portal.forum.topic_models import PostDraft, ScopeKind, Stance, Topic
from portal.media import received
from portal.media.models import Photo
from portal.media.queries import photos_of
from portal.membership.models import Membership
from portal.membership.queries import homes_of

Answer = Response | str | tuple[str, int]
LONGEST_KEPT = 20_000  # characters of a field: what is too long to hand in is kept all the same


@bp.route("/forum/<int:topic_id>/reply", methods=["GET", "POST"])
@resident
def reply(topic_id: int) -> Answer:
    topic = topic_or_404(topic_id)
    home, parent = home_in(g.actor, topic), _parent(topic)
    closed = _why_closed(topic)
    if closed or home is None:
        return render_template("forum/no_reply.html", topic=topic, closed=closed, unverified=not homes_of(g.actor))
    form = ReplyForm() if parent else PostForm()
    draft = drafts.find(g.actor, topic.id)
    _fill(form, draft, home)
    if request.method == "POST" and not g.get("csrf_failed"):
        answer = _handle(form, topic.id, lambda photos: _submit(topic_id, form, parent, photos))
        if answer is not None:
            return answer
    elif request.method == "POST":
        form.validate_on_submit()
    return _reply_page(form, topic, parent)


def _reply_page(form: Any, topic: Topic, parent: Post | None) -> Answer:
    kept = _kept(topic.id)
    page = render_template(
        "forum/reply.html",
        form=form,
        topic=topic,
        parent=parent,
        head=head_of(topic),
        hours=rules.current().promise_hours,
        kept=kept,
        most=MOST_PHOTOS,
        back_at_it=request.method == "GET" and bool(form.words.data or kept),
        pointed_out=bool(form.words.data and find(form.words.data)),
    )
    return page, getattr(form, "status", 200)


def _parent(topic: Topic) -> Post | None:
    """The post that is replied to; a number that is none is passed over."""
    asked = request.args.get("to", "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        return None
    found = listing.post_of(topic, int(asked))
    if found is None:
        abort(404)
    return found


def _why_closed(topic: Topic) -> str:
    try:
        submitting.check_open(topic, clock.now())
    except DomainError as error:
        return say(error)
    return ""


def _fill(form: Any, draft: PostDraft | None, home: Membership) -> None:
    """On the first look what was kept (what came after the session ended is newer); the choices always."""
    if request.method == "GET" and "kept_form" not in g:
        for name, value in drafts.fields_of(draft).items():
            if name in form:
                form[name].data = value
    form.offer(names_for(home), gettext("Resident of %(building)s", building=home.household.building.name))


def _handle(form: Any, topic_id: int | None, deed: Any) -> Response | None:
    """Photos first and the words as they are, then judged, then handed in. None: show the page again."""
    kept = _photos(topic_id)
    found = received.receive(len(kept), most=MOST_PHOTOS)
    with writing():
        draft = drafts.keep(g.actor, topic_id, _typed(form))
    received.keep_under(drafts.owner(draft), found)
    form.complaints = found.complaints
    if token := request.form.get("remove"):
        received.remove_from(drafts.owner(draft), token)
        return redirect(f"{request.full_path.rstrip('?')}#photos", 303)
    if request.form.get("more"):
        form.album.errors = list(found.complaints)
        return None
    if request.form.get("later"):
        flash(gettext("Kept. You find it here when you come back, for 30 days."), "ok")
        return redirect(url_for(".topic", topic_id=topic_id) if topic_id else url_for(".index"), 303)
    if not form.validate_on_submit():
        return None
    try:
        return perform(lambda: deed(_photos(topic_id)))
    except DomainError as error:
        form.refuse(error)
        form.status = 429 if isinstance(error, LimitReached) else 200
        return None


def _typed(form: Any) -> dict[str, str]:
    names = ("words", "stance", "shown", "scope", "title", "background", "options")
    return {name: str(form[name].data or "")[:LONGEST_KEPT] for name in names if name in form}


def _photos(topic_id: int | None) -> Sequence[Photo]:
    draft = drafts.find(g.actor, topic_id)
    return photos_of(drafts.owner(draft)) if draft is not None else []


def _kept(topic_id: int | None) -> list[dict[str, str]]:
    return received.shown(list(_photos(topic_id)), "/forum/photo/{token}?size=thumb")


def _submit(topic_id: int, form: Any, parent: Post | None, photos: Sequence[Photo]) -> str:
    """Reads the topic again inside the transaction: it may have ended while somebody wrote."""
    topic = listing.public_topic(topic_id) or abort(404)
    stance = Stance(form.stance.data) if parent is None else None
    draft = submitting.Draft(form.words.data or "", stance, form.shown_name)
    twin = submitting.twin_of(g.actor, topic, draft.words, parent)
    post = twin or submitting.submit(g.actor, topic, draft, parent=parent, photos=photos)
    drafts.finish(g.actor, topic_id)
    flash(said_of(post), "ok")
    if post.state is PostState.PUBLISHED:
        return url_for(".topic", topic_id=topic_id, sort="newest", _anchor=f"post-{post.parent_id or post.id}")
    return url_for(".mine", _anchor=f"post-{post.id}")


def said_of(post: Post) -> str:
    """What the author is told at once."""
    if post.state is PostState.PUBLISHED:
        return gettext("Published.")
    at = moment(post.due_at)
    if post.about_unit:
        return gettext("Handed in. It speaks of the community, so the street office looks at it, by %(time)s.", time=at)
    return gettext("Handed in. The community will have looked by %(time)s.", time=at)


@bp.route("/forum/new", methods=["GET", "POST"])
@resident
def new() -> Answer:
    home = next(iter(homes_of(g.actor)), None)
    if home is None:
        return render_template("forum/no_reply.html", topic=None, closed="", unverified=True)
    form = TopicForm()
    draft = drafts.find(g.actor, None)
    _fill(form, draft, home)
    if request.method == "POST" and not g.get("csrf_failed"):
        answer = _handle(form, None, lambda photos: _propose(form, home, photos))
        if answer is not None:
            return answer
    elif request.method == "POST":
        form.validate_on_submit()
    kept = _kept(None)
    page = render_template(
        "forum/new.html",
        form=form,
        home=home,
        hours=rules.current().promise_hours,
        kept=kept,
        most=MOST_PHOTOS,
        back_at_it=request.method == "GET" and bool(form.title.data or form.background.data or kept),
    )
    return page, getattr(form, "status", 200)


def question_in(form: Any) -> proposing.Question:
    options = proposing.options_from(form.options.data or "")
    return proposing.Question(form.title.data or "", form.background.data or "", options)


def _propose(form: Any, home: Membership, photos: Sequence[Photo]) -> str:
    place = place_around(home, ScopeKind(form.scope.data))
    topic = proposing.propose(g.actor, home, place, question_in(form), form.shown_name, photos)
    drafts.finish(g.actor, None)
    flash(gettext("Handed in. The community will have looked by %(time)s.", time=moment(topic.due_at)), "ok")
    return url_for(".mine", _anchor="topics")
