"""What is wrong with a cell, as a code that packs small; the words, with how to mend it, stand in WORDS."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from portal.roster.importing.columns import Column

Params = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Finding:
    """`row` as the spreadsheet counts; `value` as it stands in the cell."""

    row: int
    column: Column
    value: str
    code: str
    params: Params = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.code not in WARNINGS

    @property
    def problem(self) -> str:
        return str(WORDS[self.code][0]) % self.params

    @property
    def remedy(self) -> str:
        return str(WORDS[self.code][1]) % self.params

    def pack(self) -> list[object]:
        return [self.row, str(self.column), self.value[:60], self.code, self.params]


def unpack(line: list[object]) -> Finding:
    row, column, value, code, params = line
    return Finding(row, Column(str(column)), value, code, params)  # type: ignore[arg-type]


class CellError(Exception):
    """A cell that cannot be taken; `code` is a key of WORDS."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.params = code, params


WARNINGS = frozenset({"area_missing", "area_outlier", "area_small", "tenure_missing"})

# (what is wrong, how to mend it)
WORDS = {
    "compound_other": (_l("Belongs to another compound"), _l("This import is for %(name)s. Take the row out.")),
    "building_missing": (_l("The building is not filled in"), _l("For example: 3 号楼")),
    "building_unknown": (_l("There is no such building"), _l("The buildings here: %(names)s")),
    "building_near": (_l("There is no such building"), _l("Did you mean %(near)s?")),
    "entrance_missing": (_l("The entrance is not filled in"), _l("For example: 2 门")),
    "entrance_unknown": (_l("This building has no such entrance"), _l("Its entrances: %(names)s")),
    "entrance_near": (_l("This building has no such entrance"), _l("Did you mean %(near)s?")),
    "room_missing": (_l("The room is not filled in"), _l("For example: 301")),
    "room_form": (_l("Does not look like a room number"), _l("At most 10 letters or digits, for example 301")),
    "name_missing": (_l("The owner's name is not filled in"), _l("Write the owner; of public housing, the tenant")),
    "name_form": (
        _l("Does not look like a name"),
        _l("Only the name, at most 40 characters; numbers belong into 手机号"),
    ),
    "phone_length": (_l("Has only %(count)s digits"), _l("A mobile number has 11 digits")),
    "phone_long": (_l("Has %(count)s digits"), _l("A mobile number has 11 digits; write only one")),
    "phone_form": (_l("This is no mobile number of the mainland"), _l("11 digits beginning with 1, or leave it empty")),
    "phone_rounded": (
        _l("The spreadsheet has shortened the number"),
        _l("Format the column as text and type it again"),
    ),
    "area_comma": (_l("The decimal point is a comma"), _l("Please write %(right)s")),
    "area_form": (_l("Is no floor area"), _l("Write it like 92.30, at most two decimals")),
    "area_size": (_l("Such a home cannot be"), _l("More than 0 and at most 10,000 ㎡")),
    "area_missing": (_l("No floor area"), _l("Can be imported, but a vote by area needs it")),
    "area_outlier": (
        _l("%(times)s times the average of this building"),
        _l("Please confirm that the decimal point is right"),
    ),
    "area_small": (_l("A small part of the average of this building"), _l("Please confirm that it is right")),
    "tenure_form": (_l("We do not know this kind of tenure"), _l("私产、公房 or 企业产")),
    "tenure_near": (_l("We do not know this kind of tenure"), _l("Did you mean %(near)s?")),
    "tenure_missing": (_l("The tenure is not filled in"), _l("Counted as 私产; write 公房 or 企业产 where it is")),
    "source_form": (_l("We do not know this source"), _l("登记簿、实测 or 合同")),
    "co_owners_form": (_l("Do not look like names"), _l("Names with 、 between them, at most 8")),
    "number_form": (_l("The owner number is too long"), _l("At most 20 letters or digits")),
    "number_other_name": (
        _l("In row %(row)s this number stands for somebody else"),
        _l("The same number means the same owner"),
    ),
    "unit_private": (
        _l("A home of the kind 私产 belongs to no unit"),
        _l("Correct 产权性质, or leave 产权单位 empty"),
    ),
    "unit_form": (_l("Does not look like the name of a unit"), _l("The unit's full name, at most 40 characters")),
    "note_long": (_l("The note is too long"), _l("At most 200 characters")),
    "same_home": (_l("The same home as row %(row)s (%(door)s)"), _l("Keep one of the two rows")),
}
