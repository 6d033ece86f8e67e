"""The residents' forms. Labels begin with the words of ux.md §3.31."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, StopValidation

from portal.core.errors import say
from portal.core.forms import BaseForm, Needed, clean_text
from portal.domain import personal_data
from portal.domain.errors import DomainError
from portal.forum import labels, submitting
from portal.forum.topic_models import ScopeKind

LONGEST_TITLE = 40
LONGEST_BACKGROUND = 1000


def fit_words(_form: Any, field: Any) -> None:
    try:
        submitting.check_words(field.data or "")
    except DomainError as error:
        raise ValidationError(say(error)) from error


class Shorter:
    """At most so many characters; tells the browser nothing that cuts what is pasted."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(gettext("Please use at most %(most)s characters here.", most=self.most))


def no_numbers(_form: Any, field: Any) -> None:
    if personal_data.find(field.data or ""):
        raise ValidationError(
            gettext("There is a phone or ID number in it. Please take it out; this protects you and your neighbours.")
        )


class _Photos(BaseForm):
    """The door keeps photos before the words are judged and sets what was wrong with them."""

    camera = MultipleFileField(_l("Take a photo"))
    album = MultipleFileField(_l("Choose from album"))
    complaints: Sequence[str] = ()

    def validate_album(self, field: Any) -> None:
        if self.complaints:
            field.errors = [*field.errors, *self.complaints]
            raise StopValidation


class WordsForm(BaseForm):
    """Changing what one has written."""

    words = TextAreaField(_l("I would like to say"), filters=[clean_text], validators=[fit_words])


class _Shown(BaseForm):
    shown = RadioField(_l("Show me as"), default="home")

    def offer(self, names: Sequence[str], home_name: str) -> None:
        """3 号楼住户 first: it tells the least."""
        self.shown.choices = [("home", home_name), *((str(at), name) for at, name in enumerate(names))]
        self._names = list(names)
        if self.shown.data not in {value for value, _label in self.shown.choices}:
            self.shown.data = "home"

    @property
    def shown_name(self) -> str | None:
        chosen = self.shown.data or "home"
        return None if chosen == "home" else self._names[int(chosen)]


class ReplyForm(_Photos, _Shown, WordsForm):
    """A reply to a post: no stance."""


class PostForm(ReplyForm):
    stance = RadioField(
        _l("What is it"),
        choices=list(labels.STANCES.items()),
        validators=[InputRequired(_l("Please choose one: in favour, against, a suggestion or a question."))],
    )


class TopicForm(_Photos, _Shown):
    """提一个议题."""

    scope = RadioField(
        _l("Whom does it concern"),
        choices=[
            (str(kind), labels.SCOPES[kind]) for kind in (ScopeKind.BUILDING, ScopeKind.COMPOUND, ScopeKind.COMMUNITY)
        ],
        default=str(ScopeKind.COMPOUND),
    )
    title = StringField(
        _l("Title of the topic"),
        filters=[clean_text],
        validators=[
            Needed(_l("Please write in one sentence what is to be discussed.")),
            Shorter(LONGEST_TITLE),
            no_numbers,
        ],
    )
    background = TextAreaField(
        _l("Explanation"),
        filters=[clean_text],
        validators=[
            Needed(_l("Please explain in a few sentences what it is about.")),
            Shorter(LONGEST_BACKGROUND),
            no_numbers,
        ],
    )
    options = TextAreaField(_l("Ways to do it"), filters=[clean_text], validators=[Shorter(400), no_numbers])
