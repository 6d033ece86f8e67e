"""What is pointed out to the moderator, and what is left alone."""

import pytest

from portal.domain.suspicions import Suspicion, find, speaks_of


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("可以找我，幺三八零零一三八零零零", "幺三八零零一三八零零零"),
        ("电话壹叁捌-零零壹叁-捌零零零", "壹叁捌-零零壹叁-捌零零零"),
        ("我的号 1三8 OO1三 8零零零", "1三8 OO1三 8零零零"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪打给我", "①③⑧⓪⓪①③⑧⓪⓪⓪"),
    ],
)
def test_a_number_in_disguise_is_pointed_out(text: str, hidden: str) -> None:
    [spot] = find(text)

    assert spot.kind is Suspicion.DISGUISED_NUMBER
    assert text[spot.start : spot.end] == hidden


@pytest.mark.parametrize(
    "text",
    [
        "一楼到六楼都漏水，2019 年修过一次，花了三千二百元",
        "施工质量太差，我要投诉，再不管就信访、找纪检反映腐败",
        "十一点到一点半不要施工，二十三号楼也一样",
        "编号 HD240617-00123 的事办得慢",
        "赞成的有一百一十三户，反对的八户",
    ],
)
def test_criticism_and_plain_figures_are_left_alone(text: str) -> None:
    assert find(text) == []


def test_addresses_contacts_and_listed_words() -> None:
    text = "就是 3 号楼 2 门 301 那家，加我微信：abc12345，混 蛋"
    kinds = [spot.kind for spot in find(text, ["混蛋"])]

    assert kinds == [Suspicion.ADDRESS, Suspicion.CONTACT, Suspicion.WORD]


def test_a_long_text_is_quick() -> None:
    assert len(find("一三八，" * 1000)) <= 1000


def test_who_speaks_of_the_moderator() -> None:
    assert speaks_of("居委会从来不管", [])
    assert speaks_of("李 建国收了好处", ["李建国"])
    assert not speaks_of("我们社区的树长得好", ["李建国"])
