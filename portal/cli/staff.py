"""`staff add` and `staff reset`: accounts without a signed-in administrator, for the first one and for emergencies."""

from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale, gettext
from sqlalchemy import ColumnElement, select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import DomainError
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity.models import StaffPost
from portal.identity.staffing import Places, add_staff, checked_hash, reset_password
from portal.places.models import Agency, Community, Street

staff = AppGroup("staff", help="Accounts of staff.")
Kept = TypeVar("Kept", StaffPost, Agency, Community, Street)
PASSWORD = click.option("--password", prompt="密码 password", hide_input=True, confirmation_prompt=True)


def said(refused: DomainError) -> str:
    with current_app.test_request_context(), force_locale("zh"):
        return gettext(refused.msgid, **refused.params)


@staff.command("add")
@click.option("--username", prompt="用户名 user name")
@click.option("--name", prompt="姓名 name")
@click.option("--role", prompt="角色 role", type=click.Choice(sorted(role.value for role in STAFF_ROLES)))
@click.option("--agency", prompt="单位代码 unit code", metavar="CODE")
@click.option(
    "--community", "communities", multiple=True, metavar="NAME", help="May look at this 社区; may be repeated."
)
@click.option("--street", "streets", multiple=True, metavar="NAME", help="May look at this 街道; may be repeated.")
@PASSWORD
def add(
    username: str,
    name: str,
    role: str,
    agency: str,
    communities: tuple[str, ...],
    streets: tuple[str, ...],
    password: str,
) -> None:
    """Add a post. The password is at least 12 characters; the one-time code is set up at the first sign-in."""
    try:
        password_hash = checked_hash(password, username)
        with writing():
            unit = _found(Agency, Agency.code == agency.upper(), agency)
            places = Places(
                frozenset(_found(Community, Community.name == each, each).id for each in communities),
                frozenset(_found(Street, Street.name == each, each).id for each in streets),
            )
            add_staff(username, name, Role(role), unit.id, password_hash, places=places)
    except DomainError as refused:
        raise click.ClickException(said(refused)) from refused
    click.echo(f"已添加 {username}。 Added.")


@staff.command("reset")
@click.argument("username")
@click.option("--reason", prompt="理由 reason")
@PASSWORD
def reset(username: str, reason: str, password: str) -> None:
    """A new password; the one-time code is set up anew, all sessions of the post end."""
    try:
        password_hash = checked_hash(password, username)
        with writing():
            reset_password(
                _found(StaffPost, StaffPost.username == username.lower(), username), password_hash, reason=reason
            )
    except DomainError as refused:
        raise click.ClickException(said(refused)) from refused
    click.echo(f"{username} 的密码已重设，已登录的会话全部结束。 Reset.")


def _found(model: type[Kept], condition: ColumnElement[bool], wanted: str) -> Kept:
    found = db.session.scalar(select(model).where(condition))
    if found is None:
        raise click.ClickException(f"没有找到 {wanted}。 There is no {wanted}.")
    return found
