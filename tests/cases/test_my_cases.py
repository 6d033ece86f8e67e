"""我反映的事: everything under one number, without typing codes."""

from portal.cases import submitting
from portal.core.writing import writing
from portal.domain.actors import Actor
from tests.builders.cases import PHONE, make_case
from tests.builders.identity import sign_in_resident


def test_nothing_yet(world, client):
    sign_in_resident(client, PHONE)
    page = client.visit("/me/cases")
    assert "您还没有反映过问题。" in page.main
    assert client.follow("去反映").path == "/report/what"


def test_my_own_and_those_i_joined(world, client, new_client):
    mine = make_case(world)
    sealed = make_case(world, category="integrity", words="项目经理收了我家两条烟")
    others = make_case(world, phone="+8613900005678", words="别人家的事", is_public=False)
    with writing():
        joined = submitting.join(Actor.guest(), others, phone=PHONE, device="d")
    stranger = make_case(world, phone="+8613700009999")
    sign_in_resident(client, PHONE)
    page = client.visit("/me/cases")
    hrefs = {link["href"] for link in page.links}
    assert {f"/case/{mine.ref}", f"/case/{sealed.ref}", f"/case/{joined.ref}"} <= hrefs
    assert f"/case/{stranger.ref}" not in hrefs
    assert f"/case/{others.ref}" not in hrefs
    assert "别人家的事" not in page.main
    assert "收了我家" not in page.main
    assert client.visit(f"/case/{mine.ref}").h1 == mine.title


def test_more_than_a_page(world, client, sql_count):
    for n in range(22):
        make_case(world, words=f"第 {n} 件，楼道灯坏了")
    sign_in_resident(client, PHONE)
    with sql_count() as seen:
        page = client.visit("/me/cases")
    assert len(seen) <= 8, "\n".join(seen)
    assert page.has_link("下一页")
    assert "第 0 件" in client.follow("下一页").main


def test_signed_out_visitors_sign_in_first(world, client):
    assert client.visit("/me/cases").path.startswith("/login")
