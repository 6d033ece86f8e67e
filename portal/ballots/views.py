"""投票 for residents: what is voted, the paper, the check, the receipt."""

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, ValidationError

from portal.ballots import (  # noqa: F401 the words of a slip, the copy of one's own data
    handed_in,
    labels,
    own_data,
    pictures,
    queries,
    slip_words,
    turnout,
    voting,
)
from portal.ballots.casting import Superseded
from portal.ballots.models import Ballot, BallotItem
from portal.ballots.readiness import basis_photos, notice_photos
from portal.ballots.voting import NoPaper, Voice
from portal.core import limits
from portal.core.access import assisted, public, resident
from portal.core.errors import say
from portal.core.forms import BaseForm, ButtonForm, clean_code, clean_digits
from portal.core.numbers import whole
from portal.core.writing import perform, writing
from portal.domain import ballot_papers
from portal.domain.ballot_kinds import OVER_STATES, BallotState
from portal.domain.codes import RECEIPT_LENGTH, is_code
from portal.domain.errors import DomainError
from portal.identity import answers, loading, proving
from portal.identity.codes import HOUR, Verdict
from portal.media.models import Owner
from portal.media.queries import photo_by_token, photos_by_owner, photos_of
from portal.media.serving import PhotoSize, send_photo
from portal.membership.cards import verify_card
from portal.places.here import here

bp = Blueprint("ballots", __name__)
LOOK_UPS = 30  # an hour, per browser: receipts cannot be guessed anyway


class CheckForm(BaseForm):
    """`revision` is the vote of the entry that was seen when the paper was checked: of two presses the second one finds it
    gone, and shows the receipt of the first."""

    entry = HiddenField()
    revision = HiddenField()
    is_proved = False
    code = StringField(lazy_gettext("Code"), filters=[clean_digits])


class LookUpForm(BaseForm):
    receipt = StringField(lazy_gettext("Receipt"), filters=[clean_code])

    def validate_receipt(self, field: Any) -> None:
        if not is_code(field.data or "", RECEIPT_LENGTH):
            raise ValidationError(_("A receipt has 12 letters and digits. Please look at it once more"))


@dataclass(frozen=True)
class Group:
    """Items of one category, in their order."""

    title: str
    sentence: str
    items: list[BallotItem]


def register(app: Flask) -> None:
    app.jinja_env.globals["vote_labels"] = labels
    app.jinja_env.globals["whose_hand"] = handed_in.words


@bp.get("/votes")
@public
def index() -> str:
    building = here().building
    found = queries.public_ballots(building.compound_id if building else None)
    states = (BallotState.OPEN, BallotState.ANNOUNCED)
    now = [ballot for state in states for ballot in found if ballot.state is state]
    return render_template("ballots/index.html", now=now, before=[one for one in found if one.state in OVER_STATES])


@bp.get("/votes/<int:ballot_id>")
@public
def show(ballot_id: int) -> str:
    ballot = queries.public_ballot(ballot_id)
    return render_template(
        "ballots/ballot.html",
        ballot=ballot,
        groups=groups(ballot),
        photos=photos_by_owner("ballot-item", [item.id for item in ballot.items]),
        papers=photos_of(basis_photos(ballot)),
        notices=photos_of(notice_photos(ballot)),
        is_open=queries.is_open(ballot),
        turnout=turnout.total(ballot) if ballot.opened_at else None,
        voices=voting.voices(g.actor, ballot) if ballot.opened_at else [],
        verify=verify_card() if ballot.state in (BallotState.ANNOUNCED, BallotState.OPEN) else None,
    )


@bp.get("/votes/<int:ballot_id>/items/<int:number>")
@public
def item(ballot_id: int, number: int) -> str:
    ballot = queries.public_ballot(ballot_id)
    found = next((item for item in ballot.items if item.position == number), None)
    if found is None:
        abort(404)
    return render_template(
        "ballots/item.html", ballot=ballot, item=found, photos=photos_of(Owner("ballot-item", found.id))
    )


@bp.get("/votes/<int:ballot_id>/photos/<token>")
@public
def photo(ballot_id: int, token: str) -> Response:
    """Pictures of items, the basis document and the posted sheet: all public once it is announced."""
    ballot, found = queries.public_ballot(ballot_id), photo_by_token(token)
    owners = {basis_photos(ballot), notice_photos(ballot)}
    owners = {Owner(each.kind, str(each.id)) for each in owners}
    owners |= {Owner("ballot-item", str(item.id)) for item in ballot.items}
    if found is None or found.owner not in owners:
        abort(404)
    return send_photo(found, PhotoSize.THUMB if request.args.get("size") == "thumb" else PhotoSize.FULL)


