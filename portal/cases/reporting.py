"""What the steps of a report share: the building, the way on, and a draft that is no longer there."""

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.cases import drafts, own, queries, similar
from portal.cases.models import ReportDraft
from portal.core.settings import settings
from portal.core.writing import perform
from portal.domain.case_lifecycle import CaseTrack
from portal.domain.categories import track_of
from portal.places.here import here
from portal.places.queries import building_by_code

SENT = "sent"


def building_id_of(draft: ReportDraft | None) -> int | None:
    """Named in the address, chosen before, or the building whose code was scanned."""
    asked = building_by_code(request.args.get("b", ""))
    if asked is not None:
        return asked.id
    if draft is not None and draft.building_id:
        return draft.building_id
    scanned = here().building
    return scanned.id if scanned else None


def after_where(draft: ReportDraft) -> str:
    if draft.danger and not draft.away_from_danger:
        return url_for(".report_danger")
    if not draft.not_similar and similar_to(draft):
        return url_for(".report_similar")
    return url_for(".report_contact")


def similar_to(draft: ReportDraft) -> list[similar.SimilarCase]:
    """Accusations are compared with nothing: not even their author learns what else there is (D12)."""
    if draft.building_id is None or track_of(draft.category) is not CaseTrack.ORDINARY:
        return []
    return similar.similar_cases(draft.building_id, draft.category, draft.words or "", draft.place)


def may_text(ticked: bool) -> bool:
    """With a provider abroad no tick means no SMS, inbox only (D4)."""
    return ticked or not settings().gateway_is_abroad


def start_again() -> Response:
    """No draft: it was sent (show what came of it, also to a second press of 提交), or its 24 hours are over."""
    if request.method == "POST" and not g.get("csrf_failed"):
        return with_memory(perform(_beginning))
    return redirect(_beginning(), 303)


def with_memory(response: Response) -> Response:
    """A double press: the second answer carries the older cookie, and must still open what the first one made."""
    before, _, ref = response.location.rpartition("/")
    found = queries.by_ref(ref) if before.endswith("/report/submitted") and not own.remembers(ref) else None
    if found is not None:
        own.remember(ref, sealed=found.case.track is CaseTrack.SEALED)
    return response


def _beginning() -> str:
    sent = session.get(SENT)
    if sent and own.remembers(sent):
        return url_for("cases.submitted", ref=sent)
    if drafts.is_lost():
        flash(gettext("What you wrote was kept for 24 hours and is gone now. Please write it once more."), "warn")
    return url_for("cases.report_what")
