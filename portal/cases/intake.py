"""代居民登记: phone, walk-in, home visit and 12345, on one page; the slip with the codes prints once."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from portal.cases import labels, queries, slip_words, submitting  # noqa: F401 the words of a slip
from portal.cases.desk_forms import IntakeForm
from portal.cases.models import Case, Source
from portal.core import clock
from portal.core.access import staff
from portal.core.extensions import db
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform, writing
from portal.domain.case_lifecycle import CaseTrack
from portal.domain.categories import RESIDENT_CATEGORIES, track_of
from portal.domain.deadlines import due_day
from portal.domain.roles import Role
from portal.media import received as photos
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.places.queries import building_by_code, buildings_for

bp = Blueprint("cases_intake", __name__)
REGISTRARS = (Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.HOTLINE)


def _basket() -> Owner:
    """Photos of a registration that is still being typed, by officer: an error loses none."""
    return Owner("intake", g.actor.id or 0)


@bp.route("/community/cases/new", methods=["GET", "POST"])
@staff(*REGISTRARS)
def new() -> Response | str:
    form = _form()
    if request.method == "POST" and not g.get("csrf_failed"):
        received = photos.receive(len(photos_of(_basket())))
        photos.keep_under(_basket(), received)
        if token := request.form.get("remove"):
            photos.remove_from(_basket(), token)
        elif form.validate_on_submit() and not received.complaints and not request.form.get("more"):
            return perform(lambda: _register(form))
        form.album.errors = [*form.album.errors, *received.complaints]
    kept = photos_of(_basket())
    return render_template(
        "cases/desk/intake.html",
        form=form,
        categories=RESIDENT_CATEGORIES,
        kept=photos.shown(list(kept), "/community/cases/new/photo/{token}"),
    )


def _form() -> IntakeForm:
    form = IntakeForm()
    form.source.choices = [(str(key), word) for key, word in labels.SOURCES.items() if key in labels.BY_HAND]
    rows = buildings_for(g.actor)
    form.building.choices = [("", gettext("Please choose")), *((each.code, each.full_name) for each in rows)]
    form.category.choices = [(each.code, each.label) for each in RESIDENT_CATEGORIES]
    units = queries.concernable(rows[0]) if rows else []
    form.concerned.choices = [("", gettext("I am not sure")), *((str(unit.id), unit.name) for unit in units)]
    return form


def _register(form: IntakeForm) -> str:
    building = building_by_code(form.building.data or "") or abort(404)
    track = track_of(form.category.data)
    case = submitting.submit(
        g.actor,
        submitting.Report(
            building_id=building.id,
            category=form.category.data,
            words=form.words.data or "",
            place=form.place.data or "",
            danger=form.danger.data == "yes",
            concerned_id=whole(form.concerned.data) if form.category.data == "conduct" else None,
            phone=form.phone.e164,
            called=form.called.data or "",
            sms=bool(form.want_sms.data),
            phone_shared=form.share.data == "unit",
            is_public=form.public.data == "yes",
            source=Source(form.source.data),
            hotline_number=form.hotline_number.data or "",
            photos=list(photos_of(_basket())),
        ),
    )
    hidden = track is not CaseTrack.ORDINARY
    flash(
        gettext("Registered. Please print the slip for the resident.")
        if hidden
        else gettext("Registered as %(number)s. Please print the slip for the resident.", number=case.number),
        "ok",
    )
    return url_for("cases_intake.registered", number=case.number)


@bp.get("/community/cases/new/photo/<token>")
@staff(*REGISTRARS)
def draft_photo(token: str) -> Response:
    picture = photo_by_token(token)
    if picture is None or (picture.owner_kind, picture.owner_id) != ("intake", str(g.actor.id)):
        abort(404)
    return send_photo(picture, PhotoSize.THUMB)


@bp.get("/community/cases/<number>/registered")
@staff(*REGISTRARS)
def registered(number: str) -> str:
    """Shows the 编号 only; the codes stand on the slip, which prints once."""
    case = _just_registered(number)
    return render_template(
        "cases/desk/registered.html",
        number=case.number,
        hidden=case.track is not CaseTrack.ORDINARY,
        place=case.whereabouts,
        accept_day=due_day(case.accept_due),
        reply_day=due_day(case.promise_due),
        may_print=case.slip_printed_at is None,
        form=ButtonForm(),
    )


@bp.post("/community/cases/<number>/slip")
@staff(*REGISTRARS)
def slip(number: str) -> Response | str:
    """A6 slip with 查询码 and 校验码 for the resident to take home; a second press finds it gone."""
    case = _just_registered(number)
    if not _takes_the_slip(case):
        flash(gettext("This slip has been printed. The resident can look the case up with the phone number."), "warn")
        return redirect(url_for(".registered", number=number), 303)
    return render_template(
        "cases/desk/slip.html",
        ref=case.ref,
        secret="" if case.secret_is_phone else case.secret,
        is_phone=case.secret_is_phone,
        place=case.building.full_name,
        phone=case.building.compound.community.phone,
        accept_day=due_day(case.accept_due),
        reply_day=due_day(case.promise_due),
        back=url_for(".registered", number=number),
    )


def _takes_the_slip(case: Case) -> bool:
    """True for the one press that prints it."""
    if g.get("csrf_failed"):
        return False
    with writing():
        unprinted = update(Case).where(Case.id == case.id, Case.slip_printed_at.is_(None))
        done = db.session.execute(unprinted.values(slip_printed_at=clock.now()))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _just_registered(number: str) -> Case:
    """By its registrar, even when the case itself is out of their sight (accusations)."""
    found = db.session.scalar(select(Case).where(Case.number == number.upper(), Case.registered_by == g.actor.id))
    return found or abort(404)
