"""The vote on a building's page and on the home page."""

from flask import render_template
from markupsafe import Markup

from portal.ballots.queries import ballot_at
from portal.places.models import Building


def vote_card(building: Building) -> Markup | None:
    """正在投票, 结果公示中 or 公告中; nothing otherwise."""
    ballot = ballot_at(building)
    return None if ballot is None else Markup(render_template("ballots/card.html", ballot=ballot))  # noqa: S704 our own page
