"""A form that another site sends, or that lost its token: nothing is written, and what was typed is still there."""

from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from portal.core.base import Base
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.identity import sessions
from tests.builders.cases import World, make_case
from tests.builders.identity import make_account
from tests.visitor import Visitor
from tests.visitor.form import PaperForm
from tests.visitor.page import Page

TYPED = "打了很久的一句话"
PLAIN = {"number": "3", "date": "2024-06-20", "tel": "13800001234", "password": "a-long-password-of-mine", "file": None}


def enter(client: Visitor, **person: Any) -> Visitor:
    with writing():
        token = sessions.open_session(**person)
    client.set_cookie(sessions.cookie_name(), token)
    return client


def everything() -> str:
    """A digest of every row there is."""
    db.session.rollback()
    found = sha256()
    for table in Base.metadata.sorted_tables:
        rows = sorted(repr(tuple(row)) for row in db.session.connection().exec_driver_sql(f'SELECT * FROM "{table}"'))
        found.update(repr((table.name, rows)).encode())
    db.session.rollback()
    return found.hexdigest()


def forms_of(page: Page) -> list[PaperForm]:
    found = [PaperForm(page, button) for button in page.buttons]
    return [form for form in found if form.method == "POST" and form.action not in {"/display", "/language"}]


def filled(form: PaperForm) -> Any:
    """Every field with something plausible in it."""
    data = form.sent()
    for control in form.controls:
        name, kind = control["name"], control["type"]
        if (
            not name
            or data.get(name, "").strip()
            or kind in {"hidden", "submit", "button", "file"}
            or name == "website"
        ):
            continue
        options = [option["value"] for option in control.all("option") if option["value"]]
        data[name] = (
            options[0] if options else control["value"] if kind in {"radio", "checkbox"} else PLAIN.get(kind) or TYPED
        )
    return data


def attack(client: Visitor, address: str) -> list[str]:
    """Sends every form of the page with a token of another session; what went wrong."""
    wrong = []
    for form in forms_of(client.visit(address)):
        data = filled(form)
        typed = TYPED in data.values()
        data["csrf_token"] = "ImZvcmVpZ24i.Zm9yZQ.aWdu"
        before = everything()
        with client.no_lint():
            kind = "multipart/form-data" if form.multipart else "application/x-www-form-urlencoded"
            response = client.post(form.action, data=data, content_type=kind)
        if everything() != before:
            wrong.append(f"{form.action} {form.button['name']}: something was written")
        if response.status_code >= 500:
            wrong.append(f"{form.action}: {response.status_code}")
        if typed and TYPED not in response.text:
            wrong.append(f"{form.action} {form.button['name']}: what was typed is gone ({response.status_code})")
    return wrong


def test_of_residents(world: World, client: Visitor, new_client: Any) -> None:
    case = make_case(world)
    ref = case.ref
    client.visit("/track")
    client.submit("查", {"查询码": ref, "校验码": "1234"})
    wrong = [
        found
        for page in (f"/case/{ref}", f"/case/{ref}/add", f"/case/{ref}/withdraw")
        for found in attack(client, page)
    ]
    reporter = new_client()
    wrong += [
        found
        for page in ("/track", "/login", "/staff/login", "/report/what?b=DJZ03")
        for found in attack(reporter, page)
    ]
    reporter.visit("/report/what?b=DJZ03")
    reporter.submit("下一步", {"说说": "二门三楼的楼道灯坏了好多天"})
    wrong += attack(reporter, "/report/where")
    reporter.visit("/report/where")
    reporter.submit("下一步", {"是哪一类问题": "照明", "现在危险吗": "不危险"})
    wrong += attack(reporter, "/report/similar") + attack(reporter, "/report/contact")
    with writing():
        account = make_account("+8613900000009")
    wrong += attack(enter(new_client(), account=account), "/me/privacy")
    assert not wrong, "\n".join(wrong)


def test_of_officers(world: World, client: Visitor) -> None:
    number = make_case(world, is_public=True).number
    enter(client, post=world.posts[Role.DISTRICT])
    slugs = ("accept", "ask", "reject", "note", "phone", "title")
    pages = ("/desk", "/community/cases/new", "/community/posters", *(f"/desk/cases/{number}/{slug}" for slug in slugs))
    wrong = [found for page in pages for found in attack(client, page)]
    assert not wrong, "\n".join(wrong)


def test_of_the_administrator(world: World, client: Visitor) -> None:
    enter(client, post=world.posts[Role.ADMIN])
    unit, other = world.units["WY"].id, world.posts[Role.STREET].id
    pages = (
        "/admin/agencies/new", f"/admin/agencies/{unit}", f"/admin/agencies/{unit}/retire", "/admin/calendar",
        "/admin/categories/lighting_dark", "/admin/categories/lighting_dark/route", "/admin/compounds/new",
        "/admin/compounds/DJZ/rename", "/admin/compounds/DJZ/buildings/new", "/admin/users/new",
        f"/admin/users/{other}/role", f"/admin/users/{other}/password", f"/admin/users/{other}/retire",
    )  # fmt: skip
    wrong = [found for page in pages for found in attack(client, page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.databases("sqlite")
def test_the_control_the_same_form_with_its_token_is_written(world: World, client: Visitor) -> None:
    number = make_case(world).number
    enter(client, post=world.posts[Role.DISTRICT])
    form = [form for form in forms_of(client.visit(f"/desk/cases/{number}/note")) if form.action.endswith("/note")][-1]
    before = everything()
    client.post(form.action, data=filled(form))
    assert everything() != before
    assert db.session.scalar(select(Base.metadata.tables["case_texts"].c.words)) == TYPED
