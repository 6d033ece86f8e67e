"""剔除: proposed with a reason, approved by somebody above who had no hand in it, seen by everybody, lifted again."""

import threading

import pytest
from sqlalchemy import func, select

from portal.audit import journal
from portal.cases import author, counting, excluding, merging, queries, sealing, services
from portal.cases.exclusion_models import CaseExclusion
from portal.cases.models import Satisfaction
from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.dashboard import figures
from portal.dashboard.figures import Choice
from portal.domain.actors import Actor
from portal.domain.case_exclusion import ExclusionKind, ExclusionState
from portal.domain.case_figures import Measure
from portal.domain.case_kpis import excluded, satisfaction_rate
from portal.domain.case_lifecycle import CaseStatus
from portal.domain.errors import DomainError, NotAllowed, NotFound
from portal.domain.levels import Level
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval
from tests.builders.cases import answered, give, in_hands, make_case, resident_page, texts
from tests.builders.identity import make_post

WHY = "要求把自家阳台一起封上，不在改造范围，已当面说明两次"


def ask(world, case, kind=ExclusionKind.UNFOUNDED, role=Role.STREET):
    with writing():
        excluding.ask(world.actor(role), case, kind=kind, reason=WHY)


def decide(world, case, approve=True, role=Role.DISTRICT, actor=None):
    with writing():
        approvals.decide(case.exclusion.approval_id, approve, "看过材料", actor or world.actor(role))


def rated(world, n=0, satisfaction=Satisfaction.UNSATISFIED):
    case = answered(world, in_hands(world, phone=f"+86138{n:04}1234"))
    with writing():
        author.confirm(Actor.guest(), case)
    with writing():
        author.rate(Actor.guest(), case, solved_halves=0, satisfaction=satisfaction)
    return case


def totals(world):
    choice = Choice(figures.period("30", clock.today()))
    found = figures.totals(world.actor(Role.DISTRICT), choice, choice.period)
    return {measure: n for measure, n in found.items() if n}


def holds():
    return counting.stored() == counting.recount()


def test_proposed_approved_listed_told_and_lifted(world, desk, client, at):
    """On the pages: the figures move with the approval and back with the lifting, and each step can be read."""
    cases = [rated(world, n, Satisfaction.SATISFIED if n else Satisfaction.UNSATISFIED) for n in range(7)]
    case, sent = cases[0], texts()
    at("2024-06-28 10:00")
    before = totals(world)
    assert f"{float(satisfaction_rate(before)):.3f}" == "0.857"

    street = desk(Role.STREET)
    street.visit(f"/desk/cases/{case.number}")
    page = street.follow("申请剔除")
    assert "匿名无联系方式" not in page.text.replace("匿名无联系方式：", ""), "it left a number"
    page = street.submit("申请剔除", {"理由和依据": WHY})
    assert any("请选择剔除类型" in alert for alert in page.alerts) and WHY in page.text
    page = street.submit("申请剔除", {"剔除类型": "不合理诉求"})
    assert "等区里批准" in page.text and "剔除待批" in page.text
    assert totals(world) == before and holds(), "until it is approved every figure stays"
    assert "不计入" not in resident_page(client, case).text

    district = desk(Role.DISTRICT)
    page = district.visit("/desk/exclusions?show=asked")
    assert WHY in page.text and case.title in page.text
    district.visit("/desk/approvals")
    page = district.follow(f"剔除：{case.number}，不合理诉求")
    assert WHY in page.text
    page = district.submit("不同意")
    assert page.alerts, "a no needs its reason"
    district.submit("同意", {"理由": "看过材料"})
    after = totals(world)
    assert satisfaction_rate(after) == 1 and excluded(after, Measure.RATED) == 1
    assert (after["received"], after["closed"]) == (before["received"], before["closed"]), (
        "it is a case like all others"
    )
    assert holds() and texts() == sent

    page = district.visit("/desk/dashboard")
    assert "6 人评价" in page.text and "剔除 1 件" in page.text and "不合理诉求" in page.text
    assert "剔除 1 件" in district.visit("/desk/dashboard/print").text
    for role in (Role.COMMUNITY, Role.AGENCY, Role.HOTLINE, Role.AUDITOR):
        seen = desk(role).visit("/desk/exclusions")
        assert all(words in seen.text for words in (WHY, "东新街道办事处 李*", "孙*", "看过材料", "不合理诉求")), role
    page = resident_page(client, case)
    assert "这件不计入满意率等统计" in page.text and "不影响办理" in page.text and WHY not in page.text
    assert "要求重办" in page.text and "没解决" in page.text, "every right stays"
    assert case.title in district.visit("/desk?show=excluded").text

    district.visit(f"/desk/cases/{case.number}")
    district.follow("恢复统计")
    district.submit("恢复统计", {"恢复统计的理由": "居民补了合同，确在改造范围"})
    assert totals(world) == before and holds()
    page = district.visit("/desk/exclusions?show=lifted")
    assert "居民补了合同" in page.text and WHY in page.text
    assert "不计入" not in resident_page(client, case).text
    ask(world, case, ExclusionKind.LEGAL)
    assert journal.verify().broken_at is None


