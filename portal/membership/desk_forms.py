"""What the community's staff fill in."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.core.forms import BaseForm, clean_text
from portal.membership.forms import ROLE_CHOICES, at_most
from portal.membership.invites import DAYS
from portal.membership.labels import CHECK_WAYS, SETTLINGS, SLOTS

SLOT_CHOICES = list(SLOTS.items())


class DecisionForm(BaseForm):
    """The pressed button is the decision. `settling` stays only where somebody is registered already."""

    check_way = RadioField(
        _l("Way of checking"), choices=[(way.value, words) for way, words in CHECK_WAYS.items()], validate_choice=False
    )
    role = RadioField(_l("What they are at this home"), choices=ROLE_CHOICES, validate_choice=False)
    settling = RadioField(
        _l("What becomes of it"),
        choices=[(each.value, words) for each, words in SETTLINGS.items()],
        validate_choice=False,
    )
    whose = RadioField(_l("Whose registration is it"), choices=[], validate_choice=False)
    reason = TextAreaField(_l("Reason"), [at_most(200)], filters=[clean_text])
    deed = StringField()

    def validate_check_way(self, field: Any) -> None:
        if self.deed.data == "pass" and field.data not in {way.value for way in CHECK_WAYS}:
            raise ValidationError(gettext("Please choose how you made sure"))

    def validate_role(self, field: Any) -> None:
        if self.deed.data == "pass" and field.data not in {value for value, _words in ROLE_CHOICES}:
            raise ValidationError(gettext("Please choose one: what are they at this home?"))

    def validate_settling(self, field: Any) -> None:
        if field.data and field.data not in {each.value for each in SETTLINGS}:
            raise ValidationError(gettext("Please choose what becomes of it"))

    def validate_reason(self, field: Any) -> None:
        if self.deed.data in {"refuse", "revoke"} and not field.data:
            raise ValidationError(gettext("Please say why: the resident reads it."))


class VisitDayForm(BaseForm):
    day = DateField(_l("Day of the visit"), validators=[])
    slot = RadioField(_l("Time of day"), choices=SLOT_CHOICES, default="morning")

    def validate_day(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(gettext("Please choose the day"))


class LettersForm(BaseForm):
    building = SelectField(_l("The building"), coerce=str)
    homes = RadioField(
        _l("For which homes"),
        choices=[
            ("open", _l("Homes with nobody verified")),
            ("all", _l("All homes of the building")),
            ("one", _l("One home only")),
        ],
        default="open",
    )
    entrance = StringField(_l("Entrance number"), [at_most(10)], filters=[clean_text])
    room = StringField(_l("Room"), [at_most(10)], filters=[clean_text])
    days = RadioField(_l("Valid for"), choices=[], default=str(DAYS[1]))

    def validate_room(self, field: Any) -> None:
        if self.homes.data == "one" and not (field.data and self.entrance.data):
            raise ValidationError(gettext("For one home please fill in entrance and room"))
