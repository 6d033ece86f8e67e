"""Who has verified in a demo: two homes of three in the ways there are, letters in the others, a few that wait."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload, selectinload

from portal.cli.demo.households import GIVEN
from portal.cli.demo.places import Ground
from portal.cli.demo.stories import SURNAMES
from portal.core import clock, crypto
from portal.core.calendar import working_calendar
from portal.core.extensions import db
from portal.identity.models import Account
from portal.membership import invites
from portal.membership.claim_models import CheckWay, Claim, ClaimState, InviteBatch, InviteCode
from portal.membership.models import Membership, MembershipRole, MembershipState, Way
from portal.places.models import Building, Entrance
from portal.roster.models import Household, HouseholdState, Tenure

SHARE = 0.66  # of the homes that somebody lives in
LETTERS_LIVE = timedelta(days=400)  # a demo's clock is moved on
FAMILY_PREFIX = "+861992"
WAYS = (Way.INVITE, Way.ROSTER, Way.VISIT)


@dataclass
class Rows:
    """What is inserted at the end, a statement a table. Rows name each other by their place in these lists."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    memberships: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    codes: list[dict[str, Any]] = field(default_factory=list)
    by_phone: dict[str, int] = field(default_factory=dict)
    end: datetime = field(default_factory=clock.now)  # the demo's present: nobody was silent for long

    def insert(self) -> None:
        accounts = _insert(Account, self.accounts)
        for row in (*self.memberships, *self.claims):
            row["account_id"] = accounts[row["account_id"]]
        memberships = _insert(Membership, self.memberships)
        for row in self.claims:
            row["membership_id"] = None if row["membership_id"] is None else memberships[row["membership_id"]]
        for row in self.codes:
            row["used_by"] = None if row["used_by"] is None else accounts[row["used_by"]]
        _insert(Claim, self.claims)
        _insert(InviteCode, self.codes)


def fill(ground: Ground, seed: int, end: datetime) -> None:
    """The same seed gives the same people. `end`: the demo's present, for what waits."""
    random, rows = Random(f"{seed}:members"), Rows(end=end)
    homes, verified = _homes(), set[int]()
    batches = _batches(ground)
    for home in homes:
        way = _way(home, random)
        holder = _verified(rows, home, way, random) if way else None
        verified |= {home.id} if way else set()
        _code(rows, home, batches[home.building_id], holder if way is Way.INVITE else None)
    for batch in batches.values():
        batch.letters = max(1, sum(row["batch_id"] == batch.id for row in rows.codes))
    rows.claims += _waiting([home for home in homes if home.id not in verified], homes, rows, random, end)
    rows.insert()


def _insert(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows)) if rows else []


def _homes() -> list[Household]:
    statement = select(Household).options(
        selectinload(Household.persons), joinedload(Household.building).joinedload(Building.compound),
        joinedload(Household.entrance).load_only(Entrance.name),
    )  # fmt: skip
    return list(db.session.scalars(statement.order_by(Household.id)))


def _batches(ground: Ground) -> dict[int, InviteBatch]:
    """One batch of letters a building, printed when the roster was there."""
    at = clock.now()
    made = {
        building.id: InviteBatch(
            building_id=building.id, all_homes=True, letters=1, made_at=at, printed_at=at,
            expires_on=clock.local(at + LETTERS_LIVE).date(),
        )
        for building in ground.buildings
    }  # fmt: skip
    db.session.add_all(made.values())
    db.session.flush()
    return made


def _way(home: Household, random: Random) -> Way | None:
    share = {HouseholdState.LIVED_IN: SHARE, HouseholdState.VACANT: 0.15}.get(home.state, 0.0)
    chosen, way = random.random() < share, random.choices(WAYS, (55, 30, 15))[0]
    return way if chosen and home.persons else None


def _verified(rows: Rows, home: Household, way: Way, random: Random) -> int:
    """The place of the account that votes."""
    head = home.persons[0]
    if head.phone is None:
        way = Way.VISIT
    phone = head.phone or f"{FAMILY_PREFIX}{home.id:07d}"
    role = MembershipRole.OWNER if home.tenure is Tenure.PRIVATE else MembershipRole.TENANT
    at = clock.now() - timedelta(minutes=random.randint(60, 60 * 24 * 75))
    _member(rows, home, phone, role, way, at, voter=True)
    if random.random() < 0.16:
        other = random.choices((MembershipRole.FAMILY, MembershipRole.RENTER), (5, 1))[0]
        number = f"{FAMILY_PREFIX}{5_000_000 + home.id:07d}"
        _member(rows, home, number, other, Way.FAMILY, at + timedelta(hours=3), voter=False)
    return rows.by_phone[phone]


