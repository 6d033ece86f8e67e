"""What the author does on pages of their own: add, withdraw, confirm, dispute. Photos wait in a basket."""

from collections.abc import Callable

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from portal.cases import author, opening, queries, urging
from portal.cases.blueprints import following
from portal.cases.case_page import actions_of, open_question
from portal.cases.deeds import facts_of, stand_of
from portal.cases.forms import AddForm, DisputeForm, PhotoFields
from portal.cases.models import Case, CaseEvent
from portal.core import clock
from portal.core.access import public
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm
from portal.core.writing import perform
from portal.domain.case_lifecycle import CaseAction, move
from portal.domain.errors import DomainError
from portal.media import received as photos
from portal.media import services as media
from portal.media.models import Owner
from portal.media.queries import photos_of


def own_case(ref: str, action: CaseAction) -> Case:
    found = opening.opened(ref)
    if not found.is_author:
        abort(403)
    move(facts_of(found.case), stand_of(found.case, g.actor, author=True), action, clock.now())
    return found.case


def case_url(ref: str) -> str:
    return url_for("cases_following.case", ref=ref)


def try_deed(form: BaseForm, deed: Callable[[], None], target: str) -> Response | None:
    """The answer of a deed, or None with the rule's words in the form."""

    def done() -> str:
        deed()
        return target

    try:
        return perform(done)
    except DomainError as error:
        form.refuse(error)
        return None


def _basket(case: Case) -> Owner:
    """Photos of a page of the author that is still being filled in: an error loses none."""
    return Owner("basket", case.id)


def _hand_over(case: Case) -> None:
    """The basket's photos belong to the step just taken."""
    last = db.session.scalar(select(func.max(CaseEvent.id)).where(CaseEvent.case_id == case.id))
    media.move(photos_of(_basket(case)), Owner("event", last or 0))


def _kept(case: Case, ref: str) -> list[dict[str, str]]:
    return photos.shown(list(photos_of(_basket(case))), f"/case/{ref}/photo/{{token}}?size=thumb")


def _with_photos(form: PhotoFields, case: Case, deed: Callable[[], None], ref: str) -> Response | None:
    """Photos are kept first, then the words are judged, then the deed is done."""
    if request.method == "POST" and not g.get("csrf_failed"):
        received = photos.receive(len(photos_of(_basket(case))))
        photos.keep_under(_basket(case), received)
        form.complaints = received.complaints
        if token := request.form.get("remove"):
            photos.remove_from(_basket(case), token)
        form.photo_count = len(photos_of(_basket(case)))
        if token or request.form.get("more"):
            form.album.errors = [*form.album.errors, *received.complaints]
            return None
    if form.validate_on_submit():
        return try_deed(form, deed, case_url(ref))
    return None


@following.route("/case/<ref>/add", methods=["GET", "POST"])
@public
def add(ref: str) -> Response | str:
    found = opening.opened(ref)
    action = CaseAction.ANSWER if "answer" in actions_of(found) else CaseAction.ADD
    case, form = own_case(ref, action), AddForm()

    def deed() -> None:
        author.add(g.actor, case, form.words.data or "")
        _hand_over(case)

    answer = _with_photos(form, case, deed, ref)
    question = open_question(case, queries.events_of(case, public_only=True))
    return answer or render_template("cases/add.html", form=form, ref=ref, question=question, kept=_kept(case, ref))


@following.route("/case/<ref>/withdraw", methods=["GET", "POST"])
@public
def withdraw(ref: str) -> Response | str:
    case, form = own_case(ref, CaseAction.WITHDRAW), ButtonForm()
    if form.validate_on_submit():
        answer = try_deed(form, lambda: author.withdraw(g.actor, case), case_url(ref))
        if answer is not None:
            return answer
    return render_template("cases/withdraw.html", form=form, case=case, ref=ref)


@following.post("/case/<ref>/confirm")
@public
def confirm(ref: str) -> Response | str:
    case, form = own_case(ref, CaseAction.CONFIRM), ButtonForm()
    if not form.validate_on_submit():
        return redirect(case_url(ref), 303)
    target = url_for("cases_following.rate", ref=ref, thanks=1)
    return try_deed(form, lambda: author.confirm(g.actor, case), target) or redirect(case_url(ref), 303)


@following.post("/case/<ref>/urge")
@public
def urge(ref: str) -> Response | str:
    """催一催. Whoever presses again too early reads on the page what was told the first time."""
    found, form = opening.opened(ref), ButtonForm()
    if not found.is_author:
        abort(403)
    if form.validate_on_submit() and "urge" in actions_of(found):
        return perform(lambda: _urge(found.case, ref))
    return redirect(case_url(ref), 303)


def _urge(case: Case, ref: str) -> str:
    urging.urge(g.actor, case)
    return case_url(ref)


@following.route("/case/<ref>/reopen", methods=["GET", "POST"])
@public
def reopen(ref: str) -> Response | str:
    case, form = own_case(ref, CaseAction.DISPUTE), DisputeForm()

    def deed() -> None:
        author.dispute(g.actor, case, form.words.data or "")
        _hand_over(case)

    answer = _with_photos(form, case, deed, ref)
    return answer or render_template("cases/reopen.html", form=form, ref=ref, case=case, kept=_kept(case, ref))
