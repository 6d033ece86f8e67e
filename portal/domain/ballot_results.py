"""The words of what follows the close: why a result was counted, what residents object to, how paper comes in."""

from enum import StrEnum


class ObjectionAbout(StrEnum):
    NOT_COUNTED = "not_counted"  # 我家的票没计入
    AREA = "area"  # 面积不对
    PERSONS = "persons"  # 户数不对
    OTHER = "other"


class ObjectionState(StrEnum):
    OPEN = "open"
    ASKED = "asked"  # a correction waits for a second person
    ANSWERED = "answered"


class ObjectionOutcome(StrEnum):
    CORRECTED = "corrected"  # upheld: a vote was corrected by a new entry, and everything counted again
    UPHELD = "upheld"  # upheld, and the count stays as it is
    DISMISSED = "dismissed"


class BatchState(StrEnum):
    FIRST = "first"  # being read the first time
    SECOND = "second"  # the second time, by somebody else
    CHECKING = "checking"  # the two do not agree
    DONE = "done"


class VoidReason(StrEnum):
    """Why a paper does not count as a whole."""

    UNSIGNED = "unsigned"  # 没有签名
    ILLEGIBLE = "illegible"  # 看不清
    NOT_OFFICIAL = "not_official"  # 不是统一印制的票
    OTHER_HAND = "other_hand"  # 代签，没有委托书
    TORN = "torn"  # 撕毁、残缺
    REPEATED = "repeated"  # 同一户（业主）的第二张


class ReadingOutcome(StrEnum):
    COUNTED = "counted"
    DUPLICATE = "duplicate"  # the same voice had voted before, online or on paper
    VOID = "void"


class ProxyState(StrEnum):
    ASKED = "asked"
    VALID = "valid"
    REFUSED = "refused"
    REVOKED = "revoked"


PROXIES_PER_HOLDER = 3  # 潍坊物业条例: one person holds at most three (domain.md §3.2)
