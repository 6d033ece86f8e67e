"""`instance/portal.env`: the settings a first start gives itself, so that one command shows a living site."""

import os
import secrets
from pathlib import Path

from portal.core.settings import ROOT

HEAD = "# Settings of this instance; the environment wins over them. Whoever has these keys can read everything.\n"


def instance_dir() -> Path:
    return Path(os.environ.get("PORTAL_INSTANCE_DIR") or ROOT / "instance").resolve()


def env_file() -> Path:
    return instance_dir() / "portal.env"


def new_key() -> str:
    return secrets.token_urlsafe(48)


def is_configured() -> bool:
    """Keys come from the environment or from the file: then nothing is written, least of all `DEMO=1`."""
    given = os.environ.get("PORTAL_SECRET_KEY") and os.environ.get("PORTAL_DATA_KEYS")
    return bool(given) or env_file().exists()


def write_demo() -> Path:
    return write({"SECRET_KEY": new_key(), "DATA_KEYS": new_key(), "DEMO": "1"})


def write(values: dict[str, str]) -> Path:
    """A new file only its owner may read; an existing one is never overwritten."""
    path = env_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = HEAD + "".join(f"PORTAL_{key}={value}\n" for key, value in values.items())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    return path
