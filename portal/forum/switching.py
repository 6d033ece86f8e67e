"""The page of a topic's emergency switch."""

from typing import Any

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from portal.core import clock
from portal.core.access import staff
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.moderation import Emergency
from portal.domain.roles import Role
from portal.forum import queue, review_labels, switch

bp = Blueprint("forum_switch", __name__)
NORMAL = "normal"


class SwitchForm(BaseForm):
    state = RadioField(
        _l("What shall hold"),
        choices=[
            *((str(each), word) for each, word in review_labels.EMERGENCIES.items()),
            (NORMAL, review_labels.NORMAL),
        ],
        validators=[InputRequired(_l("Please choose one."))],
    )
    hours = RadioField(
        _l("How long"),
        choices=[(str(hours), _l("%(count)s hours", count=hours)) for hours in switch.HOURS],
        default=str(switch.HOURS[0]),
    )
    reason = TextAreaField(
        _l("Public reason"),
        filters=[clean_text],
        validators=[Needed(_l("Please write the reason in a sentence; everybody reads it."))],
    )


@bp.route("/community/topics/<int:topic_id>/switch", methods=["GET", "POST"])
@staff(Role.COMMUNITY, Role.STREET)
def switch_page(topic_id: int) -> Any:
    topic = queue.topic_for(g.actor, topic_id)
    form = SwitchForm()
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _turn(topic_id, form))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Done. It stands on the topic's page with its reason."), "ok")
            return answer
    topic = queue.topic_for(g.actor, topic_id)
    now = topic.emergency_at(clock.now())
    page = render_template(
        "forum/desk/switch.html", topic=topic, form=form, now=review_labels.EMERGENCIES[now] if now else None
    )
    return page, (422 if form.errors or form.form_errors else 200)


def _turn(topic_id: int, form: SwitchForm) -> str:
    wanted = None if form.state.data == NORMAL else Emergency(form.state.data)
    switch.turn(g.actor, topic_id, wanted, int(form.hours.data), form.reason.data or "")
    return url_for(".switch_page", topic_id=topic_id)
