"""Words for roles, states, ways and times."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain import phones
from portal.membership.claim_models import CheckWay, ClaimState, Settling
from portal.membership.models import Membership, MembershipRole, MembershipState, Way
from portal.membership.takeover_models import TakeoverState
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
    Settling.NEW_NUMBER: lazy_gettext("The same person with a new number; the registration moves to it"),
}
TAKEOVERS: dict[Settling, str] = {  # for the list of what waits for a second person
    Settling.HAND_OVER: "投票人换成新申请的人",
    Settling.REPLACE: "撤销原登记，换成新申请的人",
    Settling.NEW_NUMBER: "旧手机号用不了，换成新手机号",
}
TAKEOVER_STATES: dict[TakeoverState, LazyString] = {
    TakeoverState.ASKED: lazy_gettext("Waits for a second person"),
    TakeoverState.AGREED: lazy_gettext("Agreed, waits for the day to pass"),
    TakeoverState.DONE: lazy_gettext("Done"),
    TakeoverState.REFUSED: lazy_gettext("The second person did not agree"),
    TakeoverState.STOPPED: lazy_gettext("Whoever is registered said no"),
    TakeoverState.DROPPED: lazy_gettext("Taken back"),
}
WISHES: dict[str, LazyString] = {
    "number": lazy_gettext("New number, the old one is lost"),
    "voter": lazy_gettext("Asks to be the voter"),
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


def member(found: Membership) -> str:
    """房主（尾号 0136，2024年6月17日登记）: for staff who have to tell apart who is registered."""
    tail = phones.tail(found.account.phone) if found.account.phone else "—"
    return str(gettext("%(role)s, number ending in %(tail)s", role=ROLES[found.role], tail=tail))
