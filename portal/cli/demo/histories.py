"""One case's history as a generator: it does a step by the real services, then yields when the next one happens.

The engine moves the clock. What lies beyond the demo's present never happens: those cases are still under way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.cases import author, co_units, merging, services, submitting
from portal.cases.models import Case, Satisfaction, Source
from portal.cases.submitting import Report
from portal.cli.demo import moments, stories
from portal.cli.demo.stories import Situation
from portal.cli.demo.world import GUEST, World, get
from portal.core import clock
from portal.domain.actors import Actor
from portal.domain.case_closing import CallbackAnswer
from portal.domain.case_evidence import Evidence
from portal.domain.case_lifecycle import CaseStatus, ReplyResult
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.media import services as media
from portal.media.models import Owner
from portal.media.queries import photos_of
from portal.places.models import AgencyKind, Building

History = Iterator[datetime]
SOURCES = {Source.WEB: 70, Source.PHONE: 11, Source.WINDOW: 5, Source.VISIT: 4, Source.HOTLINE: 10}


@dataclass(frozen=True)
class Course:
    """What is to become of a case; `stop` is the last thing that happens before the demo's present."""

    situation: Situation
    building_id: int
    ending: str
    late: bool = False
    stop: str = ""
    source: Source = Source.WEB


def ordinary(world: World, course: Course, at: datetime) -> History:
    """From the report to its end."""
    case_id = submit(world, course).id
    if course.ending == "held" or course.stop == "submitted":
        return
    if course.ending == "invalid":
        yield moments.office(at + moments.hours(1, 20, world.random), world.random)
        services.invalidate(world.community(get(case_id)), get(case_id), "advertising")
        return
    yield from _neighbours(world, case_id, at)
    if course.ending == "withdrawn":
        yield moments.awake(clock.now() + moments.hours(3, 30, world.random), world.random)
        author.withdraw(GUEST, get(case_id))
        return
    yield _soon(world, get(case_id).accept_due, course.late and world.chance(0.3))
    _give_title(world, course, get(case_id))
    if course.ending == "refused":
        reason, where, phone = world.random.choice(stories.REFUSALS)
        services.refuse(world.street(get(case_id)), get(case_id), reason=reason, where=where, phone=phone)
        return
    if course.ending == "on_the_spot":
        yield from _solve_on_the_spot(world, course, case_id)
    else:
        yield from _work(world, course, case_id)
    if get(case_id).status is CaseStatus.REPLIED:
        yield from _judge(world, course, case_id)


def twins(world: World, course: Course, at: datetime) -> History:
    """A neighbour reports the same a few hours later; the street lets both be handled as one."""
    first = submit(world, course).id
    yield moments.awake(at + moments.hours(2, 6, world.random), world.random)
    second = submit(world, course).id
    work = _work(world, course, first)
    for moment in work:
        yield moment
        main, other = get(first), get(second)
        ready = main.status in {CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS} and other.status is CaseStatus.SUBMITTED
        if ready and main.reply_due <= other.reply_due and main.promise_due <= other.promise_due:
            merging.merge(world.street(other), other, into=main.number)
    if get(first).status is CaseStatus.REPLIED:
        yield from _judge(world, course, first)


def submit(world: World, course: Course) -> Case:
    random, situation = world.random, course.situation
    building = world.building(course.building_id)
    by_staff = course.source is not Source.WEB
    actor = _registrar(world, course, building) if by_staff else GUEST
    phone = None if random.random() < 0.1 else world.phone()
    owner = Owner("demo", f"{course.building_id}-{clock.now():%y%m%d%H%M%S}")
    pictures = world.photos(situation.photo, mended=False) if not by_staff and world.chance(0.62) else []
    photos = [media.keep(picture, owner) for picture in pictures]
    words = random.choice(stories.INVALID) if course.ending == "invalid" else stories.words_of(situation, random)
    report = Report(
        building_id=building.id,
        category=situation.resident_code,
        words=words,
        place=stories.place_of(situation, len(building.entrances), random),
        danger=situation.code.startswith("safety") and world.chance(0.5),
        phone=phone,
        called=stories.called(random) if world.chance(0.6) else "",
        sms=phone is not None and random.random() < 0.85,
        phone_shared=world.chance(0.45),
        is_public=world.chance(0.5) and course.ending not in {"invalid", "held"},
        source=course.source,
        hotline_number=f"TJ{random.randint(10**9, 10**10 - 1)}" if course.source is Source.HOTLINE else "",
        held=course.ending in {"held", "invalid"},
        photos=photos,
    )
    return submitting.submit(actor, report)


