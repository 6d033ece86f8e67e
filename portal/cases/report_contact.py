"""Step 3 of a report: contact and check answers on one page; then what was received, with its codes."""

from flask import abort, g, redirect, render_template, request, send_file, session, url_for
from werkzeug.wrappers import Response

from portal.cases import drafts, own, queries, submitting
from portal.cases.blueprints import cases
from portal.cases.code_picture import code_picture
from portal.cases.forms import ContactForm
from portal.cases.limits import is_over
from portal.cases.models import ReportDraft
from portal.cases.reporting import SENT, may_text, start_again, with_memory
from portal.core.access import public
from portal.core.writing import perform, writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.domain.categories import RESIDENT_CATEGORIES, track_of
from portal.domain.deadlines import due_day
from portal.domain.personal_data import find, mask
from portal.media import received as photos
from portal.media.queries import photos_of

CHANGES = {"what": ".report_what", "where": ".report_where"}  # 更改 on the last page
CHOSEN = "contact"


@cases.route("/report/contact", methods=["GET", "POST"])
@public
def report_contact() -> Response | str:
    draft = drafts.current()
    if draft is None:
        return start_again()
    if draft.building_id is None or not draft.category:
        return redirect(url_for(".report_where"), 303)
    form = ContactForm()
    if track_of(draft.category) is not CaseTrack.ORDINARY:
        form.stay_private()
    if request.method == "GET":
        _fill_contact(form, draft)
    changes = CHANGES.get(request.form.get("change", ""))
    if not changes and form.validate_on_submit():
        return with_memory(perform(lambda: _send(form)))
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
            sms=may_text(bool(form.consent.data)),
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


@cases.get("/report/submitted/<ref>")
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


@cases.get("/report/submitted/<ref>/code.png")
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
