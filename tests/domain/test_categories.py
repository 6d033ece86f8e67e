"""The taxonomy: complete, in words that fit an SMS, and leading to somebody who may answer."""

import pytest

from portal.domain.case_statuses import CaseTrack
from portal.domain.categories import (
    BY_CODE,
    CATEGORIES,
    GROUPS,
    RESIDENT_BY_CODE,
    RESIDENT_CATEGORIES,
    default_level2,
    guess,
    track_of,
)
from portal.domain.category_keywords import KEYWORDS
from portal.domain.levels import Level

UNITS = set("ZJW FWZX SG JL JD JW DZZ WY SHUI DIAN QI RE TX CGW XF STJ GA JJ".split())  # noqa: SIM905
ICONS = set(
    "camera image phone search chat building yuan vote pin clock check cross warn info copy mic bell flag list chart "  # noqa: SIM905
    "home people doc gear star print left right down plus minus "
    "water bolt wrench tree car charge lamp door noise shield".split()
)


def test_the_resident_chooses_among_sixteen_in_this_order():
    assert [choice.label for choice in RESIDENT_CATEGORIES] == [
        "施工噪声、扬尘",
        "停水停电停气停热",
        "施工质量",
        "施工安全隐患",
        "漏水、排水、管线",
        "道路、停车",
        "充电、车棚",
        "照明、楼道",
        "树木、卫生",
        "改造内容和方案",
        "入户和财物",
        "资金和公开",
        "物业和服务",
        "工作人员的态度、办事",
        "收钱、吃拿卡要等（直接交纪检监察）",
        "说不清，请社区帮我分",
    ]


def test_every_code_is_unique_and_every_name_fits():
    assert len(BY_CODE) == len(CATEGORIES)
    assert not set(BY_CODE) & set(RESIDENT_BY_CODE)
    for category in CATEGORIES:
        assert 1 <= len(category.short_name) <= 6, category.code
        assert len(category.name) <= 30
        assert len(category.code) <= 30
        assert category.group_name == GROUPS[category.group]
    assert len({category.name for category in CATEGORIES}) == len(CATEGORIES)


def test_every_unit_and_icon_is_known():
    for category in CATEGORIES:
        assert {category.unit, category.executor, *category.co_units} - {None} <= UNITS
    assert {choice.icon for choice in RESIDENT_CATEGORIES} <= ICONS


def test_the_contractor_never_answers_the_resident():
    assert all(category.unit != "SG" for category in CATEGORIES)
    carried_out = [category for category in CATEGORIES if category.executor]
    assert carried_out
    assert all((category.unit, category.executor) == ("FWZX", "SG") for category in carried_out)


def test_every_group_and_choice_has_a_second_level():
    assert {category.group for category in CATEGORIES} == set(GROUPS)
    for choice in RESIDENT_CATEGORIES:
        default = BY_CODE[default_level2(choice.code)]
        assert default.resident_code == choice.code
        assert default.group in (choice.groups or (12,))
        for row in CATEGORIES:
            if row.resident_code == choice.code and choice.groups:
                assert row.group in choice.groups


@pytest.mark.parametrize("code", ["outage_cut", "safety_falling", "safety_gas", "safety_wires", "safety_pit"])
def test_what_endangers_life_is_level_a(code):
    assert BY_CODE[code].level is Level.A


def test_an_old_tree_stops_the_works_first():
    assert BY_CODE["trees_felling"].level is Level.B


def test_a_photo_of_the_result_is_asked_for_repairs_only():
    assert BY_CODE["lighting_dark"].needs_photo
    for group in (11, 12):
        assert not any(category.needs_photo for category in CATEGORIES if category.group == group)
    assert not BY_CODE["noise_night"].needs_photo


def test_two_choices_leave_the_ordinary_road():
    assert track_of("conduct") is track_of("conduct_shirking") is CaseTrack.CONFLICT
    assert track_of("integrity") is track_of("integrity_report") is CaseTrack.SEALED
    rest = [choice for choice in RESIDENT_BY_CODE if choice not in ("conduct", "integrity")]
    assert {track_of(code) for code in rest} == {CaseTrack.ORDINARY}
    assert BY_CODE["conduct_shirking"].unit is None  # its superior, not a unit of the table
    assert BY_CODE["integrity_report"].unit == "JJ"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("二门三楼楼道灯坏了，晚上看不清台阶", "lighting"),
        ("楼道太黑", "lighting"),
        ("半夜还在用电钻，吵得睡不着", "noise"),
        ("家里停水两天了", "outage"),
        ("暖气不热", "outage"),
        ("屋顶漏雨，下雨就漏", "quality"),
        ("厨房水管漏水", "pipes"),
        ("下水堵了，马桶返水", "pipes"),
        ("脚手架上的砖快掉下来了", "safety"),
        ("门口有煤气味", "safety"),
        ("他们要把老树砍了", "trees"),
        ("车棚漏雨", "charging"),
        ("有人飞线充电", "charging"),
        ("没有停车位", "roads"),
        ("加装电梯一楼不同意", "plan"),
        ("改造资金花了多少", "funds"),
        ("物业保洁不来", "property"),
        ("窗口的人态度恶劣，踢皮球", "conduct"),
        ("包工头给他送红包", "integrity"),
        ("您好", None),
        ("", None),
    ],
)
def test_words_point_to_a_choice(words, code):
    assert guess(words) == code


def test_words_refine_the_second_level_within_the_choice():
    assert default_level2("noise", "到处是灰尘") == "noise_dust"
    assert default_level2("noise", "车棚坏了") == "noise_night"
    assert default_level2("outage", "暖气不热") == "outage_heat"


def test_keywords_belong_to_categories():
    assert set(KEYWORDS) <= set(BY_CODE)
