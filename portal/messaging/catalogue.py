"""Every message the platform sends: its text, its variables, its importance.

The texts are data in Chinese, one file per event under `templates/sms/<feature>/<event>.txt`. A text fits one segment
of 70 UTF-16 units together with the configured signature, whatever its variables hold up to their caps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, meta

from portal.core.settings import ROOT
from portal.domain.sms_lifecycle import SEGMENT_UNITS, check_text, utf16_units

TEXTS = ROOT / "templates" / "sms"


class Purpose(StrEnum):
    CODE = "code"  # a sign-in code: at most once, uncounted, never in an inbox
    NOTICE = "notice"  # to a resident: capped, quiet at night
    STAFF = "staff"  # to an office: an inbox entry, by SMS only when urgent


@dataclass(frozen=True)
class Event:
    """`rank` 0 matters most: under the cap it goes first. `sms` is whether it may leave as SMS at all.

    `tells_state`: it says how a matter stands, so a newer one makes it untrue.
    """

    key: str
    feature: str
    label: str
    rank: int = 2
    purpose: Purpose = Purpose.NOTICE
    sms: bool = True
    anytime: bool = False
    tells_state: bool = False

    @property
    def path(self) -> str:
        return f"{self.feature}/{self.key}.txt"


def _staff(key: str, label: str, *, urgent: bool = False, daily: bool = False) -> Event:
    """D3: at once and uncapped only what is urgent; everything else waits in the inbox."""
    return Event(key, "cases", label, rank=0, purpose=Purpose.STAFF, sms=urgent or daily, anytime=urgent)


EVENTS: dict[str, Event] = {
    event.key: event
    for event in (
        Event("phone_changed", "identity", "手机号已更换", rank=0, anytime=True),
        Event("login_code", "identity", "验证码", rank=0, purpose=Purpose.CODE, anytime=True),
        Event("case_received", "cases", "诉求已收到", rank=0),
        Event("proxy_registered", "cases", "代登记", rank=0),
        Event("case_joined", "cases", "我也遇到了", rank=1),
        Event("case_accepted", "cases", "已受理", rank=2, tells_state=True),
        Event("case_transferred", "cases", "已转办", rank=2, tells_state=True),
        Event("case_need_info", "cases", "请补充", rank=0, tells_state=True),
        Event("case_extended", "cases", "延期", rank=1, tells_state=True),
        Event("case_progress", "cases", "有进展", rank=3, tells_state=True),
        Event("case_urged", "cases", "已催办", rank=3, tells_state=True),
        Event("case_supervised", "cases", "督办", rank=1, tells_state=True),
        Event("case_suspended", "cases", "挂账", rank=1, tells_state=True),
        Event("case_replied", "cases", "已答复", rank=0, tells_state=True),
        Event("case_rate_remind", "cases", "请说一声解决了没有", rank=1, tells_state=True),
        Event("case_silent_closed", "cases", "未回应结束", rank=1, tells_state=True),
        Event("case_closed_rate", "cases", "办结请评价", rank=2, tells_state=True),
        Event("case_not_accepted", "cases", "不归这里办", rank=0, tells_state=True),
        Event("case_reopened", "cases", "重新办理", rank=1, tells_state=True),
        Event("case_withdrawn", "cases", "已撤回", rank=0, tells_state=True),
        Event("case_merged", "cases", "并案", rank=1, tells_state=True),
        Event("phone_revealed", "cases", "电话被查看", rank=3),
        Event("verify_passed", "membership", "核验通过", rank=1, tells_state=True),
        Event("verify_failed", "membership", "核验未通过", rank=1, tells_state=True),
        Event("verify_visit", "membership", "上门核验预约", rank=0, tells_state=True),
        Event("verify_clash", "membership", "同户冲突", rank=0),
        Event("takeover_asked", "membership", "有人申请接替", rank=0),
        Event("verify_revoked", "membership", "住户登记已撤销", rank=0, tells_state=True),
        Event("member_joined", "membership", "家人加入", rank=0),
        Event("phone_seen", "membership", "手机号被查看", rank=3, sms=False),
        Event("roster_seen", "membership", "名册信息被查看", rank=3, sms=False),
        Event("family_invited", "membership", "家人邀请", rank=1),
        Event("voter_changed", "membership", "投票人已更换", rank=0),
        Event("post_published", "forum", "发言已发布", rank=2, tells_state=True),
        Event("post_revise", "forum", "发言请修改", rank=1, tells_state=True),
        Event("post_rejected", "forum", "发言未发布", rank=1, tells_state=True),
        Event("post_hidden", "forum", "发言不再显示", rank=1, tells_state=True),
        Event("post_restored", "forum", "发言恢复显示", rank=2, tells_state=True),
        Event("post_appeal", "forum", "申诉结果", rank=1, tells_state=True),
        Event("post_late", "forum", "发言请街道办来看", rank=3, sms=False),
        Event("post_moved", "forum", "发言换了议题", rank=3, sms=False),
        Event("post_split_asked", "forum", "要不要转为诉求", rank=2),
        Event("flag_answered", "forum", "举报有了结果", rank=3, sms=False),
        Event("topic_answered", "forum", "议题有答复", rank=2, tells_state=True),
        Event("topic_meeting", "forum", "议事会", rank=2, tells_state=True),
        Event("topic_meeting_moved", "forum", "议事会改期", rank=1, tells_state=True),
        Event("topic_meeting_off", "forum", "议事会取消", rank=1, tells_state=True),
        Event("topic_published", "forum", "议题已发布", rank=2, tells_state=True),
        Event("topic_revise", "forum", "议题请修改", rank=1, tells_state=True),
        Event("topic_rejected", "forum", "议题未发布", rank=1, tells_state=True),
        Event("staff_posts_late", "forum", "发言没按时审核", rank=0, purpose=Purpose.STAFF, sms=False),
        Event("staff_topic_ended", "forum", "议题到截止日", rank=0, purpose=Purpose.STAFF, sms=False),
        Event("staff_topic_step", "forum", "议题进到下一步", rank=0, purpose=Purpose.STAFF, sms=False),
        Event("staff_post_asked", "forum", "请街道再看一次", rank=0, purpose=Purpose.STAFF, sms=False),
        Event("vote_open", "ballots", "投票开始", rank=1),
        Event("vote_remind", "ballots", "投票提醒", rank=3, tells_state=True),
        Event("vote_received", "ballots", "选票已收到", rank=0),
        Event("vote_changed", "ballots", "选票已修改", rank=0),
        Event("vote_extended", "ballots", "投票延长截止", rank=1),
        Event("vote_void", "ballots", "投票未生效", rank=1),
        Event("vote_paper", "ballots", "纸质票已录入", rank=0),
        Event("vote_prelim", "ballots", "初步结果公示", rank=2, tells_state=True),
        Event("vote_final", "ballots", "正式结果", rank=2, tells_state=True),
        Event("objection_received", "ballots", "疑问已登记", rank=1),
        Event("objection_replied", "ballots", "疑问已答复", rank=1),
        Event("staff_reset_asked", "identity", "申请重置登录", rank=0, purpose=Purpose.STAFF, sms=False),
        Event("staff_reset_done", "identity", "登录已重置", rank=0, purpose=Purpose.STAFF, sms=False),
        _staff("staff_digest", "每日汇总", daily=True),
        _staff("staff_new", "新件"),
        _staff("staff_urgent", "紧急件", urgent=True),
        Event("staff_deputy", "identity", "代理", rank=0, purpose=Purpose.STAFF, sms=False),
        _staff("staff_stands_in", "代办"),
        _staff("staff_due", "快到期"),
        _staff("staff_overdue", "超期"),
        _staff("staff_overdue_above", "下级超期"),
        _staff("staff_untaken", "没人接件"),
        _staff("staff_lowrate", "不满意"),
        _staff("staff_help", "请协办"),
        _staff("staff_reported", "协办报告"),
        _staff("staff_returned", "被退回"),
        _staff("staff_urged", "居民催办"),
        _staff("staff_merge_asked", "建议并案"),
        _staff("staff_suspended", "挂账已同意"),
        _staff("staff_not_suspended", "挂账未同意"),
        _staff("staff_resumed", "已销账"),
        Event("staff_supervise", "cases", "督办单", rank=0, purpose=Purpose.STAFF),
        _staff("staff_extended", "延期已同意"),
        _staff("staff_not_extended", "延期未同意"),
    )
}

ANYTIME = frozenset(key for key, event in EVENTS.items() if event.anytime)  # pass in the quiet hours

# ux.md §6: the longest value of each variable; its length is the cap.
LONGEST: dict[str, str] = {
    "code": "H7K392QF",
    "name": "阿卜杜热合曼·买买提江某",
    "otp": "482913",
    "purpose": "授权家人",
    "date": "12月31日",
    "time": "12月31日17:30",
    "unit": "国网天津城东供电公司",
    "bldg": "富民路116号院小区10号楼",
    "cat": "施工安全隐患",
    "act": "到现场查看某",
    "why": "需专营单位配合某",
    "order": "D26-1234",
    "result": "维持不发布",
    "compound": "富民路116号院小区",
    "vote": "改造内容投票某某",
    "receipt": "T4K922MXP8D3",
    "outcome": "12项通过，12项未通过某某",
    "n": "99",
    "rights": "议事和投票",
    "staff": "欧阳某某",
    "slot": "上午",
    "tail": "0136",
    "until": "12月31日",
    "step": "商议和审议",
    "within": "1440分钟",
}
STAFF_LONGEST = {
    **LONGEST,
    "code": "HD240617-00123",
    "new": "99",
    "due": "99",
    "late": "99",
}  # staff texts name the 编号, residents' the 查询码


class UnfitValueError(ValueError):
    """A caller gave a text no value, or a longer one than its cap: a mistake in the program, not of a person."""


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEXTS), undefined=StrictUndefined, autoescape=False)  # noqa: S701 plain text


@cache
def _template(key: str) -> Template:
    return _environment().get_template(EVENTS[key].path)


@cache
def variables(key: str) -> frozenset[str]:
    """The names a text needs."""
    source = (TEXTS / EVENTS[key].path).read_text(encoding="utf-8")
    return frozenset(meta.find_undeclared_variables(_environment().parse(source)))


def longest(key: str) -> dict[str, str]:
    caps = STAFF_LONGEST if EVENTS[key].purpose is Purpose.STAFF else LONGEST
    return {name: caps[name] for name in variables(key)}


def render(key: str, values: Mapping[str, object]) -> str:
    """The body without signature. UnfitValueError on a missing or too long variable; others are passed over."""
    fitting = {name: _fit(key, name, cap, values.get(name)) for name, cap in longest(key).items()}
    return _template(key).render(fitting).strip()


def _fit(key: str, name: str, cap: str, value: object) -> str:
    text = "" if value is None else str(value).strip()
    if name == "code":
        text = text.replace(" ", "")  # H7K392QF in an SMS, H7K3 92QF on pages
    if not text or utf16_units(text) > utf16_units(cap):
        raise UnfitValueError(f"{key}: {name} must have 1 to {utf16_units(cap)} units")
    return text


def is_clean(key: str, values: Mapping[str, object], signature: str) -> bool:
    """Whether the filled text may go to the mainland. Codes and spans are left out: their digits are no telephone number."""
    blanked = {name: sample for name, sample in longest(key).items() if name in ("code", "otp", "receipt", "within")}
    return not check_text(signed(render(key, {**values, **blanked}), signature), signature)


def signed(body: str, signature: str) -> str:
    return f"【{signature}】{body}"


def problems(signature: str) -> list[str]:
    """Why this signature cannot be used: every text must stay within one segment (refused at start)."""
    found = []
    for key in EVENTS:
        text = signed(render(key, longest(key)), signature)
        if reasons := check_text(text, signature):
            size = f"{utf16_units(text)} of {SEGMENT_UNITS} units"
            found.append(f"SMS_SIGNATURE={signature!r} does not fit {key} ({size}): {', '.join(map(str, reasons))}")
    return found
