"""Codes are read aloud, copied from paper and typed by elders (product D1, D2)."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import cycle

import pytest

from portal.domain.codes import (
    ALPHABET,
    case_number,
    case_secret,
    is_case_number,
    is_code,
    new_code,
    normalise,
    pretty,
    random_case_number,
    random_order_number,
)

DAY = date(2024, 6, 17)


def choosing(text: str):
    letters = cycle(text)

    def choice(among: Sequence[str]) -> str:
        letter = next(letters)
        return letter if letter in among else among[0]

    return choice


def test_nothing_in_the_alphabet_can_be_misread():
    assert not set("01ILOU") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 30


def test_a_code_has_its_length_and_alphabet():
    assert new_code(8, choosing("H7K392QF")) == "H7K392QF"
    assert is_code(new_code(12), 12)
    assert new_code(10) != new_code(10)


@pytest.mark.parametrize("typed", ["h7k3 92qf", "H7K3-92QF", "Ｈ７Ｋ３　９２ＱＦ", " h7k392qf ", "H7K3—92QF"])
def test_every_way_of_typing_it_means_the_same(typed):
    assert normalise(typed) == "H7K392QF"
    assert is_code(normalise(typed), 8)


@pytest.mark.parametrize("wrong", ["", "H7K392Q", "H7K392QFF", "H7K392Q0", "O7K392QF", "h7k392qf"])
def test_what_is_no_code(wrong):
    assert not is_code(wrong, 8)


@pytest.mark.parametrize(
    ("code", "shown"), [("H7K392QF", "H7K3 92QF"), ("K7QF3M2AXN", "K7QF 3M2A XN"), ("7K3Q", "7K3Q")]
)
def test_groups_of_four_for_the_eye(code, shown):
    assert pretty(code) == shown


def test_the_number_tells_day_and_sequence():
    assert case_number("HD", DAY, 123) == "HD240617-00123"
    assert case_number("HD", DAY, 123456) == "HD240617-123456"
    with pytest.raises(ValueError, match="begins with 1"):
        case_number("HD", DAY, 0)


def test_an_accusation_leaves_no_gap_and_never_meets_a_counted_number():
    assert random_case_number("HD", DAY, choosing("23456" + "2345K")) == "HD240617-2345K"
    for _ in range(500):
        tail = random_case_number("HD", DAY).removeprefix("HD240617-")
        assert is_code(tail, 5)
        assert not tail.isdigit()


def test_an_order_about_one_leaves_no_gap_either():
    assert random_order_number(2024, choosing("KW7M")) == "D24-KW7M"
    for _ in range(200):
        assert re.fullmatch(r"D24-[A-Z]{2}[0-9A-Z]{2}", random_order_number(2024)), (
            "a counted one has one letter at most"
        )


@pytest.mark.parametrize(
    "text", ["HD240617-00123", "hd240617-00123", "ＨＤ240617-00123", "HD240617-7K3QF", "HD24061700123"]
)
def test_a_case_number_is_known_by_its_shape(text):
    assert is_case_number(text, "HD")


@pytest.mark.parametrize("text", ["HD2406-00123", "XX240617-00123", "HD240617-0012", "H7K392QF", ""])
def test_what_is_no_case_number(text):
    assert not is_case_number(text, "HD")


def test_the_secret_is_the_end_of_the_phone_or_drawn():
    assert case_secret("+8613800000136") == "0136"
    assert case_secret(None, choosing("7K3Q")) == "7K3Q"
    assert case_secret("", choosing("7K3Q")) == "7K3Q"
