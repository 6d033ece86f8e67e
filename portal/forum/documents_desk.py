"""The documents of a topic, for who leads it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import FileField, StringField

from portal.core.access import staff
from portal.core.forms import BaseForm, ButtonForm, clean_text
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.forum import attaching, concluding
from portal.forum.forms import Shorter
from portal.media import documents

bp = Blueprint("forum_documents", __name__)


class DocumentForm(BaseForm):
    document = FileField(_l("Choose a PDF"))
    name = StringField(_l("Name of the document"), filters=[clean_text], validators=[Shorter(documents.LONGEST_NAME)])


@bp.route("/community/topics/<int:topic_id>/documents", methods=["GET", "POST"])
@staff(Role.COMMUNITY, Role.STREET)
def index(topic_id: int) -> Any:
    """What is there, and a form for one more."""
    topic = concluding.topic_for(g.actor, topic_id)
    form = DocumentForm()
    if form.validate_on_submit():
        try:
            return _attached(topic_id, form)
        except DomainError as refusal:
            form.refuse(refusal)
    topic = concluding.topic_for(g.actor, topic_id)
    page = render_template(
        "forum/topics/documents.html",
        topic=topic,
        form=form,
        documents=attaching.of_topic(topic),
        button=ButtonForm(),
        most=documents.MOST,
    )
    return page, (422 if form.errors or form.form_errors else 200)


def _attached(topic_id: int, form: DocumentForm) -> Response:
    """The file is looked at before the transaction begins."""
    found = documents.receive(request.files.get("document"), form.name.data or "")

    def deed() -> str:
        attaching.attach(g.actor, concluding.topic_for(g.actor, topic_id, lock=True), found)
        return url_for(".index", topic_id=topic_id)

    answer = perform(deed)
    flash(gettext("The document stands on the topic's page."), "ok")
    return answer


@bp.post("/community/topics/<int:topic_id>/documents/<token>/remove")
@staff(Role.COMMUNITY, Role.STREET)
def remove(topic_id: int, token: str) -> Response:
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".index", topic_id=topic_id), 303)

    def deed() -> str:
        attaching.take_down(g.actor, concluding.topic_for(g.actor, topic_id, lock=True), token)
        return url_for(".index", topic_id=topic_id)

    answer = perform(deed)
    flash(gettext("The document is taken down."), "ok")
    return answer
