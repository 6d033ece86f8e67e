"""Typed settings: environment variables prefixed `PORTAL_`, then `instance/portal.env`, then defaults.

`settings()` gives the running application's. `problems()` says everything that is wrong, each with its reason.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DEFAULT_SECRETS = {"", "dev", "secret", "changeme", "change-me", "password"}


@dataclass(frozen=True)
class Settings:
    """Every setting of the contract, plus what a site shows about itself."""

    database_url: str
    secret_key: str
    data_keys: tuple[str, ...]
    base_url: str
    instance_dir: Path
    redis_url: str = ""
    trusted_proxies: int = 0
    demo: bool = False
    demo_password: str = "demo-hedong-2023"  # noqa: S105 — printed on the demo's first screen
    rate_limits: bool = True
    debug: bool = False
    sms_gateway: str = "console"
    sms_http_url: str = ""
    sms_http_key: str = ""
    sms_signature: str = "河东旧改"
    sms_daily_limit: int = 5000  # texts in 24 hours; beyond it only codes and urgent ones
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_base: str = ""
    group_messages: bool = False  # staff groups of 企业微信 and 钉钉 are told what waits
    group_api_base: str = ""  # a stand-in for their hosts on this machine
    site_name: str = "河东旧改居民平台"
    sponsor: str = ""
    icp: str = ""
    police: str = ""
    supervision_phone: str = ""
    number_prefix: str = "HD"
    now: datetime | None = None
    sqlite_synchronous: str = "FULL"
    unknown: tuple[str, ...] = field(default=())

    @property
    def domain(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def gateway_is_abroad(self) -> bool:
        """Twilio sends personal data across the border (D4): forms then ask for consent."""
        return self.sms_gateway == "twilio"


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def read_env_file(path: Path) -> dict[str, str]:
    """`KEY=value` lines; blank lines and lines that begin with # are passed over."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#") and "=" in line)
    return {key.strip(): value.strip().strip('"') for key, value in pairs}


