"""Chinese by default, English by choice (cookie `lang`). `.mo` files are compiled at start-up when older than their `.po`."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request
from flask_babel.speaklater import LazyString
from markupsafe import escape

from portal.core.extensions import babel
from portal.core.settings import ROOT

FOLDER = ROOT / "translations"
LANGUAGES = ("zh", "en")


def chosen() -> str:
    asked = request.cookies.get("lang") if has_request_context() else None
    return asked if asked in LANGUAGES else "zh"


def compile_catalogues(folder: Path = FOLDER) -> list[Path]:
    """Write each `.mo` that is missing or stale; atomically, because two processes may start at once."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        fresh = target.with_suffix(f".{id(catalogue)}.tmp")
        with fresh.open("wb") as stream:
            write_mo(stream, catalogue)
        fresh.replace(target)
        written.append(target)
    return written


def as_text(text: LazyString) -> str:
    """What is translated late is text like any other: the library calls it HTML, with whatever was put into it."""
    return escape(str(text))


def register(app: Flask) -> None:
    compile_catalogues()
    LazyString.__html__ = as_text  # type: ignore[method-assign, assignment]
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    babel.init_app(app, locale_selector=chosen)
    app.jinja_env.add_extension("jinja2.ext.i18n")
