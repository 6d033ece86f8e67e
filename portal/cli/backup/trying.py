"""Whether a backup that was laid open is whole: the database's own check, rows against the list, the journal's chain."""

from portal.audit.journal import verify
from portal.cli.backup import databases
from portal.cli.backup.archive import Contents
from portal.core.extensions import db
from portal.core.settings import settings

ROWS = "the numbers of rows differ from the list"


def problems_in(contents: Contents) -> list[str]:
    if contents.manifest["database"] != "sqlite":
        same = databases.count_postgresql(contents.database) == contents.manifest["rows"]
        return [] if same else [ROWS]
    if damage := databases.damage_in(contents.database):
        return damage
    if databases.count_sqlite(contents.database) != contents.manifest["rows"]:
        return [ROWS]
    verdict = _verdict_on(contents)
    return [] if verdict is None else [verdict]


def _verdict_on(contents: Contents) -> str | None:
    """The journal of the copy, read by an application of its own."""
    from portal import create_app

    with create_app({**_current_keys(), "DATABASE_URL": f"sqlite:///{contents.database}"}).app_context():
        found = verify()
        db.session.remove()
        db.engine.dispose()
    return None if found.broken_at is None else f"journal, entry {found.broken_at}: {found.reason}"


def _current_keys() -> dict[str, str]:
    found = settings()
    return {
        "DATA_KEYS": ",".join(found.data_keys),
        "SECRET_KEY": found.secret_key,
        "INSTANCE_DIR": str(found.instance_dir),
        "DEMO": "1" if found.demo else "0",
        "SMS_GATEWAY": "console",
    }