def gather(overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """All PORTAL_ values without their prefix; overrides win, then the environment, then the file."""
    instance = Path((overrides or {}).get("INSTANCE_DIR") or os.environ.get("PORTAL_INSTANCE_DIR") or ROOT / "instance")
    from_file = read_env_file(instance / "portal.env") if overrides is None else {}
    from_env = dict(os.environ) if overrides is None else {}
    merged = {**from_file, **from_env}
    values = {key.removeprefix("PORTAL_"): value for key, value in merged.items() if key.startswith("PORTAL_")}
    return {"INSTANCE_DIR": str(instance), **values, **(overrides or {})}


def _flag(values: Mapping[str, str], key: str, default: bool = False) -> bool:
    return values.get(key, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _count(text: str) -> int:
    """-1 for what is no number: `problems()` names it."""
    return int(text) if text.isascii() and text.isdigit() else -1


def _moment(text: str | None) -> datetime | None:
    """A moment without offset for what cannot be read: `problems()` names it."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return datetime.min  # noqa: DTZ901


def build(values: Mapping[str, str]) -> Settings:
    """Settings from gathered values; wrong values are kept and named by `problems()`."""
    instance = Path(values["INSTANCE_DIR"]).resolve()
    text = {key.lower(): value for key, value in values.items() if key.lower() in _TEXT_FIELDS}
    demo = _flag(values, "DEMO")
    return Settings(
        database_url=values.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.sqlite3'}",
        secret_key=values.get("SECRET_KEY", ""),
        data_keys=tuple(key.strip() for key in values.get("DATA_KEYS", "").split(",") if key.strip()),
        base_url=(values.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        instance_dir=instance,
        sms_daily_limit=_count(values.get("SMS_DAILY_LIMIT") or "5000"),
        trusted_proxies=_count(values.get("TRUSTED_PROXIES") or "0"),
        demo=demo,
        rate_limits=values.get("RATE_LIMITS", "on").lower() != "off",
        debug=_flag(values, "DEBUG"),
        sms_gateway=values.get("SMS_GATEWAY") or ("twilio" if values.get("TWILIO_ACCOUNT_SID") else "console"),
        group_messages=_flag(values, "GROUP_MESSAGES"),
        now=_moment(values.get("NOW")),
        **text,  # type: ignore[arg-type]
    )


_TEXT_FIELDS = {
    "redis_url", "demo_password", "sms_http_url", "sms_http_key", "sms_signature", "twilio_account_sid", "twilio_auth_token",
    "twilio_from", "twilio_messaging_service_sid", "twilio_api_base", "group_api_base", "site_name", "sponsor", "icp", "police",
    "supervision_phone", "number_prefix", "sqlite_synchronous",
}  # fmt: skip


def problems(found: Settings) -> list[str]:
    """Everything that would make this instance unsafe or broken, one sentence each (security.md §3, start)."""
    return [*_secrets(found), *_demo(found), *_messages(found), *_groups(found), *_production(found)]


def _secrets(found: Settings) -> list[str]:
    said = []
    if found.secret_key.lower() in DEFAULT_SECRETS or len(found.secret_key) < 32:
        said.append("SECRET_KEY is missing, a default or shorter than 32 characters: sessions could be forged.")
    if not found.data_keys:
        said.append("DATA_KEYS is missing: phone numbers and names cannot be encrypted.")
    if any(len(key) < 32 for key in found.data_keys):
        said.append("DATA_KEYS holds a key shorter than 32 characters.")
    return said


def _demo(found: Settings) -> list[str]:
    said = []
    real = found.sms_gateway == "twilio" and urlsplit(found.twilio_api_base).hostname not in LOOPBACK
    if found.demo and (real or found.sms_gateway == "http"):
        said.append("DEMO=1 together with a real SMS gateway: invented residents would receive real messages.")
    if found.now is not None and not found.demo:
        said.append("NOW moves the clock and is allowed only with DEMO=1.")
    if found.now is not None and found.now.tzinfo is None:
        said.append("NOW needs an offset, for example 2024-06-17T09:00:00+08:00.")
    if not found.rate_limits and not found.demo:
        said.append("RATE_LIMITS=off is allowed only with DEMO=1.")
    return said


def _messages(found: Settings) -> list[str]:
    if found.sms_daily_limit < 1:
        return ["SMS_DAILY_LIMIT must be a number above 0: how many texts may leave in 24 hours."]
    if found.sms_gateway not in {"console", "twilio", "http"}:
        return [f"SMS_GATEWAY is {found.sms_gateway!r}; it can be console, twilio or http."]
    if found.sms_gateway == "twilio" and not (found.twilio_account_sid and found.twilio_auth_token):
        return ["SMS_GATEWAY=twilio needs TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."]
    if found.sms_gateway == "twilio" and not (found.twilio_from or found.twilio_messaging_service_sid):
        return ["SMS_GATEWAY=twilio needs TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID."]
    if found.sms_gateway == "http" and not (found.sms_http_url and found.sms_http_key):
        return ["SMS_GATEWAY=http needs SMS_HTTP_URL and SMS_HTTP_KEY."]
    return []


def _groups(found: Settings) -> list[str]:
    said = []
    if found.group_api_base and urlsplit(found.group_api_base).hostname not in LOOPBACK:
        said.append("GROUP_API_BASE is a stand-in for tests and may lead to this machine only.")
    if found.demo and found.group_messages and not found.group_api_base:
        said.append("DEMO=1 together with GROUP_MESSAGES: invented cases would be told to real groups.")
    return said


def _is_guarded(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def _production(found: Settings) -> list[str]:
    if found.demo:
        return []
    said = []
    if not found.https or not found.domain:
        said.append("BASE_URL must be https in production: cookies would travel in the clear.")
    if found.trusted_proxies < 0:
        said.append("TRUSTED_PROXIES must be a number: how many proxies of your own stand before this server.")
    if found.sms_gateway == "http" and not _is_guarded(found.sms_http_url):
        said.append("SMS_HTTP_URL must be https: phone numbers would travel in the clear.")
    if found.debug:
        said.append("DEBUG is on: error pages would show the program's inside.")
    if found.is_sqlite and found.sqlite_synchronous.upper() != "FULL":
        said.append("SQLITE_SYNCHRONOUS must be FULL: a power cut would lose acknowledged reports.")
    if (
        found.redis_url
        and not urlsplit(found.redis_url).password
        and urlsplit(found.redis_url).hostname not in LOOPBACK
    ):
        said.append("REDIS_URL names an open Redis on another machine: give it a password.")
    return said
