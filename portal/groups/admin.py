"""工作群通知: which unit's group is told what waits at its desk; the administrator connects, tries, pauses and removes it."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from portal.core.access import staff
from portal.core.errors import say
from portal.core.extensions import db
from portal.core.forms import BaseForm, ButtonForm, Needed
from portal.core.settings import settings
from portal.core.writing import perform
from portal.domain.errors import Conflict, DomainError
from portal.domain.roles import Role
from portal.groups import labels, sending, services
from portal.groups.models import GroupNotice, NoticeState
from portal.identity.step_up import step_up

bp = Blueprint("groups_admin", __name__)
JOBS = (sending.send_waiting, sending.tidy)  # loaded here, so that every application knows them


def _copied(text: str | None) -> str | None:
    return None if text is None else "".join(text.split())


class GroupForm(BaseForm):
    address = StringField(
        _l("Webhook address"),
        filters=[_copied],
        validators=[Needed(_l("Please copy the robot's address in here.")), Length(max=400)],
    )
    secret = StringField(_l("Signing secret"), filters=[_copied], validators=[Length(max=200)])


@bp.get("/admin/groups")
@staff(Role.ADMIN)
def index() -> str:
    groups, units = services.all_groups(), services.units()
    connected = [(unit, groups[unit.id]) for unit in units if unit.id in groups]
    return render_template(
        "groups/index.html",
        connected=[(unit, group, labels.state(group)) for unit, group in connected],
        others=[unit for unit in units if unit.id not in groups],
        kinds=labels.KINDS,
        is_on=settings().group_messages,
    )


@bp.route("/admin/groups/<int:agency_id>", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def group(agency_id: int) -> Response | tuple[str, int]:
    services.unit(agency_id)
    form = GroupForm()
    if form.validate_on_submit():
        try:
            return perform(lambda: _connect(agency_id, form))
        except DomainError as refusal:
            form.refuse(refusal)
    return _page(agency_id, form), 422 if form.errors or form.form_errors else 200


def _connect(agency_id: int, form: GroupForm) -> str:
    services.connect(g.actor, agency_id, form.address.data or "", form.secret.data or "")
    flash(_("The group is connected. Try it now."), "ok")
    return url_for(".group", agency_id=agency_id)


def _page(agency_id: int, form: GroupForm) -> str:
    unit, found = services.unit(agency_id), services.group_of(agency_id)
    return render_template(
        "groups/group.html",
        unit=unit,
        group=found,
        form=form,
        button=ButtonForm(formdata=None),
        is_on=settings().group_messages,
        signature=settings().sms_signature,
        labels=labels,
        waiting=services.waiting(found) if found else 0,
        given_up=services.given_up(found) if found else [],
    )


@bp.post("/admin/groups/<int:agency_id>/test")
@staff(Role.ADMIN)
@step_up()
def test(agency_id: int) -> Response:
    """Written down like any other notice, then sent at once, after the commit and outside any transaction."""
    asked: list[tuple[int, int]] = []

    def deed() -> str:
        if not settings().group_messages:
            raise Conflict("Messages to groups are switched off on this site.")
        notice = services.ask_test(g.actor, agency_id)
        asked.append((notice.group_id, notice.id))
        return url_for(".group", agency_id=agency_id)

    try:
        answer = perform(deed)
    except Conflict as refusal:
        flash(say(refusal), "bad")
        return redirect(url_for(".group", agency_id=agency_id), 303)
    for group_id, notice_id in asked[-1:]:
        sending.send(group_id, only=notice_id)
        _say(notice_id)
    return answer


def _say(notice_id: int) -> None:
    notice = db.session.get(GroupNotice, notice_id, populate_existing=True)
    if notice is not None and notice.state is NoticeState.SENT:
        flash(_("The test message was sent. Look into the group."), "ok")
    elif notice is not None and notice.error_code:
        flash(_("The test message was not sent: %(why)s.", why=labels.reason(notice.error_code)), "bad")


@bp.post("/admin/groups/<int:agency_id>/pause")
@staff(Role.ADMIN)
def pause(agency_id: int) -> Response:
    def deed() -> str:
        services.pause(g.actor, agency_id)
        flash(_("Nothing more is sent to this group until you go on."), "ok")
        return url_for(".group", agency_id=agency_id)

    return perform(deed)


@bp.post("/admin/groups/<int:agency_id>/resume")
@staff(Role.ADMIN)
def resume(agency_id: int) -> Response:
    def deed() -> str:
        services.resume(g.actor, agency_id)
        flash(_("The group is told again what waits."), "ok")
        return url_for(".group", agency_id=agency_id)

    return perform(deed)


@bp.route("/admin/groups/<int:agency_id>/remove", methods=["GET", "POST"])
@staff(Role.ADMIN)
@step_up()
def remove(agency_id: int) -> Response | str:
    found = services.existing(g.actor, agency_id)
    form = ButtonForm()
    if form.validate_on_submit():
        return perform(lambda: _remove(agency_id))
    return render_template("groups/remove.html", group=found, form=form, address=labels.masked(found))


def _remove(agency_id: int) -> str:
    services.remove(g.actor, agency_id)
    flash(_("The group was removed; its address is forgotten."), "ok")
    return url_for(".index")
