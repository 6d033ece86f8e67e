"""What the demo's neighbours discuss: questions, what they say to them, how one of them ended. All invented."""

from dataclasses import dataclass, field

from portal.forum.topic_models import Stance, Verdict

FOR, AGAINST, IDEA, ASK = Stance.FOR, Stance.AGAINST, Stance.SUGGESTION, Stance.QUESTION


@dataclass(frozen=True)
class Said:
    """One post with its replies; `waits`: nobody has looked at it yet."""

    stance: Stance
    words: str
    supports: int = 0
    replies: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True)
class Story:
    """`days`: how long ago it was opened, `left`: until it closes. `compound` '' is the whole community."""

    compound: str
    title: str
    background: str
    options: tuple[str, ...] = ()
    days: int = 6
    left: int = 14
    works_item: str = ""
    by_resident: bool = False
    answer: str = ""
    answered_by: str = "community2"
    meeting: str = ""
    document: tuple[str, tuple[tuple[str, ...], ...]] = ("", ())  # its name and pages
    said: tuple[Said, ...] = field(default=())


STORIES = (
    Story(
        "DJZ",
        "自行车棚放哪里？",
        "这次改造要搭一个新的自行车棚，带充电口。设计单位给了两个地方，请大家说说放在哪里好。",
        ("放在 2 门旁边，离家近", "放在南墙边，不挡路"),
        days=9,
        works_item="自行车棚",
        answer="南墙边离配电箱近，可以装 12 个充电口；2 门旁边最多装 4 个。两处都不占消防通道。",
        meeting="社区会议室",
        document=(
            "自行车棚位置比选（演示数据）.pdf",
            (
                (
                    "自行车棚位置比选（演示数据）",
                    "方案一：2 门旁边，占地 18 平方米，充电口 4 个",
                    "方案二：南墙边，占地 32 平方米，充电口 12 个",
                    "两处都不占消防通道，都在雨水管外侧。",
                ),
                (
                    "工程量和费用",
                    "方案一约 4.6 万元，方案二约 7.9 万元，均在本项目预算内。",
                    "施工约 12 天，避开高考和夜间。",
                ),
            ),
        ),
        said=(
            Said(AGAINST, "放在 2 门旁边太吵，半夜推车出来进去都听得见，我家孩子明年高考。", 18, ("同意，一楼的更受不了。",)),
            Said(FOR, "赞成放南墙边，就是路远点，多走两步没什么。", 23, ("老人推不动，能不能给个坡道？", "坡道的事可以写进去。")),
            Said(IDEA, "不管放哪里，一定要装灯和摄像头，去年丢过两辆。", 31),
            Said(ASK, "充电怎么收费？跟家里的电价一样吗？", 9, ("听说统一由物业代收。",)),
            Said(AGAINST, "说了好几年了一直没动静，上次量尺寸量完就没下文，这次别又是走过场。", 27),
            Said(IDEA, "南墙边有两棵老槐树，搭棚子的时候别伤了树根。", 15),
            Said(FOR, "赞成，顺便把旧车清一清，一半都是没人要的。", 12, ("贴条一个月没人认领再清。",)),
            Said(ASK, "三轮车能不能停？", 4),
            Said(AGAINST, "施工质量没人管，上回的路面半年就裂了，车棚谁来验收？", waits=True),
            Said(IDEA, "可以找我商量，我会画图，幺三九零零一二三四五六。", waits=True),
        ),
    ),
    Story(
        "ALL",
        "楼道灯要不要换成声控的？",
        "现在的楼道灯一直亮着，电费大家摊，坏了也没人换。想问问大家愿不愿意换成声控灯。",
        ("全部换成声控灯", "只换一楼，其余修好"),
        by_resident=True,
        answer="换灯属于这次改造的基础类项目，不另收费。换哪一种听大家的。",
        said=(
            Said(FOR, "赞成全部换，省电。", 14),
            Said(AGAINST, "声控灯老人走得慢，走到一半就灭了。", 17, ("可以调长一点，我们单位的能亮一分钟。",)),
            Said(IDEA, "换成感应的，人走到就亮，比声控好。", 22),
            Said(ASK, "什么时候换？我们三层已经黑了两个月了。", 6),
            Said(FOR, "同意换，天天跺脚也比摸黑强。", 3, waits=True),
        ),
    ),
    Story(
        "WDL",
        "围墙修成砖墙还是铁艺？",
        "北侧围墙倾斜，这次要拆了重修。砖墙遮挡好，铁艺通透，造价差不多。",
        ("砖墙", "铁艺栏杆"),
        days=4,
        works_item="维修围墙",
        said=(
            Said(FOR, "砖墙好，外面是马路，铁艺挡不住噪声。", 11),
            Said(AGAINST, "砖墙又挡光又显得旧，铁艺看着亮堂。", 8, ("一楼不愿意，外面都看得见屋里。",)),
            Said(IDEA, "下面半截砖，上面铁艺，折中一下。", 19),
            Said(AGAINST, "居委会去年就说修，拖到现在，有没有人负责？", waits=True),
        ),
    ),
    Story(
        "FML",
        "院里要不要划停车位？",
        "院里车多，晚上经常堵着消防通道。划了车位就要定规矩。",
        ("划车位，先到先停", "划车位，按户轮流", "不划，清出消防通道就行"),
        by_resident=True,
        days=3,
        said=(
            Said(FOR, "划！上周救护车都进不来。", 16),
            Said(ASK, "一共能划几个？没车的人家怎么算？", 10),
            Said(AGAINST, "按户轮流不合理，我家根本没有车，要的是能晒太阳的地方。", 7),
        ),
    ),
    Story(
        "",
        "老年人助餐点开在哪儿？",
        "社区有两间空房可以改成助餐点。一间靠东局子小区北门，一间在奥兰里小区活动室旁边。",
        ("东局子小区北门", "奥兰里小区活动室旁"),
        days=12,
        left=6,
        said=(
            Said(FOR, "北门好，离菜市场近。", 9),
            Said(IDEA, "两边老人都多，能不能一处做饭、两处取餐？", 26, ("这个主意好。", "冬天送到家门口就更好了。")),
            Said(ASK, "多少钱一顿？糖尿病能不能单独做？", 13),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Ending:
    """One point of the conclusion. `unit` by code, `done` what was reported when it was carried out."""

    title: str
    verdict: Verdict
    reason: str
    unit: str = ""
    days: int = 0
    done: str = ""


ENDED = Story(
    "DJZ",
    "单元门口要不要加扶手和坡道？",
    "单元门口有四级台阶，下雨结冰容易滑。想听听大家的意见，再报给设计单位。",
    ("加扶手和坡道", "只加扶手"),
    days=32,
    said=(
        Said(FOR, "赞成，我妈坐轮椅，每次都要两个人抬。", 34),
        Said(FOR, "加扶手就行，坡道占地方，门口本来就窄。", 12, ("窄的楼可以只加扶手。",)),
        Said(IDEA, "坡道要防滑，别铺亮面的砖。", 21),
        Said(AGAINST, "我们楼门口停车就挤，做了坡道车往哪儿停？", 5),
        Said(ASK, "什么时候开始做？", 8),
    ),
)
SUMMARY = "大多数住户赞成加扶手；坡道要看门口宽窄。大家最担心的是防滑和停车。"
ENDINGS = (
    Ending(
        "每个单元门口加扶手",
        Verdict.ADOPTED,
        "住户普遍赞成，费用已列入基础类项目。",
        "FWZX",
        20,
        "10 栋楼的扶手都装好了，欢迎大家看看稳不稳。",
    ),
    Ending(
        "门口够宽的楼加防滑坡道", Verdict.PARTLY, "6 栋楼门口够宽可以做，其余 4 栋会占消防通道，暂时不做。", "FWZX", 60
    ),
    Ending("门口另划停车位", Verdict.NOT_NOW, "停车位涉及全小区，另开议题再议。"),
)  # fmt: skip
PROPOSED = ("楼顶能不能装晾衣架？", "夏天被子没处晒，楼顶平台一直锁着。想请大家议一议能不能开放、怎么管。")
