"""Invented names of a demo. The four compounds are the plan's; streets, communities, units and people are made up."""

from dataclasses import dataclass

from portal.domain.roles import Role
from portal.places.models import AgencyKind

HOUSEHOLDS = 991  # the plan's totals, two (二)
AREA = 8_093_000  # hundredths of ㎡: 80,930.00 ㎡


@dataclass(frozen=True)
class Unit:
    """`superior` is the code of the unit that answers for it (domain.md §0.5)."""

    code: str
    name: str
    short_name: str
    kind: AgencyKind
    superior: str = ""
    contact: str = "值班室"


DISTRICT_UNITS = (
    Unit("DC", "河东区人民政府督查室（演示）", "区督查室", AgencyKind.AUDITOR),
    Unit("ZJW", "河东区住房和建设委员会（演示）", "区住建委", AgencyKind.DISTRICT, "DC", "旧改办"),
    Unit("FWZX", "河东区房产服务中心（演示）", "区房产服务中心", AgencyKind.CENTRE, "ZJW", "工程科"),
    Unit("SG", "旧改工程施工单位项目部（演示）", "施工项目部", AgencyKind.CONTRACTOR, "FWZX", "项目经理部"),
    Unit("JL", "旧改工程监理单位项目部（演示）", "监理项目部", AgencyKind.SUPERVISOR, "FWZX", "总监办"),
    Unit("SHUI", "供水公司河东服务站（演示）", "供水公司", AgencyKind.UTILITY, "ZJW", "抢修班"),
    Unit("DIAN", "供电公司河东服务站（演示）", "供电公司", AgencyKind.UTILITY, "ZJW", "配电抢修班"),
    Unit("QI", "燃气公司河东服务站（演示）", "燃气公司", AgencyKind.UTILITY, "ZJW", "抢险班"),
    Unit("RE", "供热公司河东服务站（演示）", "供热公司", AgencyKind.UTILITY, "ZJW", "客服组"),
    Unit("TX", "通信公司河东服务站（演示）", "通信公司", AgencyKind.UTILITY, "ZJW", "线路组"),
    Unit("CGW", "河东区城市管理委员会（演示）", "区城管委", AgencyKind.BUREAU, "DC", "市容科"),
    Unit("XF", "河东区消防救援支队（演示）", "区消防", AgencyKind.BUREAU, "DC", "防火科"),
    Unit("STJ", "河东区生态环境局（演示）", "区生态环境局", AgencyKind.BUREAU, "DC", "噪声组"),
    Unit("GA", "公安河东分局（演示）", "公安河东分局", AgencyKind.BUREAU, "DC", "治安科"),
    Unit("HL", "河东区12345热线工作机构（演示）", "区热线办", AgencyKind.HOTLINE, "DC", "派单组"),
    Unit("JJ", "河东区纪检监察机关（演示）", "区纪检监察", AgencyKind.DISCIPLINE, "", "信访室"),
)

STREET_UNITS = (Unit("JD", "{street}办事处（演示）", "{street}办", AgencyKind.STREET, "ZJW", "城建科"),)

COMMUNITY_UNITS = (
    Unit("JW", "{community}居民委员会（演示）", "{stem}居委会", AgencyKind.COMMUNITY, "JD", "居委会主任"),
    Unit("DZZ", "{community}党组织（演示）", "{stem}党组织", AgencyKind.COMMUNITY, "JD", "书记"),
    Unit("WY", "{stem}物业服务站（演示）", "{stem}物业", AgencyKind.PROPERTY, "JD", "客服台"),
)


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    buildings: int
    households: int


# Two streets with one community each; which compound lies where is invented, the plan does not say.
STREETS = ("槐安街道", "临河街道")
COMMUNITIES = ("槐安里社区", "临河里社区")
ADDRESSES = ("槐安里示例路12号（演示）", "临河里示例道30号（演示）")
COMMUNITY_OF = {"DJZ": 0, "ALL": 0, "WDL": 1, "FML": 1}

PLACES = (
    Place("DJZ", "东局子小区", 10, 356),
    Place("WDL", "万东路84号院", 6, 208),
    Place("ALL", "奥兰里小区", 8, 287),
    Place("FML", "富民路116号院小区", 4, 140),
)

STAGE_NOTES = {
    "DJZ": "外墙整修，预计8月完成",
    "WDL": "小区行车路面整修，预计7月完成",
    "ALL": "管线规范入地，预计8月完成",
    "FML": "自行车棚维修，预计7月完成",
}


@dataclass(frozen=True)
class Person:
    """A demo account. `unit` is a unit code; `communities`, `streets` are places in the tuples above."""

    username: str
    name: str
    role: Role
    unit: str
    communities: tuple[int, ...] = ()
    streets: tuple[int, ...] = ()


PEOPLE = (
    Person("community1", "周敏", Role.COMMUNITY, "DZZ1", communities=(0,)),
    Person("community2", "赵立群", Role.COMMUNITY, "JW1", communities=(0,)),
    Person("community3", "冯秀兰", Role.COMMUNITY, "JW2", communities=(1,)),
    Person("street1", "孙国强", Role.STREET, "JD1", streets=(0,)),
    Person("street2", "马文静", Role.STREET, "JD2", streets=(1,)),
    Person("agency1", "李建平", Role.AGENCY, "FWZX"),
    Person("agency2", "陈志远", Role.AGENCY, "DIAN"),
    Person("contractor1", "王大勇", Role.CONTRACTOR, "SG"),
    Person("district1", "刘晓东", Role.DISTRICT, "ZJW"),
    Person("district2", "何婷", Role.DISTRICT, "ZJW"),
    Person("hotline1", "郑洁", Role.HOTLINE, "HL"),
    Person("discipline1", "吴正", Role.DISCIPLINE, "JJ"),
    Person("auditor1", "高明", Role.AUDITOR, "DC"),
    Person("admin", "系统管理员甲", Role.ADMIN, "ZJW"),
    Person("admin2", "系统管理员乙", Role.ADMIN, "ZJW"),
)

# Units whose people do not sign in during a demo, but whose work the past months show.
DUTY = ("SHUI", "QI", "RE", "TX", "CGW", "XF", "STJ", "GA", "JL", "WY1", "WY2")
