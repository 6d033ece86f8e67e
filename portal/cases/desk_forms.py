"""The forms of the desk: one per action, fields in the order of ux.md §3.18."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.cases import labels
from portal.cases.forms import check_phone
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.numbers import whole

LONG = 1000


class ActionForm(BaseForm):
    """Every action carries the revision of the page the officer saw: two officers never overwrite each other."""

    revision = HiddenField()

    @property
    def seen(self) -> int | None:
        return whole(self.revision.data)


class ReleaseForm(ActionForm):
    pass


class SignForm(ActionForm):
    pass


class InvalidateForm(ActionForm):
    reason = RadioField(
        _l("Reason"),
        choices=list(labels.INVALID_REASONS.items()),
        validators=[InputRequired(_l("Please choose a reason."))],
    )


HELPING = _l("They see the case and report to the responsible unit, never to the resident.")


class AcceptForm(ActionForm):
    category = SelectField(_l("Category"))
    level = RadioField(
        _l("Urgency"),
        choices=[(str(k), v) for k, v in labels.LEVELS.items()],
        validators=[InputRequired(_l("Please choose how urgent it is."))],
    )
    agency = SelectField(_l("Responsible unit"), validators=[Optional()])
    executor = SelectField(_l("Carried out by"), validators=[Optional()])
    co_units = SelectMultipleField(_l("Helping units"), validators=[Optional()], description=HELPING)
    reply_day = DateField(
        _l("Answer by"),
        validators=[Optional()],
        description=_l("Left as it is, the date follows the urgency. It may be earlier, never later."),
    )


class AssignForm(ActionForm):
    agency = SelectField(_l("Assign to"), validators=[InputRequired(_l("Please choose the responsible unit."))])
    executor = SelectField(_l("Carried out by"), validators=[Optional()])
    co_units = SelectMultipleField(_l("Helping units"), validators=[Optional()], description=HELPING)
    reason = TextAreaField(_l("Reason"), filters=[clean_text], validators=[Optional(), Length(max=200)])


class ReturnForm(ActionForm):
    reason = RadioField(
        _l("Reason for returning"),
        choices=[(str(k), v) for k, v in labels.RETURN_REASONS.items()],
        validators=[InputRequired(_l("Please choose a reason."))],
    )
    basis = TextAreaField(
        _l("Basis for returning"),
        filters=[clean_text],
        description=_l("For example the document that sets the duties, or the scope of the contract"),
        validators=[
            Needed(_l("Please state the basis, for example the document on duties or the scope of the contract.")),
            Length(max=300),
        ],
    )


class ExtendForm(ActionForm):
    until = DateField(_l("New date"), validators=[InputRequired(_l("Please give a date."))])
    reason = RadioField(
        _l("Reason for the extension"),
        choices=list(labels.EXTENSION_REASONS.items()),
        validators=[InputRequired(_l("Please choose a reason."))],
    )
    words = TextAreaField(
        _l("Explanation for the resident"),
        filters=[clean_text],
        description=_l("The resident reads it word for word once the extension is approved."),
        validators=[Needed(_l("Please explain to the resident why it takes longer.")), Length(max=150)],
    )


class RefuseForm(ActionForm):
    reason = RadioField(
        _l("Reason"), choices=list(labels.REFUSALS.items()), validators=[InputRequired(_l("Please choose a reason."))]
    )
    where = TextAreaField(
        _l("Tell the resident where to go"),
        filters=[clean_text],
        validators=[
            Needed(_l("Please write which body the resident can go to, with its phone number.")),
            Length(max=200),
        ],
    )
    phone = StringField(
        _l("Phone there"),
        filters=[clean_text],
        validators=[
            Needed(_l("Please write which body the resident can go to, with its phone number.")),
            Length(max=30),
        ],
    )


class ContactForm(ActionForm):
    way = RadioField(
        _l("How did you get in touch"),
        choices=list(labels.CONTACT_WAYS.items()),
        validators=[InputRequired(_l("Please choose how you got in touch."))],
    )
    words = TextAreaField(
        _l("What came of it"),
        filters=[clean_text],
        validators=[Needed(_l("Please write what came of it.")), Length(max=500)],
    )
    photos = MultipleFileField(_l("Photos"))


class AskForm(ActionForm):
    question = TextAreaField(
        _l("What should be added"),
        filters=[clean_text],
        validators=[Needed(_l("Please ask for one thing only and say clearly what is needed.")), Length(max=120)],
    )
    answer_by = DateField(_l("Please answer by"), validators=[InputRequired(_l("Please give a date."))])

    def validate_question(self, field: Any) -> None:
        if (field.data or "").count("？") + (field.data or "").count("?") > 1:
            raise ValidationError(gettext("Please ask for one thing only and say clearly what is needed."))


class ReplyForm(ActionForm):
    result = RadioField(
        _l("Result"),
        choices=[(str(k), v) for k, v in labels.RESULTS.items()],
        validators=[InputRequired(_l("Please choose the result."))],
    )
    words = TextAreaField(
        _l("What was done (written for the resident)"), filters=[clean_text], validators=[Length(max=LONG)]
    )
    before = MultipleFileField(_l("Photos before the repair"))
    after = MultipleFileField(_l("Photos after the repair"))
    why_no_photo = StringField(
        _l("Why there is no photo"), filters=[clean_text], validators=[Optional(), Length(max=60)]
    )
    template = HiddenField()
    later = StringField(
        _l("Whom to ask later"),
        filters=[clean_text],
        validators=[Optional(), Length(max=60)],
        description=_l("For example the property office, with its public phone number"),
    )


class SolveForm(ActionForm):
    template = HiddenField()
    words = TextAreaField(
        _l("What was done (written for the resident)"), filters=[clean_text], validators=[Length(max=LONG)]
    )
    after = MultipleFileField(_l("Photos after the repair"))
    why_no_photo = StringField(
        _l("Why there is no photo"), filters=[clean_text], validators=[Optional(), Length(max=60)]
    )


class CallbackForm(ActionForm):
    answer = RadioField(
        _l("What does the resident say"),
        choices=[(str(k), v) for k, v in labels.CALLBACK_ANSWERS.items()],
        validators=[InputRequired(_l("Please choose what the resident says."))],
    )
    words = TextAreaField(
        _l("About the call"),
        filters=[clean_text],
        validators=[Needed(_l("Please write something about the call.")), Length(max=300)],
    )


class CallForm(ActionForm):
    outcome = RadioField(
        _l("How did the call go"),
        choices=list(labels.CALL_OUTCOMES.items()),
        validators=[InputRequired(_l("Please choose how the call went."))],
    )
    words = TextAreaField(_l("About the call"), filters=[clean_text], validators=[Optional(), Length(max=300)])


class NoteForm(ActionForm):
    words = TextAreaField(
        _l("Internal note"), filters=[clean_text], validators=[Needed(_l("Please write something.")), Length(max=LONG)]
    )


class WorkReportForm(ActionForm):
    words = TextAreaField(
        _l("What was done on site"),
        filters=[clean_text],
        validators=[Needed(_l("Please write something.")), Length(max=500)],
    )
    photos = MultipleFileField(_l("Photos"))


class SuspendForm(ActionForm):
    reason = RadioField(
        _l("Reason for the suspension"),
        choices=list(labels.SUSPENSION_REASONS.items()),
        validators=[InputRequired(_l("Please choose a reason."))],
    )
    plan = TextAreaField(
        _l("Plan"),
        filters=[clean_text],
        description=_l("What will be done, and when. The resident reads it word for word once the district agrees."),
        validators=[Needed(_l("Please write what will be done and when.")), Length(max=200)],
    )
    review_on = DateField(
        _l("Tell the resident again by"),
        validators=[InputRequired(_l("Please fill in the day by which the resident is told again."))],
    )


class ResumeForm(ActionForm):
    words = TextAreaField(
        _l("Explanation of the end"),
        filters=[clean_text],
        description=_l("The resident reads it."),
        validators=[Needed(_l("Please write why it goes on.")), Length(max=200)],
    )


class ExcludeForm(ActionForm):
    kind = RadioField(
        _l("Why it should not count"),
        validators=[InputRequired(_l("Please choose why it should not count."))],
        description=_l("Anonymous: only without a phone number. Duplicate: only once it is merged."),
    )
    reason = TextAreaField(
        _l("Reason and evidence"),
        filters=[clean_text],
        description=_l("The district reads it, and it stands in the list beside the dashboard. No names, no numbers."),
        validators=[Needed(_l("Please write the reason and what shows it.")), Length(max=200)],
    )


class LiftForm(ActionForm):
    reason = TextAreaField(
        _l("Why it counts again"),
        filters=[clean_text],
        validators=[Needed(_l("Please write why it counts again.")), Length(max=200)],
    )


class SuperviseAgainForm(ActionForm):
    requirement = TextAreaField(
        _l("What is demanded"),
        filters=[clean_text],
        validators=[Needed(_l("Please write what the unit has to do.")), Length(max=300)],
    )
    due_on = DateField(_l("Finish by"), validators=[InputRequired(_l("Please give a date."))])


class SuperviseForm(SuperviseAgainForm):
    copy = SelectField(_l("Copy to"), validators=[Optional()])


class SupervisionAnswerForm(ActionForm):
    words = TextAreaField(
        _l("What was put right"),
        filters=[clean_text],
        description=_l("For the office above. The resident needs an answer of their own."),
        validators=[Needed(_l("Please write what was put right.")), Length(max=500)],
    )
    photos = MultipleFileField(_l("Photos"))


class SupervisionClearForm(ActionForm):
    words = TextAreaField(
        _l("Why it is enough"),
        filters=[clean_text],
        validators=[Needed(_l("Please write why it is enough.")), Length(max=300)],
    )


class RevealForm(ActionForm):
    purpose = RadioField(
        _l("Purpose"),
        choices=[(k, v) for k, v in labels.REVEAL_PURPOSES.items()],
        validators=[InputRequired(_l("Please state the purpose."))],
    )


class HandForm(ActionForm):
    handler = SelectField(_l("Person in charge"), validators=[InputRequired(_l("Please choose a person."))])


class MergeForm(ActionForm):
    into = StringField(
        _l("Number of the main case"),
        filters=[clean_text],
        description=_l("The one that is answered for both: it must be due no later than this one."),
        validators=[Needed(_l("Please give the number of the main case.")), Length(max=20)],
    )


class ProposeMergeForm(MergeForm):
    words = TextAreaField(
        _l("Why it is the same matter"),
        filters=[clean_text],
        validators=[Needed(_l("Please write something.")), Length(max=200)],
    )


class SealForm(ActionForm):
    words = TextAreaField(
        _l("Reason"),
        filters=[clean_text],
        description=_l("Only the discipline inspection reads it."),
        validators=[Needed(_l("Please write something.")), Length(max=300)],
    )


class TitleForm(ActionForm):
    title = StringField(_l("Public title"), filters=[clean_text], validators=[Needed(), Length(max=24)])


class IntakeForm(BaseForm):
    """代居民登记: the three steps on one page, and how the report came."""

    source = RadioField(_l("Came by"), validators=[InputRequired(_l("Please choose how the report came."))])
    hotline_number = StringField(_l("12345 order number"), filters=[clean_text], validators=[Length(max=30)])
    building = SelectField(_l("The building"), validators=[InputRequired(_l("Please choose the building."))])
    place = StringField(_l("Exact place"), filters=[clean_text], validators=[Length(max=60)])
    category = RadioField(
        _l("What kind of problem is it?"),
        validators=[InputRequired(_l("Please choose one. If you are not sure, choose “hard to say”."))],
    )
    concerned = SelectField(_l("Whom is it about"), validators=[Optional()])
    danger = RadioField(
        _l("Is it dangerous now?"),
        choices=[("no", _l("Not dangerous")), ("yes", _l("Dangerous, somebody could be hurt"))],
        default="no",
    )
    words = TextAreaField(_l("Tell us what happened"), filters=[clean_text], validators=[Length(max=500)])
    camera = MultipleFileField(_l("Take a photo"))
    album = MultipleFileField(_l("Choose from album"))
    called = StringField(_l("What should we call you"), filters=[clean_text], validators=[Length(max=20)])
    phone = StringField(_l("Mobile number"), filters=[clean_text])
    keep_phone = BooleanField(_l("The resident agrees to leave the number"))
    want_sms = BooleanField(_l("The resident wants texts"))
    share = RadioField(
        _l("Who may see your name and number"),
        choices=[
            ("community", _l("Only the community knows who I am")),
            ("unit", _l("The repair unit may call me too")),
        ],
        default="community",
    )
    public = RadioField(
        _l("May this be shown in public?"),
        choices=[("yes", _l("Yes, it may")), ("no", _l("No, please not"))],
        default="no",
    )

    def validate_words(self, field: Any) -> None:
        if len(field.data or "") < 4:
            raise ValidationError(gettext("Please write a few more words: where, and what."))

    def validate_hotline_number(self, field: Any) -> None:
        if self.source.data == "hotline" and not field.data:
            raise ValidationError(gettext("Please fill in the 12345 order number."))

    def validate_phone(self, field: Any) -> None:
        field.e164 = None
        if not field.data:
            if self.keep_phone.data:
                raise ValidationError(gettext("Please fill in the number the resident wants to leave."))
            return
        if not self.keep_phone.data:
            raise ValidationError(
                gettext("A number is kept only when the resident agrees: tick the box or leave it empty.")
            )
        check_phone(self, field)
