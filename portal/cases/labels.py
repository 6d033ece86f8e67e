"""Words for statuses, sources, reasons: residents' sentences and staff words (ux.md §2.6, §3.18)."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.cases.models import Case, Satisfaction, Source
from portal.core.formatting import day
from portal.domain.case_closing import CallbackAnswer, CallOutcome
from portal.domain.case_evidence import Evidence
from portal.domain.case_exclusion import EXCLUSION_NAMES, ExclusionKind, ExclusionState
from portal.domain.case_extensions import EXTENSION_SHORT_NAMES
from portal.domain.case_lifecycle import CaseAction, CaseOutcome, CaseStatus, ReplyResult
from portal.domain.case_returns import ReturnReason
from portal.domain.case_supervision import SupervisionOrigin, SupervisionState
from portal.domain.case_suspension import SUSPENSION_SHORT_NAMES
from portal.domain.case_targets import CaseClock
from portal.domain.deadlines import due_day
from portal.domain.levels import Level, Span, SpanUnit

# The desk's filters (ux.md §3.17): name in the address, word, drawing.
SHOWS = (
    ("", _l("All open"), "list"),
    ("urgent", _l("Urgent"), "warn"),
    ("overdue", _l("Overdue"), "warn"),
    ("due_soon", _l("Due soon"), "clock"),
    ("held", _l("To be checked"), "eye"),
    ("submitted", _l("To be accepted"), "plus"),
    ("accepted", _l("To be assigned"), "arrow"),
    ("returned", _l("Returned, to be reassigned"), "refresh"),
    ("assigned", _l("To be signed for"), "pencil"),
    ("in_progress", _l("In progress"), "wrench"),
    ("need_info", _l("Waiting for the resident"), "chat"),
    ("suspended", _l("Suspended"), "clock"),
    ("replied", _l("Answered, to be rated"), "check"),
    ("unsatisfied", _l("Not satisfied"), "face-sad"),
    ("mine", _l("Handled by me"), "people"),
    ("helping", _l("We help"), "people"),
    ("excluded", _l("Left out of the figures"), "chart"),
    ("closed", _l("Closed"), "flag"),
)
SOURCES = {
    Source.WEB: _l("Online"),
    Source.PHONE: _l("Telephone"),
    Source.WINDOW: _l("At the window"),
    Source.VISIT: _l("Home visit"),
    Source.HOTLINE: _l("From 12345"),
    Source.DISCUSSION: _l("From the forum"),
}
BY_HAND = frozenset(
    {Source.PHONE, Source.WINDOW, Source.VISIT, Source.HOTLINE}
)  # what somebody registers for a resident
LEVELS = {
    Level.A: _l("A · Most urgent"),
    Level.B: _l("B · Urgent"),
    Level.C: _l("C · Ordinary"),
    Level.D: _l("D · Complex"),
}
CLOCKS = {
    CaseClock.ACCEPT: _l("Take on (from the report)"),
    CaseClock.SIGN: _l("Sign for (from the assignment)"),
    CaseClock.RETURN: _l("Send back (from the assignment)"),
    CaseClock.CONTACT: _l("First contact (from signing)"),
    CaseClock.REPLY: _l("Answer (from the report)"),
    CaseClock.EXTENSION: _l("Extension, at most"),
    CaseClock.REMIND: _l("Remind the unit (before the promised day)"),
    CaseClock.CLIMB: _l("Overdue: one unit higher after each"),
    CaseClock.ALARM: _l("Not taken on or signed for: one step further after each"),
    CaseClock.DISPATCHES: _l("Dispatches by the street, then the district decides"),
    CaseClock.SUPERVISE: _l("Finish by, after a supervision order"),
    CaseClock.SUSPEND: _l("Suspension, at most"),
    CaseClock.BACK: _l("Suspension: back on the desk before the day"),
}
CLOCK_GROUPS = {
    "handling": _l("Handling a case"),
    "ladder": _l("Reminding and reporting upwards"),
    "above": _l("Supervision and suspension"),
}
SPAN_UNITS = {
    SpanUnit.MINUTES: _l("minutes, day and night"),
    SpanUnit.HOURS: _l("hours, day and night"),
    SpanUnit.DAYS: _l("calendar days"),
    SpanUnit.WORKING_DAYS: _l("working days"),
    SpanUnit.TIMES: _l("times"),
}


def span_words(span: Span) -> str:
    """“15 分钟”, “5 个工作日”"""
    match span.unit:
        case SpanUnit.MINUTES:
            return gettext("%(n)s minutes", n=span.amount)
        case SpanUnit.HOURS:
            return gettext("%(n)s hours", n=span.amount)
        case SpanUnit.DAYS:
            return gettext("%(n)s calendar days", n=span.amount)
        case SpanUnit.TIMES:
            return gettext("%(n)s times", n=span.amount)
        case _:
            return gettext("%(n)s working days", n=span.amount)


RESULTS = {
    ReplyResult.SOLVED: _l("Solved"),
    ReplyResult.PARTLY: _l("Partly solved"),
    ReplyResult.NOT_YET: _l("Cannot be solved for now"),
}
EVIDENCE = {
    Evidence.NONE: _l("No photo is asked for"),
    Evidence.AFTER: _l("Photo after the repair"),
    Evidence.BOTH: _l("Photos before and after the repair"),
}
CONTACT_WAYS = {"phone": _l("Telephone"), "visit": _l("On site"), "message": _l("By message")}
CALLBACK_ANSWERS = {
    CallbackAnswer.SOLVED: _l("It is solved"),
    CallbackAnswer.PARTLY: _l("Partly solved"),
    CallbackAnswer.NOT_SOLVED: _l("Not solved"),
    CallbackAnswer.UNREACHABLE: _l("Could not be reached"),
}
CALL_OUTCOMES = {
    str(CallOutcome.TOLD): _l("Told the resident"),
    str(CallOutcome.NO_ANSWER): _l("Nobody answered"),
    str(CallOutcome.WRONG_NUMBER): _l("The number is wrong"),
}
SATISFACTIONS = {
    Satisfaction.SATISFIED: _l("Satisfied"),
    Satisfaction.FAIR: _l("Fairly satisfied"),
    Satisfaction.UNSATISFIED: _l("Not satisfied"),
}
# 信访工作条例 arts. 19, 23, 31, 36 and the hotlines' rules (domain.md §1.3); each refusal also says where to go.
REFUSALS = {
    "handled": _l("The same matter is already being handled"),
    "reviewed": _l("The matter has been through review already"),
    "legal_way": _l("The matter belongs to a court, arbitration or another legal procedure"),
    "not_ours": _l("The matter belongs to another body"),
    "settled": _l("The matter was settled lawfully before"),
    "emergency": _l("The matter belongs to 110, 119 or 120"),
    "private": _l("The matter concerns state secrets, business secrets or somebody's privacy"),
}
RETURN_REASONS = {
    ReturnReason.NOT_OURS: _l("Not the duty of this unit"),
    ReturnReason.UNCLEAR_PLACE: _l("The place is unclear"),
    ReturnReason.DUPLICATE: _l("Reported before"),
    ReturnReason.OTHER: _l("Another reason"),
}
# The Chinese names are data: texts and pages say the same.
EXTENSION_REASONS = {str(key): name for key, name in EXTENSION_SHORT_NAMES.items()}
SUSPENSION_REASONS = {str(key): name for key, name in SUSPENSION_SHORT_NAMES.items()}
EXCLUSION_KINDS = {str(key): name for key, name in EXCLUSION_NAMES.items()}
# What the author reads of it; the offices' words are not for them.
EXCLUSION_TOLD = {
    ExclusionKind.ANONYMOUS: _l("no way to reach you was left"),
    ExclusionKind.DUPLICATE: _l("it is handled together with another report of the same, which counts"),
    ExclusionKind.UNFOUNDED: _l("the district found no ground for what is asked"),
    ExclusionKind.LEGAL: _l("the matter belongs to a court, arbitration or another legal procedure"),
}
EXCLUSION_STATES = {
    ExclusionState.ASKED: _l("Waiting for the district"),
    ExclusionState.APPROVED: _l("Left out"),
    ExclusionState.REFUSED: _l("Not agreed"),
    ExclusionState.LIFTED: _l("Counts again"),
}
INVALID_REASONS = {
    "advertising": _l("Advertising"),
    "nonsense": _l("Not a report"),
    "twice": _l("Sent twice"),
    "elsewhere": _l("Not about these compounds"),
}
REVEAL_PURPOSES = {
    "appointment": _l("To arrange a visit"),
    "question": _l("To ask about the matter"),
    "answer": _l("To tell the answer by phone"),
    "callback": _l("To call back after the answer"),
}


def unit_name(case: Case) -> str:
    return case.agency.short_name if case.agency else gettext("the street office")


def sentence(case: Case) -> str:
    """The resident's sentence for where the case stands (ux.md §2.6)."""
    when, unit = day(due_day(case.promise_due)), unit_name(case)
    match case.status:
        case CaseStatus.HELD:
            return gettext("Many people reported at the same time; the community is checking.")
        case CaseStatus.SUBMITTED:
            return gettext("We will tell you by %(date)s who takes care of it", date=day(due_day(case.accept_due)))
        case CaseStatus.ACCEPTED:
            return gettext("Taken on; it is being decided who takes care of it")
        case CaseStatus.ASSIGNED:
            return gettext("Passed to %(unit)s; you get an answer by %(date)s", unit=unit, date=when)
        case CaseStatus.RETURNED:
            return gettext("The unit it went to says it is not its duty; we are looking for another one")
        case CaseStatus.IN_PROGRESS:
            return gettext("%(unit)s is working on it now", unit=unit)
        case CaseStatus.NEED_INFO:
            return gettext("%(unit)s would like you to add something", unit=unit)
        case CaseStatus.SUSPENDED if case.suspension is not None:
            return gettext(
                "Reason: %(reason)s. You hear from us again by %(date)s",
                reason=SUSPENSION_SHORT_NAMES[case.suspension.reason],
                date=day(case.suspension.review_on),
            )
        case CaseStatus.REPLIED:
            return gettext("There is an answer. Please see whether the problem is solved")
        case CaseStatus.REOPENED:
            return gettext("You said it is not solved yet; it is being handled again")
        case CaseStatus.NOT_ACCEPTED:
            return gettext("This is not handled here. See below where you can go")
        case CaseStatus.WITHDRAWN:
            return gettext("You withdrew this on %(date)s", date=day(case.closed_at))
        case CaseStatus.INVALID:
            return gettext("This report was not taken on")
        case CaseStatus.MERGED:
            return gettext("A neighbour reported the same; both are handled together")
        case CaseStatus.CLOSED:
            return gettext("Ended on %(date)s", date=day(case.closed_at))
        case _:
            return ""


