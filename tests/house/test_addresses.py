"""Every address that a template or a door names exists: a renamed view is found here, not by a visitor."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"url_for\(\s*[\"']([a-z_]+\.[a-z_]+)[\"']")


@pytest.mark.databases("sqlite")
def test_every_endpoint_named_exists(app):
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "portal").rglob("*.py")]
    lost = {
        f"{source.relative_to(ROOT)}: {name}"
        for source in sources
        for name in NAMED.findall(source.read_text(encoding="utf-8"))
        if name not in app.view_functions
    }
    assert not lost
