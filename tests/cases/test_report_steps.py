"""Reporting as a person does it, without JavaScript: what, where, contact, received."""

import pytest
from sqlalchemy import func, select

from portal.cases.models import Case, ReportDraft
from portal.core.extensions import db
from portal.domain.case_lifecycle import CaseStatus, CaseTrack
from portal.media.models import Owner
from portal.media.queries import photos_of
from tests.builders.cases import make_case
from tests.media import pictures
from tests.visitor.form import PaperForm

WORDS = "2 门三楼的楼道灯坏了一个多星期，晚上看不清台阶"
WHERE = {"照明、楼道": True, "不危险": True}
MOST_STATEMENTS = 27  # with its two messages, counters, journal and what can be searched
NEXT_KIND, NEXT_CONTACT = "下一步：选问题类别", "下一步：留联系方式"


def cases() -> list[Case]:
    db.session.rollback()
    return list(db.session.scalars(select(Case).order_by(Case.id)))


def to_contact(client, words=WORDS, where=None, photo=None):
    client.visit("/report/what?b=djz03")
    client.submit(NEXT_KIND, {"说说情况": words, **({"拍照": photo} if photo else {})})
    return client.submit(NEXT_CONTACT, where or WHERE)


def send(client, **fields):
    return client.submit("提交", {"手机号": "138 0000 5678", "可以公开": True, **fields})


def test_three_steps_and_a_code(world, client):
    page = client.visit("/report/what?b=djz03")
    assert page.title.startswith("第 1 步，共 3 步：您遇到了什么问题？")
    assert "东局子小区 3 号楼" in page.main
    page = client.submit(NEXT_KIND, {"说说情况": WORDS, "拍照": (pictures.jpeg(), "a.jpg")})
    assert page.h1 == "在哪里、属于哪一类？"
    assert "看着像是这一类。不对，请您另选" in page.main
    page = client.submit(NEXT_CONTACT, {"具体位置": "2 门三楼", **WHERE})
    assert page.h1 == "怎么联系您？"
    assert all(words in page.main for words in ("请核对", WORDS, "1 张", "东局子小区 3 号楼 2 门三楼", "照明、楼道"))
    page = send(client)
    [case] = cases()
    assert page.path == f"/report/submitted/{case.ref}"
    assert page.h1 == "已收到您反映的问题"
    assert f"{case.ref[:4]} {case.ref[4:]}" in page.main
    assert "手机号后四位" in page.main
    assert "记不住没关系，用手机号也能查。" in page.main
    assert "6 月 18 日前告诉您由谁办" in page.main
    assert "6 月 24 日前答复您" in page.main
    assert (case.status, case.place, case.is_public) == (CaseStatus.SUBMITTED, "2 门三楼", True)
    assert len(photos_of(Owner("case", case.id))) == 1
    assert db.session.scalar(select(func.count()).select_from(ReportDraft)) == 0
    assert client.get(f"{page.path}/code.png").mimetype == "image/png"


