"""Similar cases before a report is sent, and 我也遇到了."""

from flask import abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.cases import drafts, own, queries, similar, submitting
from portal.cases.blueprints import cases
from portal.cases.forms import JoinForm
from portal.cases.models import Case
from portal.cases.reporting import may_text, similar_to, start_again
from portal.core.access import public
from portal.core.forms import ButtonForm
from portal.core.writing import perform, writing
from portal.domain.errors import DomainError, NotFound


@cases.route("/report/similar", methods=["GET", "POST"])
@public
def report_similar() -> Response | str:
    draft, form = drafts.current(), ButtonForm()
    if draft is None:
        return start_again()
    if form.validate_on_submit():
        with writing():
            drafts.keep(drafts.again(), not_similar=True)
        return redirect(url_for(".report_contact"), 303)
    found = similar_to(draft)
    if not found:
        return redirect(url_for(".report_contact"), 303)
    return render_template("cases/report_similar.html", form=form, found=found)


@cases.route("/report/similar/<number>/join", methods=["GET", "POST"])
@public
def join(number: str) -> Response | str:
    """我也遇到了: one more voice, not one more case."""
    case, form = _joinable(number), JoinForm()
    if form.validate_on_submit():
        if g.actor.is_staff or g.actor.is_assisted:
            abort(403)

        def deed() -> str:
            follower = submitting.join(
                g.actor, case, phone=form.phone.e164, device=own.device(), sms=may_text(bool(form.consent.data))
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


@cases.get("/report/joined/<ref>")
@public
def joined(ref: str) -> Response | str:
    opened = queries.by_ref(ref) if own.remembers(ref) else None
    if opened is None or opened.follower is None:
        return redirect(url_for("cases_following.track"), 303)
    secret = None if opened.follower.phone else opened.follower.secret
    return render_template("cases/joined.html", ref=opened.ref, secret=secret)
