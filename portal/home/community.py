"""社区工作台: where the community's people begin their day."""

from flask import Blueprint, g, render_template

from portal.core import clock
from portal.core.access import staff
from portal.domain.roles import Role
from portal.home import workspace

bp = Blueprint("community", __name__)


@bp.get("/community")
@staff(Role.COMMUNITY)
def index() -> str:
    panels = workspace.panels(g.actor)
    return render_template(
        "home/community.html",
        panels=panels,
        today=clock.today(),
        waiting=sum(panel.count for panel in panels if panel.to_do),
    )