def test_without_a_phone_four_characters_stand_under_the_code(world, client):
    to_contact(client)
    page = client.submit("提交", {"我不留手机号": True, "不公开": True})
    [case] = cases()
    assert case.secret in page.main
    assert "请一定把查询码和校验码存好。" in page.main
    assert not case.is_public


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "请写一句话，或者拍一张照片"),
        ("坏了", "请再写几个字：在哪儿、什么事"),
        ("灯" * 512, "最多写 500 字，现在多了 12 字"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(world, client, words, message):
    client.visit("/report/what")
    page = client.submit(NEXT_KIND, {"说说情况": words})
    assert page.title.startswith("有错误：")
    assert message in page.alerts[0]
    if words:
        assert words in page.main


def test_a_photo_alone_is_enough_and_survives_every_error(world, client):
    client.visit("/report/what")
    page = client.submit(NEXT_KIND, {"从相册选": [(pictures.jpeg(), "a.jpg"), (b"not a photo", "b.txt")]})
    assert "第 2 个不是照片，请另选一张" in page.alerts[0]
    assert "已选 1 张，还能加 5 张" in page.main
    page = client.press(NEXT_KIND)
    assert page.h1 == "在哪里、属于哪一类？"


def test_seven_photos_are_one_too_many(world, client):
    client.visit("/report/what")
    page = client.submit("再加照片", {"从相册选": [(pictures.jpeg(), f"{n}.jpg") for n in range(4)]})
    assert "已选 4 张" in page.main
    page = client.submit("再加照片", {"从相册选": [(pictures.jpeg(), f"{n}.jpg") for n in range(3)]})
    assert "最多 6 张照片，请删掉 1 张" in page.alerts[0]
    assert "已选 6 张" in page.main
    page = client.press("去掉")
    assert "已选 5 张" in page.main


def test_a_photo_over_ten_megabytes_is_named_and_the_others_kept(world, client):
    client.visit("/report/what")
    big = pictures.jpeg() + bytes(10 * 1024 * 1024)
    page = client.submit(NEXT_KIND, {"说说情况": WORDS, "从相册选": [(pictures.jpeg(), "a.jpg"), (big, "b.jpg")]})
    assert "第 2 张照片太大（超过 10 兆），请换一张小的，其他的都已留着" in page.alerts[0]
    assert "已选 1 张" in page.main
    assert WORDS in page.main


def test_the_draft_waits_a_day(world, client, at):
    client.visit("/report/what?b=djz03")
    client.submit(NEXT_KIND, {"说说情况": WORDS})
    at("2024-06-18 08:59")
    page = client.visit("/report/what")
    assert "您刚才填的内容还在，接着填就行。" in page.main
    assert WORDS in page.main
    at("2024-06-18 09:01")
    page = client.visit("/report/where")
    assert page.path == "/report/what"
    assert "填的内容只留 24 小时" in page.main


def test_a_page_from_yesterday_loses_nothing_when_its_token_is_refused(world, client):
    client.visit("/report/what")
    client.delete_cookie("portal")
    page = client.submit(NEXT_KIND, {"说说情况": WORDS})
    assert page.alerts
    assert WORDS in page.main
    assert client.press(NEXT_KIND).h1 == "在哪里、属于哪一类？"


def test_personal_numbers_are_pointed_out_and_masked_for_others(world, client):
    page = to_contact(client, words=f"{WORDS}，请打 13912345678")
    assert "里面有手机号或身份证号，别人看时会自动遮住" in page.main
    assert "139****" in page.main
    send(client)
    [case] = cases()
    assert "13912345678" not in case.words
    assert "13912345678" in (case.original or "")


@pytest.mark.parametrize(
    ("phone", "message"),
    [
        ("1380013", "手机号应是 11 位，您填了 7 位，请再看看"),
        ("23800138000", "手机号应以 1 开头"),
        ("", "请填手机号，或者勾选“我不留手机号”"),
    ],
)
def test_the_contact_step_says_what_to_change(world, client, phone, message):
    to_contact(client)
    page = client.submit("提交", {"手机号": phone, "怎么称呼您": "张阿姨"})
    assert message in page.alerts[0]
    assert "请选一项：可以公开吗？" in page.alerts[0]
    assert 'value="张阿姨"' in page.html
    assert not cases()


def test_changing_an_answer_keeps_what_stands_on_the_last_page(world, client):
    to_contact(client)
    page = client.submit("更改", {"手机号": "13800005678", "怎么称呼您": "张阿姨", "不公开": True}, within="地点")
    assert page.path == "/report/where"
    page = client.press(NEXT_CONTACT)
    assert 'value="13800005678"' in page.html
    page = client.press("提交")
    assert page.h1 == "已收到您反映的问题"
    assert not cases()[0].is_public


def test_danger_stops_first(world, client):
    page = to_contact(client, where={"照明、楼道": True, "有危险，可能伤到人": True})
    assert page.h1 == "请先离开危险的地方。"
    assert {"tel:119", "tel:110", "tel:02200000101"} <= {link["href"] for link in page.links}
    page = client.press("我已离开危险处，继续上报")
    assert page.path == "/report/contact"


def test_a_complaint_about_staff_asks_whom_and_never_about_publication(world, client):
    where = {"工作人员的态度、办事": True, "不危险": True}
    page = to_contact(client, words="街道办的人推来推去", where=where)
    assert page.path == "/report/where"
    assert "由被反映单位的上一级来办，被反映的人和单位看不到，也查不到是您。" in page.main
    page = client.submit(NEXT_CONTACT, {"反映谁": "东新街道办事处"})
    assert "可以公开吗" not in page.main
    client.submit("提交", {"手机号": "13800005678"})
    [case] = cases()
    assert (case.track, case.concerned.name, case.agency.code) == (CaseTrack.CONFLICT, "东新街道办事处", "ZJW")


def test_an_accusation_goes_to_the_discipline_inspection(world, client):
    words = "项目经理收了我家两条烟"
    page = to_contact(client, words=words, where={"收钱、吃拿卡要等": True, "不危险": True})
    assert "直接交纪检监察，别的工作人员都看不到。也可以打 12388。" in page.main
    page = client.submit("提交", {"我不留手机号": True})
    [case] = cases()
    assert (case.track, case.title, case.is_public) == (CaseTrack.SEALED, "", False)
    page = client.follow("看办理进度")
    assert page.h1 == "您向纪检监察反映的事"


def test_pressing_twice_makes_one_case_and_shows_it(world, client, new_client):
    to_contact(client)
    form_page = client.page
    first = send(client)
    client.page = form_page
    second = send(client)
    assert first.path == second.path
    assert len(cases()) == 1
    assert second.h1 == "已收到您反映的问题"


def test_the_second_press_opens_the_result_even_with_the_older_cookie(world, client):
    to_contact(client)
    form_page, cookie = client.page, client.get_cookie("portal").value
    first = send(client)
    client.page = form_page
    client.set_cookie("portal", cookie)
    assert send(client).path == first.path
    assert len(cases()) == 1


def test_going_back_after_sending_shows_what_came_of_it(world, client):
    to_contact(client)
    sent = send(client)
    assert client.visit("/report/contact").path == sent.path
    assert client.visit("/report/what").path == "/report/what"


def test_the_sixth_report_of_an_hour_is_held_not_refused(world, client):
    for n in range(6):
        page = to_contact(client, words=f"第 {n} 件：另外一处的事情坏了", where={"树木、卫生": True, "不危险": True})
        if page.path == "/report/similar":
            client.press("不是，接着填")
        page = send(client)
    assert "已收到，社区先核对一下" in page.main
    assert [case.status for case in cases()][-2:] == [CaseStatus.SUBMITTED, CaseStatus.HELD]
    assert "同一时间反映的人多，社区正在核对" in client.follow("看办理进度").main


def test_a_robot_that_fills_the_hidden_field_is_held(world, client):
    page = to_contact(client)
    hidden = page.by_id("website")[0]
    assert hidden["tabindex"] == "-1"
    assert hidden["autocomplete"] == "off"
    send(client, 这一格请空着="http://spam.example")
    assert cases()[0].status is CaseStatus.HELD


@pytest.mark.settings(SMS_GATEWAY="twilio")
def test_without_the_tick_nothing_is_sent_abroad(world, client, fake_twilio):
    page = to_contact(client)
    assert "同意通过境外服务商给我发短信" in page.main
    send(client)
    assert not cases()[0].sms


def test_a_known_device_may_come_back_for_thirty_days(world, client, new_client, at):
    to_contact(client)
    path = send(client).path
    assert new_client().visit(path).path == "/track"
    at("2024-07-16 09:00")
    assert client.visit(path).path == path
    at("2024-07-18 09:00")
    assert client.visit(path).path == "/track"


def test_the_cookie_stays_small(world, client):
    for n in range(25):
        case = make_case(world, words=f"第 {n} 件")
        client.post("/track", data={"csrf_token": token(client), "ref": case.ref, "secret": "1234", "once": ""})
    assert len(client.get_cookie("portal").value) < 2000


def token(client) -> str:
    return client.visit("/track").root.with_attribute("name", "csrf_token")[0]["value"]


def test_sending_costs_few_statements(world, client, sql_count):
    make_case(world)  # the calendar is read and the journal has begun
    to_contact(client, words="另一处的路灯也不亮了")
    if client.page.path == "/report/similar":
        client.press("不是，接着填")
    form = PaperForm(client.page, client.page.button("提交"))
    form.fill({"手机号": "13800005678", "可以公开": True})
    with sql_count() as seen:
        client.send(form)
    assert len(cases()) == 2
    assert len(seen) <= MOST_STATEMENTS, "\n".join(seen)
