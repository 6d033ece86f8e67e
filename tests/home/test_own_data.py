"""我的信息 across the features: what was said and voted is in the copy; going away erases texts and leaves acts (ID12)."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from portal.ballots import casting
from portal.ballots.models import RollEntry, Vote
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.moderation import PostState
from portal.domain.moderation_grounds import Ground
from portal.forum import flags, submitting
from portal.forum.models import ActText, Flag, ModerationAct, Post, PostRevision
from portal.membership.models import Membership, MembershipRole
from tests.builders.ballots import make_open
from tests.builders.cases import World
from tests.builders.forum import Neighbour, make_neighbour, make_post, make_topic
from tests.builders.identity import make_account, sign_in_resident
from tests.builders.roster import make_member
from tests.builders.votes import close_and_count
from tests.visitor import Visitor

pytestmark = pytest.mark.databases("sqlite")
HELD, SHOWN = "这一条还没人看过", "放在南墙边好"


@pytest.fixture
def author(world: World) -> Neighbour:
    with writing():
        return make_neighbour(world.building)


def copy_of(client: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/me/privacy/export.json").text)
    return found


def test_the_copy_holds_what_was_said_and_reported(
    world: World, author: Neighbour, client: Visitor, new_client: Any
) -> None:
    with writing():
        other = make_neighbour(world.building, "13900003333", "李四")
        topic = make_topic(world)
        make_post(author, topic, SHOWN)
        theirs = make_post(other, topic, "别人写的话")
        flags.flag(author.actor, theirs.id, Ground.PRIVACY, "里面有门牌")
        submitting.support(author.actor, topic, theirs, wanted=True)
    sign_in_resident(client, author.number)
    found = copy_of(client)
    assert [post["words"] for post in found["posts"]] == [SHOWN] and found["posts"][0]["topic"]
    assert found["flags"][0]["words"] == "里面有门牌" and len(found["supports"]) == 1
    assert "别人写的话" not in json.dumps(found, ensure_ascii=False), "the other's words are the other's"


def test_votes_say_that_and_when_and_what_only_after_the_close(
    world: World, author: Neighbour, client: Visitor, new_client: Any
) -> None:
    with writing():
        renter = make_member(
            db.session.merge(author.member).household, make_account("+8613900004444"), role=MembershipRole.RENTER
        )
        ballot = make_open(world.building.compound)
        entry = db.session.scalars(select(RollEntry)).one()
        account_id, revision = author.member.account_id, entry.revision

        actor = Actor("resident", account_id)
        answers = {item.position: "agree" for item in ballot.items}
        casting.note(actor, casting.cast(actor, ballot.id, entry.id, revision, answers, account_id=account_id))
    sign_in_resident(client, author.number)
    [vote] = copy_of(client)["votes"]
    assert vote["voted"] and vote["by"] == "mine" and vote["at"] and vote["answers"] is None
    close_and_count(ballot)
    [vote] = copy_of(client)["votes"]
    assert set(vote["answers"].values()) == {"agree"}
    lodger = new_client()
    sign_in_resident(lodger, db.session.merge(renter).account.phone)
    assert copy_of(lodger)["votes"] == [], "a renter does not learn what the home voted"


def test_going_away_erases_texts_and_leaves_acts(world: World, author: Neighbour, client: Visitor) -> None:
    with writing():
        topic = make_topic(world)
        shown = make_post(author, topic, SHOWN).id
        held = make_post(author, topic, HELD, state=PostState.HELD).id
        ballot = make_open(world.building.compound)
        entry = db.session.scalars(select(RollEntry)).one()

        answers = {item.position: "agree" for item in ballot.items}
        actor = Actor("resident", author.member.account_id)
        casting.cast(actor, ballot.id, entry.id, 0, answers, account_id=actor.id)
    sign_in_resident(client, author.number)
    client.visit("/me/privacy/delete")
    client.press("注销账号")
    db.session.rollback()
    public, gone = db.session.get_one(Post, shown), db.session.get_one(Post, held)
    assert public.words == SHOWN and public.shown_name is None and public.state is PostState.PUBLISHED
    assert gone.state is PostState.WITHDRAWN and HELD not in gone.words
    kept = [*db.session.scalars(select(ActText.words)), *db.session.scalars(select(PostRevision.words))]
    assert HELD not in kept and db.session.scalars(select(ModerationAct).where(ModerationAct.post_id == held)).all()
    assert len(db.session.scalars(select(Vote)).all()) == 1, "a cast vote stays"
    assert not db.session.scalars(select(Membership).where(Membership.is_voter)).all()
    assert not db.session.scalars(select(Flag.words).where(Flag.words.is_not(None))).all()
