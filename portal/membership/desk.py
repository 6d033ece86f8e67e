"""住户核验, the community's side: the queue, the roster side by side, clashes, visits."""

from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.audit import journal
from portal.core import clock
from portal.core.access import staff
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform, writing
from portal.domain.errors import Conflict, DomainError
from portal.domain.roles import Role
from portal.identity import answers
from portal.membership import deciding, desk_queries, labels, takeovers
from portal.membership.claim_models import NUMBER, CheckWay, Claim, ClaimState, Settling
from portal.membership.desk_forms import DecisionForm, VisitDayForm
from portal.membership.models import MembershipRole
from portal.membership.queries import standing
from portal.membership.tying import clashing
from portal.messaging.notify import Recipient, notify
from portal.places import queries as places
from portal.places.models import Agency
from portal.roster.models import Household

bp = Blueprint("membership_desk", __name__, url_prefix="/community")
keepers = staff(Role.COMMUNITY, Role.STREET)
CLAIM = "membership/desk/claim.html"


@bp.get("/verification")
@keepers
def verification() -> str:
    show = request.args.get("show", "open")
    show = show if show in ("open", "clash", "done") else "open"
    page = desk_queries.claims_page(g.actor, show, request.args.get("cursor"))
    return render_template(
        "membership/desk/verification.html",
        show=show, page=page, labels=labels, counts=desk_queries.counts(g.actor), today=clock.today(),
        standing=standing,
    )  # fmt: skip


@bp.get("/visits")
@keepers
def visits() -> str:
    page = desk_queries.claims_page(g.actor, "visits", request.args.get("cursor"))
    return render_template(
        "membership/desk/visits.html",
        page=page, labels=labels, counts=desk_queries.counts(g.actor), today=clock.today(),
    )  # fmt: skip


@bp.route("/verification/<int:claim_id>", methods=["GET", "POST"], endpoint="claim")
@keepers
def claim_page(claim_id: int) -> Any:
    claim = desk_queries.claim_for(g.actor, claim_id)
    around = _around(claim)
    lost = around["settles"] and around["wish"] == NUMBER
    form = DecisionForm(role=claim.role.value, settling=Settling.NEW_NUMBER.value if lost else None)
    form.whose.choices = [(str(each.id), labels.member(each)) for each in around["members"]]
    if form.validate_on_submit():
        try:
            return perform(lambda: _decide(claim_id, form))
        except DomainError as refusal:
            claim = desk_queries.claim_for(g.actor, claim_id)
            return answers.refused(CLAIM, form, refusal, **_around(claim))
    return answers.shown(CLAIM, form, **around)


def _decide(claim_id: int, form: DecisionForm) -> str:
    claim, reason = desk_queries.claim_for(g.actor, claim_id), form.reason.data or ""
    way = CheckWay(form.check_way.data) if form.check_way.data in set(CheckWay) else None
    settling = Settling(form.settling.data) if form.settling.data else None
    if form.deed.data == "pass" and way is not None and settling in takeovers.TAKING:
        _before_a_second_person(claim, form, settling, way)
    elif form.deed.data == "pass" and way is not None:
        _none_waits(claim)
        claim.role = MembershipRole(form.role.data)
        deciding.passes(g.actor, claim, _home(claim), way, reason, settling)
        flash(_("Verified. The resident has been told."), "ok")
    elif form.deed.data == "take_back":
        takeovers.withdraw(g.actor, claim)
        flash(_("Taken back. The application is open again."), "ok")
    elif form.deed.data == "refuse":
        takeovers.drop_of(claim, g.actor)
        deciding.refuses(g.actor, claim, way, reason)
        flash(_("Not verified. The resident has been told."), "ok")
    elif form.deed.data == "revoke" and claim.membership is not None:
        deciding.revoke(g.actor, claim.membership, reason)
        flash(_("The verification is revoked. The resident has been told."), "ok")
    else:
        abort(400)
    return url_for(".claim", claim_id=claim_id)


