"""Following a case and judging the answer, as its author and as a neighbour meet the pages."""

import pytest

from portal.cases import author, services, submitting
from portal.cases.models import CaseRating, Satisfaction
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.case_lifecycle import CaseStatus, ReplyResult
from portal.domain.levels import Level
from portal.domain.roles import Role
from tests.builders.cases import make_case
from tests.media import pictures

REPLY = "二门三楼的灯已经换好，四楼的也一起换了，请您晚上看看亮不亮。"
LATER = {"照明、楼道": True, "不危险": True}


def accept(world, case):
    with writing():
        services.accept(
            world.actor(Role.DISTRICT), case, category_code=case.category_code, level=Level.C,
            agency_id=world.units["FWZX"].id,
        )  # fmt: skip


def answer(world, case, result=ReplyResult.SOLVED):
    accept(world, case)
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.reply(world.actor(Role.AGENCY), case, result=result, words=REPLY, why_no_photo="灯具本身看得见")


def open_case(client, case, secret="1234"):
    client.visit("/track")
    return client.submit("查进度", {"查询码": case.ref, "校验码": secret})


def test_a_new_case_says_who_by_when_and_what_next(world, client):
    case = make_case(world, phone=None)
    page = open_case(client, case, case.secret.lower())
    assert page.path == f"/case/{case.ref}"
    assert page.title.startswith("已收到：2 门三楼的楼道灯坏了")
    assert "最晚 6 月 18 日（星期二）告诉您由谁办" in page.main
    assert "下一步：定由谁来办" in page.main
    assert "您提交了问题" in page.main
    assert "我当时写的" in page.main
    assert {"补充情况", "打电话问", "撤回"} <= {link.text for link in page.links}


def test_codes_are_forgiven_their_dress_but_not_their_letters(world, client):
    case = make_case(world)
    page = open_case(client, case, "9999")
    assert "查询码或校验码不对，请再核对。" in page.alerts[0]
    spaced = f" {case.ref[:4].lower()}-{case.ref[4:]} "
    page = client.submit("查进度", {"查询码": spaced, "校验码": "１２３４"})
    assert page.path == f"/case/{case.ref}"


def test_five_misses_close_the_door_for_this_device_only(world, client, new_client, at):
    case = make_case(world)
    for _ in range(5):
        open_case(client, case, "9999")
    page = open_case(client, case)
    assert "试了 5 次都不对。请 15 分钟后再试，或打" in page.alerts[0]
    assert open_case(new_client(), case).path == f"/case/{case.ref}"
    at("2024-06-17 09:16")
    assert open_case(client, case).path == f"/case/{case.ref}"


def test_a_case_stays_shut_without_its_codes(world, client):
    case = make_case(world)
    assert client.visit(f"/case/{case.ref}").path.startswith("/track")
    for page in ("add", "withdraw", "reopen", "rate"):
        assert client.get(f"/case/{case.ref}/{page}").status_code == 404


def test_the_unit_the_date_and_the_next_step_stand_on_the_page(world, client, at):
    case = make_case(world)
    accept(world, case)
    page = open_case(client, case)
    assert "最晚 6 月 24 日（星期一）答复您" in page.main
    assert "现在由 区房产服务中心 在办" in page.main
    assert "下一步：修好后答复您，请您评价" in page.main
    assert "工单" not in page.main
    at("2024-06-25 09:00")
    page = client.visit(f"/case/{case.ref}")
    assert "没按答应的日期答复，很抱歉。" in page.main
    assert "督办" not in page.main
    assert page.title.startswith("超过答复日期")


def test_solved_then_rated(world, client):
    case = make_case(world)
    answer(world, case)
    page = open_case(client, case)
    assert "有答复了，请您看看解决了没有" in page.main
    page = client.press("解决了")
    assert page.path.startswith(f"/case/{case.ref}/rate")
    page = client.press("交上评价")
    assert "请选一项：您满意吗？" in page.alerts[0]
    page = client.submit("交上评价", {"满意": True, "还想说什么": "师傅很细心"})
    assert "评价只算进总数公开，不显示您是谁。" in page.main
    page = client.follow("看办理进度")
    assert page.title.startswith("已解决")
    assert "您评的是：满意" in page.main
    assert case.status is CaseStatus.CLOSED


def test_not_solved_needs_a_word_and_keeps_the_photo(world, client):
    case = make_case(world)
    answer(world, case)
    open_case(client, case)
    client.follow("没解决，重新办")
    page = client.submit("重新办理", {"从相册选": (pictures.jpeg(), "a.jpg")})
    assert "请说说哪里还没解决" in page.alerts[0]
    assert "已选 1 张" in page.main
    page = client.submit("重新办理", {"哪里没解决？": "四楼还是不亮"})
    assert page.title.startswith("重新办理")
    assert "您说没解决，重新办理" in page.main
    assert "四楼还是不亮" in page.main
    assert len([image for image in page.root.all("img") if "/photo/" in image["src"]]) == 1


def test_unhappy_ratings_are_offered_another_round_not_forced(world, client):
    case = make_case(world)
    answer(world, case)
    open_case(client, case)
    client.press("解决了")
    page = client.submit("交上评价", {"没解决": True, "不满意": True})
    assert "没解决，或者不满意？" in page.main
    assert page.has_link("重新办理")
    assert case.status is CaseStatus.CLOSED


