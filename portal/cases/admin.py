"""What the administrator keeps for cases: routes, categories, the working calendar."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from portal.audit import journal
from portal.cases import labels, taxonomy
from portal.cases.co_units import HELPING_KINDS
from portal.cases.models import CaseCategory, CaseRoute
from portal.core import clock
from portal.core.access import staff
from portal.core.calendar import CalendarDay, CalendarYear, DayKind, working_calendar
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.case_evidence import Evidence
from portal.domain.case_routing import Answerable
from portal.domain.errors import DomainError
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity.queries import posts
from portal.places.models import AgencyKind
from portal.places.queries import active_compounds, agencies

bp = Blueprint("cases_admin", __name__)
YEARS = range(2000, 2100)


class RouteForm(BaseForm):
    compound = SelectField(_l("Where"), validators=[Optional()])
    agency = SelectField(_l("Responsible unit"), validators=[Optional()])
    executor = SelectField(_l("Carried out by"), validators=[Optional()])
    co_units = SelectMultipleField(_l("Helping units"), validators=[Optional()])


class CategoryForm(BaseForm):
    name = StringField(_l("Name"), filters=[clean_text], validators=[Needed(), Length(max=30)])
    short_name = StringField(
        _l("Short name"),
        filters=[clean_text],
        validators=[Needed(), Length(max=6, message=_l("At most 6 characters, because it stands in texts."))],
    )
    level = RadioField(
        _l("Urgency"), choices=[(str(k), v) for k, v in labels.LEVELS.items()], validators=[InputRequired()]
    )
    evidence = RadioField(
        _l("What “solved” has to show"),
        choices=[(str(k), v) for k, v in labels.EVIDENCE.items()],
        validators=[InputRequired()],
    )
    evidence_source = StringField(
        _l("Basis of this demand"),
        filters=[clean_text],
        description=_l("Where this demand comes from, for example the district's rules for repairs"),
        validators=[Needed(_l("Please say where it comes from.")), Length(max=200)],
    )


class DayForm(BaseForm):
    day = DateField(_l("Day"), validators=[InputRequired(_l("Please give a date."))])
    kind = RadioField(
        _l("What kind of day"),
        choices=[("off", _l("Free")), ("work", _l("Worked instead"))],
        validators=[InputRequired(_l("Please choose one."))],
    )
    note = StringField(_l("Note"), filters=[clean_text], validators=[Length(max=20)])

    def validate_day(self, field: Any) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(gettext("Please check the year."))


@bp.get("/admin/categories")
@staff(Role.ADMIN)
def routes() -> str:
    """问题类别与默认承办单位: every category with its route, and what was changed."""
    found: dict[str, list[CaseRoute]] = {}
    for route in db.session.scalars(select(CaseRoute).options(selectinload(CaseRoute.co_units))):
        found.setdefault(route.category_code, []).append(route)
    names = {unit.id: unit.short_name for unit in agencies(with_retired=True)}
    return render_template(
        "cases/admin/routes.html",
        categories=taxonomy.categories(),
        routes=found,
        compounds={each.id: each.name for each in active_compounds()},
        units=names,
        changes=taxonomy.route_changes(),
        people={post.id: post.name for post in posts(with_retired=True)},
        names={row.code: row.name for row in taxonomy.categories()},
        levels=labels.LEVELS,
        evidence=labels.EVIDENCE,
    )


@bp.route("/admin/categories/<code>", methods=["GET", "POST"])
@staff(Role.ADMIN)
def category(code: str) -> Response | str:
    row, form = taxonomy.category(code), CategoryForm()
    if request.method == "GET":
        form.name.data, form.short_name.data = row.name, row.short_name
        form.level.data = str(row.level)
        form.evidence.data, form.evidence_source.data = str(row.evidence), row.evidence_source
    if form.validate_on_submit():
        return perform(lambda: _save_category(row, form))
    return render_template("cases/admin/category.html", form=form, row=row)


def _save_category(row: CaseCategory, form: CategoryForm) -> str:
    row.name, row.short_name = form.name.data or "", form.short_name.data or ""
    row.level = Level(form.level.data)
    row.evidence, row.evidence_source = Evidence(form.evidence.data), form.evidence_source.data or ""
    db.session.flush()
    journal.record(
        "category:changed", g.actor, f"category:{row.code}", level=str(row.level), evidence=str(row.evidence)
    )
    flash(gettext("Saved."), "ok")
    return url_for("cases_admin.routes")


@bp.route("/admin/categories/<code>/route", methods=["GET", "POST"])
@staff(Role.ADMIN)
def route(code: str) -> Response | str:
    row, form = taxonomy.category(code), RouteForm()
    _fill_route(form, code)
    if form.validate_on_submit():
        try:
            return perform(lambda: _save_route(code, form))
        except DomainError as error:
            form.refuse(error)
    return render_template("cases/admin/route.html", form=form, row=row)


def _fill_route(form: Any, code: str) -> None:
    units = agencies()
    form.compound.choices = [("", gettext("Everywhere")), *((str(each.id), each.name) for each in active_compounds())]
    form.agency.choices = [
        ("", gettext("No unit: the street decides")),
        *((str(u.id), u.name) for u in units if u.kind is not AgencyKind.CONTRACTOR),
    ]
    form.executor.choices = [
        ("", gettext("Nobody else")),
        *((str(u.id), u.name) for u in units if u.kind is AgencyKind.CONTRACTOR),
    ]
    form.co_units.choices = [(str(u.id), u.short_name) for u in units if u.kind in HELPING_KINDS]
    if request.method == "GET":
        general = db.session.scalar(
            select(CaseRoute).where(CaseRoute.category_code == code, CaseRoute.compound_id.is_(None))
        )
        form.agency.data = str(general.agency_id) if general else ""
        form.executor.data = str(general.executor_id or "") if general else ""
        form.co_units.data = [str(unit.id) for unit in general.co_units] if general else []


def _save_route(code: str, form: RouteForm) -> str:
    helping = tuple(int(each) for each in form.co_units.data or ())
    unit = Answerable(whole(form.agency.data), whole(form.executor.data), helping)
    taxonomy.set_route(g.actor, code, whole(form.compound.data), unit)
    flash(gettext("The route has been saved."), "ok")
    return url_for("cases_admin.routes")


@bp.route("/admin/calendar", methods=["GET", "POST"])
@staff(Role.ADMIN)
def calendar() -> Response | str:
    """工作日历: days that differ from Monday to Friday, and the years whose notice has been entered."""
    form = DayForm()
    if form.validate_on_submit():
        return perform(lambda: _save_day(form))
    year = _year(whole(request.args.get("year")))
    days = db.session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
        .order_by(CalendarDay.day)
    ).all()
    known = {*db.session.scalars(select(CalendarYear.year)), clock.today().year, clock.today().year + 1}
    years = sorted({*known, max(known) + 1, year})
    return render_template(
        "cases/admin/calendar.html",
        form=form,
        button=ButtonForm(),
        year=year,
        tabs=[{"url": url_for(".calendar", year=each), "label": str(each), "current": each == year} for each in years],
        days=days,
        confirmed=working_calendar().is_confirmed(year),
        workdays=working_calendar().workdays_in(year),
    )


def _year(asked: int | None) -> int:
    return asked if asked is not None and asked in YEARS else clock.today().year


def _save_day(form: DayForm) -> str:
    assert form.day.data is not None
    row = db.session.get(CalendarDay, form.day.data) or CalendarDay(day=form.day.data)
    row.kind, row.note = DayKind(form.kind.data), form.note.data or ""
    db.session.add(row)
    db.session.flush()
    journal.record("calendar:changed", g.actor, f"day:{row.day.isoformat()}", kind=str(row.kind))
    flash(gettext("Saved. Dates promised from now on follow it."), "ok")
    return url_for("cases_admin.calendar", year=row.day.year)


@bp.post("/admin/calendar/<int:year>/<day>/remove")
@staff(Role.ADMIN)
def remove_day(year: int, day: str) -> Response:
    def deed() -> str:
        row = db.session.get(CalendarDay, date.fromisoformat(day))
        if row is not None:
            db.session.delete(row)
            journal.record("calendar:changed", g.actor, f"day:{day}", kind=None)
        return url_for("cases_admin.calendar", year=year)

    try:
        return perform(deed)
    except ValueError:
        return redirect(url_for(".calendar", year=year), 303)


@bp.post("/admin/calendar/<int:year>/confirm")
@staff(Role.ADMIN)
def confirm_year(year: int) -> Response:
    """The State Council's notice for this year has been entered whole: the warning goes."""
    if year not in YEARS:
        abort(404)

    def deed() -> str:
        if db.session.get(CalendarYear, year) is None:
            db.session.add(CalendarYear(year=year))
            db.session.flush()
            journal.record("calendar:confirmed", g.actor, f"year:{year}")
        return url_for("cases_admin.calendar", year=year)

    return perform(deed)
