"""What must not be read by neighbours is found, and nothing else is."""

import pytest

from portal.domain.personal_data import PersonalKind, find, mask

ID_18 = "11010519491231002X"  # the specimen of GB 11643
ID_15 = "110105491231002"


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138-0013-8000",
        "138 0013 8000",
        "138 001 38000",
        "138.0013.8000",
        "138—0013—8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "１３８００１３８０００",
        "１３８－００１３－８０００",
        "+8613800138000",
        "+86 138 0013 8000",
        "0086-13800138000",
        "8613800138000",
    ],
)
def test_a_phone_is_found_however_it_is_written(number):
    text = f"请打电话{number}找我"
    (found,) = find(text)
    assert text[found.start : found.end] == number
    assert found.kind is PersonalKind.PHONE
    assert mask(text) == "请打电话138****找我"


@pytest.mark.parametrize("number", [ID_18, ID_18.lower(), "110105 19491231 002X", "11010519491231002Ｘ", ID_15])
def test_an_id_number_is_found(number):
    text = f"身份证{number}。"
    (found,) = find(text)
    assert text[found.start : found.end] == number
    assert found.kind is PersonalKind.ID_NUMBER
    assert mask(text) == "身份证身份证号****。"


@pytest.mark.parametrize(
    "text",
    [
        "编号HD240617-00123，查询码H7K3 92QF",
        "HD240617-00123 HD240617-00124",
        "12345、110、119、12388",
        "打12345没人接，从2024-06-17 13:00等到2024-06-18 18:30",
        "2024年6月17日 13时38分",
        "总投资323.2万元，合同1380013.80元，共3,261元",
        "13 14 15 16 17 2 门都漏",
        "1-2-3-4-5-6-7-8 楼",
        "社区电话022-24312345",
        "12800138000",
        "工单号20240617138001380001",
        "一三八零零一三八零零零",
        "110105194912310021",  # the check character is wrong
        "110105194913310020",  # no such month
        "990105491231002",  # no such province
        "120102241317001",  # a ticket number: no such month
        "面积80930.00平方米，991户",
        "",
    ],
)
def test_what_is_left_alone(text):
    assert find(text) == []
    assert mask(text) == text


def test_several_are_masked_in_their_places():
    text = f"我13800138000，老伴139-0013-9000，证{ID_18}，3号楼。"
    assert [found.kind for found in find(text)] == [PersonalKind.PHONE, PersonalKind.PHONE, PersonalKind.ID_NUMBER]
    assert mask(text) == "我138****，老伴139****，证身份证号****，3号楼。"


def test_a_phone_beside_a_date_or_a_door_is_still_found():
    assert mask("2024-06-17 13800138000") == "2024-06-17 138****"
    assert mask("3-13800138000") == "3-138****"
    assert mask("tel13800138000,2号楼") == "tel138****,2号楼"
    assert mask("13800138000 2号楼") == "138**** 2号楼"


def test_masking_twice_changes_nothing():
    once = mask(f"13800138000 {ID_18}")
    assert mask(once) == once
