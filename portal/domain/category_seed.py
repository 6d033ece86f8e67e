"""The taxonomy as it is first loaded: what residents choose from, and the second level behind it (domain.md §5).

Data in Chinese, editable by officials afterwards. Unit codes are those of domain.md §5. The contractor SG never answers
a resident alone (domain.md §0.5): where the table names SG, the service centre FWZX answers and SG carries out.
"""

from dataclasses import dataclass

from portal.domain.levels import Level

GROUPS: dict[int, str] = {
    1: "施工扰民",
    2: "停水停电停气停热",
    3: "施工质量",
    4: "安全隐患",
    5: "管线与排水",
    6: "停车与道路",
    7: "充电与消防",
    8: "绿化树木环境",
    9: "改造内容与方案",
    10: "入户与财产",
    11: "资金与公开",
    12: "管理服务与作风",
}


@dataclass(frozen=True)
class ResidentCategory:
    """A choice in the report; `groups` are the first-level groups behind it, `default` the usual second level."""

    code: str
    label: str
    icon: str
    groups: tuple[int, ...]
    default: str


@dataclass(frozen=True)
class Category:
    """Second level. `unit` answers (None: the street, or for a conflict the superior, decides), `executor` carries out,
    `co_units` help. `short_name` has at most 6 characters (SMS). `needs_photo`: a physical repair, the only kind for
    which a picture of the result is asked.
    """

    code: str
    group: int
    resident_code: str
    name: str
    short_name: str
    level: Level
    unit: str | None
    co_units: tuple[str, ...] = ()
    executor: str | None = None
    needs_photo: bool = False

    @property
    def group_name(self) -> str:
        return GROUPS[self.group]


RESIDENT_CATEGORIES: tuple[ResidentCategory, ...] = (
    ResidentCategory("noise", "施工噪声、扬尘", "noise", (1,), "noise_night"),
    ResidentCategory("outage", "停水停电停气停热", "bolt", (2,), "outage_unannounced"),
    ResidentCategory("quality", "施工质量", "building", (3,), "quality_fittings"),
    ResidentCategory("safety", "施工安全隐患", "warn", (4,), "safety_other"),
    ResidentCategory("pipes", "漏水、排水、管线", "water", (5,), "pipes_other"),
    ResidentCategory("roads", "道路、停车", "car", (6,), "roads_gate"),
    ResidentCategory("charging", "充电、车棚", "charge", (7,), "charging_shed"),
    ResidentCategory("lighting", "照明、楼道", "lamp", (8,), "lighting_dark"),
    ResidentCategory("trees", "树木、卫生", "tree", (8,), "trees_waste"),
    ResidentCategory("plan", "改造内容和方案", "doc", (9,), "plan_omitted"),
    ResidentCategory("home", "入户和财物", "door", (10,), "home_appointment"),
    ResidentCategory("funds", "资金和公开", "yuan", (11,), "funds_use"),
    ResidentCategory("property", "物业和服务", "wrench", (12,), "property_service"),
    ResidentCategory("conduct", "工作人员的态度、办事", "people", (12,), "conduct_shirking"),
    ResidentCategory("integrity", "收钱、吃拿卡要等（直接交纪检监察）", "shield", (12,), "integrity_report"),
    ResidentCategory("unsure", "说不清，请社区帮我分", "chat", (), "unclear"),
)


def _row(
    code: str, group: int, resident: str, name: str, short: str, level: Level, units: str, photo: bool = False
) -> Category:
    """`units`: who answers, after a slash who carries out, then who helps: “FWZX/SG WY”; “-” where nobody is named."""
    first, *helpers = units.split()
    unit, _, executor = first.partition("/")
    answering = None if unit == "-" else unit
    return Category(code, group, resident, name, short, level, answering, tuple(helpers), executor or None, photo)


A, B, C, D = Level.A, Level.B, Level.C, Level.D

