"""What the repository promises about itself."""

import ast
import re
import shutil
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import pytest

from tests.visitor.tree import Element, read_tree

ROOT = Path(__file__).resolve().parents[1]
TEXT = {
    ".cfg",
    ".css",
    ".csv",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".mako",
    ".md",
    ".po",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    "",
}
SET_UP = ("Makefile", "constraints.txt", "pyproject.toml", ".ci/run", ".ci/venv", ".ci/packages", ".gitignore")
MACHINE_PATH = re.compile(r"(?<![\w./*}-])/(?:work|root|home|mnt|srv|Users)/[\w.-]+")
PACKAGE_HOST = re.compile(
    r"--?(?:extra-)?index-url|trusted-host|find-links|file://|//[\w.-]*(?:pypi|registry|mirror)[\w.-]*", re.I
)
LONG = 400


@cache
def tracked() -> tuple[Path, ...]:
    """Text files under version control; an unpacked archive has none."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return tuple(path for path in paths if path.suffix in TEXT and path.is_file())


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def served_templates() -> list[Path]:
    """All but the poster file: it is opened from a disk, where no policy holds and no style sheet lies beside it."""
    return [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.name != "poster_file.html"]


def test_every_command_of_the_readme_is_in_the_makefile() -> None:
    readme, makefile = (ROOT / name for name in ("README.md", "Makefile"))
    promised = set(re.findall(r"\bmake ([a-z][a-z-]*)", readme.read_text(encoding="utf-8")))
    offered = set(re.findall(r"^([a-z][a-z-]*):", makefile.read_text(), re.M))

    assert promised <= offered
    assert promised >= {"run", "test"}


def test_no_file_names_a_machine_or_a_package_host() -> None:
    guilty = {
        f"{named(path)}: {found.group()}"
        for path in tracked()
        for pattern in (MACHINE_PATH, PACKAGE_HOST)
        for found in pattern.finditer(path.read_text(encoding="utf-8"))
        if path != Path(__file__)
    }

    assert guilty == set()


@pytest.mark.parametrize("name", SET_UP)
def test_setting_up_names_no_host_at_all(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text.replace("http://127.0.0.1", "")


def test_every_requirement_is_pinned() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", line)] == []
    pinned = {plain(line.split("==")[0]) for line in lines}
    assert {plain(name) for name in requirements()} <= pinned


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


def requirements() -> list[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    return [re.match(r"[\w-]+", requirement).group() for requirement in wanted]


def test_ground_floor_imports_the_standard_library_only() -> None:
    strangers = {
        f"{named(path)}: {name}"
        for path in (ROOT / "portal" / "domain").rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("portal.domain")
    }

    assert strangers == set()


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plainly = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plainly | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_imports_point_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_recounting_needs_nothing_but_python() -> None:
    verifier = ROOT / "portal" / "verify_ballot.py"
    if verifier.exists():
        assert {name.split(".")[0] for name in imported(verifier)} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", served_templates(), ids=named)
def test_templates_hold_no_style_and_no_script(path: Path) -> None:
    """The strict policy would silently ignore them."""
    root, _faults = read_tree(JINJA.sub(" ", path.read_text(encoding="utf-8")))

    assert [fault for element in root.walk() if (fault := inline(element))] == []


JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.S)


def inline(element: Element) -> str:
    if element.tag == "style" or (element.tag == "script" and "src" not in element):
        return f"<{element.tag}>"
    return next(
        (f"{name}= in {element!r}" for name in element.attributes if name == "style" or name.startswith("on")), ""
    )


def test_long_files_are_pointed_out() -> None:
    """No rule, a hint: a long file usually has two subjects."""
    for path in tracked():
        lines = path.read_text(encoding="utf-8").count("\n")
        if path.suffix in {".py", ".html", ".css", ".js"} and lines > LONG:
            warnings.warn(f"{named(path)} has {lines} lines", stacklevel=1)
