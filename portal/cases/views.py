"""Reporting: what → where → contact → received. Every step keeps its draft; nothing typed is ever lost."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.cases import drafts, own, photos, queries, similar, submitting
from portal.cases.code_picture import code_picture
from portal.cases.forms import ContactForm, JoinForm, WhatForm, WhereForm
from portal.cases.limits import is_over
from portal.cases.models import Case, ReportDraft
from portal.core.access import public
from portal.core.forms import ButtonForm
from portal.core.settings import settings
from portal.core.writing import perform, writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.domain.categories import RESIDENT_BY_CODE, RESIDENT_CATEGORIES, guess, track_of
from portal.domain.deadlines import due_day
from portal.domain.errors import DomainError, NotFound
from portal.domain.personal_data import find, mask
from portal.media.queries import photo_by_token, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.places.here import here
from portal.places.queries import active_compounds, building_by_code

bp = Blueprint("cases", __name__)
CONDUCT = "conduct"
CHANGES = {"what": ".report_what", "where": ".report_where"}  # 更改 on the last page
CHOSEN, SENT = "contact", "sent"


@bp.route("/report")
@public
def report() -> Response:
    return redirect(url_for(".report_what", b=request.args.get("b")), 302)


# --- step 1 -------------------------------------------------------------------------------------------------------


@bp.route("/report/what", methods=["GET", "POST"])
@public
def report_what() -> Response | str:
    draft = drafts.current()
    form = WhatForm()
    if request.method == "POST":
        return _keep_what(form)
    if draft is not None and draft.words:
        form.words.data = draft.words
    return _what_page(form, draft)


def _keep_what(form: WhatForm) -> Response | str:
    """Photos first, and the words as they are: whatever is wrong is said on a page that still holds everything."""
    if g.get("csrf_failed"):
        form.validate_on_submit()
        return _what_page(form, drafts.current())
    kept = photos_of(drafts.owner(found)) if (found := drafts.current()) else []
    received = photos.receive(len(kept))
    with writing():
        draft = drafts.begin(words=(form.words.data or "")[:2000], building_id=_building_id(found), **_asked_category())
    photos.keep_under(drafts.owner(draft), received)
    if token := request.form.get("remove"):
        photos.remove_from(drafts.owner(draft), token)
        return redirect(url_for(".report_what", here=1, _anchor="photos"), 303)
    if request.form.get("change"):
        return redirect(url_for("places.index"), 303)
    form.photo_count, form.complaints = len(photos_of(drafts.owner(draft))), received.complaints
    if request.form.get("more"):
        if not received.complaints:
            return redirect(url_for(".report_what", here=1, _anchor="photos"), 303)
        form.album.errors = list(received.complaints)
    elif form.validate_on_submit():
        return redirect(url_for(".report_where"), 303)
    return _what_page(form, draft)


def _asked_category() -> dict[str, str]:
    """A link may name what it is about: 有人为难您 leads to a complaint about staff."""
    asked = request.args.get("category", "")
    return {"category": asked} if asked in RESIDENT_BY_CODE else {}


def _building_id(draft: ReportDraft | None) -> int | None:
    """Named in the address, chosen before, or the building whose code was scanned."""
    asked = building_by_code(request.args.get("b", ""))
    if asked is not None:
        return asked.id
    if draft is not None and draft.building_id:
        return draft.building_id
    scanned = here().building
    return scanned.id if scanned else None


def _what_page(form: WhatForm, draft: ReportDraft | None) -> str:
    kept = photos_of(drafts.owner(draft)) if draft else []
    building_id = _building_id(draft)
    building = queries.building(building_id) if building_id else None
    return render_template(
        "cases/report_what.html",
        form=form,
        building=building,
        kept=photos.shown(list(kept), "/report/photo/{token}"),
        found=find(form.words.data or ""),
        back_at_it=request.method == "GET" and "here" not in request.args and bool(draft and (draft.words or kept)),
    )


@bp.get("/report/photo/<token>")
@public
def draft_photo(token: str) -> Response:
    """A photo of one's own draft."""
    draft, photo = drafts.current(), photo_by_token(token)
    if draft is None or photo is None or photo.owner != drafts.owner(draft):
        abort(404)
    return send_photo(photo, PhotoSize.THUMB)


