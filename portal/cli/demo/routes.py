"""Categories and routes of a demo: the general table, and each compound's own community, property office and street."""

from portal.ballots.presets import seed as seed_rules
from portal.cases.models import CaseRoute
from portal.cases.seed import seed as seed_categories
from portal.cli.demo import names
from portal.cli.demo.places import Ground
from portal.core.extensions import db
from portal.domain.categories import CATEGORIES

LOCAL = {unit.code for unit in (*names.STREET_UNITS, *names.COMMUNITY_UNITS)}


def seed(ground: Ground) -> None:
    """Flushes. 'WY' in the taxonomy is WY1 in the first community and WY2 in the second."""
    seed_categories()
    seed_rules()
    for category in CATEGORIES:
        if category.unit in LOCAL:
            for compound in ground.compounds:
                at = 1 + ground.communities.index(compound.community)
                unit = ground.units[f"{category.unit}{at}"]
                db.session.add(CaseRoute(category_code=category.code, compound_id=compound.id, agency_id=unit.id))
    db.session.flush()
