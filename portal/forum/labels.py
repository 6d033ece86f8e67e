"""The words of the forum: stances, verdicts, states, each with its look."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.domain.moderation import PostState
from portal.domain.moderation_grounds import GROUNDS, Ground
from portal.domain.suspicions import Suspicion
from portal.forum.models import Post
from portal.forum.topic_models import AuthorKind, ScopeKind, Stance, TopicState, Verdict

STANCES = {
    Stance.FOR: _l("In favour"),
    Stance.AGAINST: _l("Against"),
    Stance.SUGGESTION: _l("A suggestion"),
    Stance.QUESTION: _l("A question"),
}
STANCE_LOOKS = {Stance.FOR: "ok", Stance.AGAINST: "brick", Stance.SUGGESTION: "blue", Stance.QUESTION: "gray"}

AUTHORS = {AuthorKind.COMMUNITY: _l("Raised by the community"), AuthorKind.RESIDENT: _l("Raised by a resident")}

SCOPES = {
    ScopeKind.BUILDING: _l("This building"),
    ScopeKind.COMPOUND: _l("This compound"),
    ScopeKind.COMMUNITY: _l("The whole community"),
    ScopeKind.STREET: _l("The whole street"),
    ScopeKind.WORKS: _l("One item of the works"),
}

VERDICTS = {
    Verdict.ADOPTED: _l("Adopted"),
    Verdict.PARTLY: _l("Partly adopted"),
    Verdict.NOT_NOW: _l("Not adopted for now"),
}
VERDICT_LOOKS = {
    Verdict.ADOPTED: ("ok", "check"),
    Verdict.PARTLY: ("warn", "minus"),
    Verdict.NOT_NOW: ("gray", "info"),
}

TOPIC_STATES = {
    TopicState.HELD: _l("To be looked at"),
    TopicState.OPEN: _l("Under discussion"),
    TopicState.RETURNED: _l("Please change it"),
    TopicState.REFUSED: _l("Not published"),
    TopicState.CLOSED: _l("Ended"),
}

SUSPICIONS = {
    Suspicion.DISGUISED_NUMBER: _l("Looks like a phone number"),
    Suspicion.ADDRESS: _l("Looks like somebody's address"),
    Suspicion.CONTACT: _l("Looks like a contact"),
    Suspicion.WORD: _l("On the word list"),
}


def ground_words(ground: Ground | None) -> str:
    return GROUNDS[ground].name if ground else ""


def placeholder(post: Post) -> str:
    """What stands where a hidden post stood."""
    return gettext("This post is not shown because of: %(ground)s", ground=ground_words(post.ground))


def state_tag(post: Post) -> tuple[str, str, str]:
    """(word, style, drawing) of a post for its author, ux.md §3.15."""
    appeal = post.appeal
    if appeal is not None and appeal.decided_at is None:
        return gettext("The street office is looking"), "blue", "clock"
    if appeal is not None and post.state is PostState.PUBLISHED and appeal.upheld:
        return gettext("Published after the second look"), "ok", "check"
    if appeal is not None and not appeal.upheld and post.state in (PostState.REFUSED, PostState.HIDDEN):
        return gettext("The decision stands"), "gray", "info"
    word, style, drawing = _PLAIN[post.state]
    return str(word), style, drawing


_PLAIN = {
    PostState.HELD: (_l("Waiting for a look"), "gray", "clock"),
    PostState.PUBLISHED: (_l("Published"), "ok", "check"),
    PostState.RETURNED: (_l("Please change it"), "warn", "pencil"),
    PostState.REFUSED: (_l("Not published"), "gray", "info"),
    PostState.HIDDEN: (_l("Not shown any more"), "gray", "eye"),
    PostState.WITHDRAWN: (_l("Taken back by you"), "gray", "cross"),
}
