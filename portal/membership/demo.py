"""The demo's letter box: homes that may vote and have nobody verified yet, each with the code of its letter."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import select

from portal.core import clock
from portal.core.access import public
from portal.core.extensions import db
from portal.core.numbers import whole
from portal.core.settings import settings
from portal.membership.claim_models import Claim, ClaimState, InviteCode
from portal.membership.invites import VERIFIED, derived
from portal.places.models import Building, Compound
from portal.roster.models import Household, HouseholdPerson, HouseholdState, Owner, Tenure
from portal.roster.queries import households

bp = Blueprint("demo_roster", __name__)
MOST = 200


@bp.get("/demo/roster.json")
@public
def listing() -> Response:
    """`?compound=DJZ&limit=20`: only where somebody who owns this one home can be reached."""
    if not settings().demo:
        abort(404)
    limit = min(whole(request.args.get("limit", "20")) or 20, MOST)
    batches = _batches(request.args.get("compound", "").upper(), limit)
    answer = jsonify([_plain(home.id, batches) | _words(home) for home in households(list(batches))])
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _batches(compound: str, limit: int) -> dict[int, int]:
    """The batch of the live letter by home."""
    asked = select(Claim.household_id).where(Claim.state == ClaimState.OPEN, Claim.household_id.is_not(None))
    reachable = select(HouseholdPerson.household_id).where(
        HouseholdPerson.position == 0, HouseholdPerson.phone.is_not(None)
    )
    statement = (
        select(Household.id, InviteCode.batch_id)
        .join(InviteCode, InviteCode.household_id == Household.id)
        .join(Owner, Owner.id == Household.owner_id)
        .join(Building, Building.id == Household.building_id)
        .join(Compound, Compound.id == Building.compound_id)
        .where(
            InviteCode.voided_at.is_(None), InviteCode.used_at.is_(None), InviteCode.expires_on >= clock.today(),
            Household.retired_at.is_(None), Household.state == HouseholdState.LIVED_IN,
            Household.tenure == Tenure.PRIVATE, Owner.number.is_(None),
            Household.id.not_in(VERIFIED), Household.id.not_in(asked), Household.id.in_(reachable),
        )
        .order_by(Household.id)
        .limit(limit)
    )  # fmt: skip
    if compound:
        statement = statement.where(Compound.code == compound)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _plain(household_id: int, batches: dict[int, int]) -> dict[str, Any]:
    return {"invite_code": derived(batches[household_id], household_id)}


def _words(home: Household) -> dict[str, Any]:
    """As the roster has them, and as one types them."""
    owner = home.persons[0]
    return {
        "compound": home.building.compound.name,
        "building": home.building.name,
        "entrance": home.entrance.name,
        "room": home.room,
        "owner": owner.name,
        "phone": owner.phone,
    }
