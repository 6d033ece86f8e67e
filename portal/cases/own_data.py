"""What a resident reported, for the copy of their own data."""

from typing import Any

from portal.cases import queries
from portal.core.extensions import db
from portal.domain.case_lifecycle import CaseTrack
from portal.identity import own_data
from portal.identity.models import Account

MOST = 500


@own_data.exporter("reports")
def _reports(account: Account) -> list[dict[str, Any]]:
    """Also accusations: they are the author's own."""
    cases = db.session.scalars(queries.cases_of_phone(account.phone_index).limit(MOST)).unique()
    return [
        {
            "number": case.number, "ref": case.ref, "at": case.submitted_at.isoformat(), "status": case.status.value,
            "building": case.building.full_name, "place": case.place,
            "words": case.sealed if case.track is CaseTrack.SEALED else case.original,
        }
        for case in cases
    ]  # fmt: skip
