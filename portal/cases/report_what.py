"""Step 1 of a report: photos and words. Photos are kept before anything is judged."""

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.cases import drafts, queries
from portal.cases.blueprints import cases
from portal.cases.forms import WhatForm
from portal.cases.models import ReportDraft
from portal.cases.reporting import building_id_of
from portal.core.access import public
from portal.core.writing import writing
from portal.domain.categories import RESIDENT_BY_CODE
from portal.domain.personal_data import find
from portal.media import received as photos
from portal.media.queries import photo_by_token, photos_of
from portal.media.serving import PhotoSize, send_photo


@cases.route("/report")
@public
def report() -> Response:
    return redirect(url_for(".report_what", b=request.args.get("b")), 302)


@cases.route("/report/what", methods=["GET", "POST"])
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
        draft = drafts.begin(
            words=(form.words.data or "")[:2000], building_id=building_id_of(found), **_asked_category()
        )
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


def _what_page(form: WhatForm, draft: ReportDraft | None) -> str:
    kept = photos_of(drafts.owner(draft)) if draft else []
    building_id = building_id_of(draft)
    building = queries.building(building_id) if building_id else None
    return render_template(
        "cases/report_what.html",
        form=form,
        building=building,
        kept=photos.shown(list(kept), "/report/photo/{token}"),
        found=find(form.words.data or ""),
        back_at_it=request.method == "GET" and "here" not in request.args and bool(draft and (draft.words or kept)),
    )


@cases.get("/report/photo/<token>")
@public
def draft_photo(token: str) -> Response:
    """A photo of one's own draft."""
    draft, photo = drafts.current(), photo_by_token(token)
    if draft is None or photo is None or photo.owner != drafts.owner(draft):
        abort(404)
    return send_photo(photo, PhotoSize.THUMB)
