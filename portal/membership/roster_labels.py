"""Words of the roster's pages: tenure, states, sources, what a fact is called, what became of an import."""

from flask_babel import lazy_gettext as _l

from portal.domain.household_matching import mask_person
from portal.roster.facts import Facts
from portal.roster.importing.cells import SOURCE_WORDS, TENURE_WORDS
from portal.roster.models import AreaSource, ChangeKind, ChangeState, HouseholdState, ImportState, Tenure

# Data of the template, in Chinese in every language: so they stand in files too.
TENURES: dict[Tenure, str] = TENURE_WORDS
SOURCES: dict[AreaSource, str] = SOURCE_WORDS

STATES = {
    HouseholdState.LIVED_IN: _l("Lived in"),
    HouseholdState.VACANT: _l("Vacant"),
    HouseholdState.DECEASED: _l("Owner deceased, not yet transferred"),
    HouseholdState.OUT_OF_TOUCH: _l("Out of touch"),
}
STATE_TAGS = {
    HouseholdState.LIVED_IN: ("gray", ""),
    HouseholdState.VACANT: ("gray", "home"),
    HouseholdState.DECEASED: ("warn", "warn"),
    HouseholdState.OUT_OF_TOUCH: ("warn", "warn"),
}
FACTS = {
    "name": _l("Owner or tenant"),
    "phone": _l("Mobile number"),
    "area": _l("Floor area"),
    "tenure": _l("Tenure"),
    "co_owners": _l("Co-owners"),
    "number": _l("Owner number"),
    "area_source": _l("Source of the area"),
    "state": _l("State of the home"),
    "note": _l("Note"),
    "unit": _l("Owning unit"),
}
PERSONAL = frozenset({"name", "phone", "co_owners", "note"})
CHANGES = {
    ChangeKind.IMPORT: _l("Changed by an import"),
    ChangeKind.CORRECTION: _l("Corrected"),
    ChangeKind.GONE: _l("Taken off the roster: a later list no longer has it"),
}
DECIDED = {
    ChangeState.ASKED: _l("Waits for a second person"),
    ChangeState.APPLIED: _l("In force"),
    ChangeState.REFUSED: _l("Not approved"),
}
IMPORTS = {
    ImportState.CHECKING: _l("The file is being checked"),
    ImportState.CHECKED: _l("Checked, not yet imported"),
    ImportState.ASKED: _l("Waits for a second person"),
    ImportState.SAVING: _l("Being written"),
    ImportState.DONE: _l("Imported"),
    ImportState.DROPPED: _l("Not imported"),
    ImportState.FAILED: _l("Broken off, nothing was changed"),
}
IMPORT_TAGS = {
    ImportState.CHECKING: "blue", ImportState.CHECKED: "blue", ImportState.ASKED: "warn", ImportState.SAVING: "blue",
    ImportState.DONE: "ok", ImportState.DROPPED: "gray", ImportState.FAILED: "bad",
}  # fmt: skip
PURPOSES = {
    "verify": _l("To verify who lives there"),
    "vote": _l("To call about a vote"),
    "visit": _l("To arrange a visit"),
    "correct": _l("To correct the roster"),
}


def value_of(facts: Facts, name: str) -> str:
    """One fact as words; a dash for what is not known."""
    found = getattr(facts, name)
    words: dict[str, object] = {
        "phone": (facts.phone or "").removeprefix("+86"),
        "area": f"{facts.area // 100:,}.{facts.area % 100:02d} ㎡" if facts.area is not None else "",
        "tenure": TENURES[facts.tenure],
        "co_owners": "、".join(facts.co_owners),
        "area_source": SOURCES[facts.area_source] if facts.area_source else "",
        "state": STATES[facts.state],
    }
    return str(words.get(name, found)) or "–"


def covered(facts: Facts, name: str) -> str:
    """As `value_of`, with what belongs to a person covered."""
    if name == "phone" and facts.phone:
        return f"{facts.phone.removeprefix('+86')[:3]}****"
    if name == "name":
        return mask_person(facts.name)
    if name == "co_owners" and facts.co_owners:
        return "、".join(mask_person(one) for one in facts.co_owners)
    return value_of(facts, name)
