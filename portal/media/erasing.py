"""Files leave only after the commit that removed their rows: a rollback must not leave a row without its picture."""

from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.extensions import db
from portal.media.storage import storage

_DOOMED = "media_doomed_keys"

log = structlog.get_logger()


def erase_after_commit(*keys: str) -> None:
    """Delete these files once the running transaction is committed; after a rollback they stay."""
    db.session().info.setdefault(_DOOMED, []).extend(keys)


@event.listens_for(Session, "after_commit")
def _erase(session: Session) -> None:
    if session.in_nested_transaction():  # a released savepoint is not yet a commit
        return
    for key in session.info.pop(_DOOMED, []):
        try:
            storage().delete(key)
        except OSError as error:  # the row is gone: the sweep takes the file tomorrow
            log.error("photo_not_erased", kind=type(error).__name__)


@event.listens_for(Session, "after_soft_rollback")
def _spare(session: Session, _transaction: Any) -> None:
    """Also after a savepoint's rollback: a file too many is swept later, a file too few would be lost."""
    session.info.pop(_DOOMED, None)
