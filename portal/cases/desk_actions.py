"""The desk's actions as a table: address, form, how it is filled, what it does, what is said afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.cases import (
    calling,
    co_units,
    escalating,
    excluding,
    extending,
    hand_rules,
    handing,
    labels,
    merging,
    reply_templates,
    returning,
    sealing,
    services,
    supervising,
    suspending,
    targets,
    taxonomy,
)
from portal.cases import desk_forms as forms
from portal.cases.holding import above, holder_of
from portal.cases.models import Case
from portal.cases.visibility import may_handle, unit_names
from portal.core import clock
from portal.core.calendar import working_calendar
from portal.core.formatting import day, day_week
from portal.core.numbers import whole
from portal.domain.actors import Actor
from portal.domain.case_closing import CallbackAnswer, CallOutcome
from portal.domain.case_evidence import Evidence
from portal.domain.case_exclusion import EXCLUSION_NAMES, ExclusionKind, fitting_kinds
from portal.domain.case_extensions import ExtensionReason
from portal.domain.case_lifecycle import CaseAction, CaseTrack, ReplyResult
from portal.domain.case_returns import ReturnReason
from portal.domain.case_routing import Answerable
from portal.domain.case_suspension import SuspensionReason
from portal.domain.case_targets import CaseClock
from portal.domain.categories import track_of
from portal.domain.deadlines import due_day
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity.queries import staff_name_masked
from portal.media.models import Owner, Photo
from portal.media.queries import photos_of
from portal.places.models import AgencyKind

Photos = Mapping[str, Sequence[Photo]]
NOT_ANSWERING = {AgencyKind.CONTRACTOR, AgencyKind.DISCIPLINE, AgencyKind.SUPERVISOR}


@dataclass(frozen=True)
class DeskAction:
    """`fill(form, case)` sets choices always and values on the first look; `run` calls the service.

    `beside`: a note or a look, which what colleagues did meanwhile does not touch."""

    slug: str
    action: CaseAction
    form: type[forms.ActionForm]
    run: Callable[[Actor, Case, Any, Photos], object]
    said: Any
    fill: Callable[[Any, Case], None] = lambda form, case: None
    photo_fields: tuple[str, ...] = ()
    tells_resident: bool = True
    previews: bool = False
    intro: Any = ""
    beside: bool = False

    def done(self, case: Case) -> Any:
        """What is said afterwards; an answer says whether a text is under way."""
        if self.action in ANSWERS and not case.sms:
            return _l("Answered. This resident gets no texts: the case stands on the call-back list.")
        return self.said


ANSWERS = frozenset({CaseAction.REPLY, CaseAction.SOLVE})


def _fill_accept(form: forms.AcceptForm, case: Case) -> None:
    fitting = [row for row in taxonomy.categories() if case.track in {CaseTrack.SEALED, track_of(row.code)}]
    form.category.choices = [(row.code, f"{row.group_name} · {row.name}") for row in fitting]
    if case.track is CaseTrack.ORDINARY:
        form.category.description = _l(
            "A report about people is not taken on here: pass it to the discipline inspection."
        )
    _fill_units(form, case)
    if request.method == "GET":
        named = services.suggested(case)
        form.category.data, form.level.data = case.category_code, str(case.level)
        form.agency.data = _offered(form, named.agency_id)
        _fill_help(form, named)
        day = due_day(case.reply_due)
        form.reply_day.data = day if day >= clock.today() else None


def _fill_units(form: Any, case: Case) -> None:
    """Only units that this officer may name (D13); of a complaint about a unit, those above it."""
    units, above = taxonomy.open_agencies(), may_handle(case)
    answering = [unit for unit in units if unit.kind not in NOT_ANSWERING and (above is None or unit.id in above)]
    if g.actor.role is Role.STREET:
        answering = [unit for unit in answering if unit.kind in taxonomy.LOCAL_KINDS]
    form.agency.choices = [("", _l("Decide later")), *((str(unit.id), unit.name) for unit in answering)]
    contractors = [unit for unit in units if unit.kind is AgencyKind.CONTRACTOR and above is None]
    form.executor.choices = [("", _l("Nobody else")), *((str(unit.id), unit.name) for unit in contractors)]
    form.co_units.choices = [(str(unit.id), unit.short_name) for unit in co_units.candidates(g.actor, case)]
    named = next((unit for unit in units if unit.id == services.suggested(case).agency_id), None)
    if named is not None and named not in answering:
        form.agency.description = _l(
            "The routing table names %(unit)s. Only the district assigns to it: leave this open.", unit=named.name
        )


def _fill_assign(form: forms.AssignForm, case: Case) -> None:
    _fill_units(form, case)
    form.agency.choices[0] = ("", _l("Please choose"))
    if request.method == "GET":
        named = services.suggested(case)
        form.agency.data = _offered(form, named.agency_id) if named.agency_id != case.agency_id else ""
        _fill_help(form, named)


def _fill_help(form: Any, named: Answerable) -> None:
    """The unit that begins as answering has the table's helpers beside it."""
    form.executor.data = str(named.executor_id or "") if form.agency.data else ""
    offered = {value for value, _name in form.co_units.choices}
    form.co_units.data = [str(each) for each in named.co_unit_ids if str(each) in offered] if form.agency.data else []


