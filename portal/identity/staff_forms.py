"""What an admin fills in about a member of staff."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from wtforms import HiddenField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from portal.core.extensions import db
from portal.core.forms import BaseForm, Needed, clean_text
from portal.core.numbers import whole
from portal.domain import phones
from portal.domain.roles import STAFF_ROLES, Role
from portal.identity import leaving
from portal.identity.labels import LOST, ROLES
from portal.identity.models import StaffPost
from portal.identity.staffing import Places, places_of
from portal.places.models import Agency, Community, Street

PLACE_ROLES = {Role.COMMUNITY, Role.STREET}


class ReasonForm(BaseForm):
    reason = StringField(
        lazy_gettext("Reason"),
        [Needed(lazy_gettext("Please give the reason")), Length(max=200)],
        filters=[clean_text],
        description=lazy_gettext("It stays with the person's record."),
    )


class LeadForm(ReasonForm):
    """`wanted`: what the page offered, so that a second press does not turn it round."""

    wanted = HiddenField()


class RetireForm(ReasonForm):
    """The reason, and who goes on with what lay with the post."""

    successor = SelectField(lazy_gettext("Goes on with their work"), [Optional()])

    @classmethod
    def of(cls, post: StaffPost) -> "RetireForm":
        form = cls()
        others = [(str(found.id), found.name) for found in leaving.successors(post)]
        form.successor.choices = [("", gettext("Nobody in particular: back to the unit")), *others]
        return form


class ResetForm(ReasonForm):
    lost = RadioField(
        lazy_gettext("What is lost"),
        [Needed(lazy_gettext("Please choose what is lost"))],
        choices=list(LOST.items()),
    )


class PlacesForm(BaseForm):
    """Role, unit and places. A street brings all its communities; district-wide roles need no place."""

    role = SelectField(lazy_gettext("Role"))
    agency = SelectField(lazy_gettext("Unit"))
    streets = SelectMultipleField(lazy_gettext("Streets"), [Optional()])
    communities = SelectMultipleField(lazy_gettext("Communities"), [Optional()])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.role.choices = [(role.value, words) for role, words in ROLES.items() if role in STAFF_ROLES]
        self.agency.choices = _choices(Agency)
        self.streets.choices = _choices(Street)
        self.communities.choices = _choices(Community)

    def chosen_places(self) -> Places:
        """None for a role that is not limited by places: what is still ticked belonged to the former one."""
        if self.role.data not in PLACE_ROLES:
            return Places()
        return Places(_ids(self.communities.data), _ids(self.streets.data))

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        if self.role.data in PLACE_ROLES and not self.communities.data and not self.streets.data:
            words = gettext("Please tick at least one street or community: without a place this role sees nothing")
            self.communities.errors = [*self.communities.errors, words]
            return False
        return is_right


class RoleForm(PlacesForm, ReasonForm):
    @classmethod
    def of(cls, post: StaffPost) -> "RoleForm":
        places = places_of(post)
        return cls(
            role=post.role.value,
            agency=str(post.agency_id),
            streets=[str(found) for found in places.street_ids],
            communities=[str(found) for found in places.community_ids],
        )


class AddForm(PlacesForm):
    username = StringField(
        lazy_gettext("User name"),
        [
            Needed(lazy_gettext("Please fill in the user name")),
            Regexp(r"[a-zA-Z0-9._-]{3,40}$", message=lazy_gettext("3 to 40 letters, digits, dots or hyphens")),
        ],
        filters=[clean_text],
        description=lazy_gettext("3 to 40 letters, digits, dots or hyphens"),
    )
    name = StringField(
        lazy_gettext("Name"), [Needed(lazy_gettext("Please fill in the name")), Length(max=20)], filters=[clean_text]
    )
    phone = StringField(lazy_gettext("Mobile number for urgent messages"), [Optional()], filters=[clean_text])
    password = PasswordField(
        lazy_gettext("First password"),
        [Needed(lazy_gettext("Please fill in the password"))],
        description=lazy_gettext("At least 12 characters. Hand it over in person."),
    )

    def validate_phone(self, field: Any) -> None:
        if field.data and phones.mobile_or_none(field.data) is None:
            raise ValidationError(gettext("Please fill in the 11 digits of a mobile number"))


def _ids(chosen: list[str] | None) -> frozenset[int]:
    return frozenset(found for text in chosen or () if (found := whole(text)) is not None)


def _choices(model: Any) -> list[tuple[str, str]]:
    rows = db.session.execute(select(model.id, model.name).where(model.retired_at.is_(None)).order_by(model.id))
    return [(str(key), name) for key, name in rows]
