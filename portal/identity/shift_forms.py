"""One line of the duty roster as it is typed."""

import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import BaseForm, clean_text
from portal.core.numbers import whole
from portal.domain.phones import spoken
from portal.identity.queries import posts_of
from portal.identity.shift_models import DutyShift
from portal.identity.shifts import Line
from portal.places.models import Agency

WEEKDAYS = (
    ("1", _l("Monday")), ("2", _l("Tuesday")), ("3", _l("Wednesday")), ("4", _l("Thursday")), ("5", _l("Friday")),
    ("6", _l("Saturday")), ("7", _l("Sunday")),
)  # fmt: skip
SHORT_DAYS = (
    ("1", _l("Mon")), ("2", _l("Tue")), ("3", _l("Wed")), ("4", _l("Thu")), ("5", _l("Fri")), ("6", _l("Sat")), ("7", _l("Sun")),
)  # fmt: skip
RANKS = (("1", _l("Called first")), ("2", _l("Called next, when nobody answers")))
KINDS = (("weekly", _l("Every week")), ("dated", _l("On certain days")))


HOURS = ["%H:%M", "%H:%M:%S"]
LIKE = _l("Please write a time like 08:30.")


class ClockField(TimeField):
    """08:30, 8:30, ８：３０; the message says how."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = [unicodedata.normalize("NFKC", value).replace(".", ":").strip() for value in valuelist]
        try:
            super().process_formdata(typed)
        except ValueError as error:
            raise ValueError(str(LIKE)) from error


class ShiftForm(BaseForm):
    post = SelectField(_l("Account"), validators=[Optional()])
    name = StringField(_l("Who is on duty"), filters=[clean_text], validators=[Length(max=20)])
    phone = StringField(_l("Number to be called"), filters=[clean_text], validators=[Length(max=30)])
    kind = RadioField(_l("Which days"), choices=list(KINDS), default="weekly")
    weekdays = SelectMultipleField(_l("Weekdays"), choices=list(WEEKDAYS), validators=[Optional()])
    first_day = DateField(_l("From day"), validators=[Optional()])
    last_day = DateField(_l("To day"), validators=[Optional()])
    begins = ClockField(_l("From hour"), format=HOURS, validators=[InputRequired(LIKE)])
    ends = ClockField(_l("To hour"), format=HOURS, validators=[InputRequired(LIKE)])
    rank = RadioField(_l("Order of calls"), choices=list(RANKS), default="1")

    @classmethod
    def of(cls, unit: Agency, row: DutyShift | None = None) -> "ShiftForm":
        kept = _kept(row) if row else {}
        form = cls(data=kept)
        people = [(str(post.id), post.name) for post in posts_of(unit.id)]
        form.post.choices = [("", _l("Nobody with an account")), *people]
        return form

    def line(self) -> Line:
        weekly = self.kind.data == "weekly"
        assert self.begins.data is not None and self.ends.data is not None
        return Line(
            name=self.name.data or "",
            phone=self.phone.data or "",
            begins=self.begins.data,
            ends=self.ends.data,
            rank=int(self.rank.data),
            weekdays=tuple(int(day) for day in self.weekdays.data or ()) if weekly else (),
            first_day=None if weekly else self.first_day.data,
            last_day=None if weekly else self.last_day.data,
            post_id=whole(self.post.data),
        )


def _kept(row: DutyShift) -> dict[str, Any]:
    return {
        "post": str(row.post_id or ""),
        "name": row.name,
        "phone": spoken(row.phone),
        "kind": "weekly" if row.weekdays else "dated",
        "weekdays": list(row.weekdays),
        "first_day": row.first_day,
        "last_day": row.last_day,
        "begins": row.begins,
        "ends": row.ends,
        "rank": str(row.rank),
    }
