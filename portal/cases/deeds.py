"""One way to do something to a case: check the table, do it, write its event, tell people, count, journal.

    with deed(actor, case, CaseAction.REPLY, revision=seen) as step:
        step.say(words)
        case.contacted_at = step.at

Entering locks the row and asks the lifecycle; leaving sets the status and writes everything else in the fixed order of
architecture.md §2. Features never repeat any of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select

from portal.audit import journal
from portal.cases import counting, exclusion_ends, notifications, targets, waiting
from portal.cases.holding import above
from portal.cases.models import Case, CaseEvent, CaseText
from portal.cases.visibility import deciding_unit, is_concerned, is_helping
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionKind
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_lifecycle import (
    CLOSED_STATUSES,
    EXTENSION_DECIDERS,
    REOPEN_DAYS,
    RESPONSIBLE,
    CaseAction,
    CaseFacts,
    CaseStatus,
    CaseTrack,
    NotInThisStatus,
    Stand,
    move,
)
from portal.domain.case_returns import STREET_DISPATCHES
from portal.domain.case_suspension import SuspensionState
from portal.domain.case_targets import CaseClock
from portal.domain.case_transitions import EXCLUSION_DECIDERS, SUPERVISORS
from portal.domain.errors import Conflict
from portal.domain.local_time import local_day
from portal.domain.personal_data import mask, mask_name
from portal.domain.roles import Role
from portal.identity.models import StaffPost
from portal.identity.queries import posts_of, staff_name_masked
from portal.media import services as media
from portal.media.models import Owner, PhotoKind

# They change nothing that a colleague's open page shows as the case's state.
QUIET = frozenset(
    {
        CaseAction.JOIN,
        CaseAction.NOTE,
        CaseAction.REVEAL,
        CaseAction.REMIND,
        CaseAction.URGE,
        CaseAction.ESCALATE,
        CaseAction.CALL,
        CaseAction.EXCLUDE,
        CaseAction.GRANT_EXCLUSION,
        CaseAction.NOT_EXCLUDE,
        CaseAction.LIFT_EXCLUSION,
    }
)
# A main case that ends like this carries nobody else: what was merged into it goes on by itself.
ENDS_ALONE = frozenset({CaseStatus.WITHDRAWN, CaseStatus.NOT_ACCEPTED, CaseStatus.INVALID})
HANDLING = (CaseAction.SIGN, CaseAction.CONTACT, CaseAction.SOLVE, CaseAction.REPLY)


@dataclass
class Step:
    """What a deed collects while it runs."""

    case: Case
    actor: Actor
    action: CaseAction
    at: datetime
    status: CaseStatus
    public: bool = True
    words: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    photos: list[tuple[Sequence[media.Picture], PhotoKind]] = field(default_factory=list)
    event: CaseEvent | None = None

    def say(self, words: str) -> None:
        self.words = words

    def note(self, **facts: object) -> None:
        """Ids, codes, dates and numbers that the event keeps."""
        self.facts.update(facts)

    def show(self, photos: Sequence[media.Picture], kind: PhotoKind) -> None:
        self.photos.append((photos, kind))


def facts_of(case: Case) -> CaseFacts:
    return CaseFacts(
        status=case.status,
        track=case.track,
        asked_in=case.asked_in,
        closed_at=case.closed_at,
        has_phone=case.phone_index is not None,
        phone_shared=case.phone_shared,
        is_public=case.is_public,
        times_assigned=case.times_assigned,
        street_dispatches=_street_dispatches(case),
        return_until=case.return_due,
        return_days=_return_days(case),
        promise_due=case.promise_due,
        extension=_extension_of(case),
        urge_again_on=case.urge_again_on,
        merged_from=case.merged_from,
        main_answered=_is_main_answered(case),
        supervision=case.order.state if case.order else None,
        suspension=_suspension_of(case),
        exclusion=case.exclusion.state if case.exclusion else None,
        unacknowledged=waiting.is_unacknowledged(case),
    )


def _street_dispatches(case: Case) -> int:
    """Asked only where a unit was named before."""
    return targets.span(case, CaseClock.DISPATCHES).amount if case.times_assigned else STREET_DISPATCHES


def _return_days(case: Case) -> int:
    """Said only to whoever is too late, so read only then."""
    is_late = case.return_due is not None and case.return_due < clock.now()
    return targets.span(case, CaseClock.RETURN).amount if is_late else 1


def _is_main_answered(case: Case) -> bool:
    """There is something to judge: the main case was answered, and its close is not older than the time for it."""
    if case.merged_into_id is None:
        return False
    main = db.session.get_one(Case, case.merged_into_id)
    if main.status is CaseStatus.CLOSED and main.closed_at is not None:
        return clock.today() <= local_day(main.closed_at) + timedelta(days=REOPEN_DAYS)
    return main.status is CaseStatus.REPLIED


def _suspension_of(case: Case) -> SuspensionState | None:
    """A request of a unit that has the case no more waits for nobody."""
    found = case.suspension
    if found is None or (found.state is SuspensionState.ASKED and found.agency_id != case.agency_id):
        return None
    return found.state


def _extension_of(case: Case) -> ExtensionState | None:
    """A request of a unit that has the case no more is settled: nobody decides it, and there is no second one."""
    found = case.extension
    if found is not None and found.state is ExtensionState.ASKED and found.agency_id != case.agency_id:
        return ExtensionState.REFUSED
    return found.state if found else None


def stand_of(case: Case, actor: Actor, *, author: bool = False) -> Stand:
    """`author`: this browser opened the case with its codes, or is signed in with its number."""
    if actor.kind == "system":
        return Stand(is_system=True)
    if not actor.is_staff:
        return Stand(role=Role.RESIDENT, is_author=author, is_staff_session=actor.is_assisted)
    if author:
        return Stand(role=Role.RESIDENT, is_author=True, is_staff_session=True)
    return Stand(
        role=actor.role,
        is_responsible_unit=actor.agency_id is not None and actor.agency_id == case.agency_id,
        is_helping=is_helping(case, actor),
        is_handler=_has_handled(case, actor),
        is_concerned=is_concerned(case, actor),
        is_above=_is_above(case, actor),
        is_former_handler=_is_replaced(case, actor),
        is_superior=actor.role in SUPERVISORS and actor.agency_id in above(case),
        has_had_it=_has_had_it(case, actor),
    )


def _is_above(case: Case, actor: Actor) -> bool:
    """Asked only of those who decide, and only where something waits for them."""
    waits = case.extension is not None and case.extension.state is ExtensionState.ASKED
    return waits and actor.role in EXTENSION_DECIDERS and deciding_unit(case) == actor.agency_id


def _has_had_it(case: Case, actor: Actor) -> bool:
    """Asked only of those who decide whether a case counts, and only where something is to be decided."""
    if case.exclusion is None or actor.role not in EXCLUSION_DECIDERS or actor.agency_id is None:
        return False
    return actor.agency_id in units_that_had(case)


def units_that_had(case: Case) -> set[int | None]:
    """The unit that has the case, and every unit whose people signed, contacted, solved or replied."""
    worked = CaseEvent.case_id == case.id, CaseEvent.deed.in_(HANDLING)
    return {case.agency_id, *db.session.scalars(select(CaseEvent.agency_id).where(*worked).distinct())}


def _is_replaced(case: Case, actor: Actor) -> bool:
    """Closed it before, was disputed, and somebody else of the unit can do it."""
    if case.former_handler_id is None or case.former_handler_id != actor.id:
        return False
    return any(post.id != actor.id for post in colleagues(case))


def colleagues(case: Case) -> list[StaffPost]:
    """The people of the unit that has the case who may handle it."""
    if case.agency_id is None:
        return []
    able = RESPONSIBLE | {Role.DISCIPLINE, Role.AUDITOR}
    return [post for post in posts_of(case.agency_id) if post.role in able]


def _has_handled(case: Case, actor: Actor) -> bool:
    statement = select(
        exists().where(CaseEvent.case_id == case.id, CaseEvent.post_id == actor.id, CaseEvent.deed.in_(HANDLING))
    )
    return bool(db.session.scalar(statement))


@contextmanager
def deed(
    actor: Actor,
    case: Case,
    action: CaseAction,
    *,
    revision: int | None = None,
    author: bool = False,
    public: bool = True,
) -> Iterator[Step]:
    """Raises NotAllowed from the table, Conflict when the page that was shown is out of date."""
    _lock(case)
    check_revision(case, revision)
    before = counting.contributions_of(case)
    was = case.status
    try:
        row = move(facts_of(case), stand_of(case, actor, author=author), action, clock.now())
    except NotInThisStatus:
        _say_who_did_it(case, action, revision)
        raise
    step = Step(case, actor, action, clock.now(), row.to or case.status, public)
    yield step
    _set_status(case, was, step)
    if step.status in ENDS_ALONE:
        apart(case)
    _write_event(step, author)
    _tell(step)
    counting.apply(before, counting.contributions_of(case))
    journal.record(
        f"case:{action}", actor, case.subject, status=step.status, event=_event_id(step), words=_digest(step)
    )


def _lock(case: Case) -> None:
    db.session.refresh(case, with_for_update={"of": Case})
    db.session.expire(case, ["extension", "order", "suspension", "exclusion"])


def check_revision(case: Case, revision: int | None) -> None:
    """Conflict, with who changed it and when, where the page that was shown is out of date."""
    if revision is None or revision == case.revision:
        return
    last = _last_change(CaseEvent.case_id == case.id)
    if last is not None and last.by == "system":
        raise Conflict("A time limit has moved this case on meanwhile. Please reload the page before you go on.")
    if last is None or last.post is None:
        raise Conflict("The resident has changed this case meanwhile. Please reload the page before you go on.")
    raise _faster(last)


def _say_who_did_it(case: Case, action: CaseAction, revision: int | None) -> None:
    """Two pressed the same button, where that changes no page's revision: the slower one hears who was faster."""
    same = CaseEvent.case_id == case.id, CaseEvent.deed == action, CaseEvent.post_id.is_not(None)
    faster = db.session.scalar(select(CaseEvent).where(*same).order_by(CaseEvent.id.desc()).limit(1))
    if revision is not None and faster is not None:
        raise _faster(faster)


