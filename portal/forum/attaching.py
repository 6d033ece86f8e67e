"""Documents (PDF) on a topic: put up and taken down by who leads it, downloaded by everybody who may read it. All flush only."""

from portal.audit import journal
from portal.domain.actors import Actor
from portal.domain.errors import DomainError, NotFound
from portal.forum.topic_models import Topic
from portal.media import documents
from portal.media.models import Document, Owner
from portal.media.queries import document_by_token, documents_of

KIND = "topic"


def of_topic(topic: Topic) -> list[Document]:
    return list(documents_of(Owner(KIND, topic.id)))


def attach(actor: Actor, topic: Topic, found: documents.Incoming) -> Document:
    """The topic is locked: two at once do not pass the limit together."""
    here = of_topic(topic)
    if len(here) >= documents.MOST:
        raise DomainError("At most %(most)s documents. Please take one down first.", most=documents.MOST)
    if any(each.sha256 == found.sha256 for each in here):
        raise DomainError("This document is there already.", field="document")
    document = documents.keep(found, Owner(KIND, topic.id))
    journal.record("forum:document", actor, topic.subject, document=document.id, sha256=found.sha256)
    return document


def take_down(actor: Actor, topic: Topic, token: str) -> None:
    document = next((each for each in of_topic(topic) if each.token == token), None)
    if document is None:
        raise NotFound("This document is not there any more.")
    documents.remove(document)
    journal.record("forum:document_removed", actor, topic.subject, document=document.id, sha256=document.sha256)


def topic_document(token: str) -> tuple[Document, int] | None:
    """A document with the id of its topic; whoever asks decides who may have it."""
    found = document_by_token(token)
    if found is None or found.owner_kind != KIND or not found.owner_id.isdigit():
        return None
    return found, int(found.owner_id)
