"""Topics proposed by residents: the same look, the same grounds, the same promise as for posts."""

from portal.core.extensions import db
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.domain.moderation import PostAction
from portal.forum import acts, publishing, queue, review_messages
from portal.forum.acts import Why
from portal.forum.models import ModerationAct
from portal.forum.moderating import Decision, faster, reasons
from portal.forum.topic_models import Topic, TopicState

AFTER = {PostAction.RETURN: TopicState.RETURNED, PostAction.REFUSE: TopicState.REFUSED}


def decide(actor: Actor, topic_id: int, decision: Decision) -> ModerationAct:
    """Publish, ask for a change or refuse. Conflict when somebody else was faster. Flushes."""
    topic = queue.topic_for(actor, topic_id, lock=True)
    if topic.revision != decision.revision or topic.state is not TopicState.HELD:
        raise faster(topic)
    if decision.action not in {PostAction.PUBLISH, *AFTER}:
        raise Conflict("This can no longer be done with the post. Please reload the page.")
    why = Why() if decision.action is PostAction.PUBLISH else reasons(decision)
    before = topic.state
    _settle(topic, decision.action, why)
    act = acts.record(actor, decision.action, topic, before, topic.state, why)
    review_messages.tell_proposer(topic, act, why)
    return act


def _settle(topic: Topic, action: PostAction, why: Why) -> None:
    if action is PostAction.PUBLISH:
        publishing.open_topic(topic)
        return
    topic.state, topic.ground, topic.reason = AFTER[action], why.ground, why.to_author
    topic.revision += 1
    db.session.flush()
