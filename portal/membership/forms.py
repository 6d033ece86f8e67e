"""What residents fill in about where they live."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.core.forms import BaseForm, Needed, clean_code, clean_digits, clean_text
from portal.domain.codes import INVITE_LENGTH, normalise
from portal.domain.household_matching import TAIL_LENGTH, is_same_door
from portal.membership.labels import ROLES, TIMES
from portal.membership.models import MembershipRole
from portal.places.models import Building
from portal.places.queries import active_compounds, matching

SHORT = {"filters": [clean_text]}
ROLE_CHOICES = [(role.value, words) for role, words in ROLES.items()]


def at_most(count: int) -> Length:
    return Length(max=count, message=_l("At most %(count)s characters here", count=count))


def role_field(default: str | None = None) -> RadioField:
    return RadioField(
        _l("What are you at this home?"),
        choices=ROLE_CHOICES,
        default=default,
        validators=[InputRequired(_l("Please choose one: what are you at this home?"))],
    )


class PlaceForm(BaseForm):
    """The fields that name a door. `set_compounds` fills the list."""

    compound = SelectField(_l("Compound"), coerce=str, validate_choice=False)
    building = StringField(_l("Building number"), [at_most(20)], **SHORT)
    entrance = StringField(_l("Entrance number"), [at_most(10)], **SHORT)
    room = StringField(_l("Room"), [at_most(10)], **SHORT)

    def set_compounds(self, near: Building | None) -> None:
        """The building whose code was scanned stands there already."""
        self.places = active_compounds()
        self.compound.choices = [("", gettext("Please choose")), *((each.code, each.name) for each in self.places)]
        if near is not None and not self.is_submitted():
            self.compound.data, self.building.data = near.compound.code, near.name

    def found_building(self) -> Building | None:
        """The building meant, by its name or its 楼栋码; None when there is no such one."""
        typed = self.building.data or ""
        for compound in self.places:
            if compound.code == self.compound.data:
                used = matching(compound.buildings, "")
                return next((b for b in used if b.code == normalise(typed) or is_same_door(typed, b.name)), None)
        return None


class RosterForm(PlaceForm):
    name = StringField(
        _l("Name of the owner"), [Needed(_l("Please fill in the name on the roster")), at_most(30)], **SHORT
    )
    tail = StringField(_l("Last four digits of the owner's mobile number"), filters=[clean_digits])
    role = role_field(MembershipRole.OWNER.value)

    def validate_compound(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please choose the compound"))

    def validate_building(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please fill in the building number"))

    def validate_entrance(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please fill in the entrance number"))

    def validate_room(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please fill in the room number"))

    def validate_tail(self, field: Any) -> None:
        typed = field.data or ""
        if len(typed) != TAIL_LENGTH or not (typed.isascii() and typed.isdigit()):
            raise ValidationError(gettext("Please fill in the last four digits only"))


class InviteForm(BaseForm):
    code = StringField(_l("Invite code"), filters=[clean_code])

    def validate_code(self, field: Any) -> None:
        if len(field.data or "") != INVITE_LENGTH:
            raise ValidationError(
                gettext("The invite code is not right. Please compare the 10 characters on the letter.")
            )


class MyHomeForm(BaseForm):
    role = role_field()


class VisitForm(PlaceForm):
    contact = StringField(
        _l("How to reach you"), [Needed(_l("Please say how the community can reach you")), at_most(60)], **SHORT
    )
    times = SelectMultipleField(_l("When it suits you"), choices=[(key, words) for key, words in TIMES.items()])
    role = role_field(MembershipRole.OWNER.value)

    def validate_times(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please tick when it suits you"))


class LostNumberForm(RosterForm):
    """As the roster has it, with the number that is lost; where it cannot be reached the community comes."""

    tail = StringField(_l("Last four digits of the old number"), filters=[clean_digits])
    contact = StringField(
        _l("How to reach you"), [Needed(_l("Please say how the community can reach you")), at_most(60)], **SHORT
    )
    times = SelectMultipleField(_l("When it suits you"), choices=[(key, words) for key, words in TIMES.items()])

    def validate_times(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please tick when it suits you"))


class ConfirmForm(BaseForm):
    name = StringField(
        _l("Name of the owner"), [Needed(_l("Please fill in the name on the roster")), at_most(30)], **SHORT
    )
