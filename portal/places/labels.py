"""Words for kinds of units and for the steps of a renovation."""

from flask_babel import lazy_gettext as _l

from portal.places.models import AgencyKind, Stage

KINDS = {
    AgencyKind.DISTRICT: _l("District housing and construction committee"),
    AgencyKind.STREET: _l("Street office"),
    AgencyKind.COMMUNITY: _l("Community organization"),
    AgencyKind.CENTRE: _l("Property service centre"),
    AgencyKind.CONTRACTOR: _l("Contractor"),
    AgencyKind.SUPERVISOR: _l("Works supervisor"),
    AgencyKind.UTILITY: _l("Utility"),
    AgencyKind.BUREAU: _l("Other body of the district"),
    AgencyKind.PROPERTY: _l("Property management"),
    AgencyKind.HOTLINE: _l("Hotline and petitions"),
    AgencyKind.DISCIPLINE: _l("Discipline inspection"),
    AgencyKind.AUDITOR: _l("Inspection office"),
}

STAGES = {
    Stage.CONSULT: _l("Asking for opinions"),
    Stage.PUBLISH: _l("Plan on display"),
    Stage.WORKS: _l("Works"),
    Stage.ACCEPTANCE: _l("Acceptance"),
    Stage.CARE: _l("Aftercare"),
}
