"""How the demo's officers have set up their desks: filters under a name, and who of a unit gets which cases."""

from sqlalchemy import select

from portal.cases import hand_rules, saved_filters
from portal.cli.demo.staff import officer
from portal.core.extensions import db
from portal.core.writing import writing
from portal.places.models import Compound

FILTERS = (
    ("street1", "超期没答复的", {"show": "overdue"}),
    ("street1", "电话来的", {"source": "phone"}),
    ("district1", "不满意的", {"show": "unsatisfied"}),
    ("agency1", "我手上的", {"show": "mine"}),
)


def keep() -> None:
    """One default nowhere: `/desk` opens with everything."""
    with writing():
        for username, name, values in FILTERS:
            saved_filters.save(officer(username), name, values)
        agency = officer("agency1")
        first = db.session.scalars(select(Compound.id).order_by(Compound.id)).first()
        for category, compound, automatic in (("lighting_dark", None, True), (None, first, False)):
            hand_rules.add(
                agency,
                post_id=int(agency.id or 0),
                category=category,
                compound_id=compound,
                building_id=None,
                automatic=automatic,
            )
