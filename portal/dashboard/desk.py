"""诉求办理看板: six figures with their formulas, trend, categories, the buildings' table, units, what is overdue."""

from collections import Counter
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from portal.cases import desk_list, queries, taxonomy
from portal.cases.models import Case
from portal.core import clock
from portal.core.access import staff
from portal.core.extensions import db
from portal.core.numbers import whole
from portal.dashboard import figures
from portal.dashboard.figures import Choice, Standing
from portal.domain import case_kpis
from portal.domain.case_exclusion import EXCLUSION_NAMES, ExclusionKind
from portal.domain.case_figures import UNDER_RATES, Measure, left_out
from portal.domain.case_lifecycle import CaseTrack
from portal.domain.roles import Role
from portal.places.models import Agency, AgencyKind, Building, Compound
from portal.places.queries import agencies, compounds_for

bp = Blueprint("dashboard_desk", __name__)
VIEWERS = (Role.COMMUNITY, Role.STREET, Role.AGENCY, Role.DISTRICT, Role.HOTLINE, Role.AUDITOR)
TARGET = 95  # per cent on time; the operator's own goal, shown as such
FEW = 10  # units with fewer cases due are not compared
RANKED = {AgencyKind.CENTRE, AgencyKind.UTILITY, AgencyKind.BUREAU, AgencyKind.PROPERTY, AgencyKind.STREET}


@bp.get("/desk/dashboard")
@staff(*VIEWERS)
def index() -> str:
    return render_template("dashboard/index.html", **_page())


@bp.get("/desk/dashboard/print")
@staff(*VIEWERS)
def print_view() -> str:
    return render_template("dashboard/print.html", **_page())


def _choice() -> Choice:
    span = figures.period(request.args.get("period", ""), clock.today())
    return Choice(
        span, whole(request.args.get("compound")), request.args.get("category", ""), whole(request.args.get("agency"))
    )


def _page() -> dict[str, Any]:
    choice, actor = _choice(), g.actor
    now = figures.totals(actor, choice, choice.period)
    before = figures.totals(actor, choice, choice.period.before)
    standing = figures.by_building(actor, choice)
    names = {row.code: row.name for row in taxonomy.categories()}
    compounds = compounds_for(actor)
    units = agencies(with_retired=True)
    return {
        "choice": choice,
        "compounds_choices": [("", gettext("All compounds")), *((each.id, each.name) for each in compounds)],
        "category_choices": [("", gettext("All categories")), *names.items()],
        "units_choices": [
            ("", gettext("All units")),
            *((unit.id, unit.short_name) for unit in units if unit.kind in RANKED and not unit.retired_at),
        ],
        "kpis": _kpis(now, before, standing),
        "words": _words(now, before),
        "excluded": _excluded(now),
        "exclusions_url": url_for(
            "cases_exclusions.index", show="approved", compound=choice.compound_id, agency=choice.agency_id
        ),
        "is_empty": not any(now.get(measure, 0) for measure in (Measure.RECEIVED, Measure.CLOSED, Measure.DUE))
        and not case_kpis.in_hand(now),
        "trend_values": figures.daily(actor, choice),
        "trend_labels": [f"{day.month}/{day.day}" for day in choice.period.days],
        "top": _top(figures.by_category(actor, choice)),
        "received": now.get(Measure.RECEIVED, 0),
        "heat": _heat(standing, compounds, choice),
        "agencies": _agencies(figures.by_agency(actor, choice), {unit.id: unit for unit in units}),
        "target": TARGET,
        "few": FEW,
        "overdue": [desk_list.row(case, actor) for case in _overdue(choice)],
        "updated": clock.now(),
        "print_url": f"{url_for('dashboard_desk.print_view')}?{urlencode(request.args)}",
    }


def _percent(rate: Fraction | None) -> str | None:
    """One decimal, rounded half up in integers; None when the sample is too small."""
    if rate is None:
        return None
    tenths = (rate * 2000 + 1) // 2
    return f"{tenths // 10}.{tenths % 10}"


def _change(now: Fraction | None, before: Fraction | None) -> str:
    if now is None or before is None:
        return ""
    tenths = round((now - before) * 1000)
    if tenths == 0:
        return gettext("as before")
    size = f"{abs(tenths) // 10}.{abs(tenths) % 10}"
    return gettext("up %(n)s points", n=size) if tenths > 0 else gettext("down %(n)s points", n=size)


