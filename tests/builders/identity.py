"""Staff and residents for tests; call inside `writing()` or let `settle` commit."""

from itertools import count

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from portal.core import clock, crypto
from portal.core.extensions import db
from portal.domain.roles import Role
from portal.identity.models import Account, StaffPost, StaffScope
from portal.places.models import Agency, AgencyKind, Community, District, Street
from tests.visitor import Visitor

PASSWORD = "demo-hedong-2023"
_HASHES: list[str] = []
_numbers = count(1)

KINDS = {
    Role.COMMUNITY: AgencyKind.COMMUNITY,
    Role.STREET: AgencyKind.STREET,
    Role.AGENCY: AgencyKind.CENTRE,
    Role.CONTRACTOR: AgencyKind.CONTRACTOR,
    Role.DISTRICT: AgencyKind.DISTRICT,
    Role.HOTLINE: AgencyKind.HOTLINE,
    Role.DISCIPLINE: AgencyKind.DISCIPLINE,
    Role.AUDITOR: AgencyKind.AUDITOR,
    Role.ADMIN: AgencyKind.DISTRICT,
}


def password_hash() -> str:
    """Made once per run, and quick to check: the real settings are slow on purpose."""
    if not _HASHES:
        _HASHES.append(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    return _HASHES[0]


def make_street(name: str = "东新街道") -> Street:
    district = db.session.scalar(select(District)) or District(code="120102", name="河东区")
    street = Street(district=district, name=name)
    db.session.add(street)
    db.session.flush()
    return street


def make_community(name: str = "东局子社区", street: Street | None = None) -> Community:
    community = Community(street=street or make_street(), name=name)
    db.session.add(community)
    db.session.flush()
    return community


def make_agency(kind: AgencyKind, name: str = "") -> Agency:
    number = next(_numbers)
    agency = Agency(code=f"U{number}", name=name or f"单位{number}", short_name=f"单位{number}", kind=kind)
    db.session.add(agency)
    db.session.flush()
    return agency


def make_post(
    role: Role = Role.STREET,
    username: str = "",
    name: str = "李晓明",
    *,
    agency: Agency | None = None,
    communities: tuple[Community, ...] = (),
    streets: tuple[Street, ...] = (),
    totp_secret: str | None = None,
) -> StaffPost:
    agency = agency or make_agency(KINDS[role])
    post = StaffPost(
        username=username or f"{role.value}{next(_numbers)}",
        name=name,
        role=role,
        agency_id=agency.id,
        password_hash=password_hash(),
        totp_secret=totp_secret,
        created_at=clock.now(),
    )
    post.scopes = [
        *(StaffScope(community=found) for found in communities),
        *(StaffScope(street=found) for found in streets),
    ]
    db.session.add(post)
    db.session.flush()
    return post


def make_account(number: str = "+8613800001234") -> Account:
    account = Account(phone=number, phone_index=crypto.blind_index(number), created_at=clock.now())
    db.session.add(account)
    db.session.flush()
    return account


def sign_in_staff(client: Visitor, post: StaffPost, password: str = PASSWORD) -> None:
    """Through the page, like everybody."""
    username = post.username
    client.visit("/staff/login")
    client.submit("登录", {"用户名": username, "密码": password})


def sign_in_resident(client: Visitor, number: str = "13800001234") -> None:
    client.visit("/login")
    client.submit("发送验证码", {"手机号": number})
    client.submit("登录", {"验证码": last_code(client.application)})


def last_code(app: Flask) -> str:
    """The six digits of the newest message, read like on the telephone."""
    import re

    from portal.messaging.models import OutboxMessage

    db.session.rollback()
    message = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert message is not None, "no SMS was sent"
    found = re.search(r"\d{6}", message.text or "")
    assert found, f"no code in {message.event}"
    return found.group()
