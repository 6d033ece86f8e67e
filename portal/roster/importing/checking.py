"""All rows of a file to homes, with everything that is wrong with them. Nothing is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.places.models import Compound
from portal.roster.facts import Facts
from portal.roster.importing import cells
from portal.roster.importing.columns import COLUMNS, Column
from portal.roster.importing.findings import CellError, Finding
from portal.roster.importing.places import Door, Places
from portal.roster.models import HouseholdState, Tenure

OUTLIER = 3  # times the building's average, either way
FEWEST = 5  # homes in a building before an average says anything
EVERY = 2_000


@dataclass(slots=True)
class RowHome:
    """`says_state`: the note names a state; otherwise a home keeps the one it has."""

    row: int
    door: Door
    room: str
    facts: Facts
    says_state: bool

    @property
    def key(self) -> tuple[int, str]:
        return self.door.entrance_id, self.room

    @property
    def label(self) -> str:
        """3-2-301"""
        return f"{self.door.label}-{self.room}"


@dataclass
class Checked:
    """`twins`: groups of homes whose owner has the same name and number, and no 业主编号 that would settle it."""

    rows: int = 0
    homes: list[RowHome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    twins: list[list[RowHome]] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Rows that cannot be taken."""
        return len({finding.row for finding in self.findings if finding.is_error})

    @property
    def warnings(self) -> int:
        return len({f.row for f in self.findings if not f.is_error} - {f.row for f in self.findings if f.is_error})

    @property
    def area(self) -> int:
        return sum(home.facts.area or 0 for home in self.homes)


def check(compound: Compound, rows: Iterable[Any], on_step: Callable[[int], None] = lambda done: None) -> Checked:
    """`rows` as `reading` packs them. `on_step` hears how many are done, now and then."""
    table, readers = Checked(), Readers(Places(compound))
    for number, texts in rows:
        table.rows += 1
        home = readers.home(number, texts, table.findings)
        if home is not None:
            table.homes.append(home)
        if table.rows % EVERY == 0:
            on_step(table.rows)
    _find_same_homes(table)
    _find_other_names(table)
    _find_outliers(table)
    table.findings.sort(key=lambda finding: finding.row)
    table.twins = _twins(table.homes)
    return table


