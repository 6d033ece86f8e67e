"""Forms of the roster: a file, its confirmation, a reveal, a correction."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.core.errors import say
from portal.core.forms import BaseForm, Needed, clean_text
from portal.domain.areas import AreaError, parse_area
from portal.domain.phones import PhoneError, parse_mobile
from portal.membership import roster_labels as labels
from portal.roster.importing import cells
from portal.roster.importing.findings import WORDS, CellError
from portal.roster.models import Tenure

TEXT: dict[str, Any] = {"filters": [clean_text]}


class UploadForm(BaseForm):
    compound = SelectField(_l("Compound"), [InputRequired(_l("Please choose the compound."))])
    file = FileField(_l("Roster file"))

    def validate_file(self, field: Any) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(str(_l("Please choose the filled-in table.")))


class ConfirmForm(BaseForm):
    reason = TextAreaField(_l("Why the totals differ"), [Optional(), Length(max=200)], **TEXT)
    same = SelectMultipleField(_l("Tick those that are really one owner"), validate_choice=True)


class RevealForm(BaseForm):
    purpose = RadioField(
        _l("Purpose"),
        choices=list(labels.PURPOSES.items()),
        validators=[InputRequired(_l("Please state the purpose."))],
    )


def _cell(read: Any) -> Any:
    """A check of a form's field by the rule of the file's column."""

    def check(_form: Any, field: Any) -> None:
        try:
            if field.data:
                read(field.data)
        except CellError as error:
            problem, remedy = (str(words) % error.params for words in WORDS[error.code])
            raise ValidationError(f"{problem}：{remedy}") from error

    return check


def _phone(_form: Any, field: Any) -> None:
    try:
        if field.data:
            parse_mobile(field.data)
    except PhoneError as error:
        raise ValidationError(say(error)) from error


def _area(_form: Any, field: Any) -> None:
    try:
        if field.data:
            parse_area(field.data)
    except AreaError as error:
        raise ValidationError(say(error)) from error


class CorrectForm(BaseForm):
    """What names a person is never filled in: an empty field leaves it as it is."""

    name = StringField(_l("New name of the owner or tenant"), [Optional(), _cell(cells.name)], **TEXT)
    phone = StringField(_l("New mobile number"), [Optional(), _phone], **TEXT)
    no_phone = BooleanField(_l("The number is no longer theirs: take it off"))
    co_owners = StringField(_l("New co-owners"), [Optional(), _cell(cells.co_owners)], **TEXT)
    no_co_owners = BooleanField(_l("There are no co-owners any more"))
    area = StringField(_l("Floor area"), [Optional(), _area], **TEXT)
    area_source = SelectField(_l("Source of the area"), choices=[("", "–"), *labels.SOURCES.items()])
    tenure = SelectField(_l("Tenure"), choices=list(labels.TENURES.items()))
    unit = StringField(_l("Owning unit"), [Optional(), _cell(cells.unit)], **TEXT)
    number = StringField(_l("Owner number"), [Optional(), _cell(cells.number)], **TEXT)
    state = SelectField(_l("State of the home"), choices=list(labels.STATES.items()))
    note = TextAreaField(_l("New note"), [Optional(), Length(max=cells.NOTE)], **TEXT)
    reason = TextAreaField(_l("Reason"), [Needed(_l("Please say what shows that it is so.")), Length(max=200)], **TEXT)

    def validate_unit(self, field: Any) -> None:
        if field.data and self.tenure.data == Tenure.PRIVATE:
            raise ValidationError(str(_l("A home of the kind 私产 belongs to no unit")))
