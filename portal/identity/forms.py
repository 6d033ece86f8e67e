"""What people fill in to sign in and about themselves."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.core.forms import BaseForm, Needed, clean_code, clean_digits, clean_text
from portal.domain import phones
from portal.identity import codes
from portal.identity.second_factor import LENGTH


class PhoneForm(BaseForm):
    """`consent` is asked only while a gateway abroad is on (D4): the view removes it otherwise."""

    next = HiddenField()
    phone = StringField(lazy_gettext("Mobile number"), filters=[clean_text])
    consent = BooleanField(lazy_gettext("I agree that SMS are sent to me by a provider abroad"))

    def validate_phone(self, field: Any) -> None:
        if phones.mobile_or_none(field.data) is None:
            raise ValidationError(gettext("Please fill in the 11 digits of a mobile number"))

    def validate_consent(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(
                gettext(
                    "To receive the code please tick this first; if you do not agree, the community can do it for you"
                )
            )


class CodeForm(BaseForm):
    code = StringField(lazy_gettext("Code"), filters=[clean_digits])

    def validate_code(self, field: Any) -> None:
        typed = field.data or ""
        if len(typed) != codes.DIGITS or not typed.isdecimal():
            raise ValidationError(
                gettext("The code has 6 digits, now there are %(count)s", count=sum(c.isdecimal() for c in typed))
            )


class StaffForm(BaseForm):
    next = HiddenField()
    username = StringField(
        lazy_gettext("User name"), [Needed(lazy_gettext("Please fill in the user name"))], filters=[clean_text]
    )
    password = PasswordField(lazy_gettext("Password"), [Needed(lazy_gettext("Please fill in the password"))])


class TotpForm(BaseForm):
    code = StringField(lazy_gettext("One-time code"), filters=[clean_digits])

    def validate_code(self, field: Any) -> None:
        if len(field.data or "") != codes.DIGITS:
            raise ValidationError(gettext("The one-time code has 6 digits"))


class RecoveryForm(BaseForm):
    code = StringField(lazy_gettext("Recovery code"), filters=[clean_code])

    def validate_code(self, field: Any) -> None:
        if len(field.data or "") != LENGTH:
            raise ValidationError(gettext("A recovery code has 8 letters and digits"))


class OwnPasswordForm(BaseForm):
    old_password = PasswordField(
        lazy_gettext("Present password"), [Needed(lazy_gettext("Please fill in the present password"))]
    )
    password = PasswordField(
        lazy_gettext("New password"),
        [Needed(lazy_gettext("Please fill in the password"))],
        description=lazy_gettext("At least 12 characters, not one that everybody tries first."),
    )
    password_again = PasswordField(lazy_gettext("Once more the new password"))

    def validate_password_again(self, field: Any) -> None:
        if field.data != self.password.data:
            raise ValidationError(gettext("The two new passwords differ"))


class SmsForm(BaseForm):
    called = StringField(lazy_gettext("What should we call you"), [Length(max=20)], filters=[clean_text])
    sms = BooleanField(lazy_gettext("Send me SMS about what I reported"))


class DecisionForm(BaseForm):
    """The pressed button is the decision; without one of the two nothing is decided."""

    reason = TextAreaField(lazy_gettext("Reason"), [Length(max=200)], filters=[clean_text])
    decision = StringField()

    def validate_reason(self, field: Any) -> None:
        if self.decision.data != "yes" and not field.data:
            raise ValidationError(gettext("Please say why not"))