def _kpi(label: str, now: Fraction | None, before: Fraction | None, sample: str) -> dict[str, Any]:
    value = _percent(now)
    note = f"{sample} · {_change(now, before)}".rstrip(" ·") if value else f"{sample} · {gettext('sample too small')}"
    return {"label": label, "value": value or "—", "unit": "%" if value else "", "note": note}


def _kpis(now: figures.Totals, before: figures.Totals, standing: dict[int, Standing]) -> list[dict[str, Any]]:
    late = sum(each.overdue for each in standing.values())
    soon = sum(each.due_soon for each in standing.values())
    on_time = case_kpis.on_time_rate(now)
    sample = _sample(gettext("%(n)s due", n=now.get(Measure.DUE, 0)), now, Measure.DUE)
    if on_time is not None:
        gap = Fraction(TARGET, 100) - on_time
        sample += " · " + (
            gettext("%(n)s points short of %(target)s%%", n=_percent(gap), target=TARGET)
            if gap > 0
            else gettext("target %(target)s%% reached", target=TARGET)
        )
    on_time_card = _kpi(gettext("Done in time"), on_time, None, sample)
    share = _percent(case_kpis.participation_rate(now))
    rated = gettext("%(n)s rated", n=now.get(Measure.RATED, 0))
    rated += " · " + (
        gettext("%(share)s%% of the closed", share=share) if share else gettext("share that rated: sample too small")
    )
    rated = _sample(rated, now, Measure.RATED)
    return [
        _kpi(
            gettext("Response rate"),
            case_kpis.response_rate(now),
            case_kpis.response_rate(before),
            _sample(gettext("%(n)s assigned", n=now.get(Measure.ASSIGNED, 0)), now, Measure.ASSIGNED),
        ),
        _kpi(
            gettext("Solved rate"),
            case_kpis.solved_rate(now),
            case_kpis.solved_rate(before),
            _sample(gettext("%(n)s residents said so", n=now.get(Measure.ASKED, 0)), now, Measure.ASKED),
        ),
        _kpi(
            gettext("Satisfaction rate"), case_kpis.satisfaction_rate(now), case_kpis.satisfaction_rate(before), rated
        ),
        on_time_card,
        {
            "label": gettext("Overdue"),
            "value": late,
            "unit": gettext("cases"),
            "alarm": late > 0,
            "note": gettext("please deal with these first") if late else gettext("nothing is overdue"),
            "url": url_for("cases_desk.index", show="overdue"),
        },
        {
            "label": gettext("In hand"),
            "value": case_kpis.in_hand(now),
            "unit": gettext("cases"),
            "note": gettext("%(n)s of them due soon", n=soon),
            "url": url_for("cases_desk.index"),
        },
    ]


def _sample(words: str, now: figures.Totals, measure: Measure) -> str:
    """How many stand behind a rate, and how many were left out of it."""
    out = case_kpis.excluded(now, measure)
    return f"{words} · {gettext('%(n)s left out', n=out)}" if out else words


def _excluded(now: figures.Totals) -> dict[str, Any] | None:
    """剔除 by kind and by the rate it was left out of; None where every case is in."""
    names = {
        Measure.ASSIGNED: gettext("Response rate"),
        Measure.ASKED: gettext("Solved rate"),
        Measure.RATED: gettext("Satisfaction rate"),
        Measure.CLOSED: gettext("Share that rated"),
        Measure.DUE: gettext("Done in time"),
        Measure.HANDLED: gettext("Average time"),
    }
    rows = [
        {
            "name": EXCLUSION_NAMES[kind],
            "kind": str(kind),
            "cells": [now.get(left_out(m, kind), 0) for m in UNDER_RATES],
        }
        for kind in ExclusionKind
    ]
    rows = [row for row in rows if any(row["cells"])]
    return {"heads": [names[measure] for measure in UNDER_RATES], "rows": rows} if rows else None