def _give_title(world: World, course: Course, case: Case) -> None:
    """The community looks at what is to be shown in public before it goes on its way; now and then it forgets."""
    if case.is_public and world.chance(0.95):
        services.edit_title(world.community(case), case, course.situation.title)


def _registrar(world: World, course: Course, building: Building) -> Actor:
    if course.source is Source.HOTLINE:
        return world.by_name("hotline1")
    agency_id = building.compound.community.agency_id
    assert agency_id is not None
    return world.of_unit(agency_id)


def _neighbours(world: World, case_id: int, at: datetime) -> History:
    """我也遇到了, some of the time, within the first two days."""
    if not world.chance(0.22):
        return
    for number in range(world.random.choice((1, 1, 2, 3, 5))):
        yield moments.awake(clock.now() + moments.hours(0.5, 9, world.random), world.random)
        phone = world.phone() if world.chance(0.6) else None
        case = get(case_id)
        if phone is None or phone != case.phone:
            submitting.join(GUEST, case, phone=phone, device=f"demo-{case_id}-{number}", sms=world.chance(0.8))


def _soon(world: World, due: datetime, late: bool) -> datetime:
    """Before a deadline, usually well before; when late, some hours after."""
    now, random = clock.now(), world.random
    if late:
        return moments.office(due + moments.hours(2, 20, random), random)
    span = max(due - now, timedelta(minutes=6))
    wanted = now + span * random.uniform(0.15, 0.8)
    inside = moments.office(wanted, random)
    return inside if inside <= due else max(wanted, now + timedelta(minutes=2))


def _work(world: World, course: Course, case_id: int) -> History:
    yield from _dispatch(world, course, case_id)
    if course.stop in {"accepted", "assigned"}:
        return
    yield _soon(world, _due(get(case_id).sign_due), False)
    case = get(case_id)
    unit = world.of_unit(case.agency_id or 0)
    services.sign(unit, case)
    yield _soon(world, _due(case.contact_due), course.late and world.chance(0.4))
    case = get(case_id)
    services.contact(
        unit, case, way=world.random.choice(("phone", "visit", "visit", "message")), words=course.situation.contact
    )
    yield from _on_the_way(world, course, case_id, unit)
    if course.stop in {"in_progress", "need_info"}:
        return
    yield _reply_time(world, course, get(case_id))
    _reply(world, course, get(case_id), unit)


def _dispatch(world: World, course: Course, case_id: int) -> History:
    """District bodies are named by the district or the hotline office; the street names its own (domain.md §0.5)."""
    case, random = get(case_id), world.random
    code = course.situation.code
    found = services.suggested(case, code)
    agency_id = found.agency_id or world.unit(random.choice(("FWZX", "WY")), case.building).id
    level = Level.A if case.danger else _level(world, course)
    unit = world.of_unit(agency_id)
    street, district = world.street(case), world.by_name(random.choice(("district1", "district2", "hotline1")))
    local = _is_local(world, agency_id)
    direct = local or world.chance(0.6)
    first = street if local or not direct else district
    if course.stop == "accepted" or not direct:
        services.accept(street if not direct else first, case, category_code=code, level=level, agency_id=None)
        if course.stop == "accepted":
            return
        yield moments.office(clock.now() + moments.hours(0.3, 4, random), random)
        services.assign(
            district,
            get(case_id),
            agency_id=agency_id,
            executor_id=found.executor_id,
            co_unit_ids=co_units.askable(district, get(case_id), found.co_unit_ids),
            reason=_because(world, unit),
        )
        return
    helping = co_units.askable(first, case, found.co_unit_ids)
    services.accept(
        first,
        case,
        category_code=code,
        level=level,
        agency_id=agency_id,
        executor_id=found.executor_id,
        co_unit_ids=helping,
    )


def _level(world: World, course: Course) -> Level:
    from portal.cases.taxonomy import category

    return category(course.situation.code).level


def _is_local(world: World, agency_id: int) -> bool:
    from portal.core.extensions import db
    from portal.places.models import Agency

    return db.session.get_one(Agency, agency_id).kind in {AgencyKind.COMMUNITY, AgencyKind.STREET, AgencyKind.PROPERTY}


def _because(world: World, unit: Actor) -> str:
    return world.random.choice(stories.TRANSFERS) if unit.role is Role.AGENCY and world.chance(0.5) else ""


