"""邀请信: a code per home, made when the letters are printed and readable on that paper only (product ID5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select, update

from portal.audit import journal
from portal.core import clock, crypto, limits
from portal.core.extensions import db
from portal.core.settings import settings
from portal.domain.actors import Actor
from portal.domain.codes import ALPHABET, INVITE_LENGTH, is_code, new_code, normalise
from portal.domain.errors import Conflict, DomainError, LimitReached, NotFound
from portal.membership.claim_models import InviteBatch, InviteCode
from portal.membership.models import Membership, MembershipState
from portal.places.models import Building
from portal.roster import queries as roster
from portal.roster.models import Household

DAYS = (30, 60, 90)
PER_ACCOUNT, PER_ADDRESS, WINDOW = 5, 60, timedelta(minutes=15)
VERIFIED = select(Membership.household_id).where(Membership.state == MembershipState.VERIFIED)


@dataclass(frozen=True)
class Letter:
    """One sheet: the home and its code, readable here only."""

    household: Household
    code: str


def hashed(code: str) -> str:
    return crypto.hmac_code(code, "invite")


def homes_for(building_id: int, *, all_homes: bool) -> Select[Household]:
    """In the order in which the letters are carried up the stairs."""
    wanted = select(Household).where(Household.building_id == building_id, Household.retired_at.is_(None))
    if not all_homes:
        wanted = wanted.where(Household.id.not_in(VERIFIED))
    return wanted.order_by(Household.entrance_id, Household.room)


def make_batch(
    actor: Actor, building: Building, days: int, *, all_homes: bool = False, home: Household | None = None
) -> InviteBatch:
    """Letters for the homes of a building that have nobody verified, for all of them, or for one."""
    wanted = homes_for(building.id, all_homes=all_homes)
    letters = 1 if home else db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    if not letters:
        raise DomainError("Every home of this building is verified already. No letter is needed.", field="building")
    batch = InviteBatch(
        building_id=building.id, household_id=home.id if home else None, all_homes=all_homes, letters=letters,
        made_at=clock.now(), made_by=actor.id if actor.is_staff else None,
        expires_on=clock.today() + timedelta(days=days),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    journal.record("invites:made", actor, f"invites:{batch.id}", letters=letters, building=building.id)
    return batch


def print_letters(actor: Actor, batch: InviteBatch) -> list[Letter]:
    """Once: by one UPDATE, of two presses one gets the letters. Codes that these homes had before are void."""
    unprinted = update(InviteBatch).where(InviteBatch.id == batch.id, InviteBatch.printed_at.is_(None))
    if db.session.execute(unprinted.values(printed_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "These letters were printed already. Their codes stand on the paper only; please make new letters."
        )
    if batch.household_id is not None:
        homes = list(roster.households([batch.household_id]))
    else:
        ids = [home.id for home in db.session.scalars(homes_for(batch.building_id, all_homes=batch.all_homes))]
        found = {home.id: home for home in roster.households(ids)}
        homes = [found[each] for each in ids]
    letters = [Letter(home, code) for home, code in zip(homes, _issue(batch, homes), strict=True)]
    journal.record("invites:printed", actor, f"invites:{batch.id}", letters=len(letters))
    return letters


def _issue(batch: InviteBatch, homes: Collection[Household]) -> list[str]:
    void([home.id for home in homes])
    codes = [derived(batch.id, home.id) if settings().demo else new_code(INVITE_LENGTH) for home in homes]
    db.session.add_all(
        InviteCode(batch_id=batch.id, household_id=home.id, code_hmac=hashed(code), expires_on=batch.expires_on)
        for home, code in zip(homes, codes, strict=True)
    )
    db.session.flush()
    return codes


def derived(batch_id: int, household_id: int) -> str:
    """In a demo only: the code that anybody with the keys can write down again, for `/demo/roster.json`."""
    if not settings().demo:
        raise RuntimeError("codes of letters are derived in a demo only")
    number = int(crypto.hmac_code(f"{batch_id}:{household_id}", "demo-invite"), 16)
    code = ""
    for _ in range(INVITE_LENGTH):
        number, at = divmod(number, len(ALPHABET))
        code += ALPHABET[at]
    return code


def void(household_ids: Collection[int]) -> None:
    live = update(InviteCode).where(
        InviteCode.household_id.in_(household_ids), InviteCode.voided_at.is_(None), InviteCode.used_at.is_(None)
    )
    db.session.execute(live.values(voided_at=clock.now()))


def claim_try(actor: Actor, address: str) -> None:
    """Before a code is compared; commit it. LimitReached beyond five in a quarter of an hour."""
    if not limits.hit(f"invite:{actor.id}", PER_ACCOUNT, WINDOW) or not limits.hit(
        f"invite:address:{address}", PER_ADDRESS, WINDOW, by_address=True
    ):
        raise LimitReached(
            "Too many codes were tried. Please try again in 15 minutes, or let the community help you.",
            retry_after=WINDOW,
            field="code",
        )


def look_up(typed: str) -> InviteCode:
    """The live code; says why not in the words of ux.md §3.9."""
    code = normalise(typed)
    found = db.session.scalar(select(InviteCode).where(InviteCode.code_hmac == hashed(code)))
    if found is None or not is_code(code, INVITE_LENGTH) or found.voided_at is not None:
        raise NotFound("The invite code is not right. Please compare the 10 characters on the letter.", field="code")
    if found.used_at is not None:
        raise Conflict(
            "This invite code was used already. If somebody of the family wants to join, whoever joined first can invite "
            "them under “Mine”.",
            field="code",
        )
    if clock.today() > found.expires_on:
        raise DomainError(
            "This invite code has expired. Please call %(phone)s for a new one.", field="code", phone=_phone(found)
        )
    return found


def _phone(found: InviteCode) -> str:
    return roster.household(found.household_id).building.compound.community.phone or "12345"


def use_up(found: InviteCode, actor: Actor) -> None:
    """By one UPDATE: of two who type the same code at once, one uses it."""
    unused = update(InviteCode).where(
        InviteCode.id == found.id, InviteCode.used_at.is_(None), InviteCode.voided_at.is_(None)
    )
    if db.session.execute(unused.values(used_at=clock.now(), used_by=actor.id)).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("This invite code was used already.", field="code")


@dataclass(frozen=True)
class Standing:
    """How the letters of a building stand."""

    building: Building
    homes: int
    verified: int
    live: int
    used: int


def standings(buildings: Collection[Building], today: date) -> list[Standing]:
    """Three statements for any number of buildings."""
    ids = [building.id for building in buildings]
    on_roll = Household.building_id.in_(ids), Household.retired_at.is_(None)
    homes = _counts(select(Household.building_id, func.count()).where(*on_roll))
    verified = _counts(select(Household.building_id, func.count()).where(*on_roll, Household.id.in_(VERIFIED)))
    is_used = InviteCode.used_at.is_not(None)
    is_live = InviteCode.voided_at.is_(None) & ~is_used & (InviteCode.expires_on >= today)
    rows = db.session.execute(
        select(Household.building_id, func.count().filter(is_live), func.count().filter(is_used))
        .join(InviteCode, InviteCode.household_id == Household.id)
        .where(*on_roll)
        .group_by(Household.building_id)
    )
    codes = {building_id: (live, used) for building_id, live, used in rows}
    return [
        Standing(each, homes.get(each.id, 0), verified.get(each.id, 0), *codes.get(each.id, (0, 0)))
        for each in buildings
    ]


def _counts(statement: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(Household.building_id))}
