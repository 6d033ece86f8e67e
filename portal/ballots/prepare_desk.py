"""新建投票: the steps on a kept draft, up to handing it over to a second person."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.ballots import preparing, rolls, rules, scheduling
from portal.ballots.models import Ballot, BallotItem
from portal.ballots.prepare_forms import (
    BasicsForm,
    BasisForm,
    DatesForm,
    ItemForm,
    Money,
    MoneyForm,
)
from portal.ballots.preparing import ItemWords, Place
from portal.ballots.readiness import basis_photos, notice_photos, reasons_not_ready
from portal.core import clock
from portal.core.access import staff
from portal.core.errors import say
from portal.core.forms import ButtonForm
from portal.core.numbers import whole
from portal.core.writing import perform
from portal.domain.ballot_kinds import ItemCategory, Paragraph, WinnerRule
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.media import received
from portal.media import services as media
from portal.media.models import Owner, PhotoKind
from portal.media.queries import photos_of
from portal.places.queries import buildings_for, compounds_for

bp = Blueprint("ballots_prepare", __name__, url_prefix="/community/votes")
preparers = staff(Role.COMMUNITY, Role.STREET)
STEPS = ("edit", "items", "dates", "basis", "roll", "preview")


def steps(ballot: Ballot | None, now: str) -> list[dict[str, str]]:
    """For the heading of each step; 依据 is a step of statutory votes only."""
    words = {
        "edit": _("Title and rule"), "items": _("Items"), "dates": _("Dates"), "basis": _("Basis"), "roll": _("Roster"),
        "preview": _("Preview"),
    }  # fmt: skip
    shown = [name for name in STEPS if name != "basis" or (ballot is not None and ballot.rule.is_statutory)]
    at = shown.index(now)
    return [
        {"label": words[name], "state": "done" if i < at else "now" if i == at else "next"}
        for i, name in enumerate(shown)
    ]


def _after(ballot: Ballot, step: str) -> str:
    """The address of the step behind `step`."""
    following = STEPS[STEPS.index(step) + 1]
    if following == "basis" and not ballot.rule.is_statutory:
        following = "roll"
    return url_for(f".{following}", ballot_id=ballot.id)


def _page(step: str, ballot: Ballot | None, form: Any, **more: Any) -> tuple[str, int]:
    page = render_template(
        f"ballots/desk/prepare_{step}.html", ballot=ballot, form=form, steps=steps(ballot, step), **more
    )
    return page, 422 if any(each.errors for each in (form, more.get("money")) if each is not None) else 200


# --- ① title, place, rule -----------------------------------------------------------------------------------------


def _basics_form(ballot: Ballot | None = None) -> BasicsForm:
    form, compounds = BasicsForm(), compounds_for(g.actor)
    whole_ones = [(f"c{each.id}", each.name) for each in compounds]
    parts = []
    for building in buildings_for(g.actor):
        parts.append((f"b{building.id}", building.full_name))
        parts += [(f"e{door.id}", f"{building.full_name} {door.name}") for door in building.entrances]
    form.compound.choices = [("", _("Please choose")), *whole_ones, *parts]
    form.also.choices = whole_ones
    form.rule.choices = [(str(rule.id), rule.name) for rule in rules.valid_on(clock.today())]
    if ballot is not None and str(ballot.rule_id) not in {value for value, _name in form.rule.choices}:
        form.rule.choices.append((str(ballot.rule_id), ballot.rule.name))
    if request.method == "GET" and ballot is not None and ballot.scopes:
        first = ballot.scopes[0]
        form.title.data, form.short_name.data, form.about.data = ballot.title, ballot.short_name, ballot.about
        form.rule.data = str(ballot.rule_id)
        form.compound.data = (
            f"e{first.entrance_id}" if first.entrance_id else f"b{first.building_id}" if first.building_id
            else f"c{first.compound_id}"
        )  # fmt: skip
        form.also.data = [f"c{scope.compound_id}" for scope in ballot.scopes[1:]]
    return form


def _places(form: BasicsForm) -> list[Place]:
    chosen = [form.compound.data, *(form.also.data or [])]
    places = [preparing.place_of(g.actor, code) for code in dict.fromkeys(chosen)]
    taken = {places[0].compound_id}
    return places[:1] + [place for place in places[1:] if place.compound_id not in taken]


def _notes() -> dict[str, str]:
    return {str(rule.id): rule.sentence for rule in rules.valid_on(clock.today())}


@bp.route("/new", methods=["GET", "POST"])
@preparers
def new() -> Any:
    form = _basics_form()
    if form.validate_on_submit():
        try:
            return perform(lambda: _begin(form))
        except DomainError as error:
            form.refuse(error)
    return _page("edit", None, form, notes=_notes())


def _begin(form: BasicsForm) -> str:
    ballot = preparing.begin(
        g.actor, rules.rule(int(form.rule.data)), form.title.data or "", form.short_name.data or "",
        form.about.data or "", _places(form),
    )  # fmt: skip
    return _after(ballot, "edit")


@bp.route("/<int:ballot_id>/edit", methods=["GET", "POST"])
@preparers
def edit(ballot_id: int) -> Any:
    ballot = preparing.draft_for(g.actor, ballot_id)
    form = _basics_form(ballot)
    if form.validate_on_submit():
        try:
            return perform(lambda: _change_basics(ballot_id, form))
        except DomainError as error:
            form.refuse(error)
    return _page("edit", preparing.draft_for(g.actor, ballot_id), form, notes=_notes())


def _change_basics(ballot_id: int, form: BasicsForm) -> str:
    ballot = preparing.draft_for(g.actor, ballot_id)
    preparing.change_basics(
        g.actor, ballot, rules.rule(int(form.rule.data)), form.title.data or "", form.short_name.data or "",
        form.about.data or "", _places(form),
    )  # fmt: skip
    return _after(ballot, "edit")


# --- ② items --------------------------------------------------------------------------------------------------------


@bp.route("/<int:ballot_id>/edit/items", methods=["GET", "POST"])
@preparers
def items(ballot_id: int) -> Any:
    """The list so far, one more at a time, the money; several buttons on one page, each its own form."""
    ballot = preparing.draft_for(g.actor, ballot_id)
    form, money = ItemForm(), MoneyForm()
    found = _item_asked_for(ballot)
    _fill(form, money, ballot, found)
    what = request.form.get("do", "")
    if request.method == "POST" and what in DEEDS and ButtonForm().validate_on_submit():
        return perform(lambda: DEEDS[what](ballot_id, whole(request.form.get("item")) or 0))
    if request.method == "POST" and what == "money" and money.validate_on_submit():
        return perform(lambda: _save_money(ballot_id, money))
    if request.method == "POST" and what == "item" and (answer := _save_item(ballot_id, form)) is not None:
        return answer
    ballot = preparing.draft_for(g.actor, ballot_id)
    return _page(
        "items", ballot, form, money=money, editing=found, button=ButtonForm(), catalogue=rules.catalogue(),
        is_menu=ballot.rule.winners is WinnerRule.BUDGET, is_election=ballot.rule.winners is WinnerRule.ELECTION,
    )  # fmt: skip


def _item_asked_for(ballot: Ballot) -> BallotItem | None:
    number = whole(request.form.get("position") or request.args.get("item"))
    return next((item for item in ballot.items if item.position == number), None)


def _fill(form: ItemForm, money: MoneyForm, ballot: Ballot, found: BallotItem | None) -> None:
    if request.method == "POST":
        return
    money.budget.data, money.most_ticks.data, money.seats.data = (
        Money.words(ballot.budget),
        ballot.most_ticks,
        ballot.seats,
    )
    if found is None:
        return
    form.position.data, form.category.data, form.title.data = str(found.position), str(found.category), found.title
    form.scope_line.data, form.cost.data, form.who_pays.data = found.scope_line, Money.words(found.cost), found.who_pays
    form.explanation.data, form.paragraph.data = found.explanation, str(found.paragraph or "")


def _save_item(ballot_id: int, form: ItemForm) -> Response | None:
    pictures = received.receive(fields=("photos",))
    if not form.validate_on_submit() or pictures.complaints:
        form.photos.errors = [*form.photos.errors, *pictures.complaints]
        return None
    words = ItemWords(
        title=form.title.data or "", category=ItemCategory(form.category.data), scope_line=form.scope_line.data or "",
        explanation=form.explanation.data or "", who_pays=form.who_pays.data or "", cost=form.cost.fen,
        paragraph=Paragraph(form.paragraph.data) if form.paragraph.data else None,
    )  # fmt: skip
    position = whole(form.position.data)

    def deed() -> str:
        ballot = preparing.draft_for(g.actor, ballot_id)
        if position is None:
            preparing.add_item(ballot, words, pictures.good)
        else:
            preparing.change_item(ballot, position, words, pictures.good)
        return url_for(".items", ballot_id=ballot_id)

    try:
        answer = perform(deed)
    except DomainError as error:
        form.refuse(error)
        return None
    flash(_("Saved."), "ok")
    return answer


def _save_money(ballot_id: int, form: MoneyForm) -> str:
    ballot = preparing.draft_for(g.actor, ballot_id)
    preparing.set_money(ballot, budget=form.budget.fen, most_ticks=form.most_ticks.data, seats=form.seats.data)
    return _after(ballot, "items")


def _remove(ballot_id: int, position: int) -> str:
    preparing.remove_item(preparing.draft_for(g.actor, ballot_id), position)
    return url_for(".items", ballot_id=ballot_id)


def _up(ballot_id: int, position: int) -> str:
    preparing.move_up(preparing.draft_for(g.actor, ballot_id), position)
    return url_for(".items", ballot_id=ballot_id)


DEEDS = {"remove": _remove, "up": _up}


# --- ③ dates, basis, ④ roster ---------------------------------------------------------------------------------------


@bp.route("/<int:ballot_id>/edit/dates", methods=["GET", "POST"])
@preparers
def dates(ballot_id: int) -> Any:
    ballot, form = preparing.draft_for(g.actor, ballot_id), DatesForm()
    if request.method == "GET":
        form.starts_at.data = clock.local(ballot.starts_at) if ballot.starts_at else None
        form.ends_at.data = clock.local(ballot.ends_at) if ballot.ends_at else None
        form.objection_days.data, form.paper_places.data = ballot.objection_days, ballot.paper_places
    if form.validate_on_submit():
        try:
            return perform(lambda: _save_dates(ballot_id, form))
        except DomainError as error:
            form.refuse(error)
    return _page("dates", preparing.draft_for(g.actor, ballot_id), form)


def _save_dates(ballot_id: int, form: DatesForm) -> str:
    ballot = preparing.draft_for(g.actor, ballot_id)
    preparing.set_dates(
        ballot, clock.as_typed(form.starts_at.data), clock.as_typed(form.ends_at.data), form.objection_days.data or 0,
        form.paper_places.data or "",
    )  # fmt: skip
    return _after(ballot, "dates")


@bp.route("/<int:ballot_id>/edit/basis", methods=["GET", "POST"])
@preparers
def basis(ballot_id: int) -> Any:
    """召集人, 依据文件, 张贴照片, 监票人: what a 法定表决 cannot be announced without."""
    ballot, form = preparing.draft_for(g.actor, ballot_id), BasisForm()
    if not ballot.rule.is_statutory:
        return redirect(_after(ballot, "basis"), 303)
    if request.method == "GET":
        form.convener_kind.data, form.convener.data = str(ballot.convener_kind), ballot.convener
        form.basis.data, form.watchers.data = ballot.basis, "\n".join(each.name for each in ballot.watchers)
    pictures = {name: received.receive(fields=(name,)) for name in ("basis_photos", "notice_photos")}
    complaints = [line for part in pictures.values() for line in part.complaints]
    if form.validate_on_submit() and not complaints:
        return perform(lambda: _save_basis(ballot_id, form, pictures))
    for name, part in pictures.items():
        form[name].errors = [*form[name].errors, *part.complaints]
    kept = [len(photos_of(owner)) for owner in (basis_photos(ballot), notice_photos(ballot))]
    return _page("basis", preparing.draft_for(g.actor, ballot_id), form, kept=kept)


def _save_basis(ballot_id: int, form: BasisForm, pictures: dict[str, received.Received]) -> str:
    ballot = preparing.draft_for(g.actor, ballot_id)
    preparing.set_basis(ballot, form.kind, form.convener.data or "", form.basis.data or "", form.watcher_names)
    owners: dict[str, Owner] = {"basis_photos": basis_photos(ballot), "notice_photos": notice_photos(ballot)}
    for name, part in pictures.items():
        for photo in part.good:
            media.keep(photo, owners[name], PhotoKind.REPORT)
    return _after(ballot, "basis")


@bp.get("/<int:ballot_id>/edit/roll")
@preparers
def roll(ballot_id: int) -> tuple[str, int]:
    """名册: who would be on the roll now; it is frozen at the opening (D7)."""
    ballot = preparing.draft_for(g.actor, ballot_id)
    return _page("roll", ballot, None, expected=rolls.expected(ballot), next_url=_after(ballot, "roll"))


# --- ⑤ preview, handing over ---------------------------------------------------------------------------------


@bp.route("/<int:ballot_id>/edit/preview", methods=["GET", "POST"])
@preparers
def preview(ballot_id: int) -> Any:
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            answer = perform(lambda: _hand_over(ballot_id))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Handed over. A second person agrees; then it begins on time by itself."), "ok")
            return answer
    ballot = preparing.draft_for(g.actor, ballot_id)
    reasons = [(say(reason), _step_of(reason.field or "", ballot)) for reason in reasons_not_ready(ballot)]
    return _page("preview", ballot, form, reasons=reasons, waiting=scheduling.request_of(ballot))


def _step_of(field: str, ballot: Ballot) -> str:
    name = {"items": "items", "dates": "dates", "basis": "basis", "roll": "roll"}.get(field, "edit")
    return url_for(f".{name}", ballot_id=ballot.id)


def _hand_over(ballot_id: int) -> str:
    ballot = preparing.draft_for(g.actor, ballot_id)
    scheduling.ask(g.actor, ballot)
    return url_for("ballots_board.show", ballot_id=ballot_id)


@bp.route("/<int:ballot_id>/delete", methods=["GET", "POST"])
@preparers
def delete(ballot_id: int) -> Any:
    ballot, form = preparing.draft_for(g.actor, ballot_id), ButtonForm()
    if form.validate_on_submit():
        answer = perform(lambda: _delete(ballot_id))
        flash(_("The draft is gone."), "ok")
        return answer
    return render_template("ballots/desk/delete.html", ballot=ballot, form=form)


def _delete(ballot_id: int) -> str:
    preparing.drop(g.actor, preparing.draft_for(g.actor, ballot_id))
    return url_for("ballots_board.index")
