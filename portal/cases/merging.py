"""并案: several reports of one matter are handled as one; everybody who reported is told what becomes of it (product CA12).

Nothing of a merged case's own clock moves. It goes only into a case that was due no later, so that merging cannot hide a
day; taken apart again, it stands where it stood.
"""

from sqlalchemy import func, select

from portal.cases import queries, similar
from portal.cases.deeds import deed
from portal.cases.models import Case
from portal.cases.visibility import visible_to
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import UNANSWERED_STATUSES, CaseAction, CaseStatus, CaseTrack
from portal.domain.errors import DomainError, NotFound

MOST_OFFERED = 5
CANDIDATES = 60


def propose(actor: Actor, case: Case, *, into: str, words: str, revision: int | None = None) -> None:
    """建议并案: the community knows its people; the street decides."""
    with deed(actor, case, CaseAction.PROPOSE_MERGE, revision=revision, public=False) as step:
        main = _main(actor, case, into)
        case.merge_asked_id = main.id
        step.note(main=main.number)
        step.say(words)


def merge(actor: Actor, case: Case, *, into: str, revision: int | None = None) -> None:
    """并案: from now on `into` (its 编号) is answered for both."""
    with deed(actor, case, CaseAction.MERGE, revision=revision) as step:
        main = _main(actor, case, into)
        if db.session.scalar(select(Case.id).where(Case.merged_into_id == case.id).limit(1)):
            raise DomainError("Other cases have been merged into this one. Take them apart first.", field="into")
        case.merged_from, case.merged_into_id, case.merge_asked_id = case.status, main.id, None
        step.note(main=main.number)


def unmerge(actor: Actor, case: Case, revision: int | None = None) -> None:
    """取消并案: it goes on by itself, with the dates it always had."""
    with deed(actor, case, CaseAction.UNMERGE, revision=revision) as step:
        step.note(main=main_of(case).number)


def others_in(case: Case) -> int:
    """How many other reports of the same matter are answered with this one."""
    return db.session.scalar(select(func.count()).select_from(Case).where(Case.merged_into_id == case.id)) or 0


def main_of(case: Case) -> Case:
    return db.session.get_one(Case, case.merged_into_id, options=queries.LOADED)


def main_seen_by(case: Case, actor: Actor) -> Case | None:
    return db.session.scalar(select(Case).where(Case.id == case.merged_into_id, visible_to(actor)))


def merged_into(case: Case, actor: Actor) -> tuple[list[Case], int]:
    """The reports that are handled with this one, as far as the officer may know of them; and how many more there are."""
    statement = select(Case, visible_to(actor)).where(Case.merged_into_id == case.id).order_by(Case.id)
    rows = db.session.execute(statement).all()
    seen = [row[0] for row in rows if row[1]]
    return seen, len(rows) - len(seen)


def _main(actor: Actor, case: Case, number: str) -> Case:
    """Open, ordinary, of the same compound, seen by the officer, and due no later than the one that goes into it."""
    try:
        main = queries.case_for(actor, number.strip().replace(" ", ""))
    except NotFound as missing:
        raise DomainError(missing.msgid, field="into") from missing
    db.session.refresh(main, with_for_update={"of": Case})
    if main.id == case.id:
        raise DomainError("This is the number of the case itself.", field="into")
    if main.track is not CaseTrack.ORDINARY or main.status not in UNANSWERED_STATUSES:
        raise DomainError("Only a case that is still being handled can take others in.", field="into")
    if CaseStatus.SUBMITTED in (main.status, main.asked_in):  # its level, and so its date, is not settled yet
        raise DomainError("The main case has not been taken on yet. Take it on first.", field="into")
    if main.building.compound_id != case.building.compound_id:
        raise DomainError("Only cases of the same compound can be merged.", field="into")
    if main.reply_due > case.reply_due or main.promise_due > case.promise_due:
        raise DomainError(
            "That case is to be answered later than this one. Merge the later one into the earlier one.", field="into"
        )
    return main


def offered(case: Case, actor: Actor) -> list[Case]:
    """Cases of the same building that may be the same matter and could take this one in, the likeliest first."""
    statement = (
        select(Case)
        .where(
            visible_to(actor),
            Case.track == CaseTrack.ORDINARY,
            Case.building_id == case.building_id,
            Case.id != case.id,
            Case.status.in_(UNANSWERED_STATUSES - {CaseStatus.SUBMITTED}),
            Case.reply_due <= case.reply_due,
            Case.promise_due <= case.promise_due,
        )
        .order_by(Case.reply_due.desc(), Case.id)
        .options(*queries.LOADED)
        .limit(CANDIDATES)
    )
    scored = [
        (similar.score(each, case.asked_category, case.words, case.place), each)
        for each in db.session.scalars(statement)
    ]
    likely = sorted((pair for pair in scored if pair[0] >= similar.ALIKE), key=lambda pair: (-pair[0], pair[1].id))
    return [each for _points, each in likely[:MOST_OFFERED]]


def is_merged(case: Case) -> bool:
    return case.status is CaseStatus.MERGED and case.merged_into_id is not None


def proposal(case: Case, actor: Actor) -> str:
    """The 编号 that the community proposed to merge this one into, for who may see both; else empty."""
    if case.merge_asked_id is None or case.status not in UNANSWERED_STATUSES:
        return ""
    asked = select(Case.number).where(Case.id == case.merge_asked_id, visible_to(actor))
    return db.session.scalar(asked.where(Case.status.in_(UNANSWERED_STATUSES))) or ""
