"""What the demo's votes are about: titles, items and how people are inclined. Invented, apart from the plan's own words."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from portal.domain.ballot_kinds import AnswerKind, ConvenerKind, ItemCategory, Paragraph

WAN = 1_000_000  # 分
BASIC, BETTER, EXTRA, NONE = ItemCategory


@dataclass(frozen=True)
class Matter:
    """One item. `liking`: of a hundred who vote, how many agree or choose it; for a rank, how urgent it seems."""

    title: str
    scope_line: str
    category: ItemCategory
    answer: AnswerKind
    liking: int
    cost: int | None = None
    explanation: str = ""
    paragraph: Paragraph | None = None
    who_pays: str = "中央补助和区财政，居民不出钱"


@dataclass(frozen=True)
class Plan:
    """Times are distances from the demo's present; `share`: of a hundred entries, how many take part."""

    compound: str
    rule: str
    title: str
    short_name: str
    items: tuple[Matter, ...]
    announced: timedelta
    starts: timedelta
    ends: timedelta
    share: int = 0
    budget: int | None = None
    about: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def _days(number: float) -> timedelta:
    return timedelta(days=number)


AT_NINE, AT_SIX = timedelta(), timedelta(hours=9)  # the present is nine in the morning
STATUTORY = {
    "convener_kind": ConvenerKind.PREPARATORY,
    "basis": "业主大会议事规则（草案）及筹备组公告〔2024〕3号（演示）",
}

PLANS = (
    Plan(
        "WDL", "willing", "小区要不要实行准物业管理", "管理方式意见",
        (
            Matter("改造后实行准物业管理", "保洁、门岗、小修，每户每月 25 元", NONE, AnswerKind.VERDICT, 72,
                   explanation="由社区牵头，选聘一家服务单位；收支每季度张贴。", who_pays="各户按月交"),
            Matter("设一名楼门长", "每个门推选一人，不拿报酬", NONE, AnswerKind.VERDICT, 84),
        ),
        _days(-66), _days(-60), _days(-50) + AT_SIX, 83,
        about="改造完以后谁来管，先听大家的意见。",
    ),
    Plan(
        "ALL", "general", "管理规约和业主大会议事规则", "管理规约表决",
        (
            Matter("通过《管理规约》", "养犬、装修、公共部位使用等 9 章", NONE, AnswerKind.VERDICT, 78,
                   paragraph=Paragraph.COVENANT),
            Matter("通过《业主大会议事规则》", "怎么开会、怎么投票、怎么公布", NONE, AnswerKind.VERDICT, 74,
                   paragraph=Paragraph.RULES),
            Matter("共有车位每月收费 60 元", "收入用于公共部位维修", NONE, AnswerKind.VERDICT, 49, paragraph=Paragraph.OTHER),
        ),
        _days(-32), _days(-16), _days(-2) + AT_SIX, 81, extra={**STATUTORY, "convener": "奥兰里小区首次业主大会筹备组"},
    ),
    Plan(
        "DJZ", "menu", "小区先改哪几项，您家来定", "改造内容点单",
        (
            Matter("楼房内外整修", "外墙、屋面防水、楼道粉刷", BASIC, AnswerKind.RANK, 60,
                   explanation="10 栋楼外墙修补粉刷，屋面重做防水，楼道墙面粉刷、换灯。"),
            Matter("小区路面整修", "坑洼路面重铺，补井盖", BASIC, AnswerKind.RANK, 35,
                   explanation="小区行车路面铣刨重铺，更换破损井盖 23 个。"),
            Matter("规范管线", "飞线入管，理顺通信、电力线", BASIC, AnswerKind.RANK, 25,
                   explanation="与电力、通信单位一起做，只挖一次。"),
            Matter("维修围墙", "北侧 180 米，换掉倾斜段", BETTER, AnswerKind.TICK, 66, 86 * WAN // 10,
                   explanation="北侧围墙有 40 米倾斜，拆除重砌，其余加固、粉刷。"),
            Matter("增设汽车充电设施", "东侧车位装 8 个充电桩", BETTER, AnswerKind.TICK, 42, 22 * WAN,
                   explanation="需要供电公司增容。充电电费按规定收取，由运营单位维护。"),
            Matter("自行车棚维修", "3 处车棚换顶，加照明", BETTER, AnswerKind.TICK, 71, 94 * WAN // 10,
                   explanation="换顶、加灯，装 24 个充电插座和喷淋。"),
            Matter("空房改养老服务站", "1 号楼底商空置房，含助餐", EXTRA, AnswerKind.TICK, 57, 18 * WAN,
                   explanation="装修 120 平方米，设助餐和日间照料；运营费另行筹措。"),
        ),
        _days(-12), _days(-7), _days(13) + AT_SIX, 46, 45 * WAN,
        about="基础类都要改，请排一排哪个最急；完善类、提升类在 45 万元以内挑。",
    ),
    Plan(
        "FML", "special", "闲置锅炉房改作居民活动室", "活动室改造表决",
        (
            Matter("锅炉房改作居民活动室", "2 号楼旁，86 平方米", EXTRA, AnswerKind.VERDICT, 0, 126 * WAN // 10,
                   explanation="改变共有部分用途，按民法典要四分之三同意。", paragraph=Paragraph.CHANGE_USE),
        ),
        _days(-3), _days(14), _days(24) + AT_SIX, extra={**STATUTORY, "convener": "富民路116号院小区首次业主大会筹备组"},
    ),
)  # fmt: skip