@bp.route("/votes/<int:ballot_id>/ballot", methods=["GET", "POST"])
@assisted
def paper(ballot_id: int) -> Any:
    """填写选票: whatever is filled in is kept; what does not fit is said here, before the check."""
    ballot = queries.public_ballot(ballot_id)
    voice = chosen_voice(ballot)
    if not isinstance(voice, Voice):
        return voice
    form = ButtonForm()
    if request.method == "GET" and "change" not in request.args and (page := _voted(ballot, voice)):
        return page
    given = answers_sent(ballot) if request.method == "POST" else voting.begun(g.actor, voice.entry)
    if form.validate_on_submit():
        with writing():
            given = voting.keep(g.actor, ballot, voice.entry, given)
        found = voting.problems(ballot, given)
        if not found:
            return redirect(url_for(".check", ballot_id=ballot.id, entry=voice.entry.id), 303)
        return _paper(ballot, voice, form, given, found)
    return _paper(ballot, voice, form, given, [])


def _voted(ballot: Ballot, voice: Voice) -> str | None:
    """您家已投过: instead of an empty paper, after the back button, and in a second tab. None before the first vote."""
    done = handed_in.of(g.actor, voice.entry)
    if done is None or voice.entry.is_unit:
        return None
    is_begun = voting.kept(g.actor, voice.entry) is not None
    return render_template("ballots/voted.html", ballot=ballot, voice=voice, done=done, is_begun=is_begun, say=say)


def _paper(ballot: Ballot, voice: Voice, form: ButtonForm, given: dict[int, str], found: list[DomainError]) -> Any:
    lines = voting.lines_of(ballot)
    errors = [(f"item-{error.field}-first" if error.field else "", say(error)) for error in found]
    errors += [("", text) for text in form.form_errors]
    page = render_template(
        "ballots/paper.html",
        ballot=ballot,
        voice=voice,
        form=form,
        groups=groups(ballot),
        given=given,
        errors=errors,
        has_errors=bool(errors),
        wrong={int(error.field): say(error) for error in found if error.field},
        spent=ballot_papers.spent(lines, given),
        left=ballot_papers.unanswered(lines, given),
        ranks=sum(item.answer == "rank" for item in ballot.items),
    )
    return make_response(page, 422 if errors else 200)


@bp.route("/votes/<int:ballot_id>/check", methods=["GET", "POST"])
@assisted
def check(ballot_id: int) -> Any:
    """核对选票; with an older sign-in a fresh code first. Here the vote is cast, by few statements."""
    form = CheckForm()
    asks_for_code = "send" in request.form and not g.get("csrf_failed")
    if not asks_for_code and form.validate_on_submit() and (answer := _hand_in(ballot_id, form)):
        return answer
    ballot = queries.public_ballot(ballot_id)
    voice = chosen_voice(ballot, form.entry.data)
    if not isinstance(voice, Voice):
        return voice
    entry_id = voice.entry.id
    if asks_for_code and (answer := _send_code(url_for(".check", ballot_id=ballot.id, entry=entry_id), form)):
        return answer
    given = voting.kept(g.actor, voice.entry)
    if given is None or voting.problems(ballot, given):
        return redirect(url_for(".paper", ballot_id=ballot.id, entry=entry_id), 303)
    form.revision.data, form.entry.data = str(voice.entry.revision), str(entry_id)
    lines = voting.lines_of(ballot)
    return answers.shown(
        "ballots/check.html",
        form,
        ballot=ballot,
        voice=voice,
        given=given,
        before=handed_in.of(g.actor, voice.entry),
        is_fresh=proving.is_fresh() or form.is_proved,
        totals=totals(given),
        spent=ballot_papers.spent(lines, given),
    )


def _hand_in(ballot_id: int, form: CheckForm) -> Any:
    """None where the page has to say something first."""
    entry_id, revision = whole(form.entry.data), whole(form.revision.data)
    if entry_id is None or revision is None or not _is_proved(form):
        return None
    receipt = url_for(".receipt", ballot_id=ballot_id, entry=entry_id)

    def deed() -> str:
        voting.hand_in(g.actor, ballot_id, entry_id, revision)
        return receipt

    try:
        return perform(deed, keyed=False)
    except (Superseded, NoPaper) as news:
        flash(say(news), "info")
        target = receipt if isinstance(news, Superseded) else url_for(".paper", ballot_id=ballot_id, entry=entry_id)
        return redirect(target, 303)
    except DomainError as refusal:
        form.refuse(refusal)
    return None