def _faster(event: CaseEvent) -> Conflict:
    return Conflict(
        "%(who)s changed this case at %(time)s. Please reload the page before you go on.", **_who_and_when(event)
    )


def who_passed_on(number: str, actor: Actor) -> dict[str, str]:
    """`who` and `time` where a colleague of the same unit did the last thing to a case that is out of their sight since;
    of what was sealed, and of what the unit never had, nothing."""
    case = select(Case.id).where(Case.number == number.upper(), Case.track == CaseTrack.ORDINARY)
    last = _last_change(CaseEvent.case_id == case.scalar_subquery())
    is_ours = last is not None and last.post is not None and last.agency_id == actor.agency_id
    return _who_and_when(last) if last is not None and is_ours else {}


def _last_change(of_case: ColumnElement[bool]) -> CaseEvent | None:
    changes = select(CaseEvent).where(of_case, CaseEvent.deed.not_in(QUIET))
    return db.session.scalar(changes.order_by(CaseEvent.id.desc()).limit(1))


def _who_and_when(event: CaseEvent) -> dict[str, str]:
    is_today = local_day(event.at) == clock.today()
    time = f"{clock.local(event.at):%H:%M}" if is_today else sms_moment(event.at)
    return {"who": staff_name_masked(event.post) if event.post else "", "time": time}