def _start_again() -> Response:
    """No draft: it was sent (show what came of it, also to a second press of 提交), or its 24 hours are over."""
    if request.method == "POST" and not g.get("csrf_failed"):
        return _with_memory(perform(_beginning))
    return redirect(_beginning(), 303)


def _with_memory(response: Response) -> Response:
    """A double press: the second answer carries the older cookie, and must still open what the first one made."""
    before, _, ref = response.location.rpartition("/")
    found = queries.by_ref(ref) if before.endswith("/report/submitted") and not own.remembers(ref) else None
    if found is not None:
        own.remember(ref, sealed=found.case.track is CaseTrack.SEALED)
    return response


def _beginning() -> str:
    sent = session.get(SENT)
    if sent and own.remembers(sent):
        return url_for("cases.submitted", ref=sent)
    if drafts.is_lost():
        flash(gettext("What you wrote was kept for 24 hours and is gone now. Please write it once more."), "warn")
    return url_for("cases.report_what")


# --- step 2 -------------------------------------------------------------------------------------------------------


@bp.route("/report/where", methods=["GET", "POST"])
@public
def report_where() -> Response | str:
    draft = drafts.current()
    if draft is None:
        return _start_again()
    form = _where_form(draft)
    if form.validate_on_submit() and not _asks_whom(form):
        with writing():
            kept = drafts.again()
            _keep_where(kept, form)
        return redirect(_after_where(kept), 303)
    return render_template(
        "cases/report_where.html",
        form=form,
        icons={each.code: each.icon for each in RESIDENT_CATEGORIES},
        notes=_notes(form, guessed=not draft.category and request.method == "GET"),
        with_concerned=form.category.data == CONDUCT,
        asks_whom=request.method == "POST" and _asks_whom(form),
    )


def _notes(form: WhereForm, *, guessed: bool) -> dict[str, str]:
    """What stands under a category: who handles an accusation, and that the marked one is only a guess."""
    notes = {
        CONDUCT: gettext(
            "The level above the unit handles it. The person and the unit concerned cannot see it, nor find out that it was you."
        ),
        "integrity": gettext(
            "It goes straight to the discipline inspection; no other staff can see it. You may also call 12388."
        ),
    }
    if guessed and form.category.data:
        guess_note = gettext("It looks like this kind. If not, please choose another one.")
        notes[form.category.data] = " ".join(filter(None, [guess_note, notes.get(form.category.data)]))
    return notes


def _where_form(draft: ReportDraft) -> WhereForm:
    form = WhereForm()
    form.building.choices = [("", gettext("Please choose")), *_buildings()]
    form.category.choices = [(each.code, each.label) for each in RESIDENT_CATEGORIES]
    building_id = _building_id(draft)
    building = queries.building(building_id) if building_id else None
    units = queries.concernable(building) if building else []
    form.concerned.choices = [("", gettext("I am not sure")), *((str(unit.id), unit.name) for unit in units)]
    if request.method == "GET":
        form.building.data = building.code if building else ""
        form.place.data = draft.place
        form.category.data = draft.category or guess(draft.words or "")
        form.concerned.data = str(draft.concerned_id or "")
        form.danger.data = {True: "yes", False: "no"}.get(draft.danger) if draft.danger is not None else None
    return form


def _buildings() -> list[tuple[str, str]]:
    return [
        (each.code, each.full_name)
        for compound in active_compounds()
        for each in compound.buildings
        if not each.retired_at
    ]


def _asks_whom(form: WhereForm) -> bool:
    """The question 反映谁 stands only in its category: choosing that one shows the page once more, with it."""
    return form.category.data == CONDUCT and "concerned" not in request.form


