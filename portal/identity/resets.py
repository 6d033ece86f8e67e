"""A lost password or second factor: one administrator asks, another one agrees (product ID13).

The one who asked then draws a one-time password, once, and hands it over in person; it opens only the page on which its
owner chooses their own.
"""

from datetime import timedelta
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.formatting import sms_moment
from portal.domain.actors import Actor
from portal.domain.codes import new_code
from portal.domain.errors import Conflict, DomainError, NotAllowed
from portal.domain.roles import Role
from portal.identity import approvals, queries, staffing
from portal.identity.models import Approval, ApprovalState, StaffPost
from portal.messaging.notify import notify

KIND = "staff_reset"
ONE_TIME_LIVES = timedelta(hours=24)
NONE = ""  # no password fits this hash


class Lost(StrEnum):
    PASSWORD = "password"  # noqa: S105 what was lost
    TOTP = "totp"
    BOTH = "both"


def is_admin(actor: Actor) -> bool:
    return actor.role is Role.ADMIN


def is_about_another(actor: Actor, approval: Approval) -> bool:
    return bool(approvals.payload_of(approval)["post"] != actor.id)


def ask(post: StaffPost, lost: Lost, words: str, reason: str, actor: Actor) -> Approval:
    """`words` is how `lost` reads on pages. Conflict while the same waits already; nobody asks for themselves."""
    if actor.id == post.id:
        raise DomainError("Nobody resets their own sign-in. Please ask another administrator.")
    if post.retired_at is not None:
        raise Conflict("This post is retired.")
    if approvals.still_asked(f"staff:{post.id}", KIND):
        raise Conflict("This has been asked for already and waits for a second administrator.")
    summary = gettext("Reset the sign-in of %(name)s: %(what)s", name=post.name, what=words)
    approval = approvals.ask(KIND, f"staff:{post.id}", summary, {"post": post.id, "lost": lost.value}, actor, reason)
    _tell(post, "staff_reset_asked", actor)
    return approval


@approvals.handler(KIND, may=is_admin, concerns=is_about_another, fresh=True)
def grant(approval: Approval, actor: Actor) -> None:
    """The old password or secret ends here and now, with all sessions; a new one comes from its owner."""
    payload = approvals.payload_of(approval)
    post, lost = queries.post(payload["post"]), Lost(payload["lost"])
    asker = approval.asker
    if post.retired_at is not None or asker.retired_at is not None or asker.role is not Role.ADMIN:
        raise Conflict("This request no longer holds. Please ask for it again.")
    if lost is not Lost.TOTP:
        post.password_hash, post.password_until = NONE, clock.now()
        staffing.note(post, "password_reset", reason=approval.reason, actor=actor)
    if lost is not Lost.PASSWORD:
        staffing.remove_second_factor(post)
        staffing.note(post, "totp_reset", reason=approval.reason, actor=actor)
    _tell(post, "staff_reset_done", actor)


def is_waiting(post_id: int) -> bool:
    return approvals.still_asked(f"staff:{post_id}", KIND)


def may_draw(post: StaffPost, actor: Actor) -> bool:
    """The administrator whose request was agreed to last, while no password is drawn."""
    if post.password_hash != NONE or post.retired_at is not None:
        return False
    agreed = select(Approval).where(
        Approval.subject == f"staff:{post.id}", Approval.kind == KIND, Approval.state == ApprovalState.APPROVED
    )
    newest_first = db.session.scalars(agreed.order_by(Approval.id.desc())).all()
    last = next((found for found in newest_first if approvals.payload_of(found)["lost"] != Lost.TOTP), None)
    return last is not None and last.asked_by == actor.id


def new_password() -> str:
    """H7K3-92QF-ABCD, to be read from paper; hash it outside the transaction."""
    code = new_code(12)
    return "-".join(code[start : start + 4] for start in range(0, 12, 4))


def draw(post: StaffPost, password_hash: str, actor: Actor) -> None:
    """By one UPDATE: of two presses one gets a password that works."""
    if not may_draw(post, actor):
        raise NotAllowed("There is no one-time password for you to hand over.")
    waiting = update(StaffPost).where(StaffPost.id == post.id, StaffPost.password_hash == NONE)
    values = {"password_hash": password_hash, "password_until": clock.now() + ONE_TIME_LIVES}
    if db.session.execute(waiting.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed("There is no one-time password for you to hand over.")
    db.session.refresh(post)
    staffing.note(post, "password_drawn", actor=actor)


def _tell(post: StaffPost, event: str, actor: Actor) -> None:
    values = {"name": actor.name[:12], "time": sms_moment(clock.now())}
    notify(queries.recipient(post), event, values, subject=f"staff:{post.id}", link="/desk/account", sms=False)
