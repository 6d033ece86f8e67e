"""名册导入 of 100,000 homes from a CSV file: checked, compared, saved."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.core.writing import writing
from tests.bench.measuring import Line
from tests.bench.serving import portal
from tests.builders.places import make_compound
from tests.builders.roster_files import csv, row

HOMES = 100_000


def lines(*, quick: bool) -> Iterator[Line]:
    homes = HOMES // 5 if quick else HOMES
    with portal() as live, TemporaryDirectory() as folder:
        with writing():
            make_compound()
        path = Path(folder) / "roster.csv"
        path.write_bytes(csv(row(室=str(n), 房主姓名=f"张{n}", 手机号="") for n in range(homes)).getvalue())
        before = peak()
        begun = time.perf_counter()
        done = live.app.test_cli_runner().invoke(args=["roster", "import", str(path), "--compound", "DJZ"])
        took = time.perf_counter() - begun
    assert done.exit_code == 0, done.output
    limit = 5 * homes / HOMES
    measured = f"{took:.1f} s, memory +{peak() - before} MB"
    is_met = took <= limit and peak() - before <= 200
    yield Line(f"roster of {homes:,} homes", f"≤ {limit:g} s, ≤ 200 MB", measured, is_met)


def peak() -> int:
    """MB that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