def _set_status(case: Case, was: CaseStatus, step: Step) -> None:
    case.status = step.status
    if was is CaseStatus.MERGED and step.status is not CaseStatus.MERGED:
        case.merged_into_id = case.merged_from = None
    if step.action not in QUIET:
        case.revision += 1
    if step.status in CLOSED_STATUSES and was not in CLOSED_STATUSES:
        case.closed_at = step.at
    if step.status not in CLOSED_STATUSES:
        case.closed_at = None
        case.outcome = None
    db.session.flush()
    if was is CaseStatus.MERGED and step.status is not CaseStatus.MERGED:
        _end_duplicate(step)


def _end_duplicate(step: Step) -> None:
    """It is handled by itself again, so it counts by itself again."""
    if exclusion_ends.by_itself(step.case, step.at, only=ExclusionKind.DUPLICATE):
        step.note(counts_again=True)


def apart(case: Case) -> None:
    """Whatever was merged into this case goes on by itself, with its own dates."""
    statement = select(Case).where(Case.merged_into_id == case.id).order_by(Case.id)
    for other in db.session.scalars(statement).all():
        with deed(Actor.system(), other, CaseAction.UNMERGE) as step:
            step.note(main=case.number)


def _write_event(step: Step, author: bool) -> None:
    actor = step.actor
    as_staff = actor.is_staff and not author
    step.event = CaseEvent(
        case_id=step.case.id,
        at=step.at,
        deed=step.action,
        by="staff" if as_staff else "system" if actor.kind == "system" else "author" if author else "neighbour",
        post_id=actor.id if as_staff else None,
        agency_id=actor.agency_id if as_staff else None,
        status=step.status,
        public=step.public,
        facts=step.facts,
    )
    db.session.add(step.event)
    db.session.flush()
    if step.words:
        db.session.add(text_of(step.event, step.case, step.words, from_author=author))
    for photos, kind in step.photos:
        for photo in photos:
            media.put(photo, Owner("event", step.event.id), kind)
    db.session.flush()


def text_of(event: CaseEvent, case: Case, words: str, *, from_author: bool) -> CaseText:
    """Masked for readers; the author's own version encrypted; on a sealed case everything under the sealed key."""
    if case.track is CaseTrack.SEALED:
        return CaseText(event_id=event.id, words="", sealed=words)
    hidden = mask_name(mask(words), case.called) if from_author else mask(words)
    return CaseText(event_id=event.id, words=hidden, original=words if from_author else None)


def _tell(step: Step) -> None:
    if step.event is not None:
        notifications.tell(step.case, step.event, step.actor)


def _event_id(step: Step) -> int:
    return step.event.id if step.event else 0


def _digest(step: Step) -> str:
    return crypto.digest(step.words)[:32] if step.words else ""
