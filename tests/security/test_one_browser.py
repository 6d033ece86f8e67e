"""One browser walks through several doors: what one of them keeps in the cookie must not trip the next."""

from portal.core.writing import writing
from tests.builders.cases import make_case, make_world


def test_who_looked_a_case_up_can_still_sign_in(app, client):
    with writing():
        make_world()
    client.visit("/track")
    assert client.submit("查", {"查询码": "H7K392QF", "校验码": "1234"}).alerts
    client.visit("/login")
    assert client.submit("发送验证码", {"手机号": "13800001234"}).status == 200


def test_who_signed_in_can_look_a_case_up(app, client):
    with writing():
        world = make_world()
    case = make_case(world)
    ref = case.ref
    client.visit("/login")
    client.submit("发送验证码", {"手机号": "13800001234"})
    client.visit("/track")
    assert client.submit("查", {"查询码": ref, "校验码": "1234"}).path == f"/case/{ref}"
