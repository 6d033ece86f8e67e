"""Words for roles, and for what happened to a post or a request."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.roles import Role
from portal.identity.models import ApprovalState

ROLES: dict[Role, LazyString] = {
    Role.COMMUNITY: lazy_gettext("Community organization"),
    Role.STREET: lazy_gettext("Street office"),
    Role.AGENCY: lazy_gettext("Responsible unit"),
    Role.CONTRACTOR: lazy_gettext("Contractor"),
    Role.DISTRICT: lazy_gettext("District construction commission"),
    Role.HOTLINE: lazy_gettext("District hotline and petitions"),
    Role.DISCIPLINE: lazy_gettext("Discipline inspection"),
    Role.AUDITOR: lazy_gettext("District inspectors"),
    Role.ADMIN: lazy_gettext("System administrator"),
}

CHANGES: dict[str, LazyString] = {
    "added": lazy_gettext("Added"),
    "role_changed": lazy_gettext("Role or places changed"),
    "retired": lazy_gettext("Retired"),
    "lead_set": lazy_gettext("Made lead of the unit"),
    "lead_unset": lazy_gettext("No longer lead of the unit"),
    "password_reset": lazy_gettext("Password reset"),
    "password_drawn": lazy_gettext("One-time password handed over"),
    "password_changed": lazy_gettext("Own password chosen"),
    "totp_on": lazy_gettext("One-time codes set up"),
    "totp_renewed": lazy_gettext("One-time codes set up anew"),
    "totp_reset": lazy_gettext("One-time codes removed"),
}

LOST: dict[str, LazyString] = {
    "password": lazy_gettext("The password"),
    "totp": lazy_gettext("The phone with the one-time codes"),
    "both": lazy_gettext("Both, password and one-time codes"),
}

DECISIONS: dict[ApprovalState, LazyString] = {
    ApprovalState.ASKED: lazy_gettext("Waiting for a decision"),
    ApprovalState.APPROVED: lazy_gettext("Approved"),
    ApprovalState.REFUSED: lazy_gettext("Not approved"),
    ApprovalState.WITHDRAWN: lazy_gettext("Taken back"),
}
