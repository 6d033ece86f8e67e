"""A case worked at the desk, from 受理 to 办结, through the pages: what officers type, what they are told when it is wrong."""

import io
import re

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from portal.cases import counting, queries
from portal.cases.models import CaseEvent
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.case_lifecycle import CaseOutcome, CaseStatus
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.media import services as media
from portal.media.models import Owner, Photo, PhotoKind
from portal.media.queries import photos_of
from portal.messaging.models import OutboxMessage
from tests.builders.cases import give, in_hands, make_case
from tests.builders.identity import sign_in_staff
from tests.media.pictures import jpeg
from tests.visitor.form import PaperForm

ANSWER = "二门三楼的灯已经换好，四楼的也一起换了，请您晚上看看亮不亮。"


def open_action(client, case, word):
    client.visit(f"/desk/cases/{case.number}")
    return client.follow(word)


def test_from_taking_on_to_closing(world, desk, at):
    case = make_case(world, sms=False)
    open_action(desk(Role.DISTRICT), case, "受理")
    page = desk(Role.DISTRICT).submit(
        "受理", {"紧急程度": "C 一般", "承办单位": "区房产服务中心", "由谁施工": "施工单位"}
    )
    assert page.path == f"/desk/cases/{case.number}"
    assert "已受理，已告诉居民" in page.text
    assert "待签收" in page.text

    unit = desk(Role.AGENCY)
    open_action(unit, case, "签收")
    assert "办理中" in unit.submit("签收").text
    open_action(unit, case, "首次联系")
    unit.submit("首次联系", {"怎么联系的": "上门", "联系情况": "到现场看过，灯座进水，明天换"})
    assert "到现场看过" in unit.here.text
    open_action(unit, case, "答复")
    page = unit.submit("答复", {"结果": "已解决", "做了什么": ANSWER, "修后照片": (jpeg(), "after.jpg")})
    assert "已列入回访" in page.text
    assert "已答复待评价" in page.text

    at("2024-06-18 10:00")
    desk(Role.STREET).visit("/desk/callbacks")
    assert desk(Role.STREET).follow("办结").h1 == "办结"
    page = desk(Role.STREET).submit("办结", {"居民怎么说": "解决", "通话情况": "电话里说灯亮了，满意"})
    assert "已办结" in page.text
    db.session.refresh(case)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, CaseOutcome.RESOLVED)
    assert counting.stored() == +counting.recount()


WRONG = [
    (Role.AGENCY, "reply", "答复", {"结果": "部分解决", "做了什么": "修好了"}, "写给居民看的话不能少于 10 个字"),
    (Role.AGENCY, "reply", "答复", {"结果": "部分解决", "做了什么": "您的来信已阅，转有关科室处理"}, "请改成居民看得懂的话"),
    (Role.AGENCY, "reply", "答复", {"结果": "已解决", "做了什么": ANSWER}, "选“已解决”请至少传一张修后照片，或说明为什么没有"),
    (Role.AGENCY, "reply", "答复", {"做了什么": ANSWER}, "请选结果"),
    (Role.AGENCY, "ask", "请居民补充", {"要补充什么": "几楼？几门？"}, "请只问一件事，写清楚要什么"),
    (Role.AGENCY, "contact", "首次联系", {"怎么联系的": "电话"}, "请写联系情况"),
    (Role.DISTRICT, "transfer", "转办", {"转给": "区房产服务中心"}, "不能转给自己"),
    (Role.STREET, "note", "写内部备注", {}, "请写点内容"),
    (Role.STREET, "phone", "查看电话", {}, "请写明用途"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "slug", "button", "fields", "told"), WRONG)
@pytest.mark.databases("sqlite")
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(world, desk, role, slug, button, fields, told):
    case = in_hands(world, category="lighting")
    desk(role).visit(f"/desk/cases/{case.number}/{slug}")
    page = desk(role).submit(button, fields)
    assert page.title.startswith("有错误：")
    assert any(told in alert for alert in page.alerts), page.alerts
    for typed in fields.values():
        assert typed in page.html
    assert case.status is CaseStatus.IN_PROGRESS


@pytest.mark.databases("sqlite")
def test_a_refusal_says_where_to_go_instead(world, desk):
    case = make_case(world)
    open_action(desk(Role.STREET), case, "不予受理")
    page = desk(Role.STREET).submit("不予受理", {"理由": "归别的部门管"})
    assert any("请写明居民可以找哪个部门、电话" in alert for alert in page.alerts)
    page = desk(Role.STREET).submit("不予受理", {"告诉居民该找谁": "供电营业厅", "那里的电话": "95598"})
    assert "不予受理" in page.text
    assert case.status is CaseStatus.NOT_ACCEPTED