@pytest.mark.parametrize(
    ("result", "word"), [(ReplyResult.SOLVED, "已解决"), (ReplyResult.NOT_YET, "已说明，暂没解决")]
)
def test_outcomes_in_the_residents_words(world, client, result, word):
    case = make_case(world)
    answer(world, case, result)
    with writing():
        author.confirm(Actor.guest(), case)
    page = open_case(client, case)
    assert page.title.startswith(word)
    assert "没解决的话，7 月 17 日前可以要求重新办理。" in page.main


def test_after_thirty_days_a_rating_is_too_late(world, client, at):
    case = make_case(world)
    answer(world, case)
    with writing():
        author.confirm(Actor.guest(), case)
    open_case(client, case)
    at("2024-07-18 09:00")
    open_case(client, case)
    page = client.visit(f"/case/{case.ref}/rate")
    assert page.status == 409
    assert "评价时间过了（30 天）。还有问题请重新反映" in page.main
    page = client.visit(f"/case/{case.ref}")
    assert not page.has_link("评价")


def test_a_question_is_answered_on_the_page(world, client):
    case = make_case(world)
    accept(world, case)
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.ask(world.actor(Role.AGENCY), case, question="是几门的灯？", answer_by=case.promise_due.date())
    page = open_case(client, case)
    assert "是几门的灯？" in page.main
    client.follow("补充情况")
    page = client.submit("交上去", {"要补充什么": "是二门"})
    assert "您补充了情况" in page.main
    assert case.status is CaseStatus.IN_PROGRESS


def test_withdrawing_asks_whether_it_is_ones_own_wish(world, client):
    case = make_case(world)
    open_case(client, case)
    page = client.follow("撤回")
    assert "撤回后就不办了。是您自己想撤回吗？没人可以要求您撤回。" in page.main
    assert client.follow("不撤回").path == f"/case/{case.ref}"
    client.follow("撤回")
    page = client.press("确定撤回")
    assert page.title.startswith("您已撤回")


def test_who_is_sent_elsewhere_reads_where(world, client):
    case = make_case(world)
    with writing():
        services.refuse(
            world.actor(Role.DISTRICT), case, reason="not_ours", where="东局子社区调解委员会", phone="022-00000102"
        )
    page = open_case(client, case)
    assert page.title.startswith("不归这里办")
    assert "您可以找：东局子社区调解委员会" in page.main
    assert "不予受理" not in page.main
    assert page.link("022-00000102") == "tel:02200000102"


def test_a_neighbour_follows_without_what_lies_between_author_and_unit(world, client):
    case = make_case(world, is_public=False, words="我家 301 室门口的灯坏了", place="2 门 301")
    accept(world, case)
    with writing():
        services.sign(world.actor(Role.AGENCY), case)
    with writing():
        services.contact(world.actor(Role.AGENCY), case, way="phone", words="明天上午到您家看")
    with writing():
        author.add(Actor.guest(), case, "我姓张，晚上都在家")
    with writing():
        services.reveal(world.actor(Role.COMMUNITY), case, "约上门时间")
    with writing():
        follower = submitting.join(Actor.guest(), case, phone="+8613900005678", device="another")
    page = open_case(client, follower, "5678")
    assert page.path == f"/case/{follower.ref}"
    assert "现在由 区房产服务中心 在办" in page.main
    for hidden in ("301", "姓张", "到您家", "查看了您的电话", case.ref, "撤回", "补充情况"):
        assert hidden not in page.main.replace("补充、评价和撤回", "")
    for page in ("add", "withdraw", "reopen", "rate"):
        assert client.get(f"/case/{follower.ref}/{page}").status_code == 403


def test_a_staff_session_may_read_but_not_decide(world, client, app):
    case = make_case(world)
    answer(world, case)
    client.visit("/staff/login")
    client.submit("登录", {"用户名": "community1", "密码": "demo-hedong-2023"})
    page = open_case(client, case)
    assert not page.has_button("解决了")
    assert db.session.query(CaseRating).count() == 0


def test_the_case_page_costs_few_statements(world, client, sql_count):
    case = make_case(world)
    answer(world, case)
    with writing():
        author.dispute(Actor.guest(), case, "还是不亮")
    open_case(client, case)
    client.visit(f"/case/{case.ref}")
    with sql_count() as seen:
        client.visit(f"/case/{case.ref}")
    assert len(seen) <= 8, "\n".join(seen)


def test_ratings_can_be_changed_for_a_week(world, client, at):
    case = make_case(world)
    answer(world, case)
    with writing():
        author.confirm(Actor.guest(), case)
    with writing():
        author.rate(Actor.guest(), case, solved_halves=2, satisfaction=Satisfaction.FAIR)
    open_case(client, case)
    client.follow("改评价")
    client.submit("交上评价", {"不满意": True})
    assert db.session.query(CaseRating).count() == 2
    at("2024-06-25 09:00")
    client.visit(f"/case/{case.ref}/rate")
    page = client.submit("交上评价", {"满意": True, "解决了": True})
    assert "7 天内可以改" in page.alerts[0]
