"""转为密件: a report that turns out to accuse somebody is shut at once, also for whoever shuts it (product D12).

From then on it is the discipline inspection's alone: every text goes under the sealed key, what was told to offices is
taken back, no unit and no neighbour is left with it, and it is counted, listed and found nowhere.
"""

from sqlalchemy import delete, select

from portal.cases import exclusion_ends, searching
from portal.cases.deeds import apart, deed
from portal.cases.models import Case, CaseEvent, CaseFollower, CaseText
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseAction, CaseStatus, CaseTrack
from portal.groups import telling
from portal.identity import approvals
from portal.media import services as media
from portal.media.models import Owner
from portal.media.queries import photos_of
from portal.messaging import inbox


def seal(actor: Actor, case: Case, words: str, revision: int | None = None) -> None:
    """No clock restarts; what was still to be taken on is so still, everything else waits for the inspection to sign."""
    with deed(actor, case, CaseAction.SEAL, revision=revision, public=False) as step:
        if case.status is CaseStatus.SUBMITTED:
            step.status = CaseStatus.SUBMITTED
        apart(case)
        exclusion_ends.of_a_sealed_case(case, step.at)
        _shut(case)
        _shut_texts(case)
        _let_go(case)
        inbox.forget_at_offices(case.subject)
        telling.forget(case.subject)
        approvals.forget(case.subject)
        step.say(words)


def _shut(case: Case) -> None:
    case.track = CaseTrack.SEALED
    own = case.original or case.words
    case.sealed = f"{case.place}\n{own}" if case.place else own
    case.words = case.title = case.place = ""
    case.original = None
    case.is_public = case.is_titled = False
    searching.keep(case)
    for photo in photos_of(Owner("case", case.id)):
        media.release(photo, False)


def _shut_texts(case: Case) -> None:
    of_case = select(CaseEvent.id).where(CaseEvent.case_id == case.id)
    for text in db.session.scalars(select(CaseText).where(CaseText.event_id.in_(of_case))):
        text.sealed = text.original or text.words
        text.words, text.original = "", None
    if case.extension is not None:
        case.extension.words = ""


def _let_go(case: Case) -> None:
    """Neither a unit nor a person nor a neighbour keeps it. Whoever joined finds their 查询码 leads nowhere any more."""
    case.agency_id = case.executor_id = case.handler_id = case.former_handler_id = case.merge_asked_id = None
    case.asked_in = case.answer_by = None
    case.co_units = []
    db.session.execute(delete(CaseFollower).where(CaseFollower.case_id == case.id))
    case.followers = 0
