"""Who may do what to a complaint in which status: product D13 written out by hand, and every combination walked.

The expectation is kept apart from the table on purpose: one line per stand and status, as an official would list it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from portal.domain.case_exclusion import ExclusionState
from portal.domain.case_extensions import ExtensionState
from portal.domain.case_lifecycle import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    SYSTEM,
    CaseAction,
    CaseFacts,
    CaseStatus,
    CaseTrack,
    NotInThisStatus,
    Reach,
    Stand,
    TooLate,
    allowed_actions,
    check_assignment,
    may_register,
    move,
)
from portal.domain.case_supervision import SupervisionState
from portal.domain.case_suspension import SuspensionState
from portal.domain.errors import NotAllowed
from portal.domain.local_time import SHANGHAI
from portal.domain.roles import Role

NOW = datetime(2024, 6, 17, 9, tzinfo=SHANGHAI)
CLOSED_AT = NOW - timedelta(days=3)

# A question keeps the status it was put in: four kinds of 待居民补充.
SITUATIONS = {status.value: CaseFacts(status) for status in CaseStatus if status is not CaseStatus.NEED_INFO} | {
    f"asked in {status}": CaseFacts(CaseStatus.NEED_INFO, asked_in=status)
    for status in (
        CaseStatus.SUBMITTED,
        CaseStatus.ACCEPTED,
        CaseStatus.RETURNED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.REOPENED,
    )
}
WITH_EVERYTHING = {
    "closed_at": CLOSED_AT,
    "has_phone": True,
    "phone_shared": True,
    "is_public": True,
    "return_until": NOW,
    "promise_due": NOW,
    "merged_from": CaseStatus.IN_PROGRESS,
    "main_answered": True,
}

RELEASES = "release_photos edit_title"
COMMUNITY = {
    "held": "release invalidate reveal",
    "submitted": f"solve reveal {RELEASES}",
    "accepted": f"solve reveal {RELEASES}",
    "returned": f"reveal {RELEASES}",
    "assigned": f"reveal {RELEASES}",
    "in_progress": f"reveal {RELEASES}",
    "reopened": f"reveal {RELEASES}",
    "asked in submitted": f"solve reveal {RELEASES}",
    "asked in accepted": f"solve reveal {RELEASES}",
    "asked in returned": f"reveal {RELEASES}",
    "asked in in_progress": f"reveal {RELEASES}",
    "asked in reopened": f"reveal {RELEASES}",
    "replied": f"callback reveal {RELEASES}",
    "closed": f"reveal {RELEASES}",
}
DISPATCHER = {
    "held": "release invalidate reveal",
    "submitted": f"accept refuse ask reveal {RELEASES}",
    "accepted": f"assign ask reveal {RELEASES}",
    "returned": f"assign ask reveal {RELEASES}",
    "assigned": f"assign reveal {RELEASES}",
    "in_progress": f"assign ask reveal {RELEASES}",
    "reopened": f"assign ask reveal {RELEASES}",
    "asked in submitted": f"accept refuse reveal {RELEASES}",
    "asked in accepted": f"assign reveal {RELEASES}",
    "asked in returned": f"assign reveal {RELEASES}",
    "asked in in_progress": f"assign reveal {RELEASES}",
    "asked in reopened": f"assign reveal {RELEASES}",
    "replied": f"callback reveal {RELEASES}",
    "closed": f"reveal {RELEASES}",
}
RESPONSIBLE = {
    "assigned": "sign return",
    "in_progress": "contact ask reply return extend",
    "reopened": "sign contact ask reply extend",
    "asked in in_progress": "contact reply return extend",
    "asked in reopened": "sign contact reply extend",
}
UNDER_WAY = [key for key in COMMUNITY if key not in ("held", "replied", "closed")]
SEALABLE = [*UNDER_WAY, "replied"]
for key in SEALABLE:
    COMMUNITY[key] += " seal"
    DISPATCHER[key] += " seal"
for key in UNDER_WAY:
    COMMUNITY[key] += " merge_proposed"
for key in RESPONSIBLE:
    RESPONSIBLE[key] += " hand"
RESPONSIBLE |= {"suspended": "hand", "replied": "hand"}
HANDS = dict.fromkeys(RESPONSIBLE, "hand")
MERGER = dict.fromkeys(UNDER_WAY, "merge") | {"merged": "unmerge"}
OWN_SEAL = dict.fromkeys(SEALABLE, "seal")
OWN_PHONE = dict.fromkeys(COMMUNITY, "reveal")
EXECUTOR = dict.fromkeys(("in_progress", "reopened", "asked in in_progress", "asked in reopened"), "work_report")
NOTES = dict.fromkeys(SITUATIONS, "note")
# The inspection stands above everybody; others only above the unit that holds the case.
SUPERVISES = dict.fromkeys(["suspended", *(key for key in COMMUNITY if key != "held")], "supervise")

AUTHOR = {
    "held": "add withdraw",
    "submitted": "add urge withdraw",
    "accepted": "add urge withdraw",
    "returned": "add urge withdraw",
    "assigned": "add urge withdraw",
    "in_progress": "add urge withdraw",
    "reopened": "add urge withdraw",
    "asked in submitted": "answer urge withdraw",
    "asked in accepted": "answer urge withdraw",
    "asked in returned": "answer urge withdraw",
    "asked in in_progress": "answer urge withdraw",
    "asked in reopened": "answer urge withdraw",
    "replied": "confirm dispute",
    "closed": "dispute rate",
    "merged": "dispute rate withdraw",
}
SUSPENDS = dict.fromkeys(("in_progress", "reopened", "asked in in_progress", "asked in reopened"), "suspend")
RESUMES = {"suspended": "resume"}
SUSPENDS |= RESUMES
AUTHOR["suspended"] = "add withdraw"
NEIGHBOUR = dict.fromkeys(["suspended", *(key for key in COMMUNITY if key not in ("held", "closed"))], "join")
CLOCK = {
    **SUPERVISES,
    "replied": "remind silence_close supervise",
    "merged": "unmerge",
    "suspended": "supervise resume",
}
ESCALATES = dict.fromkeys([*UNDER_WAY, "suspended"], "escalate")
for key in SITUATIONS:
    if key not in ("held", "invalid"):
        COMMUNITY[key] = f"{COMMUNITY.get(key, '')} call"
        DISPATCHER[key] = f"{DISPATCHER.get(key, '')} call"

# 剔除 is proposed wherever there is something to count, and by those who do not decide it.
EXCLUDES = dict.fromkeys([*(key for key in COMMUNITY if key not in ("held", "not_accepted")), "suspended"], "exclude")

OWN = {"is_responsible_unit": True}
STANDS: dict[str, tuple[Stand, list[dict[str, str]]]] = {
    "community": (Stand(Role.COMMUNITY), [COMMUNITY, NOTES]),
    "community, responsible": (Stand(Role.COMMUNITY, **OWN), [COMMUNITY, NOTES, RESPONSIBLE]),
    "street": (Stand(Role.STREET), [DISPATCHER, MERGER, NOTES, EXCLUDES]),
    "street, responsible": (Stand(Role.STREET, **OWN), [DISPATCHER, MERGER, NOTES, RESPONSIBLE, SUSPENDS, EXCLUDES]),
    "agency of another case": (Stand(Role.AGENCY), [NOTES]),
    "agency": (Stand(Role.AGENCY, **OWN), [NOTES, RESPONSIBLE, OWN_PHONE, OWN_SEAL, SUSPENDS, EXCLUDES]),
    "contractor of another case": (Stand(Role.CONTRACTOR), []),
    "contractor": (Stand(Role.CONTRACTOR, is_helping=True), [EXECUTOR]),
    "agency that helps": (Stand(Role.AGENCY, is_helping=True), [NOTES, EXECUTOR]),
    "community that helps": (Stand(Role.COMMUNITY, is_helping=True), [COMMUNITY, NOTES, EXECUTOR]),
    "district named as helping": (Stand(Role.DISTRICT, is_helping=True), [DISPATCHER, MERGER, NOTES, RESUMES]),
    "contractor named as unit": (Stand(Role.CONTRACTOR, **OWN), []),
    "district": (Stand(Role.DISTRICT), [DISPATCHER, MERGER, NOTES, RESUMES]),
    "district, responsible": (Stand(Role.DISTRICT, **OWN), [DISPATCHER, MERGER, NOTES, RESPONSIBLE, RESUMES]),
    "hotline": (Stand(Role.HOTLINE), [DISPATCHER, NOTES]),
    "hotline, named as unit": (Stand(Role.HOTLINE, **OWN), [DISPATCHER, NOTES]),
    "discipline": (Stand(Role.DISCIPLINE, **OWN), []),
    "auditor": (Stand(Role.AUDITOR, **OWN), [NOTES, SUPERVISES]),
    "admin": (Stand(Role.ADMIN, **OWN), []),
    "author": (Stand(Role.RESIDENT, is_author=True), [AUTHOR]),
    "author with a staff session": (Stand(Role.RESIDENT, is_author=True, is_staff_session=True), []),
    "neighbour": (Stand(Role.RESIDENT), [NEIGHBOUR]),
    "neighbour with a staff session": (Stand(Role.RESIDENT, is_staff_session=True), []),
    "guest": (Stand(), [NEIGHBOUR]),
    "member of staff whose own case it is": (Stand(Role.AUDITOR, is_author=True), [NOTES, SUPERVISES]),
    "street above the unit": (Stand(Role.STREET, is_superior=True), [DISPATCHER, NOTES, MERGER, SUPERVISES, EXCLUDES]),
    "district above the unit": (
        Stand(Role.DISTRICT, is_superior=True),
        [DISPATCHER, NOTES, MERGER, SUPERVISES, RESUMES],
    ),
    "hotline above the unit": (Stand(Role.HOTLINE, is_superior=True), [DISPATCHER, NOTES]),
    "clock": (SYSTEM, [CLOCK, ESCALATES, HANDS]),
    "unit concerned": (Stand(Role.STREET, is_concerned=True, **OWN), []),
}


def facts(situation: str, track: CaseTrack = CaseTrack.ORDINARY) -> CaseFacts:
    return replace(SITUATIONS[situation], track=track, **WITH_EVERYTHING)


def expected(lists: list[dict[str, str]], situation: str) -> set[str]:
    return {action for listed in lists for action in listed.get(situation, "").split()}


def found(situation: str, who: Stand, track: CaseTrack = CaseTrack.ORDINARY) -> set[str]:
    return {str(action) for action in allowed_actions(facts(situation, track), who, NOW)}


@pytest.mark.parametrize("stand", STANDS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_d13_in_an_ordinary_case(situation, stand):
    who, lists = STANDS[stand]
    assert found(situation, who) == expected(lists, situation)


# D12: the superior works it; nothing public, nobody joins, the community and the contractor see nothing of it.
# The superior of a district bureau is the inspection, that of a contractor the service centre: they work it whole.
SUPERIORS = {"agency", "auditor"}
LEAVES_A_TRACE = {
    "join",
    "solve",
    "release_photos",
    "edit_title",
    "work_report",
    "merge",
    "unmerge",
    "merge_proposed",
    "call",
    "exclude",
}
SUSPENSION = {"suspend", "resume"}


@pytest.mark.parametrize("stand", STANDS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_d13_in_a_conflict(situation, stand):
    who, lists = STANDS[stand]
    if stand in SUPERIORS:
        lists = [DISPATCHER, RESPONSIBLE, NOTES, *([SUPERVISES] if stand == "auditor" else [])]
    outside = stand.startswith(("community", "contractor"))
    assert found(situation, who, CaseTrack.CONFLICT) == (
        set() if outside else expected(lists, situation) - LEAVES_A_TRACE - SUSPENSION
    )


IN_HANDS = ("in_progress", "reopened", "asked in in_progress", "asked in reopened")


@pytest.mark.parametrize("track", [CaseTrack.ORDINARY, CaseTrack.CONFLICT])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_d13_an_extension_is_decided_above_the_unit_that_asked(situation, role, track):
    asked = replace(facts(situation, track), extension=ExtensionState.ASKED)
    decisions = {CaseAction.GRANT_EXTENSION, CaseAction.NOT_EXTEND}
    decides = role in (Role.STREET, Role.DISTRICT) and situation in IN_HANDS
    above, own = Stand(role, is_above=True), Stand(role, is_responsible_unit=True)
    assert decisions & set(allowed_actions(asked, above, NOW)) == (decisions if decides else set())
    assert not {*decisions, CaseAction.EXTEND} & set(allowed_actions(asked, own, NOW))


def test_a_suspension_is_asked_by_the_unit_and_decided_by_the_district_only():
    asked = replace(facts("in_progress"), suspension=SuspensionState.ASKED)
    decisions = {CaseAction.GRANT_SUSPENSION, CaseAction.NOT_SUSPEND}
    for role in Role:
        offered = set(allowed_actions(asked, Stand(role, is_responsible_unit=True, is_superior=True), NOW))
        assert offered & decisions == (decisions if role is Role.DISTRICT else set()), role
        assert CaseAction.SUSPEND not in offered, "it is asked once"
    assert move(asked, Stand(Role.DISTRICT), CaseAction.GRANT_SUSPENSION, NOW).to is CaseStatus.SUSPENDED
    assert move(facts("suspended"), SYSTEM, CaseAction.RESUME, NOW).to is CaseStatus.IN_PROGRESS


def test_what_does_not_count_is_decided_by_the_district_and_never_by_whoever_had_the_case():
    decisions = {CaseAction.GRANT_EXCLUSION, CaseAction.NOT_EXCLUDE}
    for role, situation in product(
        Role, ("submitted", "asked in reopened", "suspended", "merged", "closed", "withdrawn")
    ):
        asked = replace(facts(situation), exclusion=ExclusionState.ASKED)
        left_out = replace(facts(situation), exclusion=ExclusionState.APPROVED)
        decides = role is Role.DISTRICT
        offered = set(allowed_actions(asked, Stand(role, is_superior=True), NOW))
        assert offered & decisions == (decisions if decides else set()), role
        assert (CaseAction.LIFT_EXCLUSION in allowed_actions(left_out, Stand(role), NOW)) == decides
        for case in (asked, left_out):
            own = set(allowed_actions(case, Stand(role, has_had_it=True, **OWN), NOW))
            assert not own & {*decisions, CaseAction.LIFT_EXCLUSION}, "nobody decides about their own figures"
            assert CaseAction.EXCLUDE not in own, "it is asked once"
    with pytest.raises(NotAllowed, match="handled this case itself"):
        move(replace(facts("closed"), exclusion=ExclusionState.ASKED), Stand(Role.DISTRICT, has_had_it=True),
             CaseAction.GRANT_EXCLUSION, NOW)  # fmt: skip
    for track in (CaseTrack.CONFLICT, CaseTrack.SEALED):
        case = replace(facts("in_progress", track), exclusion=ExclusionState.ASKED)
        assert not {a for who in Role for a in allowed_actions(case, Stand(who, **OWN), NOW) if "exclude" in a}


def test_an_order_is_answered_by_the_unit_and_cleared_above_it():
    unit, above = Stand(Role.AGENCY, **OWN), Stand(Role.DISTRICT, is_superior=True)
    deeds = {
        SupervisionState.OPEN: ({"supervise_answer"}, {"supervise_clear"}),
        SupervisionState.ANSWERED: (set(), {"supervise_clear", "supervise_again"}),
    }
    for state, (of_unit, of_above) in deeds.items():
        for situation in ("in_progress", "replied", "asked in reopened"):
            case = replace(facts(situation), supervision=state)
            offered = [{str(a) for a in allowed_actions(case, who, NOW) if "supervise" in a} for who in (unit, above)]
            assert offered == [of_unit, of_above], (state, situation)
            assert "supervise" not in {str(a) for a in allowed_actions(case, SYSTEM, NOW)}, "one at a time"
    ended = replace(facts("withdrawn"), supervision=SupervisionState.OPEN)
    assert {str(a) for a in allowed_actions(ended, above, NOW)} >= {"supervise_clear"}


@pytest.mark.parametrize("settled", [ExtensionState.APPROVED, ExtensionState.REFUSED])
def test_an_extension_is_asked_once_and_decided_once(settled):
    case = replace(facts("in_progress"), extension=settled)
    for who in (Stand(Role.DISTRICT, is_above=True), Stand(Role.AGENCY, **OWN)):
        offered = {str(action) for action in allowed_actions(case, who, NOW)}
        assert not offered & {"extend", "extend_granted", "extend_refused"}


def test_a_merged_case_goes_back_to_where_it_stood_and_is_judged_only_with_an_answer():
    merged, author = facts("merged"), STANDS["author"][0]
    assert move(merged, Stand(Role.STREET), CaseAction.UNMERGE, NOW).to is CaseStatus.IN_PROGRESS
    assert move(merged, author, CaseAction.DISPUTE, NOW).to is CaseStatus.REOPENED
    with pytest.raises(NotInThisStatus, match="no answer yet"):
        move(replace(merged, main_answered=False), author, CaseAction.DISPUTE, NOW)


@pytest.mark.parametrize("action", [CaseAction.SIGN, CaseAction.CONTACT, CaseAction.REPLY])
def test_whose_close_was_disputed_does_not_handle_it_again(action):
    again = Stand(Role.AGENCY, is_former_handler=True, **OWN)
    with pytest.raises(NotAllowed, match="A colleague handles it"):
        move(facts("reopened"), again, action, NOW)
    assert move(facts("reopened"), replace(again, is_former_handler=False), action, NOW)
    assert move(facts("reopened"), again, CaseAction.HAND, NOW)


def test_what_is_overdue_is_neither_extended_nor_asked_for_but_may_be_refused():
    late = NOW + timedelta(minutes=1)
    above, unit = Stand(Role.DISTRICT, is_above=True), Stand(Role.AGENCY, **OWN)
    asked = replace(facts("in_progress"), extension=ExtensionState.ASKED)
    for case, who, action in (
        (facts("in_progress"), unit, CaseAction.EXTEND),
        (asked, above, CaseAction.GRANT_EXTENSION),
    ):
        assert move(case, who, action, NOW)
        with pytest.raises(TooLate, match="overdue and cannot be extended"):
            move(case, who, action, late)
    assert move(asked, above, CaseAction.NOT_EXTEND, late)


DISCIPLINE = {
    "held": "release invalidate reveal",
    "submitted": "accept refuse ask reveal",
    "accepted": "sign ask reveal",
    "returned": "ask reveal",
    "assigned": "sign reveal hand",
    "in_progress": "contact ask reply reveal hand",
    "reopened": "sign contact ask reply reveal hand",
    "asked in submitted": "accept refuse reveal",
    "asked in accepted": "sign reveal",
    "asked in returned": "reveal",
    "asked in in_progress": "contact reply reveal hand",
    "asked in reopened": "sign contact reply reveal hand",
    "replied": "callback reveal hand",
    "closed": "reveal",
    "suspended": "hand",
}
SEALED_STANDS = {
    "discipline": [DISCIPLINE, NOTES],
    "author": [AUTHOR],
    "clock": [{"replied": "remind silence_close"}, ESCALATES, HANDS],
}


@pytest.mark.parametrize("stand", STANDS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_d13_in_a_sealed_case(situation, stand):
    who, _ = STANDS[stand]
    lists = SEALED_STANDS.get(stand, [])
    assert found(situation, who, CaseTrack.SEALED) == expected(lists, situation) - {"unmerge"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_d13_an_urgent_case_is_seen_to_by_whoever_has_to_take_it_on_or_was_told(situation, role):
    urgent = replace(facts(situation), unacknowledged=True)
    dispatcher = role in {Role.STREET, Role.DISTRICT, Role.HOTLINE, Role.AUDITOR}
    waits = situation.removeprefix("asked in ") in {"submitted", "accepted", "returned", "assigned"}
    own = situation == "assigned" and role in {Role.COMMUNITY, Role.AGENCY}
    for is_own in (True, False):
        allowed = allowed_actions(urgent, Stand(role, is_responsible_unit=is_own), NOW)
        assert (CaseAction.ACKNOWLEDGE in allowed) == (waits and (dispatcher or (own and is_own)))
    for track in (CaseTrack.CONFLICT, CaseTrack.SEALED):
        assert CaseAction.ACKNOWLEDGE not in allowed_actions(replace(urgent, track=track), Stand(role, **OWN), NOW)


@pytest.mark.parametrize("role", Role)
def test_whoever_handled_a_case_never_closes_it(role):
    for track, relation in product(CaseTrack, (True, False)):
        who = Stand(role, is_handler=True, is_responsible_unit=relation, is_helping=relation)
        assert CaseAction.CALLBACK not in allowed_actions(facts("replied", track), who, NOW)


def test_the_handler_is_told_why():
    with pytest.raises(NotAllowed, match="handled the case may not close it"):
        move(facts("replied"), Stand(Role.STREET, is_handler=True), CaseAction.CALLBACK, NOW)


@pytest.mark.parametrize(
    ("situation", "who", "action", "to"),
    [
        ("held", Stand(Role.COMMUNITY), CaseAction.RELEASE, "submitted"),
        ("held", Stand(Role.COMMUNITY), CaseAction.INVALIDATE, "invalid"),
        ("submitted", Stand(Role.STREET), CaseAction.ACCEPT, "accepted"),
        ("submitted", Stand(Role.STREET), CaseAction.REFUSE, "not_accepted"),
        ("submitted", Stand(Role.COMMUNITY), CaseAction.SOLVE, "replied"),
        ("submitted", Stand(Role.STREET), CaseAction.ASK, "need_info"),
        ("accepted", Stand(Role.STREET), CaseAction.ASSIGN, "assigned"),
        ("assigned", Stand(Role.AGENCY, **OWN), CaseAction.RETURN, "returned"),
        ("asked in in_progress", Stand(Role.COMMUNITY, **OWN), CaseAction.RETURN, "returned"),
        ("returned", Stand(Role.STREET), CaseAction.ASSIGN, "assigned"),
        ("asked in returned", STANDS["author"][0], CaseAction.ANSWER, "returned"),
        ("assigned", Stand(Role.DISTRICT), CaseAction.ASSIGN, "assigned"),
        ("in_progress", Stand(Role.DISTRICT), CaseAction.ASSIGN, "assigned"),
        ("assigned", Stand(Role.AGENCY, **OWN), CaseAction.SIGN, "in_progress"),
        ("in_progress", Stand(Role.AGENCY, **OWN), CaseAction.CONTACT, "in_progress"),
        ("in_progress", Stand(Role.AGENCY, **OWN), CaseAction.ASK, "need_info"),
        ("in_progress", Stand(Role.AGENCY, **OWN), CaseAction.REPLY, "replied"),
        ("in_progress", Stand(Role.CONTRACTOR, is_helping=True), CaseAction.WORK_REPORT, "in_progress"),
        ("asked in submitted", STANDS["author"][0], CaseAction.ANSWER, "submitted"),
        ("asked in accepted", STANDS["author"][0], CaseAction.ANSWER, "accepted"),
        ("asked in in_progress", STANDS["author"][0], CaseAction.ANSWER, "in_progress"),
        ("asked in reopened", STANDS["author"][0], CaseAction.ANSWER, "reopened"),
        ("asked in submitted", Stand(Role.STREET), CaseAction.ACCEPT, "accepted"),
        ("asked in in_progress", Stand(Role.AGENCY, **OWN), CaseAction.REPLY, "replied"),
        ("asked in in_progress", Stand(Role.AGENCY, **OWN), CaseAction.CONTACT, "need_info"),
        ("asked in in_progress", STANDS["author"][0], CaseAction.WITHDRAW, "withdrawn"),
        ("replied", STANDS["author"][0], CaseAction.CONFIRM, "closed"),
        ("replied", STANDS["author"][0], CaseAction.DISPUTE, "reopened"),
        ("replied", Stand(Role.COMMUNITY), CaseAction.CALLBACK, "closed"),
        ("replied", SYSTEM, CaseAction.REMIND, "replied"),
        ("replied", SYSTEM, CaseAction.SILENCE_CLOSE, "closed"),
        ("reopened", Stand(Role.AGENCY, **OWN), CaseAction.REPLY, "replied"),
        ("reopened", Stand(Role.AGENCY, **OWN), CaseAction.SIGN, "in_progress"),
        ("closed", STANDS["author"][0], CaseAction.DISPUTE, "reopened"),
        ("closed", STANDS["author"][0], CaseAction.RATE, "closed"),
        ("held", STANDS["author"][0], CaseAction.WITHDRAW, "withdrawn"),
        ("replied", Stand(), CaseAction.JOIN, "replied"),
        ("merged", Stand(Role.AUDITOR), CaseAction.NOTE, "merged"),
    ],
)
def test_where_a_deed_leads(situation, who, action, to):
    assert move(facts(situation), who, action, NOW).to == to


def test_an_accusation_is_signed_for_without_a_unit():
    sealed = facts("accepted", CaseTrack.SEALED)
    assert move(sealed, Stand(Role.DISCIPLINE), CaseAction.SIGN, NOW).to is CaseStatus.IN_PROGRESS


@pytest.mark.parametrize("action", [CaseAction.DISPUTE, CaseAction.RATE])
def test_thirty_days_to_the_last_minute_and_no_longer(action):
    closed = replace(facts("closed"), closed_at=datetime(2024, 6, 1, 23, 59, tzinfo=SHANGHAI))
    author = STANDS["author"][0]
    assert move(closed, author, action, datetime(2024, 7, 1, 23, 59, tzinfo=SHANGHAI))
    with pytest.raises(NotInThisStatus, match="time for this") as error:
        move(closed, author, action, datetime(2024, 7, 2, 0, 0, tzinfo=SHANGHAI))
    assert error.value.params == {"days": 30}


def test_without_a_day_of_the_close_nothing_is_reopened():
    assert allowed_actions(replace(facts("closed"), closed_at=None), STANDS["author"][0], NOW) == ()


def test_the_phone_needs_a_phone_and_for_an_agency_the_authors_leave():
    in_hand = facts("in_progress")
    street, agency = Stand(Role.STREET), Stand(Role.AGENCY, **OWN)
    with pytest.raises(NotAllowed, match="left no phone"):
        move(replace(in_hand, has_phone=False), street, CaseAction.REVEAL, NOW)
    with pytest.raises(NotAllowed, match="only the community"):
        move(replace(in_hand, phone_shared=False), agency, CaseAction.REVEAL, NOW)
    assert move(replace(in_hand, phone_shared=False), street, CaseAction.REVEAL, NOW)


@pytest.mark.parametrize("action", [CaseAction.RELEASE_PHOTOS, CaseAction.EDIT_TITLE])
def test_nothing_is_published_that_the_author_kept(action):
    with pytest.raises(NotAllowed, match="not agreed to publication"):
        move(replace(facts("in_progress"), is_public=False), Stand(Role.COMMUNITY), action, NOW)


def test_the_reasons_name_what_is_wrong():
    with pytest.raises(NotAllowed, match="does not lie with your unit"):
        move(facts("assigned"), Stand(Role.AGENCY), CaseAction.SIGN, NOW)
    with pytest.raises(NotAllowed, match="signed in on this device"):
        move(facts("replied"), STANDS["author with a staff session"][0], CaseAction.CONFIRM, NOW)
    with pytest.raises(NotAllowed, match="Only the person who reported"):
        move(facts("replied"), Stand(), CaseAction.CONFIRM, NOW)
    with pytest.raises(NotInThisStatus, match="any more") as error:
        move(facts("closed"), Stand(Role.STREET), CaseAction.ACCEPT, NOW)
    assert error.value.status == 409
    with pytest.raises(NotAllowed) as error:
        move(facts("submitted"), STANDS["unit concerned"][0], CaseAction.ACCEPT, NOW)
    assert error.value.status == 403  # nothing tells the unit whether the case exists


DISTRICT_BODY, WITHIN = Reach.DISTRICT_BODY, Reach.WITHIN_STREET


@pytest.mark.parametrize(
    ("role", "reach", "times", "allowed"),
    [
        (Role.STREET, WITHIN, 0, True),
        (Role.STREET, WITHIN, 2, True),
        (Role.STREET, WITHIN, 3, False),
        (Role.STREET, DISTRICT_BODY, 0, False),
        (Role.DISTRICT, DISTRICT_BODY, 0, True),
        (Role.DISTRICT, WITHIN, 3, True),
        (Role.DISTRICT, DISTRICT_BODY, 5, True),
        (Role.HOTLINE, DISTRICT_BODY, 3, True),
    ],
)
def test_who_may_name_which_unit(role, reach, times, allowed):
    case = replace(facts("accepted"), times_assigned=times)
    if allowed:
        check_assignment(case, Stand(role), reach)
    else:
        with pytest.raises(NotAllowed) as error:
            check_assignment(case, Stand(role), reach)
        assert error.value.field == "agency"


def test_neither_back_to_the_same_unit_nor_to_the_one_complained_about():
    with pytest.raises(NotAllowed, match="already lies"):
        check_assignment(facts("assigned"), Stand(Role.DISTRICT), WITHIN, to_same_unit=True)
    with pytest.raises(NotAllowed, match="about itself"):
        check_assignment(facts("accepted"), Stand(Role.DISTRICT), WITHIN, to_concerned=True)


def test_every_status_is_either_open_or_closed():
    assert set(CaseStatus) == OPEN_STATUSES | CLOSED_STATUSES
    assert not OPEN_STATUSES & CLOSED_STATUSES
    assert {str(status) for status in CLOSED_STATUSES} == {"closed", "merged", "not_accepted", "withdrawn", "invalid"}


def test_who_registers_for_others():
    assert {role for role in Role if may_register(role)} == {
        Role.COMMUNITY,
        Role.STREET,
        Role.DISTRICT,
        Role.HOTLINE,
    }
    assert not may_register(None)
