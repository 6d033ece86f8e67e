"""剔除件: what is in no rate, as what, why, who asked, who agreed and when; anybody who sees the dashboard sees the list."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.cases import labels
from portal.cases.exclusion_models import CaseExclusion
from portal.cases.models import Case
from portal.cases.visibility import visible_to
from portal.core.access import staff
from portal.core.extensions import db
from portal.core.formatting import moment
from portal.core.numbers import whole
from portal.core.pages import page_of
from portal.domain.actors import Actor
from portal.domain.case_exclusion import EXCLUSION_NAMES, ExclusionState
from portal.domain.case_statuses import CaseTrack
from portal.domain.roles import Role
from portal.identity.models import Approval
from portal.identity.queries import staff_name_masked
from portal.places.models import Building
from portal.places.queries import compounds_for

bp = Blueprint("cases_exclusions", __name__)
READERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.HOTLINE, Role.AUDITOR)
ORDER = (ExclusionState.APPROVED, ExclusionState.ASKED, ExclusionState.REFUSED, ExclusionState.LIFTED)


@dataclass(frozen=True)
class Row:
    """One line: the case, as what and why, and everybody who had a hand in it."""

    number: str
    url: str
    title: str
    building: str
    unit: str
    kind: str
    reason: str
    asked: str
    asked_at: str
    decided: str
    decided_at: str
    answer: str
    lifted: str
    lifted_at: str
    why_lifted: str


@bp.get("/desk/exclusions")
@staff(*READERS)
def index() -> str:
    values = request.args
    show = ExclusionState(values["show"]) if values.get("show") in set(ExclusionState) else ORDER[0]
    chosen = {
        "kind": values.get("kind", "") if values.get("kind") in labels.EXCLUSION_KINDS else "",
        "compound": whole(values.get("compound")),
        "agency": whole(values.get("agency")),
    }
    found = _chosen(_of(g.actor), chosen)
    page = page_of(
        found.where(CaseExclusion.state == show).options(*_LOADED),
        [CaseExclusion.id],
        values.get("at"),
        descending=True,
    )
    counts = _counts(found)
    address = {key: value for key, value in chosen.items() if value}
    return render_template(
        "cases/desk/exclusions.html",
        rows=[_row(each) for each in page.rows],
        page=page,
        show=str(show),
        chosen=chosen,
        filtered=bool(address),
        address=address,
        tabs=[_tab(state, counts, show, address) for state in ORDER],
        kinds=[("", gettext("All kinds")), *labels.EXCLUSION_KINDS.items()],
        compounds=[("", gettext("All compounds")), *((each.id, each.name) for each in compounds_for(g.actor))],
    )


def _of(actor: Actor) -> Select[Any]:
    """Of cases that this officer may know of; a sealed one is in no list (product D12)."""
    joined = select(CaseExclusion).join(Case, Case.id == CaseExclusion.case_id)
    return joined.where(visible_to(actor), Case.track == CaseTrack.ORDINARY)


def _chosen(statement: Select[Any], chosen: dict[str, Any]) -> Select[Any]:
    if chosen["kind"]:
        statement = statement.where(CaseExclusion.kind == chosen["kind"])
    if chosen["compound"]:
        statement = statement.where(Case.building.has(Building.compound_id == chosen["compound"]))
    if chosen["agency"]:
        statement = statement.where(Case.agency_id == chosen["agency"])
    return statement


_LOADED = (
    contains_eager(CaseExclusion.case).options(
        joinedload(Case.building).joinedload(Building.compound), joinedload(Case.agency)
    ),
    joinedload(CaseExclusion.agency),
    joinedload(CaseExclusion.lifter),
    joinedload(CaseExclusion.approval).options(joinedload(Approval.asker), joinedload(Approval.decider)),
)


def _counts(statement: Select[Any]) -> dict[str, int]:
    counted = statement.with_only_columns(CaseExclusion.state, func.count()).group_by(CaseExclusion.state)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _tab(
    state: ExclusionState, counts: dict[str, int], here: ExclusionState, address: dict[str, Any]
) -> dict[str, Any]:
    return {
        "url": url_for(".index", show=state, **address),
        "label": f"{labels.EXCLUSION_STATES[state]} {counts.get(state, 0)}",
        "current": state is here,
    }


def _row(found: CaseExclusion) -> Row:
    case, approval = found.case, found.approval
    return Row(
        number=case.number,
        url=url_for("cases_desk.case", number=case.number),
        title=case.title,
        building=case.building.full_name,
        unit=case.agency.short_name if case.agency else "",
        kind=EXCLUSION_NAMES[found.kind],
        reason=found.reason,
        asked=f"{found.agency.short_name} {staff_name_masked(approval.asker)}",
        asked_at=moment(found.asked_at),
        decided=staff_name_masked(approval.decider) if approval.decider else "",
        decided_at=moment(found.decided_at) if found.decided_at else "",
        answer=approval.decision_reason or "",
        lifted=(staff_name_masked(found.lifter) if found.lifter else gettext("by itself")) if found.lifted_at else "",
        lifted_at=moment(found.lifted_at) if found.lifted_at else "",
        why_lifted=found.why_lifted,
    )
