"""书面委托: registered with its scan, seen and agreed to by a second person."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, MultipleFileField, StringField
from wtforms.validators import Length, ValidationError

from portal.ballots import proxies, queries, sheets
from portal.ballots.models import Ballot
from portal.core.access import staff
from portal.core.forms import BaseForm, ButtonForm, Needed, clean_text
from portal.core.writing import perform
from portal.domain import phones
from portal.domain.ballot_kinds import BallotState
from portal.domain.ballot_results import ProxyState
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.media import received
from portal.media import services as media
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_by_owner
from portal.media.serving import PhotoSize, send_photo

bp = Blueprint("ballots_proxies", __name__, url_prefix="/community/votes/<int:ballot_id>/proxies")
keepers = staff(Role.COMMUNITY, Role.STREET)

STATES = {
    ProxyState.ASKED: (lazy_gettext("Waits for the second person"), "warn", "clock"),
    ProxyState.VALID: (lazy_gettext("In force"), "ok", "check"),
    ProxyState.REFUSED: (lazy_gettext("Refused"), "gray", "cross"),
    ProxyState.REVOKED: (lazy_gettext("Taken back"), "gray", "cross"),
}


class ProxyForm(BaseForm):
    door = StringField(lazy_gettext("Household"), filters=[clean_text], validators=[Needed(), Length(max=40)])
    name = StringField(lazy_gettext("Who votes for them"), filters=[clean_text], validators=[Needed(), Length(max=20)])
    phone = StringField(lazy_gettext("Mobile number"), filters=[clean_text])
    scan = MultipleFileField(lazy_gettext("Photo of the written proxy"))
    declared = BooleanField(lazy_gettext("They are not staff, not of the builder, not of the property company"))

    def validate_phone(self, field: Any) -> None:
        if phones.mobile_or_none(field.data) is None:
            raise ValidationError(_("Please fill in the 11 digits of a mobile number"))

    def validate_declared(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Please ask them, and tick this"))


def _ballot(ballot_id: int) -> Ballot:
    return queries.ballot_for(g.actor, ballot_id)


@bp.route("", methods=["GET", "POST"])
@keepers
def index(ballot_id: int) -> Answer | str | tuple[str, int]:
    ballot, form = _ballot(ballot_id), ProxyForm()
    if form.validate_on_submit():
        answer = _sent(ballot_id, form)
        if answer is not None:
            return answer
        ballot = _ballot(ballot_id)
    rows = proxies.all_of(ballot)
    page = render_template(
        "ballots/desk/proxies.html",
        ballot=ballot,
        form=form,
        rows=rows,
        scans=photos_by_owner("ballot-proxy", [row.id for row in rows]),
        doors={row.id: sheets.door_of(row.entry.roll_homes[0].household) for row in rows},
        states=STATES,
        living=proxies.LIVING,
        is_open=ballot.state is BallotState.OPEN,
        button=ButtonForm(),
        masked=phones.mask,
    )
    return (page, 422) if form.errors or form.form_errors else page


def _sent(ballot_id: int, form: ProxyForm) -> Answer | None:
    """Photos are decoded before the transaction; one is needed."""
    photos = received.receive(fields=("scan",), most=3)
    if photos.complaints or not photos.good:
        form.scan.errors = photos.complaints or [_("Please add a photo of the signed paper")]
        return None
    try:
        return perform(lambda: _register(ballot_id, form, photos.good))
    except DomainError as error:
        form.refuse(error)
        return None


def _register(ballot_id: int, form: ProxyForm, photos: list[media.Processed]) -> str:
    ballot = _ballot(ballot_id)
    number = phones.mobile_or_none(form.phone.data) or ""
    about = sheets.find(ballot, form.door.data or "")
    proxy = proxies.register(g.actor, ballot, about, name=form.name.data or "", phone=number)
    for photo in photos:
        media.keep(photo, proxies.scans_of(proxy))
    flash(_("Registered. It counts when a second person has agreed."), "ok")
    return url_for(".index", ballot_id=ballot_id)


@bp.post("/<int:proxy_id>/revoke")
@keepers
def revoke(ballot_id: int, proxy_id: int) -> Answer:
    def deed() -> str:
        proxies.revoke(g.actor, _ballot(ballot_id), proxy_id)
        flash(_("The proxy was taken back."), "ok")
        return url_for(".index", ballot_id=ballot_id)

    return perform(deed)


@bp.get("/scan/<token>")
@keepers
def scan(ballot_id: int, token: str) -> Response:
    ballot, photo = _ballot(ballot_id), photo_by_token(token)
    if photo is None or photo.owner not in [Owner("ballot-proxy", str(row.id)) for row in proxies.all_of(ballot)]:
        abort(404)
    return send_photo(photo, PhotoSize.THUMB if request.args.get("size") == "thumb" else PhotoSize.FULL)
