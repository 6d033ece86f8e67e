"""The closed list of reasons for not publishing what somebody wrote. Criticism, opposition and doubt are not among them.

The words are data in Chinese: pages, messages and the public tally print them as they stand here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    PRIVACY = "privacy"
    ABUSE = "abuse"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    ILLEGAL = "illegal"


@dataclass(frozen=True)
class GroundWords:
    """`name` fits the {why} of a text message (8 units); `basis` is what it rests on, shown beside it."""

    name: str
    basis: str


GROUNDS: Mapping[Ground, GroundWords] = {
    Ground.PRIVACY: GroundWords("泄露他人隐私", "《民法典》第一千零三十二条；《个人信息保护法》第十条"),
    Ground.ABUSE: GroundWords(
        "人身攻击、辱骂", "《互联网信息服务管理办法》第十五条第（八）项；《民法典》第一千零二十四条"
    ),
    Ground.ADVERTISING: GroundWords("广告或诈骗", "本平台议事规则：只谈本议题的事"),
    Ground.OFF_TOPIC: GroundWords("与本议题无关", "本平台议事规则：一个议题只谈一件事，可改投到别的议题"),
    Ground.DUPLICATE: GroundWords("重复", "本平台议事规则：同样的话说一次"),
    Ground.ILLEGAL: GroundWords("内容违法", "《互联网信息服务管理办法》第十五条"),
}


class Clause(StrEnum):
    """The nine items of 互联网信息服务管理办法 art. 15: whoever calls a text unlawful names one."""

    CONSTITUTION = "15.1"
    SECURITY = "15.2"
    HONOUR = "15.3"
    ETHNIC_HATRED = "15.4"
    RELIGION = "15.5"
    RUMOUR = "15.6"
    OBSCENE_OR_VIOLENT = "15.7"
    INSULT = "15.8"
    OTHER = "15.9"


CLAUSES: Mapping[Clause, str] = {
    Clause.CONSTITUTION: "第（一）项：反对宪法所确定的基本原则",
    Clause.SECURITY: "第（二）项：危害国家安全，泄露国家秘密",
    Clause.HONOUR: "第（三）项：损害国家荣誉和利益",
    Clause.ETHNIC_HATRED: "第（四）项：煽动民族仇恨、民族歧视",
    Clause.RELIGION: "第（五）项：破坏国家宗教政策，宣扬邪教和封建迷信",
    Clause.RUMOUR: "第（六）项：散布谣言，扰乱社会秩序",
    Clause.OBSCENE_OR_VIOLENT: "第（七）项：散布淫秽、赌博、暴力、恐怖或者教唆犯罪",
    Clause.INSULT: "第（八）项：侮辱或者诽谤他人，侵害他人合法权益",
    Clause.OTHER: "第（九）项：法律、行政法规禁止的其他内容",
}
