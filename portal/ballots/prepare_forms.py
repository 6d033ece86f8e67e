"""The fields of 新建投票, in the steps of ux.md §3.30."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.ballots import labels
from portal.core.forms import BaseForm, Needed, clean_digits, clean_text
from portal.domain.ballot_kinds import ConvenerKind, ItemCategory, Paragraph

MOST_YUAN = Decimal("1000000000")
LOCAL = "%Y-%m-%dT%H:%M"


class Money(StringField):
    """元 with at most two decimals; `fen` is the amount in 分, None when left empty."""

    fen: int | None = None

    def pre_validate(self, form: Any) -> None:
        self.fen = None
        text = (clean_digits(self.data) or "").replace(",", "").replace("，", "").replace("元", "")
        if not text:
            return
        try:
            yuan = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(gettext("Please write an amount in yuan, for example 86000.00")) from error
        if not yuan.is_finite() or yuan < 0 or yuan > MOST_YUAN or yuan * 100 != (yuan * 100).to_integral_value():
            raise ValidationError(gettext("Please write an amount in yuan, for example 86000.00"))
        self.fen = int(yuan * 100)

    @staticmethod
    def words(fen: int | None) -> str:
        return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"


class BasicsForm(BaseForm):
    title = StringField(
        _l("Title"), filters=[clean_text], validators=[Needed(_l("Please write a title.")), Length(max=40)]
    )
    compound = SelectField(_l("Compound"), validators=[InputRequired(_l("Please choose where it is voted."))])
    also = SelectMultipleField(_l("Together with these compounds"), validators=[Optional()])
    rule = RadioField(_l("Voting rule"), validators=[InputRequired(_l("Please choose a rule."))])
    short_name = StringField(_l("Name in texts"), filters=[clean_text], validators=[Optional(), Length(max=8)])
    about = TextAreaField(_l("What it is about"), filters=[clean_text], validators=[Optional(), Length(max=1000)])


class ItemForm(BaseForm):
    position = HiddenField()
    category = RadioField(
        _l("Category"),
        choices=[(str(key), words[0]) for key, words in labels.CATEGORIES.items()],
        default=str(ItemCategory.BETTER),
        validators=[InputRequired(_l("Please choose one."))],
    )
    title = StringField(
        _l("Name of the item"),
        filters=[clean_text],
        validators=[Needed(_l("Please write what is voted.")), Length(max=40)],
    )
    scope_line = StringField(_l("Scope in one sentence"), filters=[clean_text], validators=[Optional(), Length(max=80)])
    cost = Money(_l("Amount in yuan"), validators=[Optional()])
    who_pays = StringField(_l("Who pays"), filters=[clean_text], validators=[Optional(), Length(max=80)])
    explanation = TextAreaField(_l("Explanation"), filters=[clean_text], validators=[Optional(), Length(max=2000)])
    paragraph = SelectField(
        _l("Paragraph of article 278"),
        choices=[("", _l("by the rule")), *((str(key), word) for key, word in labels.PARAGRAPHS.items())],
        validators=[Optional()],
    )
    photos = MultipleFileField(_l("Pictures"))

    def validate_paragraph(self, field: Any) -> None:
        if field.data and field.data not in set(Paragraph):
            raise ValidationError(gettext("Please choose one."))


class MoneyForm(BaseForm):
    budget = Money(_l("Money to choose from, in yuan"), validators=[Optional()])
    most_ticks = IntegerField(_l("At most so many items"), validators=[Optional(), NumberRange(min=1, max=40)])
    seats = IntegerField(_l("Seats"), validators=[Optional(), NumberRange(min=1, max=40)])


class DatesForm(BaseForm):
    starts_at = DateTimeLocalField(
        _l("Begins at"), format=[LOCAL, "%Y-%m-%d %H:%M"], validators=[InputRequired(_l("Please set the time."))]
    )
    ends_at = DateTimeLocalField(
        _l("Ends at"), format=[LOCAL, "%Y-%m-%d %H:%M"], validators=[InputRequired(_l("Please set the time."))]
    )
    objection_days = IntegerField(
        _l("Days on display"),
        validators=[InputRequired(_l("Please write a whole number.")), NumberRange(min=1, max=60)],
    )
    paper_places = StringField(
        _l("Where paper can be had and given in"), filters=[clean_text], validators=[Optional(), Length(max=200)]
    )


class BasisForm(BaseForm):
    convener_kind = RadioField(
        _l("Who calls it"),
        choices=[(str(key), word) for key, word in labels.CONVENERS.items()],
        validators=[InputRequired(_l("Please choose one."))],
    )
    convener = StringField(_l("Name of the convener"), filters=[clean_text], validators=[Optional(), Length(max=60)])
    basis = StringField(_l("Basis document"), filters=[clean_text], validators=[Optional(), Length(max=120)])
    basis_photos = MultipleFileField(_l("Photo of the basis document"))
    notice_photos = MultipleFileField(_l("Photo of the posted sheet"))
    watchers = TextAreaField(
        _l("Watchers of the count"), filters=[clean_text], validators=[Optional(), Length(max=200)]
    )

    @property
    def watcher_names(self) -> list[str]:
        return [name.strip()[:20] for name in (self.watchers.data or "").split("\n") if name.strip()][:10]

    @property
    def kind(self) -> ConvenerKind:
        return ConvenerKind(self.convener_kind.data)


class ExtendForm(BaseForm):
    until = DateTimeLocalField(
        _l("New end"), format=[LOCAL, "%Y-%m-%d %H:%M"], validators=[InputRequired(_l("Please set the time."))]
    )
    reason = StringField(
        _l("Reason, for everybody to read"),
        filters=[clean_text],
        validators=[Needed(_l("Please say why.")), Length(max=200)],
    )


class VoidForm(BaseForm):
    reason = StringField(
        _l("Reason, for everybody to read"),
        filters=[clean_text],
        validators=[Needed(_l("Please say why.")), Length(max=200)],
    )


class ApproveForm(BaseForm):
    """同意按期开始, or back to whoever asked with a reason."""

    reason = StringField(_l("Reason"), filters=[clean_text], validators=[Optional(), Length(max=200)])
