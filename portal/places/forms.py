"""Forms of places, posters and units."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from portal.core.forms import BaseForm, Needed, clean_code, clean_text

TEXT = {"filters": [clean_text]}
CODE = {"filters": [clean_code]}
PHONE_HINT = _l("As it should stand on posters and pages, for example 022-8888 0000.")


class RevokeForm(BaseForm):
    reason = StringField(_l("Reason"), [Needed(_l("Please say why the poster is revoked."))], **TEXT)


class CompoundForm(BaseForm):
    community = SelectField(_l("Community"), coerce=int)
    name = StringField(
        _l("Name of the compound"),
        [Needed()],
        description=_l("At most 10 characters: it stands in text messages."),
        **TEXT,
    )
    code = StringField(
        _l("Short code"),
        [Needed()],
        description=_l(
            "Two to six letters or digits, for example DJZ. Building codes begin with it; it cannot be changed later."
        ),
        **CODE,
    )
    planned_households = IntegerField(_l("Households in the plan"), [Optional(), NumberRange(0, 100000)])
    buildings = IntegerField(
        _l("Number of buildings"),
        [Optional(), NumberRange(0, 99)],
        description=_l("They are made at once, named 1 号楼, 2 号楼 and so on. More can be added later."),
    )


class NameForm(BaseForm):
    name = StringField(_l("New name"), [Needed()], **TEXT)


class BuildingForm(BaseForm):
    name = StringField(
        _l("Name of the building"),
        [Needed()],
        description=_l("As it is written on the wall, for example 3 号楼."),
        **TEXT,
    )
    doors = IntegerField(
        _l("Number of entrances"),
        [Optional(), NumberRange(0, 30)],
        description=_l("They are named 1 门, 2 门 and so on."),
    )


class CommunityForm(BaseForm):
    name = StringField(_l("Name of the community"), [Needed()], **TEXT)
    street = SelectField(_l("Street office"), coerce=int)
    agency = SelectField(_l("Its unit"), coerce=int)
    phone = StringField(_l("Phone"), [Optional(), Length(max=30)], description=PHONE_HINT, **TEXT)
    address = StringField(_l("Address of the office"), [Optional()], **TEXT)
    office_hours = StringField(_l("Office hours"), [Optional()], **TEXT)


class StreetForm(BaseForm):
    name = StringField(_l("Name of the street"), [Needed()], **TEXT)
    agency = SelectField(_l("Its unit"), coerce=int)


class StageForm(BaseForm):
    stage = SelectField(_l("Stage"))
    note = StringField(
        _l("Note"),
        [Optional()],
        description=_l("One sentence under the stage, for example 预计 8 月底竣工验收."),
        **TEXT,
    )


class AgencyForm(BaseForm):
    name = StringField(_l("Full name"), [Needed()], **TEXT)
    short_name = StringField(
        _l("Short name"),
        [Needed()],
        description=_l("At most 10 characters: it stands in text messages and lists."),
        **TEXT,
    )
    kind = SelectField(_l("Kind"))
    superior = SelectField(
        _l("Answers to"), coerce=int, description=_l("Overdue cases and complaints about the unit go there.")
    )
    phone = StringField(_l("Phone"), [Optional()], description=PHONE_HINT, **TEXT)


class NewAgencyForm(AgencyForm):
    code = StringField(
        _l("Short code"), [Needed()], description=_l("Letters and digits, for imports, for example fangchan."), **TEXT
    )


class ContactForm(BaseForm):
    name = StringField(
        _l("Name or desk"), [Needed()], description=_l("A person on duty or a desk, for example 值班室."), **TEXT
    )
    duty = StringField(_l("Responsible for"), [Optional()], **TEXT)
    phone = StringField(_l("Work phone"), [Needed()], description=_l("Public: residents may call it."), **TEXT)
