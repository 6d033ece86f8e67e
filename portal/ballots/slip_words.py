"""How a vote reads on the slip of an assisted session: which one, never what."""

from flask_babel import gettext as _

from portal.ballots.models import Ballot
from portal.core.extensions import db
from portal.membership import assisting


@assisting.told("vote:cast")
@assisting.told("vote:changed")
def voted(subject: str) -> str:
    return _(
        "A ballot was handed in: %(title)s",
        title=db.session.get_one(Ballot, int(subject.removeprefix("ballot:"))).title,
    )
