"""常用筛选, as a page: what the list shows now is kept under a name; what was kept is opened, made the first, deleted."""

from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from portal.cases import labels, saved_filters, taxonomy
from portal.cases.visibility import WORKERS, unit_names
from portal.core.access import staff
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.errors import DomainError
from portal.places.queries import building_by_id, compounds_for

bp = Blueprint("cases_filters", __name__)


class FilterForm(BaseForm):
    name = StringField(
        _l("Name of the filter"),
        filters=[clean_text],
        validators=[
            Needed(_l("Please give the filter a name.")),
            Length(max=12, message=_l("At most 12 characters, so that it fits beside the list.")),
        ],
    )
    default = BooleanField(_l("Open the work desk with it"))


@bp.route("/desk/filters", methods=["GET", "POST"])
@staff(*WORKERS)
def index() -> Response | str:
    form, values = FilterForm(), saved_filters.kept(request.values)
    if form.validate_on_submit():
        try:
            return perform(lambda: _save(form, values))
        except DomainError as error:
            form.refuse(error)
    saved = [(each, words(saved_filters.values_of(each)), _address(each)) for each in saved_filters.of(g.actor)]
    return render_template(
        "cases/desk/filters.html",
        form=form,
        button=ButtonForm(),
        values=values,
        now=words(values),
        saved=saved,
        has_errors=bool(form.errors or form.form_errors),
    )


def _save(form: FilterForm, values: dict[str, Any]) -> str:
    found = saved_filters.save(g.actor, form.name.data or "", values, default=bool(form.default.data))
    flash(gettext("Kept as “%(name)s”.", name=found.name), "ok")
    return _address(found)


def _address(found: Any) -> str:
    return url_for("cases_desk.index", **saved_filters.values_of(found))


def words(values: dict[str, Any]) -> str:
    """已超期 · 东局子小区 · 照明 · “楼道”."""
    shows = {name: str(label) for name, label, _drawing in labels.SHOWS}
    compounds = {str(each.id): each.name for each in compounds_for(g.actor)}
    building = building_by_id(whole(values.get("building")) or 0)
    said = [
        shows.get(values.get("show", ""), "") if values.get("show") else "",
        compounds.get(values.get("compound", ""), ""),
        building.full_name if building else "",
        {row.code: row.name for row in taxonomy.categories()}.get(values.get("category", ""), ""),
        unit_names().get(whole(values.get("agency")) or 0, ""),
        {str(key): str(word) for key, word in labels.SOURCES.items()}.get(values.get("source", ""), ""),
        f"“{values['q']}”" if values.get("q") else "",
    ]
    return " · ".join(part for part in said if part)


@bp.post("/desk/filters/<int:filter_id>/default")
@staff(*WORKERS)
def begin_with(filter_id: int) -> Response:
    def deed() -> str:
        saved_filters.begin_with(g.actor, filter_id if request.form.get("default") == "1" else None)
        return url_for(".index")

    return perform(deed)


@bp.post("/desk/filters/<int:filter_id>/delete")
@staff(*WORKERS)
def delete(filter_id: int) -> Response:
    def deed() -> str:
        saved_filters.delete(g.actor, filter_id)
        flash(gettext("Deleted."), "ok")
        return url_for(".index")

    return perform(deed)