@pytest.mark.databases("sqlite")
def test_who_had_a_hand_in_it_decides_nothing(world):
    case = in_hands(world)
    ask(world, case, role=Role.AGENCY)
    for role in (Role.AGENCY, Role.STREET, Role.HOTLINE, Role.AUDITOR, Role.COMMUNITY):
        with pytest.raises((NotFound, NotAllowed)):
            decide(world, case, role=role)
    with pytest.raises(NotAllowed), writing():
        excluding.lift(world.actor(Role.STREET), case, reason="不服")
    with pytest.raises(DomainError):
        ask(world, case)
    with writing():
        services.assign(world.actor(Role.DISTRICT), case, agency_id=world.units["ZJW"].id)
    assert (
        approvals.waiting_for(world.actor(Role.DISTRICT)) == [] and approvals.count_for(world.actor(Role.DISTRICT)) == 0
    )
    with pytest.raises(NotFound):
        decide(world, case)
    own = in_hands(world, "ZJW", worker=Role.DISTRICT, phone="+8613800007777")
    with pytest.raises(DomainError, match="nobody can approve"):
        ask(world, own)
    with writing():
        services.assign(world.actor(Role.DISTRICT), own, agency_id=world.units["FWZX"].id)
    with pytest.raises(DomainError, match="nobody can approve"):
        ask(world, own)


@pytest.mark.databases("sqlite")
def test_two_kinds_are_facts_and_are_looked_up(world):
    named, nameless = in_hands(world), in_hands(world, phone=None)
    with pytest.raises(DomainError, match="left a phone number"):
        ask(world, named, ExclusionKind.ANONYMOUS)
    ask(world, nameless, ExclusionKind.ANONYMOUS)
    with pytest.raises(DomainError, match="is a duplicate"):
        ask(world, named, ExclusionKind.DUPLICATE)
    for category, worker in (("conduct", Role.DISTRICT), ("integrity", Role.DISCIPLINE)):
        secret = make_case(world, category=category, words="有人态度很差，要求查一查")
        with pytest.raises(DomainError):
            ask(world, secret, role=worker)


@pytest.mark.parametrize("waits", [True, False])
def test_a_duplicate_counts_again_as_soon_as_it_is_taken_apart(world, waits):
    main = give(world, make_case(world))
    case = give(world, make_case(world, phone="+8613800004321", words="2 门楼道灯不亮，老人摔了一跤"))
    with writing():
        merging.merge(world.actor(Role.STREET), case, into=main.number)
    ask(world, case, ExclusionKind.DUPLICATE)
    if not waits:
        decide(world, case)
        assert excluded(totals(world), Measure.ASSIGNED) == 1
    with writing():
        merging.unmerge(world.actor(Role.STREET), case)
    assert case.exclusion is None and excluded(totals(world), Measure.ASSIGNED) == 0 and holds()
    assert approvals.waiting_for(world.actor(Role.DISTRICT)) == []
    last = queries.events_of(case)[-1]
    assert bool(last.facts.get("counts_again")) and last.deed == "unmerge"


@pytest.mark.databases("sqlite")
def test_a_sealed_case_leaves_no_words_behind(world, desk):
    case = in_hands(world)
    ask(world, case)
    decide(world, case)
    with writing():
        sealing.seal(world.actor(Role.AGENCY), case, "涉及举报")
    row = db.session.scalars(select(CaseExclusion)).one()
    assert (row.state, row.reason) == (ExclusionState.LIFTED, "") and holds()
    assert WHY not in "".join(db.session.scalars(select(Approval.reason)))
    assert case.number not in desk(Role.DISTRICT).visit("/desk/exclusions?show=lifted").text


@pytest.mark.databases("sqlite")
def test_a_case_goes_on_and_its_figures_go_on_without_it(world):
    """What happens to an excluded case afterwards moves no rate either, whatever the resident says."""
    case = in_hands(world)
    ask(world, case)
    revision = case.revision
    decide(world, case)
    assert case.revision == revision, "whoever is writing the answer is not disturbed"
    answered(world, case)
    with writing():
        author.dispute(Actor.guest(), case, "还是不亮")
    assert case.status is CaseStatus.REOPENED and case.exclusion is not None and holds()
    found = totals(world)
    assert found["open:reopened"] == 1 and "assigned" not in found


@pytest.mark.databases("postgresql")
def test_two_who_propose_at_once_are_one_proposal(app, world):
    case_id, outcomes = in_hands(world).id, []
    street2 = make_post(Role.STREET, "street2", "马文静", agency=world.units["JD"], streets=(world.community.street,))
    db.session.commit()
    posts, start = (world.posts[Role.STREET].id, street2.id), threading.Barrier(2)

    def propose(post_id):
        from portal.cases.models import Case
        from portal.identity.models import StaffPost
        from portal.identity.sessions import staff_actor

        with app.app_context():
            actor = staff_actor(db.session.get_one(StaffPost, post_id))
            start.wait()
            try:
                with writing():
                    case = db.session.get_one(Case, case_id)
                    excluding.ask(actor, case, kind=ExclusionKind.LEGAL, reason=WHY)
                outcomes.append("asked")
            except DomainError:
                outcomes.append("refused")

    threads = [threading.Thread(target=propose, args=(post_id,)) for post_id in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asked", "refused"]
    assert db.session.scalar(select(func.count()).select_from(CaseExclusion)) == 1


@pytest.mark.databases("sqlite")
def test_the_list_is_paged_and_asks_as_little_for_many_as_for_few(world, desk, sql_count):
    def more(n):
        case = in_hands(world, phone=f"+861380001{n:04}", level=Level.C)
        ask(world, case)
        decide(world, case)

    more(0)
    district = desk(Role.DISTRICT)
    with sql_count() as few:
        district.visit("/desk/exclusions")
    for n in range(1, 9):
        more(n)
    with sql_count() as many:
        page = district.visit("/desk/exclusions?kind=unfounded")
    assert len(many) <= len(few) + 1 and len(many) <= 16
    assert page.text.count(WHY) == 9
    assert "没有剔除的件" in district.visit("/desk/exclusions?kind=legal").text
    district.visit("/desk/exclusions?show=nonsense&kind=x&compound=%EF%BC%91&agency=99999999999999999999&at=%00")