def test_the_second_of_two_officers_is_told_who_was_first(world, desk):
    case = make_case(world)
    open_action(desk(Role.STREET), case, "受理")
    open_action(desk(Role.DISTRICT), case, "受理")
    desk(Role.DISTRICT).submit("受理", {"承办单位": "区房产服务中心"})
    page = desk(Role.STREET).submit("受理", {})
    assert any("孙*在 09:00 已办过这个件，请刷新后再办" in alert for alert in page.alerts), page.alerts
    assert desk(Role.STREET).follow("刷新").path == f"/desk/cases/{case.number}"
    assert case.agency.code == "FWZX"


def test_pressing_twice_does_it_once(world, desk):
    case = in_hands(world)
    client = desk(Role.AGENCY)
    client.visit(f"/desk/cases/{case.number}/note")
    form = re.findall(r'name="(csrf_token|once|revision)"[^>]*value="([^"]+)"', client.here.html)
    sent = {**dict(form), "words": "联系了电工"}
    first = client.post(f"/desk/cases/{case.number}/note", data=sent)
    second = client.post(f"/desk/cases/{case.number}/note", data=sent)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert len(db.session.scalars(select(CaseEvent).where(CaseEvent.deed == "note")).all()) == 1


def test_going_back_to_a_used_page_changes_nothing(world, desk):
    """The back button shows the old form; its revision is out of date."""
    case = give(world, make_case(world))
    client = desk(Role.AGENCY)
    client.visit(f"/desk/cases/{case.number}/sign")
    old = dict(re.findall(r'name="(csrf_token|revision)"[^>]*value="([^"]*)"', client.here.html))
    client.submit("签收")
    answer = client.post(f"/desk/cases/{case.number}/sign", data={**old, "once": "another"})
    assert "已办过这个件" in answer.text
    assert len(db.session.scalars(select(CaseEvent).where(CaseEvent.deed == "sign")).all()) == 1


@pytest.mark.parametrize(
    ("role", "slug"),
    [
        (Role.COMMUNITY, "accept"),
        (Role.AGENCY, "accept"),
        (Role.CONTRACTOR, "reply"),
        (Role.AUDITOR, "phone"),
        (Role.STREET, "work-report"),
    ],
)
@pytest.mark.databases("sqlite")
def test_who_may_not_is_refused_by_page_and_by_post(world, desk, role, slug):
    case = in_hands(world) if slug != "accept" else make_case(world)
    if role is Role.AGENCY:
        case = give(world, case)
    address = f"/desk/cases/{case.number}/{slug}"
    revision = case.revision
    assert desk(role).visit(address).status in {403, 409}
    token = re.search(r'name="csrf_token" value="([^"]*)"', desk(role).visit("/desk").html).group(1)
    everything = {
        "csrf_token": token, "once": "x", "words": ANSWER, "result": "solved", "why_no_photo": "x", "level": "C",
        "category": case.category_code, "purpose": "question", "agency": "", "executor": "", "revision": str(revision),
    }  # fmt: skip
    answer = desk(role).post(address, data=everything)
    assert answer.status_code in {200, 403, 409}
    db.session.refresh(case)
    assert case.revision == revision
    assert "13800001234" not in answer.text


@pytest.mark.databases("sqlite")
def test_the_street_is_offered_only_units_it_may_name(world, desk):
    case = make_case(world)
    page = open_action(desk(Role.STREET), case, "受理")
    assert "区里派单" in page.text
    choices = re.search(r'<select[^>]*id="agency".*?</select>', page.html, re.S).group()
    assert "东新街道办事处" in choices
    assert "区房产服务中心" not in choices
    desk(Role.STREET).submit("受理", {"紧急程度": "C 一般"})
    assert (case.status, case.agency_id) == (CaseStatus.ACCEPTED, None)


@pytest.mark.databases("sqlite")
def test_another_urgency_takes_its_own_date_with_it(world, desk):
    case = make_case(world)
    page = open_action(desk(Role.DISTRICT), case, "受理")
    assert 'value="2024-06-24"' in page.html
    assert "7 月 8 日前答复" in page.text
    desk(Role.DISTRICT).submit("受理", {"紧急程度": "D 复杂"})
    assert case.level is Level.D
    assert "7 月 8 日（星期一）前答复" in desk(Role.DISTRICT).visit(f"/desk/cases/{case.number}").text


@pytest.mark.databases("sqlite")
def test_a_promise_may_be_earlier_but_not_later(world, desk):
    case = make_case(world)
    open_action(desk(Role.DISTRICT), case, "受理")
    page = desk(Role.DISTRICT).submit("受理", {"答复日期": "2024-06-28"})
    assert any("答复日期不能晚于规定的日期" in alert for alert in page.alerts)
    page = desk(Role.DISTRICT).submit("受理", {"答复日期": "2024-06-20"})
    assert "6 月 20 日（星期四）前答复" in page.text


