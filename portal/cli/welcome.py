"""What `make run` prints once the site answers."""

from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from portal.ballots.models import Ballot
from portal.cases.models import Case
from portal.cli.demo.names import PEOPLE
from portal.core import clock
from portal.core.settings import settings
from portal.domain.ballot_kinds import BallotState
from portal.domain.case_statuses import CaseStatus, CaseTrack
from portal.domain.codes import pretty
from portal.identity.models import StaffPost, StaffScope
from portal.places.models import Building, Poster


def words(app: Flask) -> str:
    lines = ["", f"{settings().site_name}  {settings().base_url}"]
    if settings().demo:
        lines += [f"演示时间 {clock.local(clock.now()):%Y-%m-%d %H:%M}", "", *_accounts()]
    lines += ["", *_addresses(app), "", "停止 stop: Ctrl-C", ""]
    return "\n".join(lines)


def _accounts() -> list[str]:
    from portal.core.extensions import db

    known = [person.username for person in PEOPLE]
    posts = db.session.scalars(select(StaffPost).where(StaffPost.username.in_(known)).order_by(StaffPost.id)).all()
    head = f"工作人员登录 {settings().base_url}/staff/login ，密码 {settings().demo_password}"
    return [head, *(f"  {post.username:<12}{_scope(post)}" for post in posts)]


def _scope(post: StaffPost) -> str:
    places = "、".join(_place(scope) for scope in post.scopes)
    return f"{post.name}，{post.agency.name}" + (f"（{places}）" if places else "")


def _place(scope: StaffScope) -> str:
    from portal.core.extensions import db
    from portal.places.models import Community, Compound, Street

    if scope.street_id is not None:
        return db.session.get_one(Street, scope.street_id).name
    community = db.session.get_one(Community, scope.community_id)
    compounds = db.session.scalars(select(Compound.name).where(Compound.community_id == community.id)).all()
    return f"{community.name}: {'、'.join(compounds)}"


def _addresses(app: Flask) -> list[str]:
    wanted = [
        *_building(),
        *_ballot(),
        (_case(), "/track"),
        ("工作台 desk", "/desk"),
        ("看板 dashboard", "/desk/dashboard"),
    ]
    return [f"{settings().base_url + path:<40} {what}" for what, path in wanted if _exists(app, path)]


def _building() -> list[tuple[str, str]]:
    from portal.core.extensions import db

    current = (
        select(Poster.token, Building.code)
        .join(Building)
        .where(Poster.superseded_at.is_(None), Poster.revoked_at.is_(None))
    )
    found = db.session.execute(current.order_by(Building.id).limit(1)).first()
    return [(f"楼栋 building {found.code}", f"/b/{found.token}")] if found else []


def _ballot() -> list[tuple[str, str]]:
    from portal.core.extensions import db

    found = db.session.scalar(
        select(Ballot).where(Ballot.state == BallotState.OPEN).order_by(Ballot.id.desc()).limit(1)
    )
    return [(f"投票 a vote {found.title}", f"/votes/{found.id}")] if found else []


def _case() -> str:
    """A demo shows the codes of one answered case; of a real instance nothing is printed."""
    from portal.core.extensions import db

    answered = select(Case).where(Case.status == CaseStatus.REPLIED, Case.track == CaseTrack.ORDINARY)
    case = db.session.scalar(answered.order_by(Case.id.desc()).limit(1)) if settings().demo else None
    codes = f"（查询码 {pretty(case.ref)}，校验码 {case.secret}）" if case else ""
    return f"查进度 follow a case{codes}"


def _exists(app: Flask, path: str) -> bool:
    try:
        app.url_map.bind("").match(path)
    except HTTPException as error:
        return error.code in {301, 302, 307, 308}
    return True
