"""人员与权限: who works here, in which role, for which places; every change with its reason."""

from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from portal.core.access import staff
from portal.core.extensions import db
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain import phones
from portal.domain.errors import DomainError, NotFound
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import answers, leaving, passwords, queries, resets, second_factor, staffing
from portal.identity.labels import CHANGES, LOST, ROLES
from portal.identity.staff_forms import AddForm, LeadForm, ResetForm, RetireForm, RoleForm
from portal.identity.step_up import step_up

bp = Blueprint("identity_admin", __name__)


@bp.get("/admin/users")
@staff(Role.ADMIN)
def users() -> str:
    asked = request.args.get("role", "")
    role = Role(asked) if asked in {found.value for found in STAFF_ROLES} else None
    retired = request.args.get("retired") == "1"
    return render_template(
        "identity/admin/users.html",
        posts=queries.posts(role, with_retired=retired),
        role=role,
        retired=retired,
        roles=ROLES,
    )


@bp.route("/admin/users/new", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def add_user() -> Any:
    form = AddForm()
    if form.validate_on_submit():
        try:
            password_hash = staffing.checked_hash(form.password.data or "", form.username.data or "")
            answer = perform(lambda: _add(form, password_hash))
        except DomainError as refusal:
            return answers.refused("identity/admin/new.html", form, refusal)
        flash(_("Added. Please hand over the password in person."), "ok")
        return answer
    return answers.shown("identity/admin/new.html", form)


def _add(form: AddForm, password_hash: str) -> str:
    post = staffing.add_staff(
        form.username.data or "",
        form.name.data or "",
        Role(form.role.data),
        int(form.agency.data),
        password_hash,
        places=form.chosen_places(),
        phone=phones.mobile_or_none(form.phone.data),
        actor=g.actor,
    )
    return url_for(".user", post_id=post.id)


@bp.get("/admin/users/<int:post_id>")
@staff(Role.ADMIN)
def user(post_id: int) -> str:
    return render_template(
        "identity/admin/user.html",
        post=queries.post(post_id),
        changes=queries.changes_of(post_id),
        is_asked=resets.is_waiting(post_id),
        may_draw=resets.may_draw(queries.post(post_id), g.actor),
        recovery_left=second_factor.left(post_id),
        roles=ROLES,
        words=CHANGES,
    )


@bp.route("/admin/users/<int:post_id>/role", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def change_role(post_id: int) -> Any:
    form = RoleForm.of(queries.post(post_id))
    return _changed(post_id, form, "role", lambda: _change_role(post_id, form))


def _change_role(post_id: int, form: RoleForm) -> None:
    staffing.change_role(
        queries.post(post_id),
        Role(form.role.data),
        int(form.agency.data),
        form.chosen_places(),
        reason=form.reason.data or "",
        actor=g.actor,
    )


@bp.route("/admin/users/<int:post_id>/lead", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def lead(post_id: int) -> Any:
    form = LeadForm(wanted="" if queries.post(post_id).is_lead else "1")
    return _changed(post_id, form, "lead", lambda: _set_lead(post_id, form))


def _set_lead(post_id: int, form: LeadForm) -> None:
    staffing.set_lead(queries.post(post_id), bool(form.wanted.data), reason=form.reason.data or "", actor=g.actor)


@bp.route("/admin/users/<int:post_id>/retire", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def retire(post_id: int) -> Any:
    form = RetireForm.of(queries.post(post_id))
    return _changed(post_id, form, "retire", lambda: _retire(post_id, form), left=leaving.lies_with(post_id))


def _retire(post_id: int, form: RetireForm) -> None:
    chosen = whole(form.successor.data)
    successor = queries.post(chosen) if chosen else None
    staffing.retire(queries.post(post_id), reason=form.reason.data or "", successor=successor, actor=g.actor)


@bp.route("/admin/users/<int:post_id>/password", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def reset_sign_in(post_id: int) -> Any:
    """Only asked for here: a second administrator decides."""
    queries.post(post_id)
    form = ResetForm()
    return _changed(
        post_id, form, "reset", lambda: _ask_reset(post_id, form), _("Asked for. Another administrator decides.")
    )


def _ask_reset(post_id: int, form: ResetForm) -> None:
    lost = resets.Lost(form.lost.data)
    resets.ask(queries.post(post_id), lost, str(LOST[lost]), form.reason.data or "", g.actor)


@bp.route("/admin/users/<int:post_id>/one-time-password", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def one_time_password(post_id: int) -> Any:
    """The password stands on one answer only, for the administrator who asked."""
    if not resets.may_draw(queries.post(post_id), g.actor):
        raise NotFound("There is no one-time password for you to hand over.")
    form = ButtonForm()
    if not form.validate_on_submit():
        return answers.shown("identity/admin/one_time.html", form, post=queries.post(post_id))
    db.session.rollback()
    fresh, drawn = resets.new_password(), list[bool]()
    password_hash = passwords.hash_password(fresh)
    answer = perform(lambda: _draw(post_id, password_hash, drawn))
    if not drawn:
        return answer
    return make_response(render_template("identity/admin/one_time_shown.html", post=queries.post(post_id), fresh=fresh))


def _draw(post_id: int, password_hash: str, drawn: list[bool]) -> str:
    resets.draw(queries.post(post_id), password_hash, g.actor)
    drawn[:] = [True]
    return url_for(".user", post_id=post_id)


def _changed(post_id: int, form: Any, page: str, change: Any, words: str = "", **context: Any) -> Any:
    """Show the form, or do the change and go back to the person's page."""
    if not form.validate_on_submit():
        return answers.shown(f"identity/admin/{page}.html", form, post=queries.post(post_id), **context)

    def deed() -> str:
        change()
        return url_for(".user", post_id=post_id)

    try:
        answer = perform(deed)
    except DomainError as refusal:
        return answers.refused(f"identity/admin/{page}.html", form, refusal, post=queries.post(post_id), **context)
    flash(words or _("Saved. It takes effect at once."), "ok")
    return answer