@pytest.mark.databases("sqlite")
def test_the_preview_shows_what_the_resident_will_read(world, desk):
    case = in_hands(world)
    client = desk(Role.AGENCY)
    client.visit(f"/desk/cases/{case.number}/reply")
    page = client.submit("预览", {"结果": "已解决", "做了什么": "灯换好了，有事打 13912345678"})
    assert "灯换好了，有事打 139****" in page.text.replace("5678", "")
    assert not page.alerts
    assert case.status is CaseStatus.IN_PROGRESS
    token = re.search(r'name="csrf_token" value="([^"]*)"', page.html).group(1)
    with client.no_lint():
        fragment = client.post(
            f"/desk/cases/{case.number}/preview", data={"csrf_token": token, "result": "partly", "words": "灯换了一半"}
        )
    assert "部分解决" in fragment.text
    assert "灯换了一半" in fragment.text


def test_a_revealed_number_stands_on_one_answer_only(world, desk):
    case = make_case(world)
    client = desk(Role.STREET)
    page = client.visit(f"/desk/cases/{case.number}")
    assert "已留手机号" in page.text
    assert "1234" not in page.main.replace(case.number, "")
    client.follow("查看电话")
    page = client.submit("查看电话", {"用途": "问清情况"})
    assert "138 0000 1234" in page.text
    page = client.visit(f"/desk/cases/{case.number}")
    assert "0000 1234" not in page.text
    assert "问清情况" in page.text
    told = db.session.scalars(select(OutboxMessage.event)).all()
    assert "case_received" in told
    assert [event.deed for event in queries.events_of(case)] == ["submitted", "reveal"]


@pytest.mark.databases("sqlite")
def test_a_note_cannot_be_mistaken_for_an_answer(world, desk):
    case = in_hands(world)
    page = open_action(desk(Role.STREET), case, "写内部备注")
    assert "居民看不到" in page.main
    page = desk(Role.STREET).submit("写内部备注", {"内部备注": "这户打过三次电话"})
    assert "备注已保存，居民看不到" in page.text
    opened = desk(Role.STREET).visit(f"/desk/cases/{case.number}").root
    [entry] = [item for item in opened.all("li") if "这户打过三次电话" in item.text and "moment" in item["class"]]
    assert "内部" in entry.text
    assert "居民可见" not in entry.text


@pytest.mark.databases("sqlite")
def test_photos_are_chosen_one_by_one_for_the_public_page(world, desk):
    case = make_case(world, is_public=True)
    files = [FileStorage(io.BytesIO(jpeg(640 + n, 480)), filename=f"{n}.jpg") for n in (1, 2)]
    with writing():
        for processed in media.take_in(files).good:
            media.keep(processed, Owner("case", case.id), PhotoKind.REPORT)
    client = desk(Role.COMMUNITY)
    client.visit(f"/desk/cases/{case.number}/photos")
    client.submit("选可公开的照片", {"照片 2 可以公开": True})
    assert [photo.released for photo in photos_of(Owner("case", case.id))] == [False, True]


def test_an_officer_sees_that_the_text_did_not_get_through(world, new_client):
    case = make_case(world)
    client = new_client()
    sign_in_staff(client, world.posts[Role.STREET])
    assert "诉求已收到 · 等待发送" in client.visit(f"/desk/cases/{case.number}").text
    with writing():
        db.session.execute(update(OutboxMessage).values(state="failed", final_at=clock.now()))
    assert "请打电话告诉居民" in client.visit(f"/desk/cases/{case.number}").text


def test_photos_of_an_answer_outlive_its_errors(world, desk):
    """Chosen once: neither a refused form nor a preview loses them, a tick leaves one out, a second press adds none."""
    unit, case = desk(Role.AGENCY), in_hands(world)
    address = f"/desk/cases/{case.number}/reply"
    unit.visit(address)
    lamp, stairs = (jpeg(400, 300), "1.jpg"), (jpeg(300, 400), "2.jpg")
    page = unit.submit("答复", {"结果": "已解决", "做了什么": "好", "修后照片": [lamp, stairs]})
    assert any("不能少于 10 个字" in alert for alert in page.alerts)
    assert "已保留 2 张照片" in page.main
    page = unit.submit("答复", {"做了什么": "还是短", "不要第 1 张": True})
    assert "已保留 1 张照片" in page.main and "还是短" in page.html
    before = PaperForm(page, page.button("答复"))
    page = unit.submit("答复", {"做了什么": ANSWER, "修后照片": (jpeg(300, 400), "2.jpg")})
    assert "已答复" in page.main
    again = unit.post(before.action, data=before.sent(), content_type="application/x-www-form-urlencoded")
    assert again.status_code == 303
    db.session.rollback()
    answer = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.deed == "reply")).one()
    assert [photo.kind for photo in photos_of(Owner("event", answer.id))] == [PhotoKind.AFTER]
    assert not list(db.session.scalars(select(Photo).where(Photo.owner_kind == "basket")))
