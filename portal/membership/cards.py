"""我家在不在名册上？ on a building's page and beside a vote: for whoever is not verified anywhere yet."""

from flask import g, render_template
from markupsafe import Markup

from portal.membership.queries import is_member


def verify_card(_place: object = None) -> Markup | None:
    """Nothing for who is verified, for staff, and while a home is helped. The number of statements is one at most."""
    actor = g.actor
    if actor.is_staff or actor.is_assisted or (actor.kind == "resident" and is_member(actor)):
        return None
    is_guest = actor.kind != "resident"
    return Markup(render_template("membership/card.html", is_guest=is_guest))  # noqa: S704 our own page
