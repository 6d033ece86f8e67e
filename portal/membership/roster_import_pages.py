"""名册导入: the template, a file, what the check found, 确认导入. Small files are checked at once, large ones by the worker."""

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core.exports import CSV_TYPE, XLSX_TYPE, attachment, csv_of, xlsx_of
from portal.core.forms import ButtonForm
from portal.core.writing import perform, writing
from portal.domain.errors import Conflict, DomainError, NotFound
from portal.membership import roster_correcting as correcting
from portal.membership.roster_blueprint import bp, deciders, keepers
from portal.membership.roster_forms import ConfirmForm, UploadForm
from portal.places.queries import compounds_for
from portal.roster.importing import reading, services
from portal.roster.importing.columns import FAULT, HEADS, WIDTHS
from portal.roster.importing.findings import Finding
from portal.roster.importing.packing import unpacked
from portal.roster.importing.report import SHOWN
from portal.roster.models import ImportState, RosterImport

RUNNING = (ImportState.CHECKING, ImportState.SAVING)


@bp.route("/import", methods=["GET", "POST"])
@keepers
def upload() -> ResponseReturnValue:
    form, compounds = UploadForm(), compounds_for(g.actor)
    form.compound.choices = [("", _("Please choose")), *((place.code, place.name) for place in compounds)]
    if request.method == "GET":
        form.compound.data = request.args.get("compound") or (compounds[0].code if len(compounds) == 1 else "")
    if form.validate_on_submit() and (answer := _begin(form)) is not None:
        return answer
    has_errors = bool(form.errors or form.form_errors)
    page = render_template(
        "roster/import.html",
        form=form,
        compounds=compounds,
        imports=services.imports_of(g.actor),
        has_errors=has_errors,
    )
    return page, 422 if has_errors else 200


def _begin(form: UploadForm) -> Response | None:
    """The file is read before anything is written: reading takes seconds, and nobody waits for it."""
    code = form.compound.data
    try:
        table = reading.read(form.file.data.stream)
    except DomainError as refused:
        form.refuse(refused)
        return None

    def deed() -> str:
        place = next(place for place in compounds_for(g.actor) if place.code == code)
        job = services.begin(g.actor, place, table)
        services.drop_others(job)
        return url_for(".job", job_id=job.id)

    return perform(deed)


@bp.get("/template.<kind>")
@keepers
def template(kind: str) -> Response:
    return _file(iter([HEADS]), "名册模板", kind)


@bp.get("/import/<int:job_id>")
@deciders
def job(job_id: int) -> ResponseReturnValue:
    found = services.import_for(g.actor, job_id, whole=True)
    return _page(found, ConfirmForm())


def _page(found: RosterImport, form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    report = services.report(found)
    _offer(form, found)
    errors = [finding for finding in report.findings if finding.is_error]
    return render_template(
        "roster/job.html",
        job=found,
        form=form,
        has_errors=bool(form.errors or form.form_errors),
        report=report,
        errors=errors[:SHOWN],
        all_errors=len(errors),
        warnings=[finding for finding in report.findings if not finding.is_error][:SHOWN],
        shown=SHOWN,
        running=found.state in RUNNING,
        totals_differ=services.totals_differ(found),
        may_confirm=found.state is ImportState.CHECKED and not found.errors and g.actor.role in KEEPERS,
        again=ButtonForm(),
    ), status


KEEPERS = frozenset({"community", "street"})


def _offer(form: ConfirmForm, found: RosterImport) -> None:
    twins = services.report(found).twins
    form.same.choices = [(str(at), f"{name}：{'、'.join(homes)}") for at, (name, homes, _standing) in enumerate(twins)]


@bp.post("/import/<int:job_id>/confirm")
@keepers
def confirm(job_id: int) -> ResponseReturnValue:
    form, found = ConfirmForm(), services.import_for(g.actor, job_id, whole=True)
    _offer(form, found)
    if not form.validate_on_submit():
        return _page(found, form, 422)
    try:
        answer = perform(lambda: _confirm(job_id, form))
    except Conflict as moved:
        with writing():
            services.check_again(job_id)
        flash(str(_(moved.msgid)), "bad")
        return redirect(url_for(".job", job_id=job_id), 303)
    except DomainError as refused:
        form.refuse(refused)
        return _page(services.import_for(g.actor, job_id, whole=True), form, 422)
    return answer


def _confirm(job_id: int, form: ConfirmForm) -> str:
    found = services.import_for(g.actor, job_id, whole=True)
    same = {int(number) for number in form.same.data or []}
    correcting.confirm_import(g.actor, found, reason=form.reason.data or "", same=same)
    if found.state is ImportState.DONE:
        flash(_("Imported."), "ok")
    return url_for(".job", job_id=job_id)


@bp.post("/import/<int:job_id>/drop")
@keepers
def drop(job_id: int) -> ResponseReturnValue:
    services.import_for(g.actor, job_id)
    if not ButtonForm().validate_on_submit():
        return redirect(url_for(".job", job_id=job_id), 303)

    def deed() -> str:
        services.drop(g.actor, services.import_for(g.actor, job_id))
        flash(_("Nothing was imported, and the rows of the file are deleted."), "ok")
        return url_for(".upload")

    return perform(deed)


@bp.get("/import/<int:job_id>/wrong.<kind>")
@keepers
def wrong_rows(job_id: int, kind: str) -> Response:
    """只含错误行的表: same columns, with what is wrong beside each row, to mend and upload again."""
    found = services.import_for(g.actor, job_id, whole=True)
    if not found.errors or not found.content:
        raise NotFound("There are no wrong rows.")
    return _file(_wrong(found), f"错误行-{found.compound.code}", kind)


def _wrong(found: RosterImport) -> Iterator[list[str]]:
    by_row: dict[int, list[Finding]] = {}
    for finding in services.report(found).findings:
        if finding.is_error:
            by_row.setdefault(finding.row, []).append(finding)
    yield [*HEADS, FAULT]
    for number, cells in unpacked(found.content or ""):
        if number in by_row:
            faults = "；".join(f"{one.column}：{one.problem}，{one.remedy}" for one in by_row[number])
            yield [*cells, faults]


def _file(rows: Any, name: str, kind: str) -> Response:
    """xlsx or csv; heads and faults are in Chinese in every language, like the data."""
    with force_locale("zh"):
        body = xlsx_of(rows, [*WIDTHS, 60], "名册") if kind == "xlsx" else csv_of(rows)
    answer = Response(body, content_type=XLSX_TYPE if kind == "xlsx" else CSV_TYPE)
    answer.headers["Content-Disposition"] = attachment(f"{name}.{'xlsx' if kind == 'xlsx' else 'csv'}")
    return answer