def _send_code(back: str, form: CheckForm) -> Any:
    def deed() -> str:
        proving.send_code(g.actor)
        return back

    try:
        answer = perform(deed)
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    flash(_("The code is on its way to your phone."), "ok")
    return answer


def _is_proved(form: CheckForm) -> bool:
    if proving.is_fresh():
        return True
    with writing():
        verdict = proving.prove(g.actor, form.code.data or "")
    if verdict is Verdict.RIGHT:
        form.is_proved = True
        return True
    form.code.errors = [answers.refusal_of(verdict)]
    return False


@bp.route("/votes/<int:ballot_id>/receipt", methods=["GET", "POST"])
@public
def receipt(ballot_id: int) -> Any:
    """选票回执 of one's own home, and the look-up for anybody who holds a receipt."""
    ballot = queries.public_ballot(ballot_id)
    form, counted = LookUpForm(), None
    if form.validate_on_submit():
        counted, refusal = _look_up(ballot, form.receipt.data or "")
        if refusal:
            form.receipt.errors = [refusal]
    own = [(voice, *found) for voice in _voices(ballot) if (found := voting.own_receipt(ballot, voice.entry))]
    return answers.shown(
        "ballots/receipt.html",
        form,
        ballot=ballot,
        counted=counted,
        own=own,
        counted_answers={voice.entry.id: voting.own_answers(ballot, voice.entry) for voice, _code, _vote in own},
        is_open=queries.is_open(ballot),
    )


def _look_up(ballot: Ballot, code: str) -> tuple[bool | None, str]:
    with writing():
        if not limits.hit(f"receipt:{loading.visitor().device}", LOOK_UPS, HOUR):
            return None, _("Too many look-ups from this device. Please try again in an hour")
    return voting.is_counted(ballot, code), ""


@bp.get("/votes/<int:ballot_id>/receipt.png")
@resident
def receipt_png(ballot_id: int) -> Response:
    ballot = queries.public_ballot(ballot_id)
    voice = next((one for one in _voices(ballot) if one.entry.id == whole(request.args.get("entry"))), None)
    found = voting.own_receipt(ballot, voice.entry) if voice else None
    if found is None:
        abort(404)
    return send_file(pictures.receipt_picture(found[0]), "image/png", download_name=f"receipt-{ballot.id}.png")


def _voices(ballot: Ballot) -> list[Voice]:
    return voting.voices(g.actor, ballot) if ballot.opened_at else []


def chosen_voice(ballot: Ballot, sent: str | None = None) -> Any:
    """The one entry this page is about; else the page that says why there is none, or asks which."""
    found = _voices(ballot)
    wanted = whole(sent or request.args.get("entry"))
    if wanted is not None:
        found = [voice for voice in found if voice.entry.id == wanted]
    if len(found) == 1 and found[0].refusal is None:
        return found[0]
    if len(found) == 1 and found[0].refusal and (page := _voted(ballot, found[0])):
        return make_response(page, 200 if request.method == "GET" else found[0].refusal.status)
    status = 200 if len(found) > 1 else found[0].refusal.status if found and found[0].refusal else 403
    page = render_template(
        "ballots/whose.html",
        ballot=ballot,
        voices=found,
        family=[] if found or not ballot.opened_at else handed_in.by_family(g.actor, ballot),
        is_open=queries.is_open(ballot),
        say=say,
    )
    return make_response(page, status)


def answers_sent(ballot: Ballot) -> dict[int, str]:
    return {item.position: request.form.get(f"item-{item.position}", "")[:20] for item in ballot.items}


def groups(ballot: Ballot) -> list[Group]:
    found: list[Group] = []
    for item in ballot.items:
        title = labels.group_title(ballot, item)
        if not found or found[-1].title != title:
            found.append(Group(title, labels.group_sentence(ballot, item), []))
        found[-1].items.append(item)
    return found


def totals(given: dict[int, str]) -> list[tuple[str, int]]:
    """同意 5 · 反对 1 · 弃权 1, or how many were chosen."""
    words = [labels.answer_word(answer) for answer in given.values() if not answer.isdigit()]
    return [(word, words.count(word)) for word in dict.fromkeys(words)]