def _offered(form: Any, agency_id: int | None) -> str:
    """The unit to begin with, when this officer may choose it at all."""
    value = str(agency_id or "")
    return value if any(value == offered for offered, _name in form.agency.choices) else ""


def _fill_hand(form: forms.HandForm, case: Case) -> None:
    people = [post for post in handing.candidates(case) if post.id != case.handler_id]
    form.handler.choices = [("", _l("Please choose")), *((str(post.id), staff_name_masked(post)) for post in people)]
    rule = hand_rules.fitting(case)
    named = next((post for post in people if rule is not None and post.id == rule.post_id), None)
    if named is not None:
        form.handler.description = _l("By your unit's rules: %(name)s", name=staff_name_masked(named))
    if request.method == "GET" and (named is not None or any(post.id == g.actor.id for post in people)):
        form.handler.data = str(named.id if named is not None else g.actor.id)


def _fill_merge(form: forms.MergeForm, case: Case) -> None:
    if request.method == "GET":
        form.into.data = request.args.get("into", "")[:20] or merging.proposal(case, g.actor)


def _fill_ask(form: forms.AskForm, case: Case) -> None:
    if request.method == "GET":
        form.answer_by.data = working_calendar().add_working_days(clock.today(), 3)


def _fill_return(form: forms.ReturnForm, case: Case) -> None:
    until = case.return_due
    form.reason.description = gettext(
        "It can be returned until %(date)s. Rule: %(source)s",
        date=day_week(due_day(until)) if until else "",
        source=targets.in_force(case.level, CaseClock.RETURN).source,
    )


def _fill_extend(form: forms.ExtendForm, case: Case) -> None:
    form.until.description = gettext(
        "At most %(days)s working days longer, until %(date)s. Once only, asked before the promised day. Rule: %(source)s",
        days=targets.span(case, CaseClock.EXTENSION).amount,
        date=day(extending.latest(case)),
        source=targets.in_force(case.level, CaseClock.EXTENSION).source,
    )


def _fill_suspend(form: forms.SuspendForm, case: Case) -> None:
    form.review_on.description = gettext(
        "At most %(days)s days from today. The case comes back %(before)s working days before. Rule: %(source)s",
        days=targets.span(case, CaseClock.SUSPEND).amount,
        before=targets.span(case, CaseClock.BACK).amount,
        source=targets.in_force(case.level, CaseClock.SUSPEND).source,
    )


def _fill_exclude(form: forms.ExcludeForm, case: Case) -> None:
    """Two of the kinds are facts: they are offered where they hold."""
    fitting = fitting_kinds(has_phone=case.phone_index is not None, status=case.status)
    form.kind.choices = [(str(kind), EXCLUSION_NAMES[kind]) for kind in fitting]


def _fill_title(form: forms.TitleForm, case: Case) -> None:
    if request.method == "GET":
        form.title.data = case.title


def _accept(actor: Actor, case: Case, form: forms.AcceptForm, photos: Photos) -> None:
    by_day: date | None = form.reply_day.data
    same_level = form.level.data == str(case.level)
    services.accept(
        actor,
        case,
        category_code=form.category.data,
        level=Level(form.level.data),
        agency_id=whole(form.agency.data),
        executor_id=whole(form.executor.data),
        co_unit_ids=_co_units_of(form),
        reply_day=by_day if same_level or by_day is None or by_day != due_day(case.reply_due) else None,
        revision=form.seen,
    )


def _co_units_of(form: Any) -> list[int]:
    return [found for each in form.co_units.data or () if (found := whole(each)) is not None]


def _assign(actor: Actor, case: Case, form: forms.AssignForm, photos: Photos) -> None:
    services.assign(
        actor,
        case,
        agency_id=int(form.agency.data),
        executor_id=whole(form.executor.data),
        co_unit_ids=_co_units_of(form),
        reason=form.reason.data or "",
        revision=form.seen,
    )


