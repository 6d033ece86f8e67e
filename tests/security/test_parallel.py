"""Everything pressed at the same moment: one report, one deed, counters and journal whole. On both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import func, select

from portal.audit import journal
from portal.cases import counting, submitting
from portal.cases.models import Case, CaseEvent, CaseFollower
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.identity import sessions
from portal.media.models import Owner, Photo, PhotoKind
from portal.media.queries import photos_of
from tests.builders.cases import in_hands, make_case, report
from tests.media.pictures import jpeg
from tests.visitor import Visitor
from tests.visitor.form import PaperForm

FORM = "application/x-www-form-urlencoded"


def together(jobs: int, job: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(min(jobs, 10)) as pool:
        return list(pool.map(job, range(jobs)))


def twin(client: Visitor) -> Visitor:
    """Another request of the same browser."""
    found = Visitor.of(client.application)
    for name in ("portal", "portal-id"):
        if cookie := client.get_cookie(name):
            found.set_cookie(name, cookie.value)
    return found


def written(client: Visitor) -> PaperForm:
    """A report on its last page, filled in."""
    client.visit("/report/what?b=DJZ03")
    client.submit("下一步", {"说说": "二门三楼的楼道灯坏了好多天"})
    page = client.submit("下一步", {"是哪一类问题": "照明", "现在危险吗": "不危险"})
    assert page.path == "/report/contact"
    form = PaperForm(page, page.button("提交"))
    form.fill({"手机号": "13800001234", "可以公开": True})
    return form


def press(client: Visitor, form: PaperForm, once: str = "") -> Any:
    data = form.sent()
    if once:
        data["once"] = once
    with client.no_lint():
        return twin(client).post(form.action, data=data, content_type=FORM)


def cases() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


def test_one_button_pressed_twenty_times_makes_one_case(world, client):
    form = written(client)
    answers = together(20, lambda _n: press(client, form))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert cases() == 1


def test_two_tabs_with_the_same_draft_make_one_case(world, client):
    form = written(client)
    answers = together(8, lambda _n: press(client, form, once=token_urlsafe(16)))
    sent = [answer for answer in answers if "/report/submitted/" in (answer.location or "")]
    late = [answer for answer in answers if answer not in sent]
    assert len(sent) == 1
    # Who came while it was being sent is told so; who came after it finds no draft and stands at the beginning.
    assert all(answer.status_code == 409 or answer.location == "/report/what" for answer in late)
    assert cases() == 1


def test_counters_and_journal_after_fifty_at_once(app, world):
    prepared = report(world)

    def submit(_n: int) -> None:
        with app.app_context(), writing():
            submitting.submit(Actor.guest(), prepared)

    db.session.commit()
    together(50, submit)
    assert cases() == 50
    assert counting.stored() == counting.recount()
    assert len({number for (number,) in db.session.execute(select(Case.number))}) == 50
    assert journal.verify().broken_at is None


def test_two_officers_at_once_do_it_once(world, new_client):
    case = make_case(world)
    address, forms = f"/desk/cases/{case.number}/accept", []
    for role in (Role.STREET, Role.DISTRICT):
        officer = new_client()
        with writing():
            token = sessions.open_session(post=world.posts[role])
        officer.set_cookie(sessions.cookie_name(), token)
        page = officer.visit(address)
        forms.append((officer, PaperForm(page, page.button("受理"))))
    answers = together(2, lambda n: press(*forms[n]))
    assert sorted(answer.status_code for answer in answers)[0] in {200, 303}
    assert sum(answer.status_code == 303 for answer in answers) == 1
    db.session.rollback()
    deeds = select(func.count()).where(CaseEvent.case_id == case.id, CaseEvent.deed == "accept")
    assert db.session.scalar(deeds) == 1


def test_a_neighbour_who_presses_ten_times_is_counted_once(app, world, client):
    case = make_case(world, phone="+8613900005678")
    client.visit("/track")
    client.submit("查", {"查询码": "H7K392QF", "校验码": "1234"})  # this browser has a name now
    page = client.visit(f"/report/similar/{case.number}/join")
    form = PaperForm(page, page.button("我也遇到了"))
    answers = together(10, lambda _n: press(client, form, once=token_urlsafe(16)))
    assert {answer.status_code for answer in answers} <= {303, 409}
    db.session.rollback()
    counted = db.session.scalar(select(Case.followers).where(Case.id == case.id))
    followers = db.session.scalar(select(func.count()).select_from(CaseFollower).where(CaseFollower.case_id == case.id))
    assert counted == followers == 1
    assert counting.stored() == counting.recount()


def test_an_answer_with_photos_pressed_four_times_has_each_photo_once(world, desk):
    unit, case = desk(Role.AGENCY), in_hands(world)
    page = unit.visit(f"/desk/cases/{case.number}/reply")
    form = PaperForm(page, page.button("答复"))
    form.fill({"结果": "已解决", "做了什么": "楼道灯已经换好，晚上请您看看亮不亮。"})
    typed = form.sent().to_dict()

    def answer(_n: int) -> int:
        photos = {
            name: (BytesIO(jpeg(*size)), f"{name}.jpg")
            for name, size in (("before", (300, 200)), ("after", (200, 300)))
        }
        with unit.no_lint():
            sent = twin(unit).post(form.action, data=typed | photos, content_type="multipart/form-data")
        return sent.status_code

    assert set(together(4, answer)) == {303}
    db.session.rollback()
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.deed == "reply")).one()
    assert sorted(photo.kind for photo in photos_of(Owner("event", event.id))) == [PhotoKind.AFTER, PhotoKind.BEFORE]
    assert not list(db.session.scalars(select(Photo).where(Photo.owner_kind == "basket")))
