"""What selects offer."""

from flask_babel import gettext as _

from portal.places import queries
from portal.places.labels import KINDS, STAGES
from portal.places.models import AgencyKind, Stage


def communities() -> list[tuple[int, str]]:
    return [(found.id, f"{found.name}（{found.street.name}）") for found in queries.communities()]


def streets() -> list[tuple[int, str]]:
    return [(found.id, found.name) for found in queries.streets()]


def agencies(kind: AgencyKind | None = None, without: int | None = None) -> list[tuple[int, str]]:
    """0 stands for none."""
    found = [a for a in queries.agencies() if (kind is None or a.kind is kind) and a.id != without]
    return [(0, _("none")), *((agency.id, agency.name) for agency in found)]


def kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(label)) for kind, label in KINDS.items()]


def stages() -> list[tuple[str, str]]:
    return [(stage.value, str(STAGES[stage])) for stage in Stage]
