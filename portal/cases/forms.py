"""The forms of a resident: the three steps of a report, following, judging."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, StopValidation

from portal.core.errors import say
from portal.core.forms import BaseForm, clean_code, clean_text
from portal.domain.errors import DomainError
from portal.domain.phones import parse_mobile

MOST_WORDS = 500
FEWEST_WORDS = 4


def not_too_long(_form: Any, field: Any) -> None:
    over = len(field.data or "") - MOST_WORDS
    if over > 0:
        raise ValidationError(
            gettext("At most %(most)s characters; there are %(over)s too many.", most=MOST_WORDS, over=over)
        )


class Shorter:
    """At most so many characters, said as everywhere else; tells the browser nothing that cuts what is pasted."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(gettext("Please use at most %(most)s characters here.", most=self.most))


class PhotoFields(BaseForm):
    """The door keeps photos before the words are judged and sets how many there are and what was wrong with others."""

    camera = MultipleFileField(_l("Take a photo"))
    album = MultipleFileField(_l("Choose from album"))
    photo_count = 0
    complaints: Sequence[str] = ()

    def validate_album(self, field: Any) -> None:
        if self.complaints:
            field.errors = [*field.errors, *self.complaints]
            raise StopValidation


class WhatForm(PhotoFields):
    """Step 1."""

    words = TextAreaField(_l("Tell us what happened"), filters=[clean_text])

    def validate_words(self, field: Any) -> None:
        words = field.data or ""
        not_too_long(self, field)
        if self.photo_count:
            return
        if not words:
            raise ValidationError(gettext("Please write one sentence or take a photo."))
        if len(words) < FEWEST_WORDS:
            raise ValidationError(gettext("Please write a few more words: where is it, and what is it?"))


class WhereForm(BaseForm):
    """Step 2. The choices are filled by the door."""

    building = SelectField(_l("The building"), coerce=str)
    place = StringField(_l("Exact place"), filters=[clean_text], validators=[Shorter(60)])
    category = RadioField(
        _l("Which kind of problem is it?"),
        validators=[InputRequired(_l("Please choose one. If you are not sure, choose the last one."))],
    )
    concerned = SelectField(_l("Whom is it about"), coerce=str, default="")
    danger = RadioField(
        _l("Is it dangerous right now?"),
        choices=[("no", _l("Not dangerous")), ("yes", _l("Dangerous, somebody could be hurt"))],
        validators=[InputRequired(_l("Please choose one: is it dangerous now?"))],
    )

    def validate_building(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please choose the building."))


def check_phone(form: Any, field: Any) -> None:
    """Normalises what was typed to E.164 in `field.e164`; the rule's own words on failure."""
    try:
        field.e164 = parse_mobile(field.data or "")
    except DomainError as error:
        raise ValidationError(say(error)) from error


class ContactForm(BaseForm):
    """Step 3: contact and check answers on one page."""

    phone = StringField(_l("Mobile number"), filters=[clean_text])
    no_phone = BooleanField(_l("I do not leave a number"))
    called = StringField(_l("What should we call you"), filters=[clean_text], validators=[Shorter(20)])
    share = RadioField(
        _l("Who may see your name and your number"),
        choices=[
            ("community", _l("Only the community knows who I am")),
            ("unit", _l("The repair unit may call me too")),
        ],
        default="community",
    )
    public = RadioField(
        _l("May it be shown in public?"),
        choices=[("yes", _l("Yes, it may")), ("no", _l("No, please not"))],
        validators=[InputRequired(_l("Please choose one: may this be shown in public?"))],
    )
    consent = BooleanField(_l("I agree to receive texts through a provider abroad"))

    def stay_private(self) -> None:
        """Accusations: never public, and no unit telephones; the two questions are not asked."""
        for field, value in ((self.public, "no"), (self.share, "community")):
            field.data, field.raw_data = value, [value]

    def validate_phone(self, field: Any) -> None:
        if self.no_phone.data:
            field.e164 = None
            return
        if not field.data:
            raise ValidationError(gettext("Please fill in your number, or tick “I do not leave a number”."))
        check_phone(self, field)


class JoinForm(BaseForm):
    phone = StringField(_l("Mobile number"), filters=[clean_text])
    consent = BooleanField(_l("I agree to receive texts through a provider abroad"))

    def validate_phone(self, field: Any) -> None:
        field.e164 = None
        if field.data:
            check_phone(self, field)


class TrackForm(BaseForm):
    ref = StringField(_l("Query code"), filters=[clean_code])
    secret = StringField(_l("Check code"), filters=[clean_code])


class AddForm(PhotoFields):
    words = TextAreaField(_l("What would you like to add"), filters=[clean_text], validators=[not_too_long])

    def validate_words(self, field: Any) -> None:
        if not field.data and not self.photo_count:
            raise ValidationError(gettext("Please write one sentence or take a photo."))


class DisputeForm(PhotoFields):
    words = TextAreaField(_l("What is not solved"), filters=[clean_text], validators=[not_too_long])

    def validate_words(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please say what is not solved yet."))


class RateForm(BaseForm):
    solved = RadioField(
        _l("Is the problem solved?"),
        choices=[("yes", _l("Yes, it is solved")), ("no", _l("It is not solved")), ("unsure", _l("Hard to say"))],
        validators=[InputRequired(_l("Please choose one: is the problem solved?"))],
    )
    satisfaction = RadioField(
        _l("Are you satisfied?"),
        choices=[
            ("satisfied", _l("Satisfied")),
            ("fair", _l("Fairly satisfied")),
            ("unsatisfied", _l("Not satisfied")),
        ],
        validators=[InputRequired(_l("Please choose one: are you satisfied?"))],
    )
    words = TextAreaField(_l("Anything else you would like to say"), filters=[clean_text], validators=[not_too_long])
