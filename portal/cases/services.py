"""What staff do with a case. Each is one deed; `revision` is the one of the page the officer saw."""

from collections.abc import Collection, Sequence
from datetime import date

from portal.cases import calling, clocks, co_units, hand_rules, searching, supervising
from portal.cases.deeds import Step, check_revision, deed, facts_of, stand_of
from portal.cases.models import Case
from portal.cases.taxonomy import LOCAL_KINDS, category, routes_of
from portal.cases.visibility import may_handle
from portal.core import clock
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_closing import CallbackAnswer, callback_result
from portal.domain.case_evidence import Evidence, check_evidence
from portal.domain.case_lifecycle import (
    CaseAction,
    CaseStatus,
    CaseTrack,
    Reach,
    ReplyResult,
    check_assignment,
)
from portal.domain.case_routing import Answerable, route
from portal.domain.case_targets import CaseClock
from portal.domain.categories import track_of
from portal.domain.deadlines import due_day
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.levels import Level
from portal.domain.reply_words import check_words
from portal.domain.roles import Role
from portal.media import services as media
from portal.media.models import Owner, Photo, PhotoKind
from portal.media.queries import photos_of
from portal.media.services import Picture
from portal.places.models import Agency, AgencyKind


def release(actor: Actor, case: Case, revision: int | None = None) -> None:
    """放行: a held report joins the others; its dates run from when it was sent."""
    with deed(actor, case, CaseAction.RELEASE, revision=revision):
        pass


def invalidate(actor: Actor, case: Case, reason: str, revision: int | None = None) -> None:
    """标为无效: advertising or nonsense; `reason` is a key of labels.INVALID_REASONS."""
    with deed(actor, case, CaseAction.INVALIDATE, revision=revision) as step:
        step.note(reason=reason)


def accept(
    actor: Actor,
    case: Case,
    *,
    category_code: str,
    level: Level,
    agency_id: int | None,
    executor_id: int | None = None,
    co_unit_ids: Collection[int] = (),
    reply_day: date | None = None,
    revision: int | None = None,
) -> None:
    """受理; with a unit chosen it is assigned in the same step (ux.md §3.18).

    `reply_day` may only be earlier than the rule's date: a promise is kept, not stretched (D10).
    """
    check_revision(case, revision)
    _check_track(case, category_code)
    if case.track is not CaseTrack.SEALED and agency_id is not None:
        _check_unit(actor, case, agency_id)
    with deed(actor, case, CaseAction.ACCEPT, revision=revision) as step:
        case.accepted_at = step.at
        case.category_code, case.level = category(category_code).code, level
        clocks.set_due(case, reply_day)
        step.note(category=category_code, level=str(level), due=due_day(case.promise_due).isoformat())
        if case.track is CaseTrack.SEALED:
            case.agency_id = actor.agency_id
        elif agency_id is not None:
            _give(case, step, Answerable(agency_id, executor_id, tuple(co_unit_ids)))
            step.status = CaseStatus.ASSIGNED


def _check_track(case: Case, category_code: str) -> None:
    """A category of its own track only: under another name a complaint about a unit would go to that unit (D12)."""
    if case.track is not CaseTrack.SEALED and track_of(category_code) is not case.track:
        raise DomainError("This category is about people. Seal such a report instead.", field="category")


def _check_unit(actor: Actor, case: Case, agency_id: int) -> None:
    unit = db.session.get_one(Agency, agency_id)
    reach = Reach.WITHIN_STREET if unit.kind in LOCAL_KINDS else Reach.DISTRICT_BODY
    if unit.kind is AgencyKind.CONTRACTOR:
        raise DomainError("The contractor works for a unit and does not answer the resident.", field="agency")
    above = may_handle(case)
    if above is not None and agency_id not in above and agency_id != case.concerned_id:
        raise NotAllowed("Only a unit above the one complained about may handle this.", field="agency")
    check_assignment(
        facts_of(case),
        stand_of(case, actor),
        reach,
        to_same_unit=case.agency_id == agency_id and case.times_assigned > 0,
        to_concerned=case.concerned_id == agency_id,
    )


def _give(case: Case, step: Step, unit: Answerable) -> None:
    executor = unit.executor_id if case.track is CaseTrack.ORDINARY else None
    step.note(agency=unit.agency_id, executor=executor, first=case.times_assigned == 0)
    case.agency_id, case.executor_id = unit.agency_id, executor
    step.note(co_units=co_units.name(step.actor, case, unit.co_unit_ids))
    case.handler_id = None
    hand_rules.apply(case, step)
    case.times_assigned += 1
    case.assigned_at = step.at
    case.signed_at = None
    case.sign_due = clocks.due_of(case, CaseClock.SIGN, step.at)
    case.return_due = clocks.due_of(case, CaseClock.RETURN, step.at)