def _before_a_second_person(claim: Claim, form: DecisionForm, settling: Settling, way: CheckWay) -> None:
    home = _home(claim)
    if home is None:
        raise DomainError("Please choose the home on the roster first.", field="home")
    role, reason = MembershipRole(form.role.data), form.reason.data or ""
    member = desk_queries.member_meant(home, settling, whole(form.whose.data))
    takeovers.ask(g.actor, claim, home, settling, way, role, reason, member)
    flash(_("Put before a second person. The home has been told and has a day to say no."), "ok")


def _none_waits(claim: Claim) -> None:
    found = takeovers.of_claim(claim.id)
    if found is not None and found.ended_at is None:
        raise Conflict("A change at this home waits for a second person already.")


def _home(claim: Claim) -> Household | None:
    """The home that was looked up on this page, else the one the application names."""
    asked = whole(request.values.get("home"))
    return desk_queries.home_for(g.actor, asked or claim.household_id)


def _around(claim: Claim) -> dict[str, Any]:
    home, missing = _home(claim), False
    if home is None or "room" in request.args:
        home, missing = _looked_up(home)
    is_open = claim.state is ClaimState.OPEN
    others = clashing(claim.account, home, claim.role) if home and is_open else []
    wish, registered = claim.said.wish, desk_queries.members(home)
    words = {
        "building": _("The building"), "door": _("Entrance and room"), "name": _("Name of the owner"),
        "tail": _("Last four digits"), "own": _("Number signed in with"), "filled": _("filled in"),
        "kept": _("on the roster"), "proved": _("proved by SMS"),
    }  # fmt: skip
    return {
        "claim": claim, "home": home, "missing": missing, "others": others, "labels": labels,
        "lines": desk_queries.side_by_side(claim, home, words), "members": registered,
        "buildings": places.buildings_for(g.actor), "is_open": is_open, "wish": wish,
        "settles": is_open and bool(others or (wish == NUMBER and registered)), "takeover": takeovers.of_claim(claim.id),
        "open_takeover": takeovers.open_at(home.id) if home else None,
        "is_standing": claim.membership is not None and standing(claim.membership),
        "asked": request.args, "times": [labels.TIMES[key] for key in claim.times.split(",") if key],
    }  # fmt: skip


def _looked_up(home: Household | None) -> tuple[Household | None, bool]:
    """(the home behind `?building=&entrance=&room=`, whether there is none)"""
    building = places.building_for(g.actor, request.args.get("building", ""))
    if building is None or not request.args.get("room"):
        return home, False
    found = desk_queries.homes_named(g.actor, building, request.args.get("entrance", ""), request.args["room"])
    return (found[0], False) if found else (None, True)


@bp.route("/verification/<int:claim_id>/visit", methods=["GET", "POST"])
@keepers
def arrange(claim_id: int) -> Any:
    claim, form = desk_queries.claim_for(g.actor, claim_id), VisitDayForm()
    template = "membership/desk/arrange.html"

    def deed() -> str:
        assert form.day.data is not None
        deciding.arrange_visit(g.actor, desk_queries.claim_for(g.actor, claim_id), form.day.data, form.slot.data)
        flash(_("The visit is arranged. The resident has been told."), "ok")
        return url_for(".visits")

    if form.validate_on_submit():
        try:
            return perform(deed)
        except DomainError as refusal:
            return answers.refused(template, form, refusal, claim=desk_queries.claim_for(g.actor, claim_id))
    return answers.shown(template, form, claim=claim)


@bp.route("/verification/<int:claim_id>/phone", methods=["GET", "POST"])
@keepers
def phone(claim_id: int) -> str | Response:
    """The number signed in with, once, for the call that checks; logged, and told in the inbox (D14)."""
    claim, form, number = desk_queries.claim_for(g.actor, claim_id), ButtonForm(), ""
    if form.validate_on_submit():
        with writing():
            number = _revealed(desk_queries.claim_for(g.actor, claim_id))
    return render_template("membership/desk/phone.html", claim=claim, form=form, number=number)


def _revealed(claim: Claim) -> str:
    unit = db.session.get(Agency, g.actor.agency_id)
    values = {"unit": unit.short_name if unit else "社区", "time": sms_moment(clock.now())}
    notify(Recipient.phone(claim.account.phone), "phone_seen", values, subject=claim.subject, link="/me/household")
    journal.record("claim:phone", g.actor, claim.subject)
    return claim.account.phone.removeprefix("+86")
