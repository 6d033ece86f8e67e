"""Who acts: what every service is told, instead of reading a request."""

from dataclasses import dataclass, field
from typing import Literal

from portal.domain.roles import DISTRICT_WIDE, Role


@dataclass(frozen=True)
class Scope:
    """Where a member of staff may look. `everywhere` is the whole district."""

    everywhere: bool = False
    community_ids: frozenset[int] = frozenset()
    street_ids: frozenset[int] = frozenset()


NOWHERE = Scope()


@dataclass(frozen=True)
class Actor:
    """A guest, a resident signed in by phone, a member of staff, or the clock itself."""

    kind: Literal["guest", "resident", "staff", "system"]
    id: int | None = None
    name: str = ""
    role: Role | None = None
    agency_id: int | None = None
    scope: Scope = field(default=NOWHERE)
    phone_index: str | None = None
    household_id: int | None = None  # an assisted session: the one home it may act for
    assisted_by: int | None = None  # and the member of staff who presses the buttons

    @classmethod
    def guest(cls) -> "Actor":
        return cls("guest")

    @classmethod
    def system(cls) -> "Actor":
        return cls("system", name="系统")

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_assisted(self) -> bool:
        """A member of staff acting for a home (product ID8): may report and vote for it, and nothing else."""
        return self.assisted_by is not None

    @property
    def is_district_wide(self) -> bool:
        return self.role in DISTRICT_WIDE

    @property
    def label(self) -> str:
        """How the journal names the actor: kind and id, never a name or a number."""
        if self.assisted_by is not None:
            return f"staff:{self.assisted_by}:household:{self.household_id}"
        return self.kind if self.id is None else f"{self.kind}:{self.id}"
