"""Words for roles, states, ways and times."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.membership.claim_models import CheckWay, ClaimState, Settling
from portal.membership.models import MembershipRole, MembershipState, Way
from portal.roster.models import AreaSource, Tenure

ROLES: dict[MembershipRole, LazyString] = {
    MembershipRole.OWNER: lazy_gettext("Owner of the home"),
    MembershipRole.TENANT: lazy_gettext("Tenant of public housing"),
    MembershipRole.FAMILY: lazy_gettext("Family"),
    MembershipRole.RENTER: lazy_gettext("Renting here"),
}
ROLE_NOTES: dict[str, LazyString] = {
    MembershipRole.RENTER: lazy_gettext("You can report problems and discuss; the owner or tenant votes."),
}
WAYS: dict[Way, LazyString] = {
    Way.ROSTER: lazy_gettext("Roster match"),
    Way.INVITE: lazy_gettext("Invite code"),
    Way.VISIT: lazy_gettext("Check by the community"),
    Way.FAMILY: lazy_gettext("Invited by the family"),
}
STATES: dict[ClaimState, LazyString] = {
    ClaimState.OPEN: lazy_gettext("Being checked"),
    ClaimState.PASSED: lazy_gettext("Verified"),
    ClaimState.REFUSED: lazy_gettext("Not verified"),
    ClaimState.WITHDRAWN: lazy_gettext("Taken back"),
}
ENDED: dict[MembershipState, LazyString] = {
    MembershipState.REVOKED: lazy_gettext("Verification revoked"),
    MembershipState.LEFT: lazy_gettext("Gave it up"),
}
CHECK_WAYS: dict[CheckWay, LazyString] = {
    CheckWay.PHONE: lazy_gettext("Asked by telephone"),
    CheckWay.VISIT: lazy_gettext("Visited at home"),
    CheckWay.WINDOW: lazy_gettext("Papers seen at the counter"),
    CheckWay.NEIGHBOUR: lazy_gettext("Known to the stairway's head or to neighbours"),
}
SETTLINGS: dict[Settling, LazyString] = {
    Settling.MERGE: lazy_gettext("Both belong to the home; the voter stays as it is"),
    Settling.HAND_OVER: lazy_gettext("Both belong to the home; the newcomer becomes the voter"),
    Settling.REPLACE: lazy_gettext("Whoever was registered is revoked; the newcomer takes the place"),
}
TIMES: dict[str, LazyString] = {
    "morning": lazy_gettext("Mornings"),
    "afternoon": lazy_gettext("Afternoons"),
    "evening": lazy_gettext("Evenings"),
    "weekdays": lazy_gettext("Working days"),
    "weekend": lazy_gettext("Weekends"),
}
TENURES: dict[Tenure, LazyString] = {
    Tenure.PRIVATE: lazy_gettext("Private property"),
    Tenure.PUBLIC: lazy_gettext("Public housing"),
    Tenure.ENTERPRISE: lazy_gettext("Enterprise housing"),
}
AREA_SOURCES: dict[AreaSource, LazyString] = {
    AreaSource.REGISTER: lazy_gettext("property register"),
    AreaSource.SURVEY: lazy_gettext("survey"),
    AreaSource.CONTRACT: lazy_gettext("purchase contract"),
}
SLOTS: dict[str, LazyString] = {
    "morning": lazy_gettext("Morning"),
    "afternoon": lazy_gettext("Afternoon"),
    "evening": lazy_gettext("Evening"),
}
