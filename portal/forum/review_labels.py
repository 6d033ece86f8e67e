"""The moderators' words: what they do, and how the log calls it."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.moderation import Emergency, PostAction, PostState
from portal.domain.moderation_grounds import GROUNDS, Ground
from portal.forum.topic_models import TopicState

ACTIONS: dict[PostAction, LazyString] = {
    PostAction.PUBLISH: _l("Publish"),
    PostAction.RETURN: _l("Ask the author to change it"),
    PostAction.REFUSE: _l("Do not publish"),
    PostAction.HIDE: _l("Hide"),
    PostAction.RESTORE: _l("Show again"),
    PostAction.MOVE: _l("Move to another topic"),
    PostAction.SPLIT: _l("Ask the author whether it becomes a case"),
    PostAction.ESCALATE: _l("Passed on to the street, late"),
    PostAction.UNDO: _l("Undone"),
    PostAction.EDIT: _l("Changed by its author"),
    PostAction.RESUBMIT: _l("Handed in again"),
    PostAction.WITHDRAW: _l("Taken back by its author"),
    PostAction.APPEAL: _l("Author asks the street to look again"),
    PostAction.OVERTURN: _l("Published after a second look"),
    PostAction.UPHOLD: _l("Decision upheld"),
}
SHOWS = {
    "held": _l("To be reviewed"),
    "returned": _l("Author asked to change"),
    "appeals": _l("Street asked to look again"),
    "flags": _l("Flagged by readers"),
}
STATES: dict[str, LazyString] = {
    PostState.HELD: _l("Waiting for a look"),
    PostState.PUBLISHED: _l("Published"),
    PostState.RETURNED: _l("Please change it"),
    PostState.REFUSED: _l("Not published"),
    PostState.HIDDEN: _l("Not shown any more"),
    PostState.WITHDRAWN: _l("Taken back by its author"),
    TopicState.OPEN: _l("Under discussion"),
    TopicState.CLOSED: _l("Ended"),
}
EMERGENCIES = {
    Emergency.PAUSED: _l("Posting paused"),
    Emergency.REVIEWED: _l("Everything reviewed first"),
}


def ground_choices() -> list[tuple[str, str]]:
    return [(str(ground), GROUNDS[ground].name) for ground in Ground]


NORMAL = _l("Back to normal")
