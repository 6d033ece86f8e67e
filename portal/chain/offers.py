"""转为诉求: the author of a post says yes or no; a yes registers their own words as their case, the link kept both ways."""

from typing import Any

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from portal.cases import submitting as reports
from portal.cases.models import Case, Source
from portal.core.access import resident
from portal.core.extensions import db
from portal.core.forms import BaseForm
from portal.core.writing import perform
from portal.domain.actors import Actor
from portal.domain.case_statuses import CaseTrack
from portal.domain.categories import RESIDENT_CATEGORIES, guess, track_of
from portal.domain.errors import NotFound
from portal.forum import offering
from portal.forum.models import Post
from portal.identity.queries import account
from portal.links import edges
from portal.links.models import LinkKind

bp = Blueprint("chain_offers", __name__)


class ConsentForm(BaseForm):
    category = SelectField(_l("Kind of problem"), validators=[InputRequired(_l("Please choose one."))])
    agreed = SelectField(
        _l("Shall it become a case"),
        choices=[("", _l("Please choose")), ("yes", _l("Yes, register it for me")), ("no", _l("No"))],
        validators=[InputRequired(_l("Please choose one."))],
    )


@bp.route("/forum/posts/<int:post_id>/case", methods=["GET", "POST"])
@resident
def consent(post_id: int) -> Any:
    post = db.session.get(Post, post_id)
    offer = offering.offer_of(post) if post is not None else None
    if post is None or post.account_id != g.actor.id or offer is None:
        raise NotFound("There is no such post of yours.")
    form = ConsentForm(category=guess(post.words) or RESIDENT_CATEGORIES[-1].code)
    plain = [each for each in RESIDENT_CATEGORIES if track_of(each.code) is CaseTrack.ORDINARY]
    form.category.choices = [(each.code, each.label) for each in plain]
    if offer.answered_at is None and form.validate_on_submit():
        agreed = form.agreed.data == "yes"
        reply = perform(lambda: _answer(g.actor, post_id, agreed, form.category.data))
        flash(gettext("Registered. You can follow it here.") if agreed else gettext("Nothing is registered."), "ok")
        return reply
    page = render_template("chain/offer.html", post=post, offer=offer, form=form, case=_case_of(post))
    return page, (422 if form.errors else 200)


def _answer(actor: Actor, post_id: int, agreed: bool, category: str) -> str:
    post = offering.answer(actor, post_id, agreed)
    if not agreed:
        return url_for(".consent", post_id=post_id)
    words = post.words
    report = reports.Report(
        building_id=post.building_id,
        category=category,
        words=words,
        phone=account(actor.id).phone,
        source=Source.DISCUSSION,
    )
    case = reports.submit(actor, report)
    edges.tie(actor, LinkKind.BECAME, post.subject, case.subject)
    return url_for("cases_following.case", ref=case.ref)


def _case_of(post: Post) -> Case | None:
    """What became of it, for its author."""
    links = edges.onward([post.subject], LinkKind.BECAME).get(post.subject, [])
    number = links[0].target.removeprefix("case:") if links else ""
    return db.session.get(Case, int(number)) if number.isdigit() else None
