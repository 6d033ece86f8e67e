"""Every road between the statuses of a complaint, and who may take it: the table of product D13.

One row per (status, action). A later issue adds rows, not code. Scope (which community, street, unit) is decided by the
query that found the case; here it is decided what somebody who may see the case may do with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_statuses import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    UNANSWERED_STATUSES,
    CaseAction,
    CaseStatus,
    CaseTrack,
)
from portal.domain.case_supervision import SupervisionState
from portal.domain.case_suspension import SuspensionState
from portal.domain.roles import Role

REOPEN_DAYS = 30
RATE_DAYS = 30


@dataclass(frozen=True)
class Move:
    """One row: where the case goes and who may send it there.

    `to` None leaves the status; `back` returns to the status that the question was put in.
    `by`: roles that may within their scope; RESIDENT means the author. `own_unit`: roles that may only while the case
    lies with their own unit. `helping`: roles that may only while their unit carries out the work or helps.
    `neighbour`: any resident but the author. `system`: the clock.
    `not_handler`: never the person who worked the case. `within_days`: only so long after the close.
    `only_shared`: nothing to do without a phone, and an agency needs the author's leave.
    `only_public`: only where the author agreed to publication.
    `in_return_time`: only within the working days after the assignment, and not when the superior named the unit.
    `before_promise`: only until the promised day is over. `extension`: only while the case's one stands like this,
    None where there is none yet; empty: however it stands. `above`: only the unit that decides above the responsible one.
    `once_a_day`: once per working day. `not_again`: not the person whose close was disputed, where a colleague can.
    `apart`: back to where it stood before it was merged. `with_main`: only once the main case is answered.
    `superior`: only a unit above the one that holds the case, or the inspection.
    `supervision`: only while the order stands like this, None where there is none; empty: however it stands.
    `suspension`: only while a 挂账 is asked for or in force like this, None where there is none.
    `exclusion`: only while a 剔除 is asked for or in force like this, None where there is none.
    `not_own`: never somebody of a unit that has or had the case in its hands.
    `unacknowledged`: only of an urgent case that nobody has said yet to see to.
    """

    to: CaseStatus | None
    by: frozenset[Role] = frozenset()
    own_unit: frozenset[Role] = frozenset()
    helping: frozenset[Role] = frozenset()
    neighbour: bool = False
    system: bool = False
    back: bool = False
    not_handler: bool = False
    within_days: int | None = None
    only_shared: bool = False
    only_public: bool = False
    in_return_time: bool = False
    before_promise: bool = False
    extension: tuple[ExtensionState | None, ...] = ()
    above: bool = False
    once_a_day: bool = False
    not_again: bool = False
    apart: bool = False
    with_main: bool = False
    superior: bool = False
    supervision: tuple[SupervisionState | None, ...] = ()
    suspension: tuple[SuspensionState | None, ...] = ()
    exclusion: tuple[ExclusionState | None, ...] = ()
    not_own: bool = False
    unacknowledged: bool = False


Table = dict[tuple[CaseStatus, CaseAction], Move]

AUTHOR = frozenset({Role.RESIDENT})
REGISTRARS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.HOTLINE})
EXTENSION_DECIDERS = frozenset({Role.STREET, Role.DISTRICT})
DISPATCHERS = frozenset({Role.STREET, Role.DISTRICT, Role.HOTLINE})
RESPONSIBLE = frozenset({Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT})
MERGERS = frozenset({Role.STREET, Role.DISTRICT})
SUSPENDERS = frozenset({Role.STREET, Role.AGENCY})
EXCLUSION_DECIDERS = frozenset({Role.DISTRICT})
AUDITORS = frozenset({Role.AUDITOR})
SUPERVISORS = frozenset({Role.STREET, Role.DISTRICT, Role.AUDITOR})
HELPERS = frozenset({Role.CONTRACTOR, Role.AGENCY, Role.COMMUNITY, Role.STREET})
NOTE_WRITERS = REGISTRARS | {Role.AGENCY, Role.AUDITOR}

S, A = CaseStatus, CaseAction
_IN_HANDS = (S.IN_PROGRESS, S.REOPENED)
_UNDER_WAY = (S.SUBMITTED, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS, S.REOPENED, S.RETURNED)
_WITH_TRACE = (*_UNDER_WAY, S.NEED_INFO, S.REPLIED, S.CLOSED)


def _rows(statuses: Iterable[CaseStatus], action: CaseAction, move: Move) -> Table:
    return {(status, action): move for status in statuses}


TRANSITIONS: Table = {
    # Checking what came over the limits
    (S.HELD, A.RELEASE): Move(S.SUBMITTED, by=REGISTRARS),
    (S.HELD, A.INVALIDATE): Move(S.INVALID, by=REGISTRARS),
    # Taking it on
    (S.SUBMITTED, A.ACCEPT): Move(S.ACCEPTED, by=DISPATCHERS),
    (S.SUBMITTED, A.REFUSE): Move(S.NOT_ACCEPTED, by=DISPATCHERS),
    **_rows((S.SUBMITTED, S.ACCEPTED), A.SOLVE, Move(S.REPLIED, by=frozenset({Role.COMMUNITY}))),
    # Giving it to a unit (`check_assignment` says which unit)
    **_rows((S.ACCEPTED, S.ASSIGNED, S.RETURNED, *_IN_HANDS), A.ASSIGN, Move(S.ASSIGNED, by=DISPATCHERS)),
    # Working it
    **_rows((S.ASSIGNED, S.REOPENED), A.SIGN, Move(S.IN_PROGRESS, own_unit=RESPONSIBLE, not_again=True)),
    **_rows((S.ASSIGNED, S.IN_PROGRESS), A.RETURN, Move(S.RETURNED, own_unit=RESPONSIBLE, in_return_time=True)),
    **_rows(_IN_HANDS, A.EXTEND, Move(None, own_unit=RESPONSIBLE, before_promise=True, extension=(None,))),
    **_rows(
        _IN_HANDS,
        A.GRANT_EXTENSION,
        Move(None, by=EXTENSION_DECIDERS, above=True, before_promise=True, extension=(ExtensionState.ASKED,)),
    ),
    **_rows(_IN_HANDS, A.NOT_EXTEND, Move(None, by=EXTENSION_DECIDERS, above=True, extension=(ExtensionState.ASKED,))),
    **_rows(_IN_HANDS, A.CONTACT, Move(None, own_unit=RESPONSIBLE, not_again=True)),
    **_rows(_IN_HANDS, A.REPLY, Move(S.REPLIED, own_unit=RESPONSIBLE, not_again=True)),
    **_rows(_IN_HANDS, A.WORK_REPORT, Move(None, helping=HELPERS)),
    # To a person of the unit; by itself when somebody leaves, so that nothing stays with a closed account
    **_rows((S.ASSIGNED, *_IN_HANDS, S.SUSPENDED, S.REPLIED), A.HAND, Move(None, own_unit=RESPONSIBLE, system=True)),
    # One matter, several reports: the main case goes on, the others are told of everything
    **_rows(_UNDER_WAY, A.PROPOSE_MERGE, Move(None, by=frozenset({Role.COMMUNITY}))),
    **_rows(_UNDER_WAY, A.MERGE, Move(S.MERGED, by=MERGERS)),
    (S.MERGED, A.UNMERGE): Move(None, by=MERGERS, system=True, apart=True),
    (S.MERGED, A.DISPUTE): Move(S.REOPENED, by=AUTHOR, with_main=True),
    (S.MERGED, A.RATE): Move(None, by=AUTHOR, with_main=True),
    (S.MERGED, A.WITHDRAW): Move(S.WITHDRAWN, by=AUTHOR),
    # Asking the resident; a question stops nobody, see `case_lifecycle`
    **_rows((S.SUBMITTED, S.ACCEPTED, S.RETURNED), A.ASK, Move(S.NEED_INFO, by=DISPATCHERS)),
    **_rows(_IN_HANDS, A.ASK, Move(S.NEED_INFO, by=DISPATCHERS, own_unit=RESPONSIBLE)),
    (S.NEED_INFO, A.ANSWER): Move(None, by=AUTHOR, back=True),
    # Judging the answer
    (S.REPLIED, A.CONFIRM): Move(S.CLOSED, by=AUTHOR),
    (S.REPLIED, A.DISPUTE): Move(S.REOPENED, by=AUTHOR),
    (S.REPLIED, A.CALLBACK): Move(S.CLOSED, by=REGISTRARS, not_handler=True),
    (S.REPLIED, A.REMIND): Move(None, system=True),
    (S.REPLIED, A.SILENCE_CLOSE): Move(S.CLOSED, system=True),
    (S.CLOSED, A.DISPUTE): Move(S.REOPENED, by=AUTHOR, within_days=REOPEN_DAYS),
    (S.CLOSED, A.RATE): Move(None, by=AUTHOR, within_days=RATE_DAYS),
    # The author, any time before the answer
    **_rows((S.HELD, *_UNDER_WAY), A.ADD, Move(None, by=AUTHOR)),
    **_rows(_UNDER_WAY, A.URGE, Move(None, by=AUTHOR, once_a_day=True)),
    **_rows((S.HELD, *_UNDER_WAY, S.NEED_INFO), A.WITHDRAW, Move(S.WITHDRAWN, by=AUTHOR)),
    **_rows((*_UNDER_WAY, S.NEED_INFO, S.REPLIED), A.JOIN, Move(None, neighbour=True)),
    # Whoever finds that it accuses somebody shuts it, and sees it no more
    **_rows((*_UNDER_WAY, S.REPLIED), A.SEAL, Move(S.ACCEPTED, by=REGISTRARS, own_unit=frozenset({Role.AGENCY}))),
    # 挂账: proposed by the unit, approved by the district; the case stays open
    **_rows(_IN_HANDS, A.SUSPEND, Move(None, own_unit=SUSPENDERS, suspension=(None,))),
    **_rows(
        _IN_HANDS,
        A.GRANT_SUSPENSION,
        Move(S.SUSPENDED, by=frozenset({Role.DISTRICT}), suspension=(SuspensionState.ASKED,)),
    ),
    **_rows(_IN_HANDS, A.NOT_SUSPEND, Move(None, by=frozenset({Role.DISTRICT}), suspension=(SuspensionState.ASKED,))),
    (S.SUSPENDED, A.RESUME): Move(S.IN_PROGRESS, by=frozenset({Role.DISTRICT}), own_unit=SUSPENDERS, system=True),
    (S.SUSPENDED, A.ADD): Move(None, by=AUTHOR),
    (S.SUSPENDED, A.WITHDRAW): Move(S.WITHDRAWN, by=AUTHOR),
    (S.SUSPENDED, A.JOIN): Move(None, neighbour=True),
    # 督办, from above: an order stays until it is cleared, also when the case has ended meanwhile
    **_rows(
        OPEN_STATUSES - {S.HELD, S.NEED_INFO} | {S.CLOSED},
        A.SUPERVISE,
        Move(None, by=SUPERVISORS, superior=True, supervision=(None,), system=True),
    ),
    **_rows(
        OPEN_STATUSES - {S.HELD, S.NEED_INFO} | {S.CLOSED},
        A.SUPERVISION_ANSWER,
        Move(None, own_unit=RESPONSIBLE, supervision=(SupervisionState.OPEN,)),
    ),
    **_rows(
        OPEN_STATUSES - {S.HELD} | CLOSED_STATUSES,
        A.SUPERVISION_CLEAR,
        Move(
            None,
            by=SUPERVISORS,
            superior=True,
            supervision=(SupervisionState.OPEN, SupervisionState.ANSWERED),
        ),
    ),
    **_rows(
        OPEN_STATUSES - {S.HELD, S.NEED_INFO},
        A.SUPERVISE_AGAIN,
        Move(None, by=SUPERVISORS, superior=True, supervision=(SupervisionState.ANSWERED,)),
    ),
    # The ladder: the clock reports upwards; whoever is told of an urgent case says that they see to it
    **_rows(UNANSWERED_STATUSES - {S.NEED_INFO}, A.ESCALATE, Move(None, system=True)),
    **_rows(
        (S.SUBMITTED, S.ACCEPTED, S.RETURNED), A.ACKNOWLEDGE, Move(None, by=DISPATCHERS | AUDITORS, unacknowledged=True)
    ),
    (S.ASSIGNED, A.ACKNOWLEDGE): Move(None, by=DISPATCHERS | AUDITORS, own_unit=RESPONSIBLE, unacknowledged=True),
    # 剔除: proposed by the street or the unit, approved by the district, never by whoever worked the case (D13)
    **_rows(
        (*_WITH_TRACE, S.SUSPENDED, S.MERGED, S.WITHDRAWN),
        A.EXCLUDE,
        Move(None, by=frozenset({Role.STREET}), own_unit=frozenset({Role.AGENCY}), exclusion=(None,)),
    ),
    **_rows(
        (*_WITH_TRACE, S.SUSPENDED, S.MERGED, S.WITHDRAWN),
        A.GRANT_EXCLUSION,
        Move(None, by=EXCLUSION_DECIDERS, not_own=True, exclusion=(ExclusionState.ASKED,)),
    ),
    **_rows(
        CaseStatus, A.NOT_EXCLUDE, Move(None, by=EXCLUSION_DECIDERS, not_own=True, exclusion=(ExclusionState.ASKED,))
    ),
    **_rows(
        CaseStatus,
        A.LIFT_EXCLUSION,
        Move(None, by=EXCLUSION_DECIDERS, not_own=True, exclusion=(ExclusionState.APPROVED,)),
    ),
    # Beside the road
    **_rows(CaseStatus, A.NOTE, Move(None, by=NOTE_WRITERS)),
    **_rows(
        (S.HELD, *_WITH_TRACE),
        A.REVEAL,
        Move(None, by=REGISTRARS, own_unit=frozenset({Role.AGENCY}), only_shared=True),
    ),
    **_rows((*_WITH_TRACE, S.SUSPENDED, S.MERGED, S.NOT_ACCEPTED, S.WITHDRAWN), A.CALL, Move(None, by=REGISTRARS)),
    **_rows(_WITH_TRACE, A.RELEASE_PHOTOS, Move(None, by=REGISTRARS, only_public=True)),
    **_rows(_WITH_TRACE, A.EDIT_TITLE, Move(None, by=REGISTRARS, only_public=True)),
}

# What must leave no trace for others (D12): nothing public, nobody joins, solves it in passing or tells it by phone;
# what is in no figure cannot be left out of one.
ORDINARY_ONLY = frozenset(
    {
        A.JOIN,
        A.SOLVE,
        A.RELEASE_PHOTOS,
        A.EDIT_TITLE,
        A.WORK_REPORT,
        A.MERGE,
        A.UNMERGE,
        A.PROPOSE_MERGE,
        A.ACKNOWLEDGE,
        A.CALL,
        A.EXCLUDE,
        A.GRANT_EXCLUSION,
        A.NOT_EXCLUDE,
        A.LIFT_EXCLUSION,
    }
)
SUSPENSION = frozenset({A.SUSPEND, A.GRANT_SUSPENSION, A.NOT_SUSPEND, A.RESUME})
# A sealed case never changes hands, and nobody stands above who works it.
GIVEN_AND_TAKEN = frozenset({A.SEAL, A.ASSIGN, A.RETURN, A.EXTEND, A.GRANT_EXTENSION, A.NOT_EXTEND})
SUPERVISION = frozenset({A.SUPERVISE, A.SUPERVISION_ANSWER, A.SUPERVISION_CLEAR, A.SUPERVISE_AGAIN})
# The community is nobody's superior, the contractor works for the unit that may be concerned.
NO_PART_IN_CONFLICTS = frozenset({Role.COMMUNITY, Role.CONTRACTOR})
# The superior may be the inspection (of a district bureau) or the service centre (of its contractor): with a complaint
# about the unit below, and only while it lies with them, they do what a dispatching office and a responsible unit do.
OTHER_SUPERIORS = frozenset({Role.AGENCY, Role.AUDITOR})


def _conflict_table() -> Table:
    def narrowed(move: Move) -> Move:
        by, own_unit = move.by - NO_PART_IN_CONFLICTS, move.own_unit - NO_PART_IN_CONFLICTS
        if not (move.above or move.superior) and (by & DISPATCHERS or own_unit):
            own_unit |= OTHER_SUPERIORS - by
        return replace(move, by=by, own_unit=own_unit)

    return {key: narrowed(move) for key, move in TRANSITIONS.items() if key[1] not in ORDINARY_ONLY | SUSPENSION}


def _sealed_table() -> Table:
    """Every official's part is the discipline inspection's; the case is given to no unit, it is signed for at once."""

    def taken_over(move: Move) -> Move:
        official = (move.by | move.own_unit) - AUTHOR
        discipline = frozenset({Role.DISCIPLINE}) if official else frozenset[Role]()
        return replace(move, by=move.by & AUTHOR | discipline, own_unit=frozenset())

    without = ORDINARY_ONLY | GIVEN_AND_TAKEN | SUPERVISION | SUSPENSION
    rows = {key: taken_over(move) for key, move in TRANSITIONS.items() if key[1] not in without}
    return rows | {(S.ACCEPTED, A.SIGN): rows[S.ASSIGNED, A.SIGN]}


TABLES: dict[CaseTrack, Table] = {
    CaseTrack.ORDINARY: TRANSITIONS,
    CaseTrack.CONFLICT: _conflict_table(),
    CaseTrack.SEALED: _sealed_table(),
}
