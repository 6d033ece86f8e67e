"""The base of every form: CSRF without a time limit, the `once` field, forgiving text filters."""

import re
import secrets
import unicodedata
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import ValidationError

from portal.core.errors import say
from portal.domain.errors import DomainError


def clean_text(text: str | None) -> str | None:
    """Stripped, unified line ends, no control characters; what was typed is otherwise kept."""
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def clean_code(text: str | None) -> str | None:
    """Full-width to ASCII, upper case, no spaces or hyphens: how people copy codes from paper."""
    return None if text is None else re.sub(r"[\s\-—－]", "", unicodedata.normalize("NFKC", text)).upper()


def clean_digits(text: str | None) -> str | None:
    """Full-width digits to ASCII, blanks and hyphens out."""
    return None if text is None else re.sub(r"[\s\-—－()（）]", "", unicodedata.normalize("NFKC", text))


class BaseForm(FlaskForm):
    """A form whose failed CSRF check shows it again, values kept, instead of throwing the work away."""

    class Meta(FlaskForm.Meta):
        csrf_time_limit = None

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent; on a page merely opened, what was kept when the session ended (`g.kept_form`)."""
            found = super().wrap_formdata(form, formdata)
            return g.get("kept_form") if found is None and formdata is not None else found

    once = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        if g.get("csrf_failed"):
            self.form_errors = [gettext("This page was open for a long time. Please press the button again.")]
            return False
        return bool(super().validate_on_submit(extra_validators))

    def refuse(self, error: DomainError) -> None:
        """Show a rule's refusal at the field it names, or at the top of the form."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors = [*self.form_errors, say(error)]
        else:
            field.errors = [*field.errors, say(error)]


class ButtonForm(BaseForm):
    """A button alone: token and `once`."""


class Needed:
    """Required, with its own words; whitespace does not count."""

    def __init__(self, message: Any = None) -> None:
        self.message = message or lazy_gettext("Please fill in this field.")

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(str(self.message))
