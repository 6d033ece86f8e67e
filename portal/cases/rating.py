"""请您评价: one rating, changed within a week, for thirty days."""

from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.cases import author, opening, queries
from portal.cases.blueprints import following
from portal.cases.case_page import actions_of
from portal.cases.forms import RateForm
from portal.cases.models import Case, Satisfaction
from portal.cases.own_steps import own_case, try_deed
from portal.core.access import public
from portal.domain.case_lifecycle import CaseAction, CaseStatus
from portal.domain.case_transitions import RATE_DAYS
from portal.domain.errors import DomainError

HALVES = {"yes": 2, "no": 0, "unsure": None}


class TooLate(DomainError):
    """Rating after thirty days."""

    status = 409


@following.route("/case/<ref>/rate", methods=["GET", "POST"])
@public
def rate(ref: str) -> Response | str:
    _check_rating_time(opening.opened(ref))
    case, form = own_case(ref, CaseAction.RATE), RateForm()
    if form.validate_on_submit():
        answer = try_deed(form, lambda: _rate(case, form), url_for("cases_following.rated", ref=ref))
        if answer is not None:
            return answer
    if request.method == "GET" and case.solved_halves is not None:
        form.solved.data = "yes" if case.solved_halves == 2 else "no" if case.solved_halves == 0 else None
    return render_template("cases/rate.html", form=form, case=case, ref=ref, thanks=request.args.get("thanks"))


def _check_rating_time(found: queries.Opened) -> None:
    over = found.case.status is CaseStatus.CLOSED and str(CaseAction.RATE) not in actions_of(found)
    if found.is_author and over and not g.actor.is_staff:
        raise TooLate(
            "The time for a rating (%(days)s days) is over. If the problem is still there, please report it again.",
            days=RATE_DAYS,
        )


def _rate(case: Case, form: RateForm) -> None:
    author.rate(
        g.actor,
        case,
        solved_halves=HALVES[form.solved.data],
        satisfaction=Satisfaction(form.satisfaction.data),
        words=form.words.data or "",
    )


@following.get("/case/<ref>/rated")
@public
def rated(ref: str) -> str:
    found = opening.opened(ref)
    unhappy = found.case.rating == Satisfaction.UNSATISFIED or found.case.solved_halves == 0
    may_reopen = unhappy and "dispute" in actions_of(found)
    return render_template("cases/rated.html", ref=ref, may_reopen=may_reopen)