def assign(
    actor: Actor,
    case: Case,
    *,
    agency_id: int,
    executor_id: int | None = None,
    co_unit_ids: Collection[int] = (),
    reason: str = "",
    revision: int | None = None,
) -> None:
    """转办: first and every later assignment; no clock restarts."""
    check_revision(case, revision)
    _check_unit(actor, case, agency_id)
    with deed(actor, case, CaseAction.ASSIGN, revision=revision) as step:
        step.say(reason)
        _give(case, step, Answerable(agency_id, executor_id, tuple(co_unit_ids)))


def suggested(case: Case, category_code: str | None = None) -> Answerable:
    """The unit that the routing table names for this place; a complaint about a unit stays with the superior."""
    if case.track is CaseTrack.CONFLICT:
        return Answerable(case.agency_id, None)
    code = category_code or case.category_code
    return route(routes_of(code), code, case.building.compound_id, case.track)


def refuse(actor: Actor, case: Case, *, reason: str, where: str, phone: str, revision: int | None = None) -> None:
    """不予受理: a reason of the closed list and always where to go instead (信访工作条例 arts. 23, 31)."""
    with deed(actor, case, CaseAction.REFUSE, revision=revision) as step:
        step.note(reason=reason, phone=phone)
        step.say(where)


def sign(actor: Actor, case: Case, revision: int | None = None) -> None:
    """签收: the unit takes it; internal, the resident reads who works on it. A person named before keeps the case."""
    is_seen = revision in {None, case.revision}
    if is_seen and case.status is CaseStatus.IN_PROGRESS and case.signed_at is not None and case.agency is not None:
        raise Conflict("%(unit)s has signed for it already.", unit=case.agency.short_name)
    with deed(actor, case, CaseAction.SIGN, revision=revision, public=False) as step:
        case.signed_at = step.at
        case.agency_id = case.agency_id or actor.agency_id  # a case sealed later lay with nobody
        case.handler_id = case.handler_id or actor.id
        case.contact_due = case.contact_due or clocks.due_of(case, CaseClock.CONTACT, step.at)


def contact(
    actor: Actor, case: Case, *, way: str, words: str, photos: Sequence[Picture] = (), revision: int | None = None
) -> None:
    """首次联系 and every later progress the resident is told of; only the first moves the clock's figure."""
    with deed(actor, case, CaseAction.CONTACT, revision=revision) as step:
        case.contacted_at = case.contacted_at or step.at
        case.handler_id = actor.id
        step.note(way=way)
        step.say(words)
        step.show(photos, PhotoKind.REPORT)


def ask(actor: Actor, case: Case, *, question: str, answer_by: date, revision: int | None = None) -> None:
    """请居民补充: one question with a date; the clock runs on."""
    if answer_by <= clock.today():
        raise DomainError("Please give the resident at least until tomorrow.", field="answer_by")
    with deed(actor, case, CaseAction.ASK, revision=revision) as step:
        case.asked_in = step.case.status
        case.answer_by = answer_by
        step.note(answer_by=answer_by.isoformat())
        step.say(question)


def reply(
    actor: Actor,
    case: Case,
    *,
    result: ReplyResult,
    words: str,
    before: Sequence[Picture] = (),
    after: Sequence[Picture] = (),
    why_no_photo: str = "",
    later_contact: str = "",
    template_id: int | None = None,
    revision: int | None = None,
) -> None:
    """答复: what was done, in words a resident understands, with photos of physical repairs."""
    check_words(words)
    if result is ReplyResult.SOLVED:
        _check_evidence(case, before, after, why_no_photo)
    with deed(actor, case, CaseAction.REPLY, revision=revision) as step:
        _answer(case, step, actor, result, words, before, after)
        step.note(later=later_contact, no_photo=bool(why_no_photo), template=template_id)


