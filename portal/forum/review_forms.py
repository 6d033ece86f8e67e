"""The moderators' forms. Labels begin with the words of ux.md §3.31."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.core.forms import BaseForm, clean_text
from portal.core.numbers import whole
from portal.domain.moderation import PostAction
from portal.domain.moderation_grounds import CLAUSES, Clause, Ground
from portal.forum.acts import Thing
from portal.forum.moderating import Decision
from portal.forum.review_labels import ground_choices

DECISIONS = (PostAction.PUBLISH, PostAction.RETURN, PostAction.REFUSE)


class ReviewForm(BaseForm):
    """One post's fieldset. Many stand on one page, so each has ids of its own."""

    revision = HiddenField()
    ground = RadioField(_l("Ground"), choices=ground_choices, validators=[Optional(_l("Please choose a reason."))])
    clause = SelectField(
        _l("Which provision"),
        choices=[("", _l("Please choose")), *((str(clause), words) for clause, words in CLAUSES.items())],
        validators=[Optional()],
    )
    fragment = StringField(_l("These words"), filters=[clean_text])
    to_author = TextAreaField(_l("To the author"), filters=[clean_text])

    @classmethod
    def beside(cls, thing: Thing, fragment: str = "") -> "ReviewForm":
        """Fresh, for a queue of many."""
        return cls(formdata=None, revision=str(thing.revision), fragment=fragment).numbered(thing.id)

    def numbered(self, number: int) -> "ReviewForm":
        for field in self:
            if field.short_name not in ("csrf_token", "once"):
                field.id = f"{field.short_name}-{number}"
                field.label.field_id = field.id
        return self

    def decision(self, action: PostAction) -> Decision:
        data: dict[str, Any] = self.data
        return Decision(
            action,
            whole(data["revision"]) or 0,
            Ground(data["ground"]) if data["ground"] else None,
            Clause(data["clause"]) if data["clause"] else None,
            data["to_author"] or "",
            data["fragment"] or "",
        )


class HideForm(ReviewForm):
    """隐藏: the same grounds; nothing is marked."""
