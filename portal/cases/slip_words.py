"""How a report reads on the slip of an assisted session: with the codes that open it, for the home itself."""

from flask_babel import gettext as _

from portal.cases.models import Case
from portal.core.extensions import db
from portal.core.formatting import code
from portal.membership import assisting


@assisting.told("case:submitted")
def reported(subject: str) -> str:
    case = db.session.get_one(Case, int(subject.removeprefix("case:")))
    secret = _("last four digits of the phone that was left") if case.secret_is_phone else case.secret
    return _("A problem was reported. Query code %(ref)s, check code %(secret)s", ref=code(case.ref), secret=secret)