def _keep_where(draft: ReportDraft, form: WhereForm) -> None:
    building = building_by_code(form.building.data)
    if building is None:
        raise DomainError("Please choose the building.", field="building")
    whom = form.concerned.data if form.category.data == CONDUCT else ""
    danger = form.danger.data == "yes"
    drafts.keep(
        draft,
        building_id=building.id,
        place=form.place.data or "",
        category=form.category.data,
        concerned_id=int(whom) if whom else None,
        danger=danger,
        away_from_danger=draft.away_from_danger and danger,
        not_similar=draft.not_similar and draft.category == form.category.data,
    )


def _after_where(draft: ReportDraft) -> str:
    if draft.danger and not draft.away_from_danger:
        return url_for(".report_danger")
    if not draft.not_similar and _similar(draft):
        return url_for(".report_similar")
    return url_for(".report_contact")


def _similar(draft: ReportDraft) -> list[similar.SimilarCase]:
    """Accusations are compared with nothing: not even their author learns what else there is (D12)."""
    if draft.building_id is None or track_of(draft.category) is not CaseTrack.ORDINARY:
        return []
    return similar.similar_cases(draft.building_id, draft.category, draft.words or "", draft.place)


@bp.route("/report/danger", methods=["GET", "POST"])
@public
def report_danger() -> Response | str:
    draft, form = drafts.current(), ButtonForm()
    if draft is None:
        return _start_again()
    if form.validate_on_submit():
        with writing():
            kept = drafts.keep(drafts.again(), away_from_danger=True)
        return redirect(_after_where(kept), 303)
    building = queries.building(draft.building_id) if draft.building_id else None
    phone = building.compound.community.phone if building and track_of(draft.category) is CaseTrack.ORDINARY else ""
    return render_template("cases/report_danger.html", form=form, phone=phone)


@bp.route("/report/similar", methods=["GET", "POST"])
@public
def report_similar() -> Response | str:
    draft, form = drafts.current(), ButtonForm()
    if draft is None:
        return _start_again()
    if form.validate_on_submit():
        with writing():
            drafts.keep(drafts.again(), not_similar=True)
        return redirect(url_for(".report_contact"), 303)
    found = _similar(draft)
    if not found:
        return redirect(url_for(".report_contact"), 303)
    return render_template("cases/report_similar.html", form=form, found=found)


@bp.route("/report/similar/<number>/join", methods=["GET", "POST"])
@public
def join(number: str) -> Response | str:
    """我也遇到了: one more voice, not one more case."""
    case, form = _joinable(number), JoinForm()
    if form.validate_on_submit():
        if g.actor.is_staff:
            abort(403)

        def deed() -> str:
            follower = submitting.join(
                g.actor, case, phone=form.phone.e164, device=own.device(), sms=_may_text(bool(form.consent.data))
            )
            if (draft := drafts.current()) is not None:
                drafts.finish(draft)
            own.remember(follower.ref)
            return url_for("cases.joined", ref=follower.ref)

        try:
            return perform(deed)
        except DomainError as error:
            form.refuse(error)
    return render_template("cases/join.html", form=form, case=similar.shown_alone(case))


def _joinable(number: str) -> Case:
    case = queries.joinable(number)
    if case is None:
        raise NotFound("There is no such case any more.")
    return case


@bp.get("/report/joined/<ref>")
@public
def joined(ref: str) -> Response | str:
    opened = queries.by_ref(ref) if own.remembers(ref) else None
    if opened is None or opened.follower is None:
        return redirect(url_for("cases_following.track"), 303)
    secret = None if opened.follower.phone else opened.follower.secret
    return render_template("cases/joined.html", ref=opened.ref, secret=secret)


# --- step 3 -------------------------------------------------------------------------------------------------------


