"""The presets of product D6 and the option catalogue as a new instance gets them (domain.md §3, §4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.ballots.models import BallotRule, CatalogueOption
from portal.core.extensions import db
from portal.domain.ballot_kinds import CountUnit, ItemCategory, WinnerRule

CIVIL_CODE = date(2021, 1, 1)
ART_278 = (
    "《民法典》第二百七十八条：由专有部分面积占比三分之二以上的业主且人数占比三分之二以上的业主参与表决。"
    "一般事项经参与表决专有部分面积过半数且参与表决人数过半数的业主同意；筹集维修资金、改建重建、"
    "改变共有部分用途或经营，经参与表决面积四分之三以上且人数四分之三以上的业主同意。"
)
LIFT = date(2023, 3, 1)


@dataclass(frozen=True)
class Preset:
    """Shares as (numerator, denominator, strict): strict is 超过, else 达到. None: not asked."""

    code: str
    name: str
    sentence: str
    legal_basis: str
    source: str
    unit: CountUnit = CountUnit.HOME
    winners: WinnerRule = WinnerRule.THRESHOLD
    valid_from: date = CIVIL_CODE
    shares: Mapping[str, tuple[int, int, bool]] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)


def _both(kind: str, share: tuple[int, int, bool]) -> dict[str, tuple[int, int, bool]]:
    return {f"{kind}_persons": share, f"{kind}_area": share}


TWO_THIRDS, HALF, THREE_QUARTERS = (2, 3, False), (1, 2, True), (3, 4, False)
STATUTORY = {"is_statutory": True, "has_banner": False, "notice_days": 15, "window_days": 5, "watchers": 2}
LIGHT = {"notice_days": 3, "window_days": 3}

PRESETS = (
    Preset(
        "willing", "意愿征集", "一户一票。三分之二的户参加，超过一半同意，才算通过。",
        "国家没有统一规定，比例由本地定；国办发〔2020〕23号要求尊重居民意愿。", "各地做法，默认三分之二的户",
        shares={"quorum_persons": TWO_THIRDS, "approve_persons": HALF}, others=LIGHT,
    ),
    Preset(
        "menu", "改造内容点单", "一户一票。基础类都要改，只排先后；完善类、提升类在额度内挑选，选的户多的先做。",
        "国办发〔2020〕23号：基础类应改尽改，完善类、提升类由居民选择。", "各地做法，默认三分之二的户",
        winners=WinnerRule.BUDGET, shares={"quorum_persons": TWO_THIRDS}, others=LIGHT,
    ),
    Preset(
        "general", "法定表决·一般", "按业主计。参加的业主，人数和面积都要达到三分之二；其中人数和面积都超过一半同意，才通过。",
        ART_278, "民法典第278条第一款（一）至（五）、（九）项", CountUnit.OWNER,
        shares={**_both("quorum", TWO_THIRDS), **_both("approve", HALF)}, others=STATUTORY,
    ),
    Preset(
        "special", "法定表决·特别", "按业主计。参加的业主，人数和面积都要达到三分之二；其中人数和面积都达到四分之三同意，才通过。",
        ART_278, "民法典第278条第一款（六）至（八）项", CountUnit.OWNER,
        shares={**_both("quorum", TWO_THIRDS), **_both("approve", THREE_QUARTERS)}, others=STATUTORY,
    ),
    Preset(
        "meeting", "居民（代表）会议", "一户一票，供居民会议讨论。超过一半的户参加，参加的超过一半同意，才算通过。",
        "《城市居民委员会组织法》：居民会议由过半数出席，决定由出席人的过半数通过。", "2026年1月1日前的文本，第九条、第十条",
        shares={"quorum_persons": HALF, "approve_persons": HALF}, others={**LIGHT, "has_banner": False},
    ),
    Preset(
        "entrance", "栋（门）事项",
        "按本栋（门）业主（承租人）计。人数和面积都要达到三分之二参加，其中都达到四分之三同意，才通过。",
        "《天津市既有住宅加装电梯工作指导意见》：本栋（门）业主（承租人）三分之二以上参与，参与的四分之三以上同意。",
        "2023年3月1日起，摘录，引用前请核对原文", CountUnit.OWNER_OR_TENANT, valid_from=LIFT,
        shares={**_both("quorum", TWO_THIRDS), **_both("approve", THREE_QUARTERS)},
        others={"has_banner": False, "notice_days": 7, "window_days": 5},
    ),
    Preset(
        "election", "业委会选举",
        "按业主计。人数和面积都要达到三分之二参加；候选人人数和面积都超过一半同意才能当选，票多的先当选。",
        ART_278, "民法典第278条第一款（三）项", CountUnit.OWNER, WinnerRule.ELECTION,
        shares={**_both("quorum", TWO_THIRDS), **_both("approve", HALF)}, others=STATUTORY,
    ),
)  # fmt: skip

CATALOGUE = {
    ItemCategory.BASIC: """
        屋面防水维修 外墙维修 楼道粉刷和楼梯维修 给水管道更新 排水管道更新 供电线路更新 弱电线路更新 小区路面整修 
        供气管道更新 供热管道更新 消防设施 安防监控 生活垃圾分类点 移动通信设施 光纤入户 架空线规整入地 楼道杂物和小广告清理
    """,
    ItemCategory.BETTER: """
        拆除违建 绿化补种 照明 适老设施 无障碍坡道 停车位整理 电动自行车充电设施 汽车充电设施 自行车棚维修 围墙维修
        智能快件箱 智能信包箱 文化休闲设施 体育健身设施 物业用房 建筑节能改造 加装电梯
    """,
    ItemCategory.EXTRA: """
        社区综合服务设施 卫生服务站 幼儿园 周界防护 养老服务站 托育点 助餐点 家政保洁网点 便民市场 便利店 邮政快递服务站
    """,
}


def seed() -> None:
    """Flushes; what is there already stays as officials left it."""
    known = set(db.session.scalars(select(BallotRule.code)))
    db.session.add_all(_rule(at, preset) for at, preset in enumerate(PRESETS, 1) if preset.code not in known)
    if db.session.scalar(select(CatalogueOption.id).limit(1)) is None:
        for category, names in CATALOGUE.items():
            db.session.add_all(
                CatalogueOption(category=category, position=at, name=name) for at, name in enumerate(names.split(), 1)
            )
    db.session.flush()


def _rule(position: int, preset: Preset) -> BallotRule:
    rule = BallotRule(
        code=preset.code,
        position=position,
        name=preset.name,
        sentence=preset.sentence,
        legal_basis=preset.legal_basis,
        source=preset.source,
        unit=preset.unit,
        winners=preset.winners,
        valid_from=preset.valid_from,
        **{"objection_days": 7, **preset.others},
    )
    for name, (numerator, denominator, strict) in preset.shares.items():
        setattr(rule, f"{name}_num", numerator)
        setattr(rule, f"{name}_den", denominator)
        setattr(rule, f"{name}_strict", strict)
    return rule
