"""Writes a revision of the tables: `.venv/bin/python -m tests.new_revision 0002 "what changes"`.

It compares the models with an empty PostgreSQL brought up to date: SQLite cannot show its indexes on expressions.
Read the result before committing it; CHECK constraints are not compared.
"""

import os
import sys
import tempfile
from pathlib import Path

import flask_migrate

from tests.fixtures.app import make_app
from tests.fixtures.postgres import RUN_DIRECTORY, remove_run, shared_server


def main(number: str, what: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="hedong-revision-"))
    folder.chmod(0o755)
    os.environ[RUN_DIRECTORY] = str(folder)
    try:
        url = shared_server(folder).render_as_string(hide_password=False)
        with make_app(url, folder).app_context():
            flask_migrate.upgrade()
            flask_migrate.migrate(message=what, rev_id=number)
    finally:
        remove_run(folder)


if __name__ == "__main__":
    main(*sys.argv[1:3])
