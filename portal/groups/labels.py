"""How robots, their answers and their state are called on the administrator's page."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.group_robots import DOORS, RobotKind
from portal.groups.models import StaffGroup
from portal.groups.telling import TEST
from portal.messaging.catalogue import EVENTS

KINDS: dict[RobotKind, LazyString] = {
    RobotKind.WECOM: lazy_gettext("WeCom"),
    RobotKind.DINGTALK: lazy_gettext("DingTalk"),
}
_GONE = lazy_gettext("The address is no longer valid, or the robot was removed from the group")
_TOO_FAST = lazy_gettext("Too many messages in a minute")
REASONS: dict[str, LazyString] = {
    "93000": _GONE,
    "93008": _GONE,
    "300001": _GONE,
    "400101": _GONE,
    "400102": lazy_gettext("The robot is stopped"),
    "400013": lazy_gettext("The group was dissolved"),
    "310000": lazy_gettext("The robot's security settings do not fit: check the signing secret or the keyword"),
    "45009": _TOO_FAST,
    "45033": _TOO_FAST,
    "130101": _TOO_FAST,
    "410100": _TOO_FAST,
    "connect": lazy_gettext("The provider could not be reached"),
    "unclear": lazy_gettext("The provider gave no clear answer; the message may have arrived"),
    "redirect": lazy_gettext("The provider named another address, which is not followed"),
    "too_late": lazy_gettext("Waited for more than a day"),
}


def reason(code: str) -> str:
    return str(REASONS[code]) if code in REASONS else gettext("The provider answered: %(code)s", code=code)


def masked(group: StaffGroup) -> str:
    """The host and the last four characters: enough to tell two groups apart, too little to write into one."""
    return gettext("%(host)s, ending in %(tail)s", host=DOORS[group.kind].host, tail=group.token[-4:])


def event_name(event: str) -> str:
    if event == TEST:
        return gettext("Test message")
    return EVENTS[event].label if event in EVENTS else event


def state(group: StaffGroup) -> tuple[str, str]:
    """A word and the colour of its tag."""
    if group.paused_at is not None:
        return gettext("Paused"), "gray"
    if group.error_code is not None:
        return gettext("The last one did not arrive"), "bad"
    return gettext("Connected"), "ok"