def _reply(actor: Actor, case: Case, form: forms.ReplyForm, photos: Photos) -> None:
    services.reply(
        actor,
        case,
        result=ReplyResult(form.result.data),
        words=form.words.data or "",
        before=photos["before"],
        after=photos["after"],
        why_no_photo=form.why_no_photo.data or "",
        later_contact=form.later.data or "",
        template_id=whole(form.template.data),
        revision=form.seen,
    )


def _fill_answer(form: Any, case: Case) -> None:
    """What the category demands stands at the field; a template is put in without losing what was typed."""
    wanted = case.category.evidence
    form.after.description = (
        "" if wanted is Evidence.NONE else _l("“Solved” needs: %(what)s", what=labels.EVIDENCE[wanted])
    )
    chosen = whole(request.form.get("insert"))
    found = next((each for each in reply_templates.offered(g.actor, case) if each.id == chosen), None)
    if found is None:
        return
    form.template.data = str(found.id)
    form.words.data = f"{form.words.data}\n{found.words}" if form.words.data else found.words
    if found.result and "result" in form and not form.result.data:
        form.result.data = str(found.result)


def _fill_supervise(form: forms.SuperviseForm, case: Case) -> None:
    others = [unit for unit in taxonomy.open_agencies() if unit.id in above(case) and unit.id != g.actor.agency_id]
    form.copy.choices = [("", _l("Nobody else")), *((str(unit.id), unit.name) for unit in others)]
    named = unit_names().get(holder_of(case) or 0, "")
    form.requirement.description = gettext("The order goes to %(unit)s by inbox and text.", unit=named)
    _fill_order_day(form, case)


def _fill_order_day(form: Any, case: Case) -> None:
    form.due_on.description = targets.in_force(case.level, CaseClock.SUPERVISE).source
    if request.method == "GET":
        form.due_on.data = supervising.proposed_day(case)


def _supervise(actor: Actor, case: Case, form: forms.SuperviseForm, photos: Photos) -> None:
    supervising.supervise(
        actor,
        case,
        requirement=form.requirement.data or "",
        due_on=form.due_on.data or clock.today(),
        copy_id=whole(form.copy.data),
        revision=form.seen,
    )


def _supervise_again(actor: Actor, case: Case, form: forms.SuperviseAgainForm, photos: Photos) -> None:
    supervising.again(
        actor,
        case,
        requirement=form.requirement.data or "",
        due_on=form.due_on.data or clock.today(),
        revision=form.seen,
    )


def _release_photos(actor: Actor, case: Case, form: forms.ActionForm, photos: Photos) -> None:
    wanted = {found for each in request.form.getlist("photo") if (found := whole(each)) is not None}
    services.release_photos(actor, case, photos_of(Owner("case", case.id)), wanted, form.seen)


