"""A mobile number however it is typed, and words that say what is wrong with it."""

import pytest

from portal.domain.phones import PhoneError, mask, parse_mobile, tail


@pytest.mark.parametrize(
    "typed",
    [
        "13800000136",
        "138 0000 0136",
        "138-0000-0136",
        "１３８０００００１３６",
        "+8613800000136",
        "+86 138 0000 0136",
        "＋86－138－0000－0136",
        "86 13800000136",
        "0086-138-0000-0136",
        "（138）0000·0136 ",
        "138\u30000000\u30000136",
        "138—0000—0136",
    ],
)
def test_every_way_of_typing_is_one_number(typed):
    assert parse_mobile(typed) == "+8613800000136"


@pytest.mark.parametrize(("typed", "count"), [("1380000013", 10), ("138000001366", 12), ("1", 1), ("24312345", 8)])
def test_the_length_is_named(typed, count):
    with pytest.raises(PhoneError) as error:
        parse_mobile(typed)
    assert error.value.msgid == "A mobile number has 11 digits, you entered %(count)s. Please check it."
    assert error.value.params == {"count": count}
    assert error.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "msgid"),
    [
        ("", "Please enter a mobile number of 11 digits."),
        ("  - ", "Please enter a mobile number of 11 digits."),
        ("23800000136", "A mobile number begins with 1."),
        ("02224312345", "A mobile number begins with 1."),
        ("12800000136", "This is not a mobile number of the mainland. Please check it."),
        ("1380000o136", "A mobile number has only digits. Please check it."),
        ("+1 415 555 0100", "A mobile number has only digits. Please check it."),
        ("一三八〇〇〇〇〇一三六", "A mobile number has only digits. Please check it."),
    ],
)
def test_each_mistake_has_its_own_words(typed, msgid):
    with pytest.raises(PhoneError) as error:
        parse_mobile(typed)
    assert error.value.msgid == msgid


def test_a_number_that_begins_with_86_is_not_cut_when_it_is_too_short():
    with pytest.raises(PhoneError) as error:
        parse_mobile("8613800000")
    assert error.value.params == {"count": 10}


def test_the_mask_hides_what_opens_a_case():
    assert mask("+8613800000136") == "138****"
    assert tail("+8613800000136") == "0136"
    assert tail("+8613800000136") not in mask("+8613800000136")
