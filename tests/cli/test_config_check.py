"""A mis-set instance says what is wrong, and no server starts with it."""

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.cli import starting

PRODUCTION = {"DEMO": "0", "RATE_LIMITS": "on", "BASE_URL": "https://renewal.example", "SQLITE_SYNCHRONOUS": "FULL"}
pytestmark = pytest.mark.databases("sqlite")


def check(app: Flask) -> tuple[int, str]:
    said = app.test_cli_runner().invoke(args=["config", "check"])
    return said.exit_code, said.output


@pytest.mark.settings(**PRODUCTION)
def test_a_sound_instance_passes(app: Flask) -> None:
    assert check(app)[0] == 0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param(wrong, reason, id=reason, marks=pytest.mark.settings(**{**PRODUCTION, **wrong}))
        for wrong, reason in (
            ({"SECRET_KEY": "changeme"}, "SECRET_KEY"),
            ({"SECRET_KEY": "x" * 31}, "shorter than 32"),
            ({"DATA_KEYS": ""}, "DATA_KEYS is missing"),
            ({"DATA_KEYS": "short"}, "DATA_KEYS holds"),
            ({"DEBUG": "1"}, "DEBUG"),
            ({"SQLITE_SYNCHRONOUS": "NORMAL"}, "synchronous"),
            ({"BASE_URL": "http://renewal.example"}, "https"),
            ({"RATE_LIMITS": "off"}, "RATE_LIMITS"),
            ({"NOW": "2024-06-17T09:00:00+08:00"}, "NOW"),
            ({"SMS_GATEWAY": "twilio"}, "TWILIO_ACCOUNT_SID"),
            ({"SMS_GATEWAY": "pigeon"}, "SMS_GATEWAY"),
            ({"SMS_GATEWAY": "http", "SMS_HTTP_URL": "http://sms.example", "SMS_HTTP_KEY": "k"}, "SMS_HTTP_URL"),
            ({"BASE_URL": "https://"}, "BASE_URL"),
            ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
            ({"NOW": "yesterday"}, "NOW needs an offset"),
            ({"REDIS_URL": "redis://10.0.0.5:6379/0"}, "Redis"),
            ({"GROUP_API_BASE": "https://group.example"}, "GROUP_API_BASE"),
            ({"DEMO": "1", "GROUP_MESSAGES": "1"}, "DEMO=1 together with GROUP_MESSAGES"),
            ({"DEMO": "1", "SMS_GATEWAY": "http", "SMS_HTTP_URL": "https://x", "SMS_HTTP_KEY": "k"}, "DEMO=1 together"),
        )
    ],
)
def test_each_mistake_is_named(app: Flask, wrong: dict[str, str], reason: str) -> None:
    code, said = check(app)
    assert code == 1
    assert reason in said
    with pytest.raises(SystemExit, match="Refusing to start"):
        starting.refuse()


def test_the_program_started_by_a_server_refuses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> None:
    """As gunicorn does it: settings from the environment, no command around it."""
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_DATABASE_URL", database_url)
    with pytest.raises(SystemExit, match="SECRET_KEY"):
        create_app()


def test_commands_still_run_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    monkeypatch.setenv("PORTAL_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_DATABASE_URL", database_url)
    assert check(create_app())[0] == 1
