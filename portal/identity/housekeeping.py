"""Sessions that ended, codes that are over, delays and kept forms nobody came back for are forgotten."""

from datetime import timedelta

from sqlalchemy import delete

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import periodic
from portal.core.writing import writing
from portal.identity import delays, kept_forms, second_factor, sessions
from portal.identity.models import SignInCode


@periodic("tidy_identity", timedelta(hours=1))
def tidy() -> None:
    with writing():
        sessions.forget_ended()
        delays.forget_ended()
        kept_forms.forget_old()
        second_factor.forget_begun()
        db.session.execute(delete(SignInCode).where(SignInCode.expires_at < clock.now() - timedelta(hours=1)))
