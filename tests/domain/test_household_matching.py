"""What counts as the same door and the same person on the roster."""

import pytest

from portal.domain.household_matching import Named, door_number, is_same_door, mask_person, matches

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize("typed", ["3 号楼", "３号楼", "3栋", "三号楼", "03号楼", " 3 "])
def test_a_building_is_found_however_it_is_written(typed: str) -> None:
    assert is_same_door(typed, "3 号楼")


@pytest.mark.parametrize(
    ("typed", "known", "same"),
    [
        ("2单元", "2 门", True),
        ("301室", "301", True),
        ("13", "3 号楼", False),
        ("", "3 号楼", False),
        ("号楼", "号楼", False),
    ],
)
def test_doors(typed: str, known: str, same: bool) -> None:
    assert is_same_door(typed, known) is same


def test_letters_stay_part_of_a_door() -> None:
    assert door_number("2甲门") == "2甲" and door_number("a") == "A"


def test_name_and_number_belong_to_the_same_person() -> None:
    named = [Named("张桂兰", "0136"), Named("李卫东", "7788"), Named("王静", None)]
    assert matches(" 张 桂兰", "0136", named)
    assert matches("李卫东", "7788", named)
    assert not matches("张桂兰", "7788", named), "the number of the other one"
    assert not matches("王静", "", named), "nobody without a number can be matched"
    assert not matches("", "0136", named)


@pytest.mark.parametrize(("name", "shown"), [("张桂兰", "张*兰"), ("张兰", "张*"), ("欧阳娜娜", "欧*娜"), ("张", "*")])
def test_masks(name: str, shown: str) -> None:
    assert mask_person(name) == shown