def _due(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment


def _on_the_way(world: World, course: Course, case_id: int, unit: Actor) -> History:
    """Questions, the contractor's report, notes, a look at the number, what the public page shows."""
    random = world.random
    urgent = get(case_id).level in {Level.A, Level.B}
    if course.stop == "need_info" or (not urgent and world.chance(0.1)):
        yield from _ask(world, course, case_id, unit)
        if course.stop == "need_info":
            return
    if get(case_id).executor_id and not urgent and world.chance(0.6):
        yield moments.office(clock.now() + moments.hours(2, 7, random), random)
        photos = world.photos(course.situation.photo, mended=True) if world.chance(0.3) else []
        services.work_report(world.by_name("contractor1"), get(case_id), random.choice(stories.WORK_REPORTS), photos)
    for helper in get(case_id).co_units if not urgent and world.chance(0.7) else ():
        yield moments.office(clock.now() + moments.hours(1, 5, random), random)
        services.work_report(world.of_unit(helper.id), get(case_id), random.choice(stories.HELP_REPORTS))
    if world.chance(0.14):
        services.note(world.street(get(case_id)), get(case_id), random.choice(stories.NOTES))
    if get(case_id).phone and world.chance(0.12):
        services.reveal(world.community(get(case_id)), get(case_id), "appointment")
    if not urgent and world.chance(0.08):
        yield moments.awake(clock.now() + moments.hours(1, 20, random), random)
        author.add(GUEST, get(case_id), "补充一下：今天又看了，情况还是一样，位置就在照片里那儿。")
    case = get(case_id)
    if case.is_titled:
        photos_shown = photos_of(Owner("case", case.id))
        if photos_shown:
            services.release_photos(world.community(case), case, photos_shown, {photo.id for photo in photos_shown})


def _ask(world: World, course: Course, case_id: int, unit: Actor) -> History:
    question, answer = world.random.choice(stories.QUESTIONS)
    yield moments.office(clock.now() + moments.hours(0.5, 4, world.random), world.random)
    services.ask(unit, get(case_id), question=question, answer_by=clock.today() + timedelta(days=3))
    if course.stop == "need_info":
        return
    yield moments.awake(clock.now() + moments.hours(2, 30, world.random), world.random)
    author.add(GUEST, get(case_id), answer)


def _reply_time(world: World, course: Course, case: Case) -> datetime:
    """Late ones are late by days; the others answer in the first part of their time."""
    now, random = clock.now(), world.random
    if course.late:
        return moments.office_after(max(case.reply_due, now), random.choice((1, 1, 2, 3, 5)), random)
    span = max(case.reply_due - now, timedelta(hours=1))
    wanted = now + span * random.uniform(0.15, 0.75)
    inside = moments.office(wanted, random)
    return inside if inside <= case.reply_due else wanted


def _reply(world: World, course: Course, case: Case, unit: Actor, *, again: bool = False) -> None:
    random, situation = world.random, course.situation
    result, words = ReplyResult.SOLVED, random.choice(stories.SECOND_REPLIES) if again else situation.reply
    if course.ending == "explained":
        result, words = ReplyResult.NOT_YET, random.choice(stories.NOT_YET)
    elif not again and world.chance(0.07):
        result, words = ReplyResult.PARTLY, random.choice(stories.PARTLY)
    after = world.photos(situation.photo, mended=True) if result is not ReplyResult.NOT_YET else []
    shows_both = after and (world.chance(0.25) or case.category.evidence is Evidence.BOTH)
    before = world.photos(situation.photo, mended=False) if shows_both else []
    why = "" if after else random.choice(stories.NO_PHOTO_REASONS)
    services.reply(unit, case, result=result, words=words, before=before, after=after, why_no_photo=why)


def _solve_on_the_spot(world: World, course: Course, case_id: int) -> History:
    case = get(case_id)
    after = world.photos(course.situation.photo, mended=True)
    why = stories.NO_PHOTO_BEFORE if after else world.random.choice(stories.NO_PHOTO_REASONS)
    why = "" if after and case.category.evidence is not Evidence.BOTH else why
    services.solve(world.community(case), case, words=course.situation.reply, after=after, why_no_photo=why)
    return
    yield clock.now()


def _judge(world: World, course: Course, case_id: int) -> History:
    """The resident's word, a call by somebody else, or silence (the clock's own job closes it)."""
    random = world.random
    if course.ending == "silence" or course.stop == "replied":
        return
    case = get(case_id)
    if not case.sms or course.ending == "called":
        yield from _call(world, course, case_id)
        return
    yield moments.awake(clock.now() + moments.hours(2, 70, random), random)
    if course.ending == "disputed":
        author.dispute(
            GUEST, get(case_id), random.choice(stories.DISPUTES), world.photos(course.situation.photo, mended=False)
        )
        if course.stop == "reopened":
            return
        yield moments.office_after(clock.now(), 1, random)
        unit = world.of_unit(get(case_id).agency_id or 0)
        services.sign(unit, get(case_id))
        yield moments.office_after(clock.now(), random.choice((1, 2, 3)), random)
        _reply(world, course, get(case_id), unit, again=True)
        yield moments.awake(clock.now() + moments.hours(3, 60, random), random)
    if get(case_id).status is CaseStatus.REPLIED:
        author.confirm(GUEST, get(case_id))
        yield from _rate(world, course, case_id)


def _call(world: World, course: Course, case_id: int) -> History:
    random = world.random
    yield moments.office_after(clock.now(), random.choice((2, 3, 4)), random)
    case = get(case_id)
    if case.status is not CaseStatus.REPLIED:
        return
    caller = world.street(case) if case.agency_id == world.community(case).agency_id else world.community(case)
    if world.chance(0.2):
        services.call_back(caller, case, answer=CallbackAnswer.UNREACHABLE, words=random.choice(stories.NO_REACH))
        yield moments.office_after(clock.now(), 2, random)
        if get(case_id).status is not CaseStatus.REPLIED:
            return
    partly = course.ending == "explained"
    answer = CallbackAnswer.PARTLY if partly else CallbackAnswer.SOLVED
    services.call_back(caller, get(case_id), answer=answer, words=random.choice(stories.CALL_WORDS))


def _rate(world: World, course: Course, case_id: int) -> History:
    random = world.random
    if not world.chance(0.68):
        return
    yield clock.now() + timedelta(minutes=random.randint(1, 300))
    bad = course.ending in {"disputed", "explained"} or course.late
    kinds = (Satisfaction.SATISFIED, Satisfaction.FAIR, Satisfaction.UNSATISFIED)
    kind = random.choices(kinds, (30, 40, 30) if bad else (80, 17, 3))[0]
    words = {
        Satisfaction.SATISFIED: stories.SATISFIED,
        Satisfaction.FAIR: stories.FAIR,
        Satisfaction.UNSATISFIED: stories.UNSATISFIED,
    }[kind]
    case = get(case_id)
    if case.status is CaseStatus.CLOSED:
        author.rate(GUEST, case, solved_halves=case.solved_halves, satisfaction=kind, words=random.choice(words))


def conflict(world: World, code: str, words: str, building_id: int) -> History:
    """态度、办事: worked by the superior of the unit concerned, who never sees a trace (D12)."""
    building = world.building(building_id)
    concerned = world.unit(code, building)
    report = Report(
        building.id,
        "conduct",
        words,
        phone=world.phone(),
        called=stories.called(world.random),
        concerned_id=concerned.id,
    )
    case_id = submitting.submit(GUEST, report).id
    yield _soon(world, get(case_id).accept_due, False)
    case = get(case_id)
    assert case.agency_id is not None
    above = world.of_unit(case.agency_id)
    dispatcher = above if above.role in {Role.STREET, Role.DISTRICT} else world.by_name("district1")
    services.accept(dispatcher, case, category_code=case.category_code, level=case.level, agency_id=case.agency_id)
    yield _soon(world, _due(get(case_id).sign_due), False)
    services.sign(above, get(case_id))
    yield moments.office_after(clock.now(), 1, world.random)
    services.contact(above, get(case_id), way="phone", words="已电话了解情况，正在向有关同事核实。")
    yield moments.office_after(clock.now(), 4, world.random)
    words = world.random.choice(stories.CONFLICT_REPLIES)
    services.reply(above, get(case_id), result=ReplyResult.SOLVED, words=words, why_no_photo="是服务态度的事")
    yield moments.awake(clock.now() + moments.hours(4, 60, world.random), world.random)
    author.confirm(GUEST, get(case_id))


def sealed(world: World, words: str, building_id: int) -> History:
    """检举控告: nobody but the discipline inspection knows that it exists."""
    report = Report(building_id, "integrity", words, phone=world.phone(), sms=False)
    case_id = submitting.submit(GUEST, report).id
    yield _soon(world, get(case_id).accept_due, False)
    inspector, case = world.by_name("discipline1"), get(case_id)
    services.accept(inspector, case, category_code=case.category_code, level=case.level, agency_id=None)
    yield moments.office_after(clock.now(), 1, world.random)
    services.sign(inspector, get(case_id))
