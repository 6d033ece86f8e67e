"""The ceiling app: the least honest Flask code for the same work (performance.md §1), on the same file.

No session, no token, no text catalogue, no limits: the landing is three indexed SELECTs and a page of 8 KB.
"""

import sqlite3

from flask import Flask, render_template_string
from sqlalchemy.engine import make_url

PAGE = (
    "<!doctype html><title>{{ building[1] }}</title><h1>{{ building[1] }}</h1><p>{{ ballot }}</p>"
    "{% for case in cases %}<p>{{ case[0] }} {{ case[1] }}</p>{% endfor %}{{ filling }}"
)
FILLING = "旧" * 2700  # three bytes each


def make_ceiling(database_url: str) -> Flask:
    app, path = Flask("ceiling"), make_url(database_url).database or ""

    @app.get("/b/<code>")
    def landing(code: str) -> str:
        database = sqlite3.connect(path)
        building = database.execute("SELECT id, name, compound_id FROM buildings WHERE code = ?", (code,)).fetchone()
        ballot = database.execute("SELECT id, title FROM ballots WHERE state = 'open' LIMIT 1").fetchone()
        found = "SELECT number, status FROM cases WHERE building_id = ? ORDER BY id DESC LIMIT 5"
        cases = database.execute(found, (building[0],)).fetchall()
        database.close()
        return render_template_string(PAGE, building=building, ballot=ballot, cases=cases, filling=FILLING)

    return app
