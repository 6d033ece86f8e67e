"""What somebody may do with a complaint 诉求 right now, and where it goes then (product D10–D13).

The roads themselves are the table in `case_transitions`, the words in `case_statuses`; both are offered from here.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_returns import STREET_DISPATCHES
from portal.domain.case_statuses import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    UNANSWERED_STATUSES,
    CaseAction,
    CaseOutcome,
    CaseStatus,
    CaseTrack,
    ReplyResult,
)
from portal.domain.case_supervision import SupervisionState
from portal.domain.case_suspension import SuspensionState
from portal.domain.case_transitions import (
    AUTHOR,
    DISPATCHERS,
    EXTENSION_DECIDERS,
    RATE_DAYS,
    REGISTRARS,
    REOPEN_DAYS,
    RESPONSIBLE,
    TABLES,
    TRANSITIONS,
    Move,
)
from portal.domain.errors import DomainError, NotAllowed
from portal.domain.local_time import local_day
from portal.domain.roles import STAFF_ROLES, Role

__all__ = [
    "AUTHOR",
    "CLOSED_STATUSES",
    "DISPATCHERS",
    "EXTENSION_DECIDERS",
    "OPEN_STATUSES",
    "RATE_DAYS",
    "REGISTRARS",
    "REOPEN_DAYS",
    "RESPONSIBLE",
    "SYSTEM",
    "TABLES",
    "TRANSITIONS",
    "UNANSWERED_STATUSES",
    "CaseAction",
    "CaseFacts",
    "CaseOutcome",
    "CaseStatus",
    "CaseTrack",
    "Move",
    "NotInThisStatus",
    "Reach",
    "ReplyResult",
    "Stand",
    "TooLate",
    "allowed_actions",
    "check_assignment",
    "may_register",
    "move",
]


class NotInThisStatus(NotAllowed):
    """The case has moved on, or was never there."""

    status = 409


class TooLate(NotInThisStatus):
    """The time for it is over; the reason says what to do instead."""


@dataclass(frozen=True)
class CaseFacts:
    """What the rules need to know of a case.

    `asked_in`: the status in which the open question was put (status need_info only).
    `closed_at`: aware, of the last close. `phone_shared`: the author lets the unit telephone.
    `times_assigned`: how often the case was given to a unit so far; `street_dispatches`: how often the street may.
    `return_until`: the last moment for sending it back, `return_days` working days after the last assignment.
    `promise_due`: the end of the promised day. `extension`: how its one extension stands, None while nobody asked.
    `urge_again_on`: the first day on which the author may urge again.
    `merged_from`: the status before it was merged. `main_answered`: the case it was merged into has an answer to judge.
    `supervision`: how the order that is not cleared yet stands, None while there is none.
    `suspension`: how a 挂账 that is asked for or in force stands, None while there is none.
    `exclusion`: how a 剔除 that is asked for or in force stands, None while there is none.
    `unacknowledged`: urgent, waits to be taken on or signed for, and nobody has said yet to see to it.
    """

    status: CaseStatus
    track: CaseTrack = CaseTrack.ORDINARY
    asked_in: CaseStatus | None = None
    closed_at: datetime | None = None
    has_phone: bool = True
    phone_shared: bool = False
    is_public: bool = False
    times_assigned: int = 0
    street_dispatches: int = STREET_DISPATCHES
    return_until: datetime | None = None
    return_days: int = 1
    promise_due: datetime | None = None
    extension: ExtensionState | None = None
    urge_again_on: date | None = None
    merged_from: CaseStatus | None = None
    main_answered: bool = False
    supervision: SupervisionState | None = None
    suspension: SuspensionState | None = None
    exclusion: ExclusionState | None = None
    unacknowledged: bool = False


@dataclass(frozen=True)
class Stand:
    """Where somebody stands towards one case.

    `role` None is the system or a guest; somebody who opened the case with its codes is RESIDENT with `is_author`.
    `is_responsible_unit`: the case lies with the unit of this person. `is_helping`: of the contractor that
    carries out the work for that unit, or of a unit that helps it (协办).
    `is_handler`: this person signed, contacted, solved or replied before.
    `is_concerned`: belongs to the unit complained about. `is_above`: of the unit that decides on its extension.
    `is_former_handler`: handled it before it was closed and disputed, and has a colleague who can do it now.
    `is_superior`: of a unit above the one that holds the case. `has_had_it`: of a unit that has or had its hands in it.
    `is_staff_session`: a member of staff is signed in on this browser. `is_system`: the worker.
    """

    role: Role | None = None
    is_author: bool = False
    is_responsible_unit: bool = False
    is_helping: bool = False
    is_handler: bool = False
    is_concerned: bool = False
    is_above: bool = False
    is_former_handler: bool = False
    is_superior: bool = False
    has_had_it: bool = False
    is_staff_session: bool = False
    is_system: bool = False


SYSTEM = Stand(is_system=True)


def may_register(role: Role | None) -> bool:
    """Who registers a case for somebody on the phone or at the window (D13, first row)."""
    return role in REGISTRARS


def allowed_actions(case: CaseFacts, who: Stand, now: datetime) -> tuple[CaseAction, ...]:
    """What to offer, in the order of `CaseAction`; REVEAL is among them only when there is a phone to see."""
    return tuple(action for action in CaseAction if isinstance(_judge(case, who, action, now), Move))


def move(case: CaseFacts, who: Stand, action: CaseAction, now: datetime) -> Move:
    """The row taken, with `to` filled in: the status after the deed (the same one where the deed leaves it).

    Raises NotAllowed with a reason to show; NotInThisStatus (409) when the case is not in a status for it.
    """
    row = _judge(case, who, action, now)
    if isinstance(row, DomainError):
        raise row
    if row.apart:
        return replace(row, to=case.merged_from or CaseStatus.ACCEPTED)
    if row.back:
        return replace(row, to=case.asked_in or CaseStatus.IN_PROGRESS)
    return replace(row, to=row.to or case.status)


def _find_row(case: CaseFacts, action: CaseAction) -> Move | None:
    """A question stops nobody: what may be done where it was put may be done while it is open (D10)."""
    table = TABLES[case.track]
    row = table.get((case.status, action))
    if row is None and case.status is CaseStatus.NEED_INFO and action not in (CaseAction.ASK, CaseAction.ADD):
        return table.get((case.asked_in or CaseStatus.IN_PROGRESS, action))
    return row


def _judge(case: CaseFacts, who: Stand, action: CaseAction, now: datetime) -> Move | DomainError:
    row = _find_row(case, action)
    if who.is_concerned:
        return NotAllowed("You are not allowed to do this.")
    if row is None:
        return NotInThisStatus("This cannot be done with the case any more. Please reload the page.")
    if who.is_system:
        return (_refusal_by_order(case, row) or row) if row.system else NotAllowed("You are not allowed to do this.")
    if who.role in STAFF_ROLES:
        return (
            _refusal_of_staff(case, who, row) or _refusal_by_order(case, row) or _refusal_by_time(case, row, now) or row
        )
    return _refusal_of_resident(case, who, row, now) or row


def _refusal_of_resident(case: CaseFacts, who: Stand, row: Move, now: datetime) -> DomainError | None:
    meant = bool(row.by & AUTHOR) if who.is_author else row.neighbour
    if not meant:
        return NotAllowed("Only the person who reported this may do it.")
    if who.is_staff_session:
        return NotAllowed("A member of staff is signed in on this device. Only the resident may decide this.")
    if row.once_a_day and case.urge_again_on is not None and local_day(now) < case.urge_again_on:
        return NotInThisStatus("You have urged today already. You can urge again on the next working day.")
    if row.with_main and not case.main_answered:
        return NotInThisStatus("There is no answer yet that could be judged.")
    if row.within_days is not None and _is_too_late(case, row.within_days, now):
        return NotInThisStatus(
            "The time for this (%(days)s days) is over. If the problem is still there, please report it again.",
            days=row.within_days,
        )
    return None


def _is_too_late(case: CaseFacts, days: int, now: datetime) -> bool:
    """The day of the close is not counted, the last day counts until 24:00."""
    return case.closed_at is None or local_day(now) > local_day(case.closed_at) + timedelta(days=days)


def _refusal_of_staff(case: CaseFacts, who: Stand, row: Move) -> DomainError | None:
    if who.role not in row.by | row.own_unit | row.helping:
        return NotAllowed("You are not allowed to do this.")
    is_theirs = (who.role in row.own_unit and who.is_responsible_unit) or (who.role in row.helping and who.is_helping)
    if who.role not in row.by and not is_theirs:
        return NotAllowed("The case does not lie with your unit.")
    if (row.above and not who.is_above) or (row.superior and not who.is_superior and who.role is not Role.AUDITOR):
        return NotAllowed("You are not allowed to do this.")
    if row.not_handler and who.is_handler:
        return NotAllowed("Whoever handled the case may not close it.")
    if row.not_again and who.is_former_handler:
        return NotAllowed("The resident disputed the close. A colleague handles it this time.")
    if row.not_own and who.has_had_it:
        return NotAllowed("Your unit has handled this case itself and does not decide whether it counts.")
    if row.unacknowledged and not case.unacknowledged:
        return NotInThisStatus("Somebody sees to it already.")
    if row.only_public and not case.is_public:
        return NotAllowed("The resident has not agreed to publication.")
    return _refusal_of_phone(case, who) if row.only_shared else None


def _refusal_by_order(case: CaseFacts, row: Move) -> DomainError | None:
    standings = (
        (row.suspension, case.suspension),
        (row.exclusion, case.exclusion),
        (row.supervision, case.supervision),
    )
    if any(wanted and found not in wanted for wanted, found in standings):
        return NotInThisStatus("This cannot be done with the case any more. Please reload the page.")
    return None


def _refusal_by_time(case: CaseFacts, row: Move, now: datetime) -> DomainError | None:
    if row.extension and case.extension not in row.extension:
        return NotInThisStatus("This cannot be done with the case any more. Please reload the page.")
    if row.before_promise and case.promise_due is not None and now > case.promise_due:
        return TooLate("It is overdue and cannot be extended any more. Please first answer how it stands.")
    return _refusal_of_return(case, now) if row.in_return_time else None


def _refusal_of_return(case: CaseFacts, now: datetime) -> DomainError | None:
    if case.times_assigned > case.street_dispatches:
        return TooLate(
            "The superior has named your unit after %(count)s dispatches. The case cannot be returned any more.",
            count=case.street_dispatches,
        )
    if case.return_until is None or now > case.return_until:
        return TooLate(
            "It came more than %(days)s working day(s) ago and cannot be returned. Please ask the level above to arrange it.",
            days=case.return_days,
        )
    return None


def _refusal_of_phone(case: CaseFacts, who: Stand) -> DomainError | None:
    if not case.has_phone:
        return NotAllowed("The resident left no phone number.")
    if who.role in {Role.AGENCY, Role.AUDITOR} and not case.phone_shared:
        return NotAllowed("The resident wants only the community to have the phone number.")
    return None


class Reach(StrEnum):
    """How far a unit is from the street: its own (社区, 物业, 街道 itself), or a district body or utility 专营单位."""

    WITHIN_STREET = "within_street"
    DISTRICT_BODY = "district_body"


def check_assignment(
    case: CaseFacts, who: Stand, reach: Reach, *, to_same_unit: bool = False, to_concerned: bool = False
) -> None:
    """Whether ASSIGN, or ACCEPT with a unit, may name this unit; raises NotAllowed with the reason.

    The street cannot bind the grid, the gas company or a district bureau, and after `street_dispatches` the superior
    names the unit (domain.md §0.5, D13). `to_concerned`: the unit complained about (D12).
    """
    if to_same_unit:
        raise NotAllowed("The case already lies with this unit.", field="agency")
    if to_concerned:
        raise NotAllowed("A unit may not handle a complaint about itself.", field="agency")
    if who.role is not Role.STREET:
        return
    if reach is Reach.DISTRICT_BODY:
        raise NotAllowed("Only the district may assign to district bodies and utilities.", field="agency")
    if case.times_assigned >= case.street_dispatches:
        raise NotAllowed(
            "This case has been passed on %(count)s times. The superior has to name the unit.",
            field="agency",
            count=case.street_dispatches,
        )
