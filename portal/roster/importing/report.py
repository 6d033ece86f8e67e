"""What a check found, as it is kept with the import and shown on its page."""

from dataclasses import dataclass
from typing import Any

from portal.roster.facts import differing
from portal.roster.importing.checking import Checked
from portal.roster.importing.comparing import Difference
from portal.roster.importing.findings import Finding, unpack
from portal.roster.importing.packing import packed, unpacked

SHOWN = 200  # of each list; the file of wrong rows has all


@dataclass(frozen=True)
class Report:
    """`twins`: (name, homes that look like one owner's, how many of them stand on the roster already); `changed`: (home,
    names of the facts that change)."""

    findings: list[Finding]
    twins: list[tuple[str, list[str], int]]
    added: list[str]
    changed: list[tuple[str, list[str]]]
    gone: list[str]
    same: int

    @classmethod
    def read(cls, text: str) -> "Report":
        lines = unpacked(text) if text else iter(())
        head: dict[str, Any] = next(lines, {})
        return cls(
            [unpack(line) for line in lines],
            [(name, homes, standing) for name, homes, standing in head.get("twins", [])],
            head.get("added", []),
            [(home, names) for home, names in head.get("changed", [])],
            head.get("gone", []),
            head.get("same", 0),
        )


def report_of(table: Checked, difference: Difference) -> str:
    new = {home.key for home in difference.added}
    head = {
        "twins": [
            [group[0].facts.name, [home.label for home in group], sum(home.key not in new for home in group)]
            for group in table.twins
        ],
        "added": [home.label for home in difference.added[:SHOWN]],
        "changed": [[there.label, differing(there.facts, wanted)] for there, wanted in difference.changed[:SHOWN]],
        "gone": [there.label for there in difference.gone[:SHOWN]],
        "same": difference.same,
    }
    return packed([head, *(finding.pack() for finding in table.findings)])
