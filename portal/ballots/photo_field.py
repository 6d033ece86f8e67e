"""The photo at the form of the first reading: taken from the request, made small and clean, refused in words."""

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from portal.ballots.answer_fields import PaperForm
from portal.media.checking import Reason
from portal.media.intake import take_small

NAME = "photo"
REFUSALS = {
    Reason.TOO_BIG: lazy_gettext("This photo is over 10 MB. Please choose a smaller one, or save without it"),
    Reason.TOO_MANY_PIXELS: lazy_gettext(
        "This photo has over 40 million pixels. Please choose a smaller one, or save without it"
    ),
    Reason.NOT_A_PHOTO: lazy_gettext("This file is not a photo. Please choose another one, or save without it"),
    Reason.BROKEN: lazy_gettext("This photo could not be read. Please choose another one, or save without it"),
}


def with_photo(form: type[PaperForm]) -> type[PaperForm]:
    return type("FirstReadingForm", (form,), {NAME: FileField(lazy_gettext("Photo of the paper"))})


def _sent() -> FileStorage | None:
    file = request.files.get(NAME)
    return file if file and file.filename else None


def received(form: PaperForm) -> bytes | None:
    """Slow, outside any transaction. None: no file was chosen, or it is no good and the form says why."""
    file = _sent()
    if file is None or NAME not in form:
        return None
    found = take_small(file)
    if isinstance(found, Reason):
        form[NAME].errors = [str(REFUSALS[found])]
        return None
    return found


def remind(form: PaperForm) -> None:
    """A browser forgets the chosen file when the page comes back with an error elsewhere."""
    if NAME in form and _sent() is not None and not form[NAME].errors:
        form[NAME].errors = [_("All that was typed is kept; please choose the photo once more")]
