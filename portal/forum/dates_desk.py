"""日期: until when people talk, and on which days a topic goes on to its next steps by itself."""

from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField
from wtforms.validators import InputRequired, Optional

from portal.core import clock
from portal.core.access import staff
from portal.core.forms import BaseForm
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.forum import concluding, stages
from portal.forum.topic_forms import NO_MOMENT, Moment
from portal.forum.topic_models import Topic

bp = Blueprint("forum_dates", __name__)


def form_for(topic: Topic) -> BaseForm:
    """The closing time while people still talk, and a day for each step that the organizer leads to."""
    fields: dict[str, Any] = {}
    if not topic.is_over(clock.now()):
        fields["closes_at"] = Moment(_l("Closing time"), validators=[InputRequired(NO_MOMENT)])
    for step in stages.plannable(topic):
        label = _l("“%(step)s” begins on", step=step.name)
        fields[stages.field(step)] = DateField(label, validators=[Optional()])
    form: BaseForm = type("DatesForm", (BaseForm,), fields)(data=_known(topic))
    return form


def _known(topic: Topic) -> dict[str, Any]:
    closes_at = clock.local(topic.closes_at).replace(tzinfo=None) if topic.closes_at else None
    return {"closes_at": closes_at, **{stages.field(step): step.planned_on for step in stages.plannable(topic)}}


@bp.route("/community/topics/<int:topic_id>/dates", methods=["GET", "POST"])
@staff(Role.COMMUNITY, Role.STREET)
def index(topic_id: int) -> Any:
    topic = concluding.topic_for(g.actor, topic_id)
    form = form_for(topic)
    if form.validate_on_submit() and (answer := _saved(topic_id, form)):
        return answer
    topic = concluding.topic_for(g.actor, topic_id)
    page = render_template(
        "forum/topics/dates.html", topic=topic, form=form, steps=stages.plannable(topic), field=stages.field
    )
    return page, (422 if request.method == "POST" else 200)


def _saved(topic_id: int, form: BaseForm) -> Response | None:
    def deed() -> str:
        topic = concluding.topic_for(g.actor, topic_id, lock=True)
        given = form.data.get("closes_at")
        days = {step.position: form.data.get(stages.field(step)) for step in stages.plannable(topic)}
        stages.plan(g.actor, topic, clock.as_typed(given) if given else None, days)
        return url_for("forum_topics.topic", topic_id=topic_id)

    try:
        answer = perform(deed)
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    flash(gettext("The dates stand on the topic's page."), "ok")
    return answer