CATEGORIES: tuple[Category, ...] = (
    # 1 施工扰民
    _row("noise_night", 1, "noise", "夜间/午休施工噪声", "施工噪声", C, "FWZX/SG STJ"),
    _row("noise_dust", 1, "noise", "扬尘异味", "扬尘异味", C, "FWZX/SG CGW"),
    _row("noise_rubble", 1, "noise", "建筑垃圾渣土未清运", "建筑垃圾", C, "FWZX/SG CGW"),
    _row("noise_blocked", 1, "noise", "出行受阻/占道堆料", "占道堆料", C, "FWZX/SG JD"),
    _row("noise_crew", 1, "noise", "施工人员作风", "施工人员", C, "FWZX/SG JL"),
    # 2 停水停电停气停热
    _row("outage_unannounced", 2, "outage", "未提前通知", "停水停电", C, "FWZX/SG SHUI DIAN QI RE"),
    _row("outage_long", 2, "outage", "长时间未恢复", "停供未恢复", B, "- SHUI DIAN QI RE"),
    _row("outage_cut", 2, "outage", "挖断管线", "挖断管线", A, "FWZX/SG SHUI DIAN QI RE", photo=True),
    _row("outage_heat", 2, "outage", "暖气不热/停热", "暖气不热", B, "RE"),
    _row("outage_network", 2, "outage", "网络通信中断", "网络中断", C, "TX"),
    # 3 施工质量
    _row("quality_leak", 3, "quality", "屋面/外墙渗漏", "屋面渗漏", C, "FWZX/SG", photo=True),
    _row("quality_cracks", 3, "quality", "墙面开裂空鼓脱落", "墙面开裂", C, "FWZX/SG", photo=True),
    _row("quality_road", 3, "quality", "路面不平积水", "路面积水", C, "FWZX/SG", photo=True),
    _row("quality_fittings", 3, "quality", "门窗/栏杆/单元门", "门窗栏杆", C, "FWZX/SG", photo=True),
    _row("quality_material", 3, "quality", "材料不符公示", "材料不符", D, "FWZX JL ZJW"),
    # 4 安全隐患
    _row("safety_falling", 4, "safety", "高空坠物/脚手架", "高空坠物", A, "FWZX/SG ZJW", photo=True),
    _row("safety_gas", 4, "safety", "燃气泄漏/异味", "燃气异味", A, "QI"),
    _row("safety_fire", 4, "safety", "消防通道堵塞/设施失效", "消防通道", B, "FWZX/SG WY XF", photo=True),
    _row("safety_wires", 4, "safety", "裸露电线/漏电", "电线漏电", A, "FWZX/SG DIAN", photo=True),
    _row("safety_pit", 4, "safety", "井盖缺失/坑洞", "井盖坑洞", A, "FWZX/SG JD", photo=True),
    _row("safety_other", 4, "safety", "其他施工安全隐患", "安全隐患", B, "FWZX/SG JL", photo=True),
    # 5 管线与排水
    _row("pipes_blocked", 5, "pipes", "下水堵塞返水", "下水堵塞", B, "FWZX/SG WY", photo=True),
    _row("pipes_pressure", 5, "pipes", "水压低/水质差", "水压水质", C, "SHUI"),
    _row("pipes_cables", 5, "pipes", "架空线杂乱/未入地", "架空线", C, "TX DIAN", photo=True),
    _row("pipes_sewer", 5, "pipes", "化粪池/雨污混接", "化粪池", C, "FWZX/SG CGW", photo=True),
    _row("pipes_other", 5, "pipes", "其他漏水、管线问题", "漏水管线", C, "FWZX/SG", photo=True),
    # 6 停车与道路
    _row("roads_bays", 6, "roads", "车位划线争议", "车位划线", D, "JW JD"),
    _row("roads_blocking", 6, "roads", "占用消防/绿地停车", "乱停车", C, "WY GA"),
    _row("roads_gate", 6, "roads", "出入口/道闸", "道闸道路", C, "WY"),
    _row("roads_charger", 6, "roads", "充电桩位置/数量", "充电桩", D, "FWZX JD"),
    # 7 充电与消防
    _row("charging_stairs", 7, "charging", "电动自行车楼道充电", "楼道充电", B, "WY JW XF"),
    _row("charging_shed", 7, "charging", "车棚不足/漏雨", "车棚", C, "FWZX", photo=True),
    _row("charging_fault", 7, "charging", "充电设施故障", "充电故障", C, "WY", photo=True),
    _row("charging_wires", 7, "charging", "飞线充电", "飞线充电", B, "JW XF"),
    # 8 绿化树木环境
    _row("lighting_dark", 8, "lighting", "照明不足", "照明", C, "FWZX", photo=True),
    _row("lighting_stairs", 8, "lighting", "楼道堆物/小广告", "楼道堆物", C, "JW WY"),
    _row("trees_felling", 8, "trees", "砍伐/移植老树", "砍伐老树", B, "FWZX CGW"),
    _row("trees_green", 8, "trees", "绿地变硬化", "绿地硬化", D, "FWZX"),
    _row("trees_waste", 8, "trees", "垃圾分类点位", "垃圾点位", C, "CGW JW"),
    # 9 改造内容与方案
    _row("plan_unasked", 9, "plan", "未征求意见/未公示", "未征求意见", D, "FWZX JW"),
    _row("plan_differs", 9, "plan", "方案与公示不一致", "方案不一致", D, "FWZX JL"),
    _row("plan_omitted", 9, "plan", "漏改漏项", "漏改漏项", D, "FWZX"),
    _row("plan_lift", 9, "plan", "加装电梯意见冲突", "加装电梯", D, "JD JW"),
    _row("plan_illegal", 9, "plan", "违建拆除争议", "违建拆除", D, "CGW JD"),
    _row("plan_wall", 9, "plan", "围墙/门禁", "围墙门禁", C, "FWZX", photo=True),
    # 10 入户与财产
    _row("home_damage", 10, "home", "入户施工损坏财物", "损坏财物", C, "FWZX/SG", photo=True),
    _row("home_fittings", 10, "home", "防护网/空调移机费用", "移机费用", D, "FWZX/SG"),
    _row("home_claim", 10, "home", "赔偿争议", "赔偿争议", D, "FWZX/SG JD"),
    _row("home_appointment", 10, "home", "约不上时间", "入户预约", C, "FWZX/SG"),
    # 11 资金与公开
    _row("funds_use", 11, "funds", "资金使用/招投标疑问", "资金使用", D, "FWZX ZJW"),
    _row("funds_fees", 11, "funds", "收费不合理", "收费问题", C, "FWZX"),
    _row("funds_disclosure", 11, "funds", "信息公开申请", "信息公开", D, "ZJW"),
    # 12 管理服务与作风
    _row("property_service", 12, "property", "物业服务/长效管理", "物业服务", C, "WY JD"),
    _row("property_advice", 12, "property", "咨询/建议/表扬", "咨询建议", C, "JW"),
    _row("conduct_shirking", 12, "conduct", "工作人员推诿", "办事态度", D, "-"),
    _row("integrity_report", 12, "integrity", "廉政举报", "廉政举报", D, "JJ"),
    _row("unclear", 12, "unsure", "待分清类别", "待分类", C, "-"),
)