def solve(
    actor: Actor,
    case: Case,
    *,
    words: str,
    after: Sequence[Picture] = (),
    why_no_photo: str = "",
    revision: int | None = None,
) -> None:
    """当场解决: the community settles a small thing itself; it is an answer, the resident still judges it."""
    check_words(words)
    _check_evidence(case, (), after, why_no_photo)
    with deed(actor, case, CaseAction.SOLVE, revision=revision) as step:
        case.accepted_at = case.accepted_at or step.at
        case.agency_id = actor.agency_id
        case.assigned_at = case.assigned_at or step.at
        case.contacted_at = case.contacted_at or step.at
        case.contact_due = case.contact_due or clocks.due_of(case, CaseClock.CONTACT, step.at)
        _answer(case, step, actor, ReplyResult.SOLVED, words, (), after)


def _check_evidence(case: Case, before: Sequence[Picture], after: Sequence[Picture], why: str) -> None:
    """What the resident sent shows how it was before."""
    wanted = case.category.evidence
    shown = bool(before) or (wanted is Evidence.BOTH and bool(photos_of(Owner("case", case.id))))
    check_evidence(wanted, before=shown, after=bool(after), reason=why)


def _answer(
    case: Case,
    step: Step,
    actor: Actor,
    result: ReplyResult,
    words: str,
    before: Sequence[Picture],
    after: Sequence[Picture],
) -> None:
    clocks.keep(case, clocks.dates_of(case).answered(step.at))
    case.first_replied_at = case.first_replied_at or step.at
    case.handler_id = actor.id
    case.reminded_at = None
    case.asked_in = None
    case.urges = 0
    step.note(result=str(result))
    step.say(words)
    step.show(before, PhotoKind.BEFORE)
    step.show(after, PhotoKind.AFTER)


def call_back(actor: Actor, case: Case, *, answer: CallbackAnswer, words: str, revision: int | None = None) -> None:
    """办结 by a call of somebody who did not handle the case."""
    with deed(actor, case, CaseAction.CALLBACK, revision=revision) as step:
        answered = case.replied_at or step.at
        result = callback_result(answer, answered, step.at, calling.unreached_since(case, answered))
        step.status = result.status
        step.public = answer is not CallbackAnswer.UNREACHABLE or result.status is CaseStatus.CLOSED
        step.note(answer=str(answer))
        step.say(words)
        if result.solved_halves is not None:
            case.solved_halves = result.solved_halves
        if result.status is CaseStatus.CLOSED:
            case.outcome = result.outcome
        elif result.status is CaseStatus.REOPENED:
            reopen(case, step)
    if result.status is CaseStatus.REOPENED:
        supervising.after_no(case)


def reopen(case: Case, step: Step) -> None:
    """A new promise, the old clock: what was late stays late (D10)."""
    clocks.reopen(case, step.at)
    case.reminded_at = None
    step.note(due=due_day(case.promise_due).isoformat(), agency=case.agency_id)


def note(actor: Actor, case: Case, words: str) -> None:
    """内部备注: never shown to a resident."""
    with deed(actor, case, CaseAction.NOTE, public=False) as step:
        step.say(words)


def work_report(actor: Actor, case: Case, words: str, photos: Sequence[Picture] = ()) -> None:
    """Contractor and 协办单位 report to the unit that answers, never to the resident (domain.md §0.5)."""
    with deed(actor, case, CaseAction.WORK_REPORT, public=False) as step:
        step.say(words)
        step.show(photos, PhotoKind.REPORT)


def reveal(actor: Actor, case: Case, purpose: str) -> str:
    """查看电话: for a stated purpose, logged, told to the author. The number, E.164."""
    with deed(actor, case, CaseAction.REVEAL) as step:
        step.say(purpose)
    assert case.phone is not None
    return case.phone


def edit_title(actor: Actor, case: Case, title: str, revision: int | None = None) -> None:
    """The public title: plain, without names and doors. Until a member of staff wrote one, the category stands there."""
    with deed(actor, case, CaseAction.EDIT_TITLE, revision=revision, public=False) as step:
        case.title, case.is_titled = title, True
        searching.keep(case)
        step.note(titled=True)


def release_photos(
    actor: Actor, case: Case, photos: Sequence[Photo], released: set[int], revision: int | None = None
) -> None:
    """Which of the case's photos the public page may show."""
    with deed(actor, case, CaseAction.RELEASE_PHOTOS, revision=revision, public=False) as step:
        for photo in photos:
            media.release(photo, photo.id in released)
        step.note(released=len(released))


def may_see_name(actor: Actor) -> bool:
    """Who works or inspects the work never learns who reported (security.md §1.5; product D13)."""
    return actor.role not in {Role.AGENCY, Role.CONTRACTOR, Role.AUDITOR}