class Readers:
    """The cells of a row, each by its column; a text that came before is not read again."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.areas, self.tenures, self.sources = (_Known(read) for read in (cells.area, cells.tenure, cells.source))
        self.units = _Known(cells.unit)

    def home(self, row: int, texts: list[str], findings: list[Finding]) -> RowHome | None:
        """None when an error stands in the row; its findings are added."""
        line = _Line(row, texts, findings)
        if not self.places.is_here(texts[0]):
            line.add(Column.COMPOUND, CellError("compound_other", name=self.places.compound.name))
        door = self._door(line)
        room = line.read(Column.ROOM, cells.room)
        name = line.read(Column.NAME, cells.name)
        phone = line.read(Column.PHONE, cells.phone)
        area = line.read(Column.AREA, self.areas)
        tenure = line.read(Column.TENURE, self.tenures) if texts[7] else Tenure.PRIVATE
        others = line.read(Column.CO_OWNERS, cells.co_owners) if texts[8] else ()
        number = line.read(Column.NUMBER, cells.number) if texts[9] else ""
        source = line.read(Column.SOURCE, self.sources)
        note = line.read(Column.NOTE, cells.note)
        unit = line.read(Column.UNIT, self.units) if texts[12] else ""
        if unit and tenure is Tenure.PRIVATE:
            line.add(Column.UNIT, CellError("unit_private"))
        if line.is_wrong or door is None:
            return None
        for column, code in ((Column.AREA, "area_missing"), (Column.TENURE, "tenure_missing")):
            if not line.text(column):
                line.add(column, CellError(code))
        state = cells.state_in(note) if note else None
        facts = Facts(
            name, phone, area, tenure, others, number, source if area else None, state or HouseholdState.LIVED_IN, note,
            unit,
        )  # fmt: skip
        return RowHome(row, door, room, facts, state is not None)

    def _door(self, line: "_Line") -> Door | None:
        texts = line.text(Column.BUILDING), line.text(Column.ENTRANCE)
        if known := self.places.known(*texts):
            return known
        building = line.read(Column.BUILDING, self.places.building)
        if building is None:
            return None
        entrance = line.read(Column.ENTRANCE, lambda text: self.places.entrance(building, text))
        return self.places.door(building, entrance, texts) if entrance else None


_AT = {column: at for at, column in enumerate(COLUMNS)}


@dataclass(slots=True)
class _Line:
    row: int
    texts: list[str]
    findings: list[Finding]
    is_wrong: bool = False

    def text(self, column: Column) -> str:
        return self.texts[_AT[column]]

    def read(self, column: Column, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(self.texts[_AT[column]])
        except CellError as error:
            self.add(column, error)
            return None

    def add(self, column: Column, error: CellError) -> None:
        finding = Finding(self.row, column, self.text(column), error.code, error.params)
        self.findings.append(finding)
        self.is_wrong = self.is_wrong or finding.is_error


class _Known:
    def __init__(self, read: Callable[[str], Any]) -> None:
        self.reader, self.known = read, dict[str, Any]()

    def __call__(self, text: str) -> Any:
        if text not in self.known:
            self.known[text] = self.reader(text)
        return self.known[text]


def _find_same_homes(table: Checked) -> None:
    first: dict[tuple[int, str], RowHome] = {}
    kept = []
    for home in table.homes:
        other = first.setdefault(home.key, home)
        if other is home:
            kept.append(home)
        else:
            params: dict[str, str | int] = {"row": other.row, "door": home.label}
            table.findings.append(Finding(home.row, Column.ROOM, home.room, "same_home", params))
    table.homes = kept


def _find_other_names(table: Checked) -> None:
    """One 业主编号, one owner (the unit of public housing names another tenant in each home)."""
    first: dict[str, RowHome] = {}
    wrong = set()
    for home in table.homes:
        facts = home.facts
        if not facts.number:
            continue
        other = first.setdefault(facts.number, home)
        both_private = facts.tenure is other.facts.tenure is Tenure.PRIVATE
        mixed = (facts.tenure is Tenure.PRIVATE) != (other.facts.tenure is Tenure.PRIVATE)
        other_unit = facts.unit != other.facts.unit
        if mixed or other_unit or (both_private and facts.name != other.facts.name):
            wrong.add(home.row)
            found = Finding(home.row, Column.NUMBER, facts.number, "number_other_name", {"row": other.row})
            table.findings.append(found)
    table.homes = [home for home in table.homes if home.row not in wrong]


def _find_outliers(table: Checked) -> None:
    """“692.3 ㎡ 比同楼平均大 8 倍”: most likely a decimal point that moved."""
    sums: dict[int, list[int]] = {}
    for home in table.homes:
        if home.facts.area:
            at = sums.setdefault(home.door.building_id, [0, 0])
            at[0] += home.facts.area
            at[1] += 1
    for home in table.homes:
        area, (total, count) = home.facts.area, sums.get(home.door.building_id, (0, 0))
        if not area or count < FEWEST:
            continue
        others = (total - area) // (count - 1)
        if area > OUTLIER * others:
            _warn(table, home, "area_outlier", times=area // others)
        elif area * OUTLIER < others:
            _warn(table, home, "area_small")


def _warn(table: Checked, home: RowHome, code: str, **params: str | int) -> None:
    area = home.facts.area or 0
    table.findings.append(Finding(home.row, Column.AREA, f"{area // 100}.{area % 100:02d}", code, params))


def _twins(homes: list[RowHome]) -> list[list[RowHome]]:
    groups: dict[tuple[str, str], list[RowHome]] = {}
    for home in homes:
        facts = home.facts
        if facts.phone and not facts.number and facts.tenure is Tenure.PRIVATE:
            groups.setdefault((facts.name, facts.phone), []).append(home)
    return [group for group in groups.values() if len(group) > 1]