@bp.route("/report/contact", methods=["GET", "POST"])
@public
def report_contact() -> Response | str:
    draft = drafts.current()
    if draft is None:
        return _start_again()
    if draft.building_id is None or not draft.category:
        return redirect(url_for(".report_where"), 303)
    form = ContactForm()
    if track_of(draft.category) is not CaseTrack.ORDINARY:
        form.stay_private()
    if request.method == "GET":
        _fill_contact(form, draft)
    changes = CHANGES.get(request.form.get("change", ""))
    if not changes and form.validate_on_submit():
        return _with_memory(perform(lambda: _send(form)))
    if request.method == "POST" and not g.get("csrf_failed"):
        _keep_contact(form)
        if changes:
            return redirect(url_for(changes), 303)
    kept = photos_of(drafts.owner(draft))
    return render_template(
        "cases/report_contact.html",
        form=form,
        draft=draft,
        building=queries.building(draft.building_id),
        category=next(each for each in RESIDENT_CATEGORIES if each.code == draft.category),
        kept=photos.shown(list(kept), "/report/photo/{token}"),
        found=find(draft.words or ""),
        masked=mask(draft.words or ""),
        track=track_of(draft.category),
    )


def _fill_contact(form: ContactForm, draft: ReportDraft) -> None:
    form.called.data, form.phone.data = draft.called, draft.phone
    chosen = session.get(CHOSEN, {})
    form.no_phone.data = bool(chosen.get("no_phone"))
    form.share.data = chosen.get("share") or form.share.data
    form.public.data = chosen.get("public") or form.public.data


def _keep_contact(form: ContactForm) -> None:
    """Nothing typed here is lost to an error or to 更改."""
    with writing():
        drafts.keep(drafts.again(), phone=(form.phone.data or "")[:40], called=(form.called.data or "")[:20])
    session[CHOSEN] = {
        "no_phone": bool(form.no_phone.data),
        "share": form.share.data if form.share.data in {"community", "unit"} else "",
        "public": form.public.data if form.public.data in {"yes", "no"} else "",
    }


def _send(form: ContactForm) -> str:
    draft = drafts.again()
    assert draft.building_id is not None
    case = submitting.submit(
        Actor.guest() if g.actor.is_staff else g.actor,
        submitting.Report(
            building_id=draft.building_id,
            category=draft.category,
            words=draft.words or "",
            place=draft.place,
            danger=bool(draft.danger),
            concerned_id=draft.concerned_id,
            phone=form.phone.e164,
            called=form.called.data or "",
            sms=_may_text(bool(form.consent.data)),
            phone_shared=form.share.data == "unit",
            is_public=form.public.data == "yes",
            held=is_over(own.device(), request.remote_addr or "", draft.building_id)
            or bool(request.form.get("website")),
            photos=list(photos_of(drafts.owner(draft))),
        ),
    )
    drafts.finish(draft)
    own.remember(case.ref, sealed=case.track is CaseTrack.SEALED)
    session.pop(CHOSEN, None)
    session[SENT] = case.ref
    return url_for("cases.submitted", ref=case.ref)


def _may_text(ticked: bool) -> bool:
    """With a provider abroad no tick means no SMS, inbox only (D4)."""
    return ticked or not settings().gateway_is_abroad


@bp.get("/report/submitted/<ref>")
@public
def submitted(ref: str) -> Response | str:
    opened = queries.by_ref(ref) if own.remembers(ref) else None
    if opened is None or opened.follower is not None:
        return redirect(url_for("cases_following.track"), 303)
    case = opened.case
    return render_template(
        "cases/submitted.html",
        case=case,
        secret=None if case.secret_is_phone else case.secret,
        accept_day=due_day(case.accept_due),
        reply_day=due_day(case.promise_due),
        is_held=case.status is CaseStatus.HELD,
        back_to=queries.building(case.building_id),
    )


@bp.get("/report/submitted/<ref>/code.png")
@public
def code_png(ref: str) -> Response:
    """查询码 and 校验码 as a picture, made on the server: saving it needs no JavaScript."""
    opened = queries.by_ref(ref) if own.remembers(ref) else None
    if opened is None:
        abort(404)
    secret = None if _is_phone(opened) else queries.secret_of(opened)
    return send_file(code_picture(ref, secret), mimetype="image/png", download_name=f"{ref}.png", max_age=0)


def _is_phone(opened: queries.Opened) -> bool:
    return (opened.follower.phone if opened.follower else opened.case.phone) is not None
