"""`flask translations …`: the Chinese catalogue against the English source strings.

Strings are found by Babel's extractors in `portal/` and `templates/`. Besides gettext's own names, the first argument
of every `DomainError` is a source string: `core.errors` translates it when the page is made.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from flask.cli import AppGroup

from portal.core.i18n import compile_catalogues
from portal.core.settings import ROOT

METHODS = [("portal/**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")

translations = AppGroup("translations", help="The Chinese texts of the interface.")


@translations.command()
def check() -> None:
    """Exit 1 and a list when a string is missing, fuzzy, stale or has other placeholders."""
    found = [problem for po in catalogues() for problem in problems(ROOT, po)]
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise SystemExit(f"{len(found)} strings to mend")
    click.echo("Every source string has its translation.")


@translations.command("compile")
def compile_() -> None:
    """Write the .mo files that are missing or older than their .po."""
    for path in compile_catalogues():
        click.echo(path.relative_to(ROOT))


def catalogues() -> list[Path]:
    return sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po"))


def problems(root: Path, po: Path) -> Iterator[str]:
    """One sentence for each string of the sources or the catalogue that does not fit the other."""
    with po.open("rb") as stream:
        catalogue = read_po(stream, locale=po.parts[-3])
    used = source_strings(root)
    for msgid, places in sorted(used.items()):
        if reason := wrong_with(catalogue.get(msgid)):
            yield f"{places[0]}: {reason}: {msgid}"
    known = used.keys() | spelled_out(root)
    yield from (f"{po.name}: stale: {message.id}" for message in entries(catalogue) if message.id not in known)


def wrong_with(message: Message | None) -> str:
    """Empty when the translation is complete."""
    if message is None or not message.string:
        return "missing"
    if message.fuzzy:
        return "fuzzy"
    if placeholders(message.id) != placeholders(message.string):
        return "other placeholders"
    return ""


def entries(catalogue: Catalog) -> Iterator[Message]:
    """The catalogue without its header."""
    return (message for message in catalogue if message.id)


def placeholders(text: object) -> set[str]:
    return set(PLACEHOLDER.findall(str(text)))


def source_strings(root: Path) -> dict[str, list[str]]:
    """msgid → the places (file:line) that use it."""
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None, **dict.fromkeys(error_names(root))}
    found: dict[str, list[str]] = {}
    for name, line, message, _comments, _context in extract_from_dir(root, METHODS, OPTIONS, keywords=keywords):
        msgid = message if isinstance(message, str) else message[0]
        found.setdefault(msgid, []).append(f"{name}:{line}")
    return found


def error_names(root: Path) -> set[str]:
    """`DomainError` and every class in the sources that descends from it."""
    parents = {
        node.name: {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
        for node in nodes(root)
        if isinstance(node, ast.ClassDef)
    }
    names = {"DomainError"}
    while more := {name for name, bases in parents.items() if bases & names} - names:
        names |= more
    return names


def spelled_out(root: Path) -> set[str]:
    """All string constants: a table of labels may be translated where it is used, `gettext(LABELS[state])`."""
    return {node.value for node in nodes(root) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def nodes(root: Path) -> Iterator[ast.AST]:
    for path in sorted((root / "portal").rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))
