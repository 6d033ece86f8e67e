"""What a file of homes may say, and what is answered to each fault: row, column, value, reason, remedy."""

from io import BytesIO

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.core.writing import writing
from portal.roster.importing import reading
from portal.roster.importing.checking import Checked, check
from portal.roster.importing.packing import unpacked
from portal.roster.models import AreaSource, HouseholdState, Tenure
from tests.builders.places import make_compound
from tests.builders.roster_files import csv, row, xlsx

pytestmark = pytest.mark.databases("sqlite")


def checked(file: BytesIO) -> Checked:
    with writing():
        compound = make_compound()
    return check(compound, unpacked(reading.read(file).content))


def said(file: BytesIO) -> list[tuple[int, str, str, str]]:
    with force_locale("zh"):
        found = checked(file).findings
        return [(one.row, str(one.column), one.problem, one.remedy) for one in found]


def test_what_offices_write_differently_is_taken_as_it_is_meant(app: Flask) -> None:
    table = checked(
        csv(
            [
                row(
                    楼号="３号楼",
                    门="2",
                    室="301室",
                    专有面积="９２．３ ㎡",
                    手机号="139 0000-0001",
                    共有人="李四，王五",
                ),
                row(楼号="3", 门="2门", 室="302", 产权性质="直管公房", 面积来源="", 业主编号="gf 1", 备注="长期空置"),
                row(楼号="DJZ03", 室="303", 小区="东局子小区", 手机号="", 备注="房主去世，未过户"),
            ]
        )
    )
    assert not table.findings
    first, second, third = (home.facts for home in table.homes)
    assert (first.area, first.phone, first.co_owners) == (9230, "+8613900000001", ("李四", "王五"))
    assert (second.tenure, second.area_source, second.number) == (Tenure.PUBLIC, None, "GF1")
    assert (second.state, third.state, third.phone) == (HouseholdState.VACANT, HouseholdState.DECEASED, None)
    assert first.area_source is AreaSource.REGISTER
    assert [home.label for home in table.homes] == ["3-2-301", "3-2-302", "3-2-303"]


FAULTS = [
    ({"楼号": "3栋"}, "楼号", "没有这栋楼", "您是不是想写 3 号楼？"),
    ({"楼号": "三号楼"}, "楼号", "没有这栋楼", "您是不是想写 3 号楼？"),
    ({"楼号": "9 号楼"}, "楼号", "没有这栋楼", "这个小区有：1 号楼、2 号楼、3 号楼"),
    ({"楼号": ""}, "楼号", "没有填楼号", "例如：3 号楼"),
    ({"门": "2单元"}, "门", "这栋楼没有这个门", "您是不是想写 2 门？"),
    ({"门": "7 门"}, "门", "这栋楼没有这个门", "这栋楼有：1 门、2 门"),
    ({"室": ""}, "室", "没有填室", "例如：301"),
    ({"房主姓名": ""}, "房主姓名", "没有填房主姓名", "写房主姓名；公房写承租人"),
    ({"房主姓名": "张三13800001234"}, "房主姓名", "不像姓名", "只写姓名，最多 40 个字；号码写在“手机号”一列"),
    ({"房主姓名": "=1+1"}, "房主姓名", "不像姓名", "只写姓名，最多 40 个字；号码写在“手机号”一列"),
    ({"手机号": "1381234567"}, "手机号", "只有 10 位", "手机号是 11 位"),
    ({"手机号": "13900000001、13900000002"}, "手机号", "有 22 位", "手机号是 11 位，只写一个"),
    ({"手机号": "1.39E+10"}, "手机号", "号码被表格软件改短了", "把这一列设成“文本”，重新填一遍"),
    ({"专有面积": "92,3"}, "专有面积", "小数点写成了逗号", "请写成 92.3"),
    ({"专有面积": "92.305"}, "专有面积", "不是面积", "写成 92.30 这样，小数最多两位"),
    ({"专有面积": "0"}, "专有面积", "一户没有这么大或这么小", "要大于 0，不超过 10,000 ㎡"),
    ({"产权性质": "企业厂"}, "产权性质", "没有这种产权性质", "您是不是想写 企业产？"),
    ({"面积来源": "听说"}, "面积来源", "没有这种面积来源", "写登记簿、实测或合同"),
    ({"小区": "奥兰里小区"}, "小区", "不是这个小区的", "这次导入的是东局子小区，请把这一行去掉"),
]


@pytest.mark.parametrize(("cells", "column", "problem", "remedy"), FAULTS)
def test_a_fault_is_named_with_its_remedy(
    app: Flask, cells: dict[str, str], column: str, problem: str, remedy: str
) -> None:
    assert said(xlsx([row(**cells)])) == [(2, column, problem, remedy)]


def test_faults_between_rows(app: Flask) -> None:
    rows = [
        row(),
        row(室="302", 业主编号="A1"),
        row(),
        row(室="303", 业主编号="A1", 房主姓名="李四"),
    ]
    assert said(xlsx(rows)) == [
        (4, "室", "与第 2 行是同一户（3-2-301）", "两行留一行"),
        (5, "业主编号", "第 3 行的同一编号写的是另一位业主", "同一个编号要是同一位业主"),
    ]


def test_a_decimal_point_that_moved_is_a_warning(app: Flask) -> None:
    rows = [row(室=f"{floor}01", 专有面积="80") for floor in range(1, 7)]
    table = checked(
        xlsx([*rows, row(室="701", 专有面积="692.3"), row(室="801", 专有面积=""), row(室="901", 产权性质="")])
    )
    assert [(f.row, f.code, f.is_error) for f in table.findings] == [
        (8, "area_outlier", False), (9, "area_missing", False), (10, "tenure_missing", False),
    ]  # fmt: skip
    assert table.findings[0].params == {"times": 8}
    assert (table.rows, table.errors, table.warnings, len(table.homes)) == (9, 0, 3, 9)


def test_owners_that_look_the_same_are_listed(app: Flask) -> None:
    rows = [
        row(室="101"), row(室="102"), row(室="103", 手机号=""), row(室="104", 业主编号="B7"),
        row(室="105", 房主姓名="李四"), row(室="106", 产权性质="公房"),
    ]  # fmt: skip
    assert [[home.room for home in group] for group in checked(xlsx(rows)).twins] == [["101", "102"]]


def test_rows_are_numbered_as_the_spreadsheet_shows_them(app: Flask) -> None:
    assert said(csv([["", "", ""], row(室="")])) == [(3, "室", "没有填室", "例如：301")]