TABLE: tuple[DeskAction, ...] = (
    DeskAction(
        "accept", CaseAction.ACCEPT, forms.AcceptForm, _accept, _l("Taken on. The resident has been told."), _fill_accept
    ),
    DeskAction(
        "solve",
        CaseAction.SOLVE,
        forms.SolveForm,
        lambda actor, case, form, photos: services.solve(
            actor,
            case,
            words=form.words.data or "",
            after=photos["after"],
            why_no_photo=form.why_no_photo.data or "",
            revision=form.seen,
        ),
        _l("Answered. A text is on its way to the resident."),
        _fill_answer,
        photo_fields=("after",),
        previews=True,
    ),
    DeskAction("sign", CaseAction.SIGN, forms.SignForm,
        lambda actor, case, form, photos: services.sign(actor, case, form.seen),
        _l("Signed for. Please get in touch with the resident next."), tells_resident=False,
        intro=_l("Once signed for, the resident reads that your unit is working on it. The time for the first contact begins."),
    ),
    DeskAction("acknowledge", CaseAction.ACKNOWLEDGE, forms.ActionForm,
        lambda actor, case, form, photos: escalating.acknowledge(actor, case, form.seen),
        _l("Noted. Nobody else is called for now. Please take it on or sign for it when you are there."),
        tells_resident=False,
        intro=_l("Press this when you see to it yourself: the calls to the next contact stop. The clocks run on."),
    ),
    DeskAction("return", CaseAction.RETURN, forms.ReturnForm,
        lambda actor, case, form, photos: returning.send_back(
            actor, case, reason=ReturnReason(form.reason.data), basis=form.basis.data or "", revision=form.seen
        ),
        _l("Sent back. Whoever assigned it has been told and names another unit."), _fill_return, tells_resident=False,
    ),
    DeskAction("extend", CaseAction.EXTEND, forms.ExtendForm,
        lambda actor, case, form, photos: extending.ask(
            actor, case, until=form.until.data, reason=ExtensionReason(form.reason.data), words=form.words.data or "",
            revision=form.seen,
        ),
        _l("Asked. The unit above decides; the resident is told once it agrees."), _fill_extend, tells_resident=False,
    ),
    DeskAction("contact", CaseAction.CONTACT, forms.ContactForm,
        lambda actor, case, form, photos: services.contact(
            actor, case, way=form.way.data, words=form.words.data or "", photos=photos["photos"], revision=form.seen
        ),
        _l("Noted. The resident sees that something is happening."), photo_fields=("photos",),
    ),
    DeskAction("reply", CaseAction.REPLY, forms.ReplyForm, _reply, _l("Answered. A text is on its way to the resident."),
        _fill_answer,
        photo_fields=("before", "after"), previews=True,
    ),
    DeskAction("ask", CaseAction.ASK, forms.AskForm,
        lambda actor, case, form, photos: services.ask(
            actor, case, question=form.question.data or "", answer_by=form.answer_by.data, revision=form.seen
        ),
        _l("The resident has been asked."), _fill_ask, previews=True,
    ),
    DeskAction("hand", CaseAction.HAND, forms.HandForm,
        lambda actor, case, form, photos: handing.hand(actor, case, int(form.handler.data), form.seen),
        _l("Handed over. The person finds it under “Handled by me”."), _fill_hand, tells_resident=False,
    ),
    DeskAction("transfer", CaseAction.ASSIGN, forms.AssignForm, _assign,
        _l("Assigned. The unit and the resident have been told."), _fill_assign,
    ),
    DeskAction("reject", CaseAction.REFUSE, forms.RefuseForm,
        lambda actor, case, form, photos: services.refuse(
            actor, case, reason=form.reason.data, where=form.where.data or "", phone=form.phone.data or "", revision=form.seen
        ),
        _l("The resident has been told where to go."),
    ),
    DeskAction("close", CaseAction.CALLBACK, forms.CallbackForm,
        lambda actor, case, form, photos: services.call_back(
            actor, case, answer=CallbackAnswer(form.answer.data), words=form.words.data or "", revision=form.seen
        ),
        _l("The call has been noted."),
    ),
    DeskAction("release", CaseAction.RELEASE, forms.ReleaseForm,
        lambda actor, case, form, photos: services.release(actor, case, form.seen), _l("Released. The street office sees it now."),
        intro=_l("Once released, the street office takes it on. The dates run from when it was sent."),
    ),
    DeskAction("invalidate", CaseAction.INVALIDATE, forms.InvalidateForm,
        lambda actor, case, form, photos: services.invalidate(actor, case, form.reason.data, form.seen), _l("Marked as invalid."),
    ),
    DeskAction("call", CaseAction.CALL, forms.CallForm,
        lambda actor, case, form, photos: calling.note_call(
            actor, case, CallOutcome(form.outcome.data), form.words.data or "", form.seen
        ),
        _l("The call has been noted."), tells_resident=False,
        intro=_l("A text did not arrive: tell the resident by phone what it said, and note how the call went."),
    ),
    DeskAction("note", CaseAction.NOTE, forms.NoteForm,
        lambda actor, case, form, photos: services.note(actor, case, form.words.data or ""),
        _l("Note saved. The resident does not see it."), tells_resident=False, beside=True,
    ),
    DeskAction("work-report", CaseAction.WORK_REPORT, forms.WorkReportForm,
        lambda actor, case, form, photos: services.work_report(actor, case, form.words.data or "", photos["photos"]),
        _l("Reported to the unit you work for."), photo_fields=("photos",), tells_resident=False, beside=True,
    ),
    DeskAction("propose-merge", CaseAction.PROPOSE_MERGE, forms.ProposeMergeForm,
        lambda actor, case, form, photos: merging.propose(
            actor, case, into=form.into.data or "", words=form.words.data or "", revision=form.seen
        ),
        _l("Proposed. The street office decides."), _fill_merge, tells_resident=False,
    ),
    DeskAction("merge", CaseAction.MERGE, forms.MergeForm,
        lambda actor, case, form, photos: merging.merge(actor, case, into=form.into.data or "", revision=form.seen),
        _l("Merged. Everybody who reported it has been told and hears of all that follows."), _fill_merge,
        intro=_l("The dates of this case stay as they are. It can be taken apart again."),
    ),
    DeskAction("unmerge", CaseAction.UNMERGE, forms.ActionForm,
        lambda actor, case, form, photos: merging.unmerge(actor, case, form.seen),
        _l("Taken apart. It goes on where it stood, with its own dates."),
        intro=_l("It goes on by itself, where it stood before, with the dates it always had."),
    ),
    DeskAction("seal", CaseAction.SEAL, forms.SealForm,
        lambda actor, case, form, photos: sealing.seal(actor, case, form.words.data or "", form.seen),
        _l("Sealed. From now on the discipline inspection alone sees it."), tells_resident=False,
        intro=_l("For reports that accuse somebody. Afterwards nobody but the discipline inspection sees it, you neither."),
    ),
    DeskAction("phone", CaseAction.REVEAL, forms.RevealForm,
        lambda actor, case, form, photos: services.reveal(actor, case, str(labels.REVEAL_PURPOSES[form.purpose.data])), "",
        intro=_l("The number is shown once. Your look is recorded and the resident is told."), beside=True,
    ),
    DeskAction("title", CaseAction.EDIT_TITLE, forms.TitleForm,
        lambda actor, case, form, photos: services.edit_title(actor, case, form.title.data or "", form.seen),
        _l("The public title has been saved."), _fill_title, tells_resident=False,
        intro=_l("Everybody can read the public title. No names, no door numbers, no phone numbers."),
    ),
    DeskAction("suspend", CaseAction.SUSPEND, forms.SuspendForm,
        lambda actor, case, form, photos: suspending.ask(
            actor, case, reason=SuspensionReason(form.reason.data), plan=form.plan.data or "",
            review_on=form.review_on.data, revision=form.seen,
        ),
        _l("Asked. The district decides; the resident is told once it agrees."), _fill_suspend, tells_resident=False,
    ),
    DeskAction("resume", CaseAction.RESUME, forms.ResumeForm,
        lambda actor, case, form, photos: suspending.resume(
            actor, case, words=form.words.data or "", revision=form.seen
        ),
        _l("The case is being worked on again."),
    ),
    DeskAction("exclude", CaseAction.EXCLUDE, forms.ExcludeForm,
        lambda actor, case, form, photos: excluding.ask(
            actor, case, kind=ExclusionKind(form.kind.data), reason=form.reason.data or "", revision=form.seen
        ),
        _l("Proposed. The district decides; until then every figure stays as it is."), _fill_exclude,
        tells_resident=False,
        intro=_l(
            "It leaves the rates only and still counts as a case. The work, the dates and the resident's rights stay. "
            "Once approved, the resident reads that it does not count, and of which kind it is."
        ),
    ),
    DeskAction("count-again", CaseAction.LIFT_EXCLUSION, forms.LiftForm,
        lambda actor, case, form, photos: excluding.lift(
            actor, case, reason=form.reason.data or "", revision=form.seen
        ),
        _l("It counts in every figure again."), tells_resident=False,
    ),
    DeskAction("supervise", CaseAction.SUPERVISE, forms.SuperviseForm, _supervise,
        _l("Sent to the unit, by inbox and text."), _fill_supervise,
    ),
    DeskAction("supervision-answer", CaseAction.SUPERVISION_ANSWER, forms.SupervisionAnswerForm,
        lambda actor, case, form, photos: supervising.answer(
            actor, case, words=form.words.data or "", photos=photos["photos"], revision=form.seen
        ),
        _l("Reported to the office above."), photo_fields=("photos",), tells_resident=False,
    ),
    DeskAction("supervision-clear", CaseAction.SUPERVISION_CLEAR, forms.SupervisionClearForm,
        lambda actor, case, form, photos: supervising.clear(
            actor, case, words=form.words.data or "", revision=form.seen
        ),
        _l("The order is cleared."), tells_resident=False,
    ),
    DeskAction("supervise-again", CaseAction.SUPERVISE_AGAIN, forms.SuperviseAgainForm, _supervise_again,
        _l("Sent to the unit, by inbox and text."), _fill_order_day, tells_resident=False,
    ),
    DeskAction("photos", CaseAction.RELEASE_PHOTOS, forms.ActionForm, _release_photos,
        _l("Saved which photos may be shown."), tells_resident=False,
    ),
)  # fmt: skip
BY_SLUG = {each.slug: each for each in TABLE}
BY_ACTION = {each.action: each for each in TABLE}


def page_of(case: Case, action: CaseAction) -> str:
    """The address of the page on which this is done to the case."""
    return url_for("cases_desk.act", number=case.number, slug=BY_ACTION[action].slug)
