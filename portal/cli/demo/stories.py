"""What people in the demo say: residents when they report, dispute and rate, officials when they ask, refuse and explain."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from portal.domain.categories import BY_CODE


@dataclass(frozen=True)
class Situation:
    """One thing that happens. `photo` is a subject of `photos.SCENES` or None; `title` is what the public page calls it."""

    code: str
    photo: str | None
    places: tuple[str, ...]
    words: str
    contact: str
    reply: str
    title: str

    @property
    def resident_code(self) -> str:
        return BY_CODE[self.code].resident_code


@cache
def situations() -> tuple[Situation, ...]:
    lines = Path(__file__).with_name("situations.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_situation(line) for line in lines if line and not line.startswith("#"))


def _situation(line: str) -> Situation:
    code, photo, places, words, contact, reply, title = line.split("|")
    return Situation(code, None if photo == "-" else photo, tuple(places.split(";")), words, contact, reply, title)


def place_of(situation: Situation, doors: int, random: Random) -> str:
    place = random.choice(situation.places)
    return place.format(d=random.randint(1, doors), f=random.choice("二三四五六"))


def words_of(situation: Situation, random: Random) -> str:
    return f"{random.choice(OPENINGS)}{situation.words}{random.choice(ENDINGS)}"


OPENINGS = ("", "", "", "", "您好，", "社区您好，", "我是本楼的老住户，", "替我妈反映一下，", "又来麻烦您，")
ENDINGS = (
    "。",
    "。",
    "。",
    "。谢谢。",
    "。请尽快来看看。",
    "，麻烦了。",
    "。我们楼里好几家都这样。",
    "。照片您看一下。",
    "，等您回信。",
)

QUESTIONS = (
    ("请问是白天也这样，还是只有晚上？方便的话拍一张照片。", "主要是晚上七点以后，白天还好。"),
    ("请问具体在几楼、靠哪一侧？我们上次去没有找到。", "三楼，出电梯间往左，靠窗户那一侧。"),
    ("请问最近一次是哪天？大概几点？", "昨天傍晚六点左右，今天早上又来了一次。"),
    ("请问方便哪天在家？我们带师傅上门看。", "周六上午都在家，下午三点以后也行。"),
    ("请问是您一家这样，还是上下楼都这样？", "楼上楼下都问了，我们这一串都这样。"),
)

DISPUTES = (
    "刚修完两天又跟原来一样了，请再来看看。",
    "只修了一半，里面那段没弄。",
    "说是修好了，我下楼一看根本没动。",
    "白天看着没事，晚上还是老样子。",
    "答复说清走了，今天又堆上了。",
)
SECOND_REPLIES = (
    "上次没有修彻底，给您添麻烦了。这次换了人重新做，当着楼门长的面试过，三天后我们再去看一遍。",
    "您说得对，里面那段确实漏了，今天补完并拍了照。以后验收由社区和住户一起签字。",
    "上次的活返工了，返工的费用由施工方出。现场留了带班的人，您有事直接找他。",
)
PARTLY = (
    "能马上做的已经做完；剩下一段要等管线改完，预计下月 10 日前做，做完再告诉您。",
    "临时措施已经到位，人走车过都安全。彻底的改造排在本月底，届时提前三天贴通知。",
)
NOT_YET = (
    "这一项不在本次改造的范围里，我们已经书面报给区里，等有了安排第一时间告诉您。这段时间先请物业每天巡查。",
    "和多户的意见还没有谈拢，暂时不能动工。协商会下周再开一次，时间地点会通知到每一户。",
    "这处要等供热停暖以后才能拆管，最早 4 月中旬施工，日期定了会打电话给您。",
)
NO_PHOTO_REASONS = ("这是上门当面答复，没有可以拍的地方", "是约时间和说明的事，不需要照片")
NO_PHOTO_BEFORE = "到的时候就动手修了，没来得及拍修前"

SATISFIED = ("来得挺快，谢谢。", "师傅态度好，活干得利索。", "没想到这么快就修好了。", "楼里都说好。", "", "", "")
FAIR = ("修好了，就是等得有点久。", "问题解决了，要是早点通知就更好。", "还行，希望别再坏。", "", "")
UNSATISFIED = ("拖了这么久，打电话还推来推去。", "修了三回才算完，耽误事。", "结果不能接受，先这样吧。")

CALL_WORDS = (
    "电话里说已经好了，没有别的要求。",
    "接电话的是老人，说灯亮了、路好走了，谢谢。",
    "说修得还可以，希望以后常来看看。",
)
NO_REACH = ("打了两次没有人接，过两天再打。",)
NOTES = (
    "住户家里有行动不便的老人，上门前先打电话。",
    "这一栋同类问题本月第三件，建议一次查完。",
    "施工方反馈材料周五到货，到货前先做临时处理。",
    "和监理对过，属于保修范围。",
    "住户白天上班，晚上七点后方便。",
)
TRANSFERS = (
    "这处管线归供电公司，请到场处理。",
    "属物业日常维护范围，请物业接手。",
    "经核对由房产服务中心负责，请安排施工方。",
)
REFUSALS = (
    ("legal_way", "这是两户之间的房产纠纷，可以先请人民调解委员会调解，也可以到河东区人民法院起诉。", "022-0000 0301"),
    ("not_ours", "您说的是隔壁单位院内的事，不在四个改造小区里，已把该单位的值班电话写给您。", "022-0000 0302"),
)
WORK_REPORTS = (
    "已按要求整改完，请中心复核。",
    "材料已进场，明天上午动工，两天内完。",
    "现场处理完毕，照片已附，请安排验收。",
)
HELP_REPORTS = (
    "已派人到现场看过，属实，配合主办单位一起处理。",
    "我们负责的部分已经处理完，其余请主办单位安排。",
    "已和现场负责人说好，今后按规定时间施工，我们每天巡查一次。",
)

CONFLICTS = (
    ("WY", "打了四次物业电话，前台说找工程部，工程部说找社区，谁都不管，态度还不好。"),
    ("FWZX", "去问外墙什么时候做，办事的人头都不抬，说看公示去，公示上根本没有。"),
    ("SG", "现场的工长说话很冲，问他两句就让我找领导去。"),
    ("JW", "去居委会开证明，跑了三趟，每次都说管这事的人不在。"),
    ("DIAN", "报修以后一直说在路上，等了一天没人来，再打就让我别催。"),
)
CONFLICT_REPLIES = (
    "已向当事人和同事分别了解，情况属实。已当面批评，并安排专人负责您的事，姓名和电话写在信里。给您添堵了，对不起。",
    "查了通话记录，确实让您来回跑。首接负责的办法已经在例会上重讲一遍，您的事由我们盯到办完。",
)
SEALED = (
    "反映验收的人收了施工方的烟和卡，然后就签字了，时间地点我可以当面说。",
    "有人说给钱就能把自家的防护网多留一米，收了好几家，每家 500。",
    "材料员和供货的是亲戚，送来的料没人过秤。",
)
INVALID = ("专业开锁、通下水、修电视，价格优惠，随叫随到，微信同号", "低价出售二手空调，有需要的联系", "测试测试测试")

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
CALLED = ("先生", "女士", "阿姨", "大爷", "师傅", "老师")


def called(random: Random) -> str:
    return f"{random.choice(SURNAMES)}{random.choice(CALLED)}"
