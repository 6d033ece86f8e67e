"""From nothing to an instance whose administrator can sign in; accounts from the command line."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal import create_app
from portal.cases.models import CaseCategory, CaseRoute
from portal.core.extensions import db
from portal.domain.roles import Role
from portal.identity.models import StaffPost
from portal.identity.passwords import matches
from portal.places.models import Building, Compound, Poster

PASSWORD = "correct-horse-9battery"
PLACES = {
    "base-url": "https://renewal.example",
    "district": "河东区",
    "district-code": "120102",
    "street": "测试街道",
    "community": "测试里社区",
    "compound": "测试小区",
    "compound-code": "TST",
    "buildings": "3",
    "doors": "2",
    "admin": "boss",
    "admin-name": "管理员",
}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Flask:
    """A checkout without any setting, and a database with tables only."""
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(tmp_path / "fresh"))
    monkeypatch.setenv("PORTAL_DATABASE_URL", database_url)
    monkeypatch.setenv("PORTAL_BASE_URL", "https://renewal.example")
    return create_app()


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def set_up(app: Flask, password: str = PASSWORD) -> Result:
    return run(
        app, "setup", *(f"--{name}={value}" for name, value in PLACES.items()), "--password", password, "--test-sms", ""
    )


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_everything_a_first_day_needs(bare: Flask, tmp_path: Path) -> None:
    said = set_up(bare)
    assert said.exit_code == 0, said.output
    keys = tmp_path / "fresh" / "portal.env"
    assert keys.stat().st_mode & 0o077 == 0
    assert "PORTAL_DEMO=0" in keys.read_text()
    with create_app().app_context():
        assert (count(Building), count(Poster), count(Compound)) == (3, 3, 1)
        assert count(CaseCategory) > 40
        assert count(CaseRoute) > 30
        boss = db.session.scalars(select(StaffPost)).one()
        assert boss.role is Role.ADMIN
        assert matches(boss.password_hash, PASSWORD)
        db.session.remove()
        db.engine.dispose()


def test_a_second_time_changes_nothing(bare: Flask) -> None:
    set_up(bare)
    said = set_up(create_app())
    assert said.exit_code == 1
    assert "不再初始化" in said.output


def test_a_weak_password_is_refused_before_anything_is_written(bare: Flask) -> None:
    said = set_up(bare, "password2024!")
    assert said.exit_code == 1
    with create_app().app_context():
        assert count(Compound) == 0
        db.session.remove()
        db.engine.dispose()


@pytest.mark.databases("sqlite")
def test_accounts_are_added_and_reset(bare: Flask) -> None:
    set_up(bare)
    app = create_app()
    who = ["--username", "li", "--name", "李明", "--role", "street", "--agency", "JD", "--street", "测试街道"]
    assert run(app, "staff", "add", *who, "--password", PASSWORD).exit_code == 0
    again = run(app, "staff", "add", *who, "--password", PASSWORD)
    assert again.exit_code == 1
    assert run(app, "staff", "reset", "li", "--reason", "忘了", "--password", "another-Fine-one-77").exit_code == 0
    assert run(app, "staff", "reset", "nobody", "--reason", "忘了", "--password", PASSWORD).exit_code == 1
    with app.app_context():
        post = db.session.scalars(select(StaffPost).where(StaffPost.username == "li")).one()
        assert matches(post.password_hash, "another-Fine-one-77")
        assert [scope.street.name for scope in post.scopes if scope.street] == ["测试街道"]
        db.session.remove()
        db.engine.dispose()
