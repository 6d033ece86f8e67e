"""书面委托 (物业管理条例 art. 12; 潍坊: at most three per holder): registered with a scan by one person, checked by another.

The holder signs in with their own phone and votes online for the entry, or hands in its paper.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import journal
from portal.ballots.models import Ballot, RollEntry, RollHome
from portal.ballots.paper_models import Proxy
from portal.ballots.queries import is_within
from portal.ballots.sheets import Found
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.ballot_kinds import BallotState
from portal.domain.ballot_results import PROXIES_PER_HOLDER, ProxyState
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.domain.roles import Role
from portal.identity import approvals
from portal.identity.models import Approval, StaffPost
from portal.media.models import Owner
from portal.roster.models import Household

KIND = "ballot:proxy"
LIVING = (ProxyState.ASKED, ProxyState.VALID)
DECIDING = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})


def scans_of(proxy: Proxy) -> Owner:
    return Owner("ballot-proxy", proxy.id)


def register(actor: Actor, ballot: Ballot, found: Found, *, name: str, phone: str) -> Proxy:
    """登记委托. `phone` E.164 of the holder. The scan is hung on it by the caller; a second person looks at it."""
    if ballot.state is not BallotState.OPEN:
        raise Conflict("A written proxy can be registered while the vote is open.")
    if _is_staff(phone):
        raise DomainError("Staff, the builder and the property company cannot hold a proxy", field="phone")
    if _proxy_of(found.entry.id):
        raise DomainError("This home has given a proxy for this vote already", field="door")
    index = crypto.blind_index(phone)
    proxy = Proxy(
        ballot_id=ballot.id, entry_id=found.entry.id, holder_name=name, holder_phone=phone, holder_index=index,
        slot=_free_slot(ballot.id, index), made_at=clock.now(), made_by=actor.id,
    )  # fmt: skip
    db.session.add(proxy)
    db.session.flush()
    approvals.ask(KIND, proxy.subject, f"投票“{ballot.title}”：一份书面委托"[:120], {"proxy": proxy.id}, actor)
    return proxy


def _is_staff(phone: str) -> bool:
    """Their numbers are encrypted without an index; there are some dozens."""
    posts = select(StaffPost.phone).where(StaffPost.phone.is_not(None), StaffPost.retired_at.is_(None))
    return phone in set(db.session.scalars(posts))


def _proxy_of(entry_id: int) -> Proxy | None:
    return db.session.scalar(select(Proxy).where(Proxy.entry_id == entry_id, Proxy.state.in_(LIVING)))


def _free_slot(ballot_id: int, index: str) -> int:
    taken = select(Proxy.slot).where(Proxy.ballot_id == ballot_id, Proxy.holder_index == index, Proxy.state.in_(LIVING))
    free = set(range(1, PROXIES_PER_HOLDER + 1)) - set(db.session.scalars(taken))
    if not free:
        raise DomainError("One person can hold at most three proxies", field="phone")
    return min(free)


def _of(approval: Approval) -> Proxy:
    return db.session.get_one(Proxy, approvals.payload_of(approval)["proxy"])


def _settle(approval: Approval, actor: Actor, state: ProxyState) -> None:
    proxy = _of(approval)
    if proxy.state is not ProxyState.ASKED:
        raise Conflict("Somebody has decided this in the meantime.")
    proxy.state, proxy.settled_at = state, clock.now()
    db.session.flush()
    journal.record(f"proxy:{state}", actor, f"ballot:{proxy.ballot_id}", proxy=proxy.id, entry=proxy.entry_id)


def _refuse(approval: Approval, actor: Actor) -> None:
    _settle(approval, actor, ProxyState.REFUSED)


@approvals.handler(
    KIND,
    may=lambda actor: actor.role in DECIDING,
    concerns=lambda actor, approval: is_within(actor, _of(approval).ballot),
    refused=_refuse,
)
def grant(approval: Approval, actor: Actor) -> None:
    _settle(approval, actor, ProxyState.VALID)


def revoke(actor: Actor, ballot: Ballot, proxy_id: int) -> None:
    """The owner takes it back, or it was wrong. A vote already cast with it stays until it is changed."""
    proxy = db.session.get(Proxy, proxy_id)
    if proxy is None or proxy.ballot_id != ballot.id or proxy.state not in LIVING:
        raise NotFound("There is no such proxy.")
    proxy.state, proxy.settled_at = ProxyState.REVOKED, clock.now()
    db.session.flush()
    journal.record("proxy:revoked", actor, ballot.subject, proxy=proxy.id, entry=proxy.entry_id)


def all_of(ballot: Ballot) -> Sequence[Proxy]:
    home = joinedload(Proxy.entry).selectinload(RollEntry.roll_homes).joinedload(RollHome.household)
    statement = (
        select(Proxy)
        .where(Proxy.ballot_id == ballot.id)
        .options(home.joinedload(Household.building), home.joinedload(Household.entrance))
    )
    return db.session.scalars(statement.order_by(Proxy.id)).all()
