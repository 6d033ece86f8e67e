"""常用答复: the unit's list, one page to write or change one; used on the page of an answer."""

from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.cases import labels, reply_templates, taxonomy
from portal.cases.template_models import ReplyTemplate
from portal.core.access import staff
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.pages import page_of
from portal.core.writing import perform
from portal.domain.case_statuses import ReplyResult
from portal.domain.errors import DomainError
from portal.domain.roles import Role

bp = Blueprint("cases_templates", __name__)
KEEPERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.ADMIN)


class TemplateForm(BaseForm):
    title = StringField(
        _l("Name of the template"),
        filters=[clean_text],
        validators=[Needed(_l("Please give it a short name.")), Length(max=20)],
    )
    category = SelectField(_l("For which category"), validators=[Optional()])
    result = SelectField(_l("For which result"), validators=[Optional()])
    words = TextAreaField(
        _l("What was done (written for the resident)"),
        filters=[clean_text],
        description=_l("Whoever uses it fills in date, place and what was really done."),
        validators=[Length(max=1000)],
    )


@bp.get("/desk/reply-templates")
@staff(*KEEPERS)
def index() -> str:
    page = page_of(reply_templates.kept_by(g.actor), [ReplyTemplate.id], request.args.get("at"))
    names = {row.code: row.name for row in taxonomy.categories()}
    return render_template("cases/desk/reply_templates.html", page=page, names=names, results=labels.RESULTS)


@bp.route("/desk/reply-templates/new", methods=["GET", "POST"])
@staff(*KEEPERS)
def new() -> Response | str:
    return _edit(None)


@bp.route("/desk/reply-templates/<int:template_id>", methods=["GET", "POST"])
@staff(*KEEPERS)
def edit(template_id: int) -> Response | str:
    return _edit(reply_templates.own(g.actor, template_id))


def _edit(row: ReplyTemplate | None) -> Response | str:
    form = TemplateForm()
    categories = [(each.code, f"{each.group_name} · {each.name}") for each in taxonomy.categories()]
    form.category.choices = [("", gettext("Every category")), *categories]
    form.result.choices = [("", gettext("Every result")), *((str(key), word) for key, word in labels.RESULTS.items())]
    if request.method == "GET" and row is not None:
        form.title.data, form.words.data = row.title, row.words
        form.category.data, form.result.data = row.category_code or "", str(row.result or "")
    if row is not None and request.form.get("retire") and not g.get("csrf_failed"):
        return perform(lambda: _retire(row))
    if form.validate_on_submit():
        try:
            return perform(lambda: _save(row, form))
        except DomainError as error:
            form.refuse(error)
    return render_template("cases/desk/reply_template.html", form=form, row=row)


def _save(row: ReplyTemplate | None, form: Any) -> str:
    reply_templates.save(
        g.actor,
        row,
        title=form.title.data,
        words=form.words.data or "",
        category_code=form.category.data or None,
        result=ReplyResult(form.result.data) if form.result.data else None,
    )
    flash(gettext("The template has been saved."), "ok")
    return url_for(".index")


def _retire(row: ReplyTemplate) -> str:
    reply_templates.retire(g.actor, row)
    flash(gettext("The template is gone. Answers written with it stay as they are."), "ok")
    return url_for(".index")
