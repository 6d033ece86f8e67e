"""Who looks at a text: never those of whom it speaks."""

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.suspicions import Suspicion
from portal.forum.looking import look
from portal.forum.topic_models import HeldWord
from tests.builders.cases import World, make_world

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def world(app) -> World:
    with writing():
        db.session.add(HeldWord(word="王八蛋", added_at=clock.now()))
        return make_world()


@pytest.mark.parametrize(
    "text", ["居 委会的人从来不来看", "张建国说过的话不算数", "东局子社区拿了钱不办事", "社区书记应该出来解释"]
)
def test_what_speaks_of_the_moderators_goes_to_the_street(world, text):
    assert look(text, world.community.id).about_unit


@pytest.mark.parametrize("text", ["小区车棚太小了", "施工队半夜还在干活，工程质量差", "我们社区的老人多，坡道要缓一点"])
def test_criticism_of_the_works_and_mention_of_the_place_do_not(world, text):
    found = look(text, world.community.id)
    assert not found.about_unit and not found.is_suspicious


def test_the_operators_words_and_disguised_numbers_are_marked(world):
    found = look("王八蛋，幺三八零零一三八零零零", world.community.id)
    assert {spot.kind for spot in found.spots} == {Suspicion.WORD, Suspicion.DISGUISED_NUMBER}