def outcome_key(case: Case) -> str:
    """The key that the status tag shows for a closed case: resolved, explained or silent."""
    return (
        {CaseOutcome.RESOLVED: "resolved", CaseOutcome.EXPLAINED: "explained", CaseOutcome.NO_ANSWER: "silent"}.get(
            case.outcome, ""
        )
        if case.outcome
        else ""
    )


ACTIONS = {
    CaseAction.RELEASE: _l("Release"),
    CaseAction.INVALIDATE: _l("Mark as invalid"),
    CaseAction.ACCEPT: _l("Take on"),
    CaseAction.REFUSE: _l("Not for us"),
    CaseAction.ASSIGN: _l("Assign"),
    CaseAction.SIGN: _l("Sign for"),
    CaseAction.RETURN: _l("Send back"),
    CaseAction.EXTEND: _l("Ask for an extension"),
    CaseAction.CONTACT: _l("First contact"),
    CaseAction.SOLVE: _l("Solve on the spot"),
    CaseAction.ASK: _l("Ask the resident"),
    CaseAction.REPLY: _l("Answer"),
    CaseAction.CALLBACK: _l("Close by phone"),
    CaseAction.CALL: _l("Note a call"),
    CaseAction.NOTE: _l("Write an internal note"),
    CaseAction.REVEAL: _l("Show the phone number"),
    CaseAction.EDIT_TITLE: _l("Public title"),
    CaseAction.RELEASE_PHOTOS: _l("Photos for the public page"),
    CaseAction.WORK_REPORT: _l("Report on the work"),
    CaseAction.HAND: _l("Hand to a person"),
    CaseAction.PROPOSE_MERGE: _l("Propose a merge"),
    CaseAction.MERGE: _l("Merge"),
    CaseAction.UNMERGE: _l("Undo the merge"),
    CaseAction.SEAL: _l("Pass to the discipline inspection"),
    CaseAction.SUSPEND: _l("Suspend"),
    CaseAction.RESUME: _l("End the suspension"),
    CaseAction.EXCLUDE: _l("Leave out of the figures"),
    CaseAction.LIFT_EXCLUSION: _l("Count it again"),
    CaseAction.SUPERVISE: _l("Supervise"),
    CaseAction.SUPERVISION_ANSWER: _l("Report what was put right"),
    CaseAction.SUPERVISION_CLEAR: _l("Clear the order"),
    CaseAction.SUPERVISE_AGAIN: _l("Supervise again"),
    CaseAction.ACKNOWLEDGE: _l("I know of it and see to it"),
}
# How the staff timeline names each deed.
DEEDS = {
    "submitted": _l("Reported"),
    "registered": _l("Registered for the resident"),
    "release": _l("Released after checking"),
    "invalidate": _l("Marked as invalid"),
    "refuse": _l("Not taken on; told where to go"),
    "sign": _l("Signed for"),
    "contact": _l("Got in touch"),
    "ask": _l("Asked the resident"),
    "answer": _l("The resident answered the question"),
    "add": _l("The resident added something"),
    "confirm": _l("The resident says: solved"),
    "dispute": _l("The resident says: not solved"),
    "silence_close": _l("Closed: seven days without an answer"),
    "remind": _l("Reminded the resident once"),
    "note": _l("Internal note"),
    "urge": _l("The resident urges"),
    "withdraw": _l("Withdrawn by the resident"),
    "rate": _l("Rated by the resident"),
    "reveal": _l("Looked at the phone number, for:"),
    "join": _l("A neighbour has the same problem"),
    "release_photos": _l("Chose photos for the public page"),
    "edit_title": _l("Wrote the public title"),
    "work_report": _l("Report of the contractor"),
    "hand": _l("Handed to a person of the unit"),
    "acknowledge": _l("Said to see to it"),
    "seal": _l("Sealed: the discipline inspection's alone from now on"),
}
# By what an urgent case was seen to, on the call list.
CALL_DEEDS = {
    "acknowledge": _l("I know of it and see to it"),
    "accept": _l("Taken on"),
    "assign": _l("Assigned on"),
    "sign": _l("Signed for"),
    "solve": _l("Solved on the spot"),
    "refuse": _l("Not taken on; told where to go"),
    "return": _l("Sent back"),
    "withdraw": _l("Withdrawn by the resident"),
    "merge": _l("Merged"),
}
SUPERVISION_ORIGINS = {
    SupervisionOrigin.OVERDUE: _l("Overdue, by itself"),
    SupervisionOrigin.URGED: _l("Urged by the resident"),
    SupervisionOrigin.ORDERED: _l("Ordered from above"),
    SupervisionOrigin.UNSATISFIED: _l("Twice not satisfied"),
}
SUPERVISION_STATES = {
    SupervisionState.OPEN: _l("Waiting for the unit"),
    SupervisionState.ANSWERED: _l("To be cleared"),
    SupervisionState.CLEARED: _l("Cleared"),
}
