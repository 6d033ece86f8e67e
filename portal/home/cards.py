"""What stands on the landing page and the home page. A feature joins by adding its function to one of the three lists.

Each function gets the building (None where none is known) and answers None while it has nothing to show: no dead tiles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.ballots.cards import vote_card
from portal.forum.listing import open_count
from portal.membership.cards import verify_card
from portal.places.models import Building


@dataclass(frozen=True)
class Tile:
    url: str
    title: str
    sub: str
    icon: str


Card = Callable[[Building], Markup | None]
TileMaker = Callable[[Building | None], Tile | None]


def track(_building: Building | None) -> Tile:
    return Tile(
        url_for("cases_following.track"), _("Track progress"), _("With the query code or your phone number"), "search"
    )


def public_cases(_building: Building | None) -> Tile:
    return Tile(url_for("cases_public.index"), _("Public cases"), _("How the neighbours' matters go"), "list")


def votes(_building: Building | None) -> Tile:
    return Tile(url_for("ballots.index"), _("Votes"), _("Open votes and results"), "vote")


def forum(building: Building | None) -> Tile:
    count = open_count(building.compound if building else None)
    sub = _("%(count)s topics under discussion", count=count) if count else _("Talk things over with the neighbours")
    return Tile(url_for("forum.index"), _("The forum"), sub, "chat")


def mine(_building: Building | None) -> Tile:
    return Tile(url_for("identity.me"), _("Mine"), _("What I reported, my messages"), "people")


def how_to(_building: Building | None) -> Tile:
    return Tile(url_for("home.help_page"), _("How to use it"), _("By phone or by family"), "help")


NOTICES: Sequence[Card] = ()  # amber strips above everything: water or power cut today
CARDS: Sequence[Card] = (
    vote_card,
    verify_card,
)  # between the red card and the tiles: an open vote, and who may take part
TILES: Sequence[TileMaker] = (track, votes, public_cases, forum, mine, how_to)


def shown(makers: Sequence[Card], building: Building) -> list[Markup]:
    return [card for make in makers if (card := make(building)) is not None]


def tiles(building: Building | None) -> list[Tile]:
    return [tile for make in TILES if (tile := make(building)) is not None]