def _words(now: figures.Totals, before: figures.Totals) -> list[str]:
    """新收, 办结 and 平均办理 in words under the cards."""
    received, was = now.get(Measure.RECEIVED, 0), before.get(Measure.RECEIVED, 0)
    said = [gettext("%(n)s new cases, %(was)s in the time before", n=received, was=was)]
    closed, silent = now.get(Measure.CLOSED, 0), now.get(Measure.CLOSED_NO_ANSWER, 0)
    said.append(
        gettext("%(n)s closed, %(silent)s of them without an answer from the resident", n=closed, silent=silent)
    )
    average = case_kpis.average_handling_days(now)
    if average is not None:
        said.append(gettext("answered after %(n)s working days on average", n=_one_decimal(average)))
    elif now.get(Measure.HANDLED, 0):
        said.append(gettext("average time: sample too small"))
    if suspended := now.get("open:suspended", 0):
        said.append(gettext("%(n)s suspended with approval, left out of the time rate", n=suspended))
    if reopened := now.get("open:reopened", 0):
        said.append(gettext("%(n)s being handled again", n=reopened))
    return said


def _one_decimal(value: Fraction) -> str:
    tenths = (value * 20 + 1) // 2
    return f"{tenths // 10}.{tenths % 10}"


def _top(rows: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """By first-level group: sixty second-level categories would say nothing."""
    groups = {row.code: row.group_name for row in taxonomy.categories()}
    sums: Counter[str] = Counter()
    for code, n in rows:
        sums[groups.get(code, gettext("Others"))] += n
    return [{"label": label, "value": n} for label, n in sums.most_common(8)]


def _heat(standing: dict[int, Standing], compounds: Any, choice: Choice) -> dict[str, Any]:
    shown = [each for each in compounds if choice.compound_id in (None, each.id)]
    columns: list[Building] = [b for compound in shown for b in compound.buildings if not b.retired_at]
    rows = (
        (gettext("To be taken on"), "to_accept", "submitted"),
        (gettext("Being handled"), "working", ""),
        (gettext("Due soon"), "due_soon", "due_soon"),
        (gettext("Overdue"), "overdue", "overdue"),
    )
    return {
        "groups": [{"name": each.name, "columns": _numbers(each)} for each in shown],
        "rows": [
            {
                "label": label,
                "alarm": field == "overdue",
                "cells": [
                    {
                        "n": getattr(standing.get(building.id, Standing()), field),
                        "url": url_for("cases_desk.index", show=show or None, building=building.id),
                    }
                    for building in columns
                ],
            }
            for label, field, show in rows
        ],
    }


def _numbers(compound: Compound) -> list[str]:
    return [building.name.removesuffix("号楼").strip() for building in compound.buildings if not building.retired_at]


def _agencies(found: dict[int, figures.Totals], units: dict[int, Agency]) -> list[dict[str, Any]]:
    """Only units that answer residents; a community is never ranked, and nobody by fewer than ten cases."""
    rows = [_agency(units[key], totals) for key, totals in found.items() if key in units and units[key].kind in RANKED]
    return sorted(rows, key=lambda row: (row["few"], row["rate"] if row["rate"] is not None else 101, row["name"]))


def _agency(unit: Agency, totals: figures.Totals) -> dict[str, Any]:
    due, in_time = totals.get(Measure.DUE, 0), totals.get(Measure.REPLIED_IN_TIME, 0)
    return {
        "name": unit.short_name,
        "open": sum(totals.get(measure, 0) for measure in figures.WORKING),
        "few": due < FEW,
        "rate": Fraction(100 * in_time, due) if due >= FEW else None,
        "percent": _percent(Fraction(in_time, due)) if due >= FEW else None,
        "due": due,
        "out": case_kpis.excluded(totals, Measure.DUE),
        "out_url": url_for("cases_exclusions.index", show="approved", agency=unit.id),
        "average": _average(totals),
        "url": url_for("cases_desk.index", agency=unit.id),
    }


def _average(totals: figures.Totals) -> str:
    average = case_kpis.average_handling_days(totals)
    if average is not None:
        return _one_decimal(average)
    return gettext("sample too small") if totals.get(Measure.HANDLED, 0) else "—"


def _overdue(choice: Choice) -> list[Case]:
    """The most urgent level first, then the longest wait."""
    statement = queries.desk_cases(
        g.actor,
        queries.DeskSearch(
            show="overdue", compound_id=choice.compound_id, category=choice.category, agency_id=choice.agency_id
        ),
    )
    statement = statement.where(Case.track == CaseTrack.ORDINARY).order_by(Case.level, Case.promise_due).limit(8)
    return list(db.session.scalars(statement.options(joinedload(Case.handler))))
