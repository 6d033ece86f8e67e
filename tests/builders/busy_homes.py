"""Who lives where, for the walk through every page: a clash, a visit that is asked for, letters not printed yet."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.identity.services import account_of
from portal.membership import assisting, claims, family, invites, takeovers
from portal.membership.claim_models import CheckWay, Settling, Typed
from portal.membership.models import Membership, MembershipRole
from tests.builders.cases import PHONE, World
from tests.builders.roster import make_household, make_member


@dataclass
class Homes:
    """Ids of what stands on pages of its own."""

    claims: list[int]
    batch: int
    assist: int
    mine: int  # the membership of the resident who walks
    family: int  # another one at the same home


def make_homes(world: World) -> Homes:
    with writing():
        home = make_household(world.building, room="501", phone="+8613500000501")
        owner = make_member(home, account_of("+8613500000502"))
        clash = claims.by_code(_somebody("+8613500000503"), home, MembershipRole.OWNER)
        takeovers.ask(
            world.actor(Role.COMMUNITY), clash, home, Settling.NEW_NUMBER, CheckWay.WINDOW, MembershipRole.OWNER,
            "本人带证件来窗口", owner,
        )  # fmt: skip
        typed = Typed("东局子小区 3 号楼", "1", "502")
        visit = claims.by_visit(
            _somebody("+8613500000504"),
            world.building,
            typed,
            MembershipRole.FAMILY,
            "打我登录的手机",
            ["evening", "weekend"],
        )
        batch = invites.make_batch(Actor.system(), world.building, 60)
        assist = assisting.begin(world.actor(Role.COMMUNITY), "no browser", home, "房主没有手机，到社区来办")
        mine = db.session.scalars(select(Membership).where(Membership.account_id == account_of(PHONE).id)).first()
        assert mine is not None
        son = make_member(mine.household, account_of("+8613500000505"), role=MembershipRole.FAMILY, voter=False)
        family.invite(Actor("resident", mine.account_id), mine, "+8613500000506", MembershipRole.RENTER)
        return Homes([clash.id, visit.id], batch.id, assist.id, mine.id, son.id)


def _somebody(number: str) -> Actor:
    account = account_of(number)
    return Actor("resident", account.id, phone_index=account.phone_index)