def _member(
    rows: Rows, home: Household, phone: str, role: MembershipRole, way: Way, at: datetime, *, voter: bool
) -> None:
    common = {
        "account_id": _account(rows, phone, at), "household_id": home.id, "role": role, "way": way, "asked_at": at,
        "decided_at": at,
    }  # fmt: skip
    rows.memberships.append({**common, "state": MembershipState.VERIFIED, "is_voter": voter, "reason": ""})
    rows.claims.append(
        _claim(
            **common, state=ClaimState.PASSED, building_id=home.building_id, membership_id=len(rows.memberships) - 1,
            promised_on=clock.local(at).date(), check_way=CheckWay.VISIT if way is Way.VISIT else None,
        )
    )  # fmt: skip


def _account(rows: Rows, phone: str, at: datetime) -> int:
    """Somebody with several homes has one account."""
    if phone not in rows.by_phone:
        rows.by_phone[phone] = len(rows.accounts)
        index, made, seen = crypto.blind_index(phone), at - timedelta(minutes=5), max(at, rows.end - timedelta(days=20))
        rows.accounts.append(
            {"phone": phone, "phone_index": index, "sms_wanted": True, "created_at": made, "signed_in_at": seen}
        )
    return rows.by_phone[phone]


def _claim(**facts: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        (
            "membership_id",
            "household_id",
            "typed",
            "contact",
            "visit_on",
            "visit_slot",
            "decided_at",
            "check_way",
            "reason",
        )
    )
    return {**empty, "is_clash": False, "times": "", **facts}


def _code(rows: Rows, home: Household, batch: InviteBatch, holder: int | None) -> None:
    rows.codes.append(
        {
            "batch_id": batch.id, "household_id": home.id, "expires_on": batch.expires_on,
            "code_hmac": invites.hashed(invites.derived(batch.id, home.id)),
            "used_at": None if holder is None else clock.now(), "used_by": holder,
        }
    )  # fmt: skip


def _waiting(
    unverified: list[Household], homes: list[Household], rows: Rows, random: Random, end: datetime
) -> list[dict[str, Any]]:
    """In each compound somebody whose words did not fit, somebody who wants a visit; one clash in all."""
    found: list[dict[str, Any]] = []
    by_compound: dict[int, list[Household]] = {}
    for home in unverified:
        by_compound.setdefault(home.building.compound_id, []).append(home)
    for compound_id in sorted(by_compound):
        for number, home in enumerate(by_compound[compound_id][-4:]):
            found.append(_asks(rows, home, number % 2 == 1, random, end))
    taken = next((row for row in rows.memberships if row["is_voter"]), None)
    if taken is not None:
        home = next(home for home in homes if home.id == taken["household_id"])
        found.append(_asks(rows, home, False, random, end) | {"is_clash": True})
    return found


def _asks(rows: Rows, home: Household, wants_visit: bool, random: Random, end: datetime) -> dict[str, Any]:
    at = end - timedelta(minutes=random.randint(60, 60 * 40))
    account_id = _account(rows, f"{FAMILY_PREFIX}{8_000_000 + len(rows.accounts):07d}", at)
    name = random.choice(SURNAMES) + random.choice(GIVEN)
    typed = {
        "building": home.building.full_name,
        "entrance": home.entrance.name,
        "room": home.room,
        "name": name,
        "tail": "0000",
    }
    if wants_visit:
        typed |= {"name": "", "tail": ""}
    return _claim(
        account_id=account_id, way=Way.VISIT if wants_visit else Way.ROSTER, role=MembershipRole.OWNER,
        state=ClaimState.OPEN, building_id=home.building_id, household_id=home.id,
        typed=json.dumps(typed, ensure_ascii=False), asked_at=at, promised_on=_in_three_days(end),
        contact="打我登录的手机" if wants_visit else None,
        times=random.choice(("morning,weekdays", "evening", "weekend")) if wants_visit else "",
    )  # fmt: skip


def _in_three_days(end: datetime) -> date:
    return working_calendar().add_working_days(clock.local(end).date(), 3)
