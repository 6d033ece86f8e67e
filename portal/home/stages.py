"""这栋楼改到哪一步了: the five steps of a building in words."""

from flask_babel import gettext as _

from portal.places.labels import STAGES
from portal.places.models import Building, Stage
from portal.places.queries import stage_of

ORDER = list(Stage)


def now(stage: Stage) -> str:
    words = {
        Stage.CONSULT: _("Opinions are being asked for"),
        Stage.PUBLISH: _("The plan is on display"),
        Stage.WORKS: _("Works are under way"),
        Stage.ACCEPTANCE: _("The works are being accepted"),
        Stage.CARE: _("Finished: warranty and aftercare"),
    }
    return str(words[stage])


def steps(building: Building) -> list[dict[str, str]]:
    """For the macro stage_steps: what lies behind is done, the present one is now."""
    at = ORDER.index(stage_of(building))
    return [
        {"label": str(STAGES[stage]), "state": "done" if i < at else "now" if i == at else "next"}
        for i, stage in enumerate(ORDER)
    ]
