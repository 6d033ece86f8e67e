"""The community's forms about topics."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.core.forms import BaseForm, Needed, clean_text
from portal.forum import labels
from portal.forum.forms import LONGEST_BACKGROUND, LONGEST_TITLE, Shorter, no_numbers
from portal.forum.topic_models import Verdict

MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
FILL_IN = _l("Please fill in this field.")
NO_MOMENT = _l("Please give day and time like 2024-06-30T18:00.")


class Moment(DateTimeLocalField):
    """Local time as typed; naive until the door puts it into the zone."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, format=list(MOMENTS), **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(NO_MOMENT)) from error


class NewTopicForm(BaseForm):
    title = StringField(
        _l("Title of the topic"),
        filters=[clean_text],
        validators=[Needed(_l("Please write in one sentence what is to be discussed.")), Shorter(LONGEST_TITLE)],
    )
    background = TextAreaField(
        _l("Explanation"),
        filters=[clean_text],
        validators=[
            Needed(_l("Please explain in a few sentences what it is about.")), Shorter(LONGEST_BACKGROUND), no_numbers
        ],
    )  # fmt: skip
    options = TextAreaField(_l("Ways to do it"), filters=[clean_text], validators=[Shorter(400)])
    place = SelectField(_l("Place of the topic"), validators=[InputRequired(FILL_IN)])
    works_item = StringField(_l("Item of the works"), filters=[clean_text], validators=[Shorter(40)])
    closes_at = Moment(_l("Closing time"), validators=[InputRequired(NO_MOMENT)])
    photos = MultipleFileField(_l("Pictures"))


class AnswerForm(BaseForm):
    words = TextAreaField(_l("Answer"), filters=[clean_text], validators=[Needed(), Shorter(1000), no_numbers])


class MeetingForm(BaseForm):
    starts_at = Moment(_l("Starting time"), validators=[InputRequired(NO_MOMENT)])
    place = StringField(_l("Meeting place"), filters=[clean_text], validators=[Needed(), Shorter(60)])
    agenda = TextAreaField(_l("Agenda"), filters=[clean_text], validators=[Needed(), Shorter(600)])


class CallOffForm(BaseForm):
    why = TextAreaField(
        _l("Why it is called off"), filters=[clean_text], validators=[Needed(), Shorter(200), no_numbers]
    )


class MinutesForm(BaseForm):
    attended = IntegerField(
        _l("Homes that came"), validators=[InputRequired(FILL_IN), NumberRange(0, 100_000, _l("Please give a number."))]
    )
    minutes = TextAreaField(_l("Minutes"), filters=[clean_text], validators=[Needed(), Shorter(3000), no_numbers])


class SummaryForm(BaseForm):
    summary = TextAreaField(_l("Summary"), filters=[clean_text], validators=[Needed(), Shorter(2000), no_numbers])


class PointForm(BaseForm):
    title = StringField(_l("Point"), filters=[clean_text], validators=[Needed(), Shorter(40)])
    verdict = RadioField(
        _l("Verdict"),
        choices=[(str(each), labels.VERDICTS[each]) for each in Verdict],
        validators=[InputRequired(_l("Please choose one."))],
    )
    reason = TextAreaField(_l("Reason"), filters=[clean_text], validators=[Needed(), Shorter(500), no_numbers])
    agency = SelectField(_l("Responsible unit"), validators=[Optional()])
    due_on = DateField(_l("Done by"), validators=[Optional()])
    posts = SelectMultipleField(_l("Posts that say this"), coerce=str, validate_choice=False)


class DoneForm(BaseForm):
    words = TextAreaField(
        _l("Feedback on what was done"), filters=[clean_text], validators=[Needed(), Shorter(500), no_numbers]
    )
