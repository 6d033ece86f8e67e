"""An admin adds, changes and retires posts; each change has its reason and its entry in the journal."""

from sqlalchemy import select

from portal.audit.models import JournalEntry
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import passwords, queries, services
from portal.identity.models import StaffPost
from portal.places.models import AgencyKind
from tests.builders.identity import make_agency, make_community, make_post, sign_in_staff
from tests.visitor import Visitor


def test_a_new_colleague(client: Visitor, new_client, app) -> None:
    make_agency(AgencyKind.COMMUNITY, "东局子社区居委会")
    make_community("东局子社区")
    sign_in_staff(client, make_post(Role.ADMIN))
    client.visit("/admin/users")
    client.follow("新增人员")
    filled = {
        "用户名": "wang.li",
        "姓名": "王丽",
        "角色": "社区",
        "单位": "东局子社区居委会",
        "初始密码": "tulips-in-may-24",
    }
    page = client.submit("新增", filled)
    assert page.status == 422 and "请至少勾选一个街道或社区" in page.text
    page = client.submit("新增", {**filled, "初始密码": "password2024", "社区": ["东局子社区"]})
    assert page.status == 400 and "太容易被猜到" in page.text
    page = client.submit("新增", {**filled, "社区": ["东局子社区"]})
    assert page.h1 == "王丽" and "东局子社区" in page.main
    colleague = new_client()
    colleague.visit("/staff/login")
    colleague.submit("登录", {"用户名": "wang.li", "密码": "tulips-in-may-24"})
    assert colleague.visit("/desk/messages").h1 == "消息"


def test_every_change_has_its_reason(client: Visitor, app) -> None:
    post = make_post(Role.STREET)
    sign_in_staff(client, make_post(Role.ADMIN))
    client.visit(f"/admin/users/{post.id}")
    client.follow("停用")
    assert "请写明理由" in client.submit("停用").text
    page = client.submit("停用", {"理由": "退休"})
    assert "不能再登录" in page.text
    actions = db.session.scalars(select(JournalEntry.action).where(JournalEntry.subject == f"staff:{post.id}")).all()
    assert actions[-1:] == ["staff:retired"]
    assert "退休" not in "".join(db.session.scalars(select(JournalEntry.details)))


def test_nobody_changes_their_own_rights(client: Visitor, app) -> None:
    admin = make_post(Role.ADMIN)
    sign_in_staff(client, admin)
    client.visit(f"/admin/users/{admin.id}/retire")
    page = client.submit("停用", {"理由": "累了"})
    assert page.status == 400 and "不能改自己的权限" in page.text
    assert queries.post(admin.id).retired_at is None


def test_a_user_name_is_given_once(client: Visitor, app) -> None:
    make_post(Role.STREET, "street1")
    sign_in_staff(client, make_post(Role.ADMIN))
    client.visit("/admin/users/new")
    filled = {"用户名": "Street1", "姓名": "王丽", "角色": "区住建委", "初始密码": "tulips-in-may-24"}
    page = client.submit("新增", filled)
    assert page.status == 409 and "这个用户名已经有了" in page.text and "王丽" in page.html


def test_passwords_everybody_tries_first_are_refused() -> None:
    refused = ("Password2024!", "qwertyuiop12", "aaaaaaaaaaaa", "123456789012", "Hedong2024!!", "short-one-1")
    accepted = ("demo-hedong-2023", "tulips-in-may-24", "四个汉字也可以当密码用的")

    def weak(password: str) -> bool:
        try:
            passwords.check(password)
        except passwords.WeakPassword:
            return True
        return False

    assert [password for password in refused if not weak(password)] == []
    assert [password for password in accepted if weak(password)] == []


def test_the_name_is_shown_as_a_family_name(app) -> None:
    with writing():
        post = make_post(name="李晓明")
    assert queries.staff_name_masked(post) == "李*"
    assert [found.id for found in queries.posts_of(post.agency_id)] == [post.id]
    assert [found.key for found in queries.recipients_of(post.agency_id)] == [f"staff:{post.id}"]
    assert services.staff_by_name(post.username) is not None
    assert db.session.get(StaffPost, post.id) is post
