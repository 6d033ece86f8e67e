"""The words of a vote: who counts, what may be answered, how winners are found, where a ballot stands."""

from enum import StrEnum


class CountUnit(StrEnum):
    """What makes one entry of the roll, that is one person in the count."""

    HOME = "home"  # 一户一票: polls
    OWNER = "owner"  # 业主: one owner, or co-owners together, with all their homes (民法典278, 解释 art. 9)
    OWNER_OR_TENANT = "owner_or_tenant"  # 业主（承租人）: 栋（门）事项; of public housing the tenant, home by home


class AnswerKind(StrEnum):
    """How one item is answered."""

    VERDICT = "verdict"  # 同意 / 反对 / 弃权
    TICK = "tick"  # 选这一项
    RANK = "rank"  # 第几急


class Answer(StrEnum):
    """One answer to one item. A rank is written as its digits instead ("1" the most urgent)."""

    AGREE = "agree"
    OPPOSE = "oppose"
    ABSTAIN = "abstain"
    PICK = "pick"
    PASS = "pass"  # noqa: S105 not ticked
    BLANK = "blank"  # 未填, on paper only
    SPOILED = "spoiled"  # 涂改, on paper only


class WinnerRule(StrEnum):
    THRESHOLD = "threshold"  # each item by its own approval threshold
    BUDGET = "budget"  # 点单: ticks, greedily while the budget lasts, ties to the cheaper; 基础类 ranked by Borda
    ELECTION = "election"  # candidates who pass both majorities, the most votes first, up to the seats


class ItemCategory(StrEnum):
    BASIC = "basic"  # 基础类
    BETTER = "better"  # 完善类
    EXTRA = "extra"  # 提升类
    NONE = "none"  # 其他事项, candidates


class Channel(StrEnum):
    """Which paper counts for an entry; of a vote: how it came."""

    NONE = "none"
    ONLINE = "online"
    PAPER = "paper"


class BallotState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"  # 公告中
    OPEN = "open"
    CLOSED = "closed"  # 已截止, not yet counted or published
    PROVISIONAL = "provisional"  # 初步结果公示中
    FINAL = "final"
    NOT_EFFECTIVE = "not_effective"  # 未生效: the quorum was missed
    VOID = "void"  # 已作废, with a reason


BEFORE_OPENING = frozenset({BallotState.DRAFT, BallotState.ANNOUNCED})
PUBLIC_STATES = frozenset(BallotState) - {BallotState.DRAFT}
OVER_STATES = PUBLIC_STATES - {BallotState.ANNOUNCED, BallotState.OPEN}


class ConvenerKind(StrEnum):
    """Who may call it (domain.md §0.5)."""

    COMMITTEE = "committee"  # 业主委员会
    PREPARATORY = "preparatory"  # 业主大会筹备组
    OWNERS = "owners"  # ≥ 20 % of the owners
    RESIDENTS = "residents"  # 社区居民委员会: polls and residents' meetings


OWNERS_CONVENERS = frozenset({ConvenerKind.COMMITTEE, ConvenerKind.PREPARATORY, ConvenerKind.OWNERS})


class Paragraph(StrEnum):
    """民法典278 (一)–(九)."""

    RULES = "1"  # 业主大会议事规则
    COVENANT = "2"  # 管理规约
    ELECTION = "3"  # 选举、更换业委会
    PROPERTY = "4"  # 选聘、解聘物业
    USE_FUND = "5"  # 使用维修资金
    RAISE_FUND = "6"  # 筹集维修资金
    REBUILD = "7"  # 改建、重建
    CHANGE_USE = "8"  # 改变共有部分用途、经营
    OTHER = "9"  # 其他重大事项


SPECIAL_PARAGRAPHS = frozenset({Paragraph.RAISE_FUND, Paragraph.REBUILD, Paragraph.CHANGE_USE})  # 3/4 and 3/4


class NewsKind(StrEnum):
    """What the homes on a roll are still to be told of."""

    VOTED = "voted"  # one home's vote, to that home
    EXTENDED = "extended"
    VOID = "void"
