"""Where the doors of the roster hang: /community/rosters, for the community and its street."""

from flask import Blueprint

from portal.core.access import staff
from portal.domain.roles import Role

bp = Blueprint("roster_desk", __name__, url_prefix="/community/rosters")
keepers = staff(Role.COMMUNITY, Role.STREET)
deciders = staff(Role.COMMUNITY, Role.STREET, Role.DISTRICT)
