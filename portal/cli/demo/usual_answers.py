"""常用答复 of the demo: what units write again and again, for themselves and for everybody."""

from portal.cases import reply_templates
from portal.cli.demo.staff import officer
from portal.domain.case_statuses import ReplyResult

# Whose, under which name, for which category and result, and the words.
ANSWERS = (
    ("admin", "要等一等的", None, ReplyResult.NOT_YET,
     "您反映的问题现在还做不了，原因是（请写清楚）。我们把它记在账上，条件一到就办，最晚（日期）再告诉您进展。"),
    ("admin", "办完请您看看", None, ReplyResult.SOLVED,
     "您反映的问题已经处理好了：（做了什么、在哪里、什么时候做完）。请您看看还有没有问题，没弄好就点“没解决”，我们接着办。"),
    ("agency1", "楼道灯修好了", "lighting_dark", ReplyResult.SOLVED,
     "您反映的楼道灯已经换好，同一个门的其他楼层也试过一遍，都亮了。晚上您再看看，不亮就告诉我们，当天再来。"),
    ("agency1", "渗水已重做防水", "quality_leak", ReplyResult.SOLVED,
     "漏水的位置找到了：（位置和原因）。已经重新做了防水，蓄水 24 小时没有再漏。屋里墙皮干透以后，我们来给您刮腻子刷白。"),
    ("agency1", "等配件", None, ReplyResult.PARTLY,
     "已经先做了临时处理，可以正常使用。还差（配件名称），厂家说（日期）到货，到货当天就来装，装好以前您有事随时找我们。"),
    ("agency2", "停电的说明", "outage_unannounced", ReplyResult.SOLVED,
     "这次停电是（原因），已经在（时间）恢复。没有提前通知是我们的不对，以后计划停电都提前 24 小时在楼门口和群里贴出来。"),
    ("street1", "两家一起商量", None, ReplyResult.PARTLY,
     "我们请物业和施工单位一起到现场看了，先这样办：（怎么办、谁来办）。剩下的（日期）再碰一次头，结果会告诉您。"),
    ("community1", "楼道堆物清走了", "lighting_stairs", ReplyResult.SOLVED,
     "楼道里堆的东西已经请物主搬走，没人认的也清走了，消防通道能走了。再有人堆放，您随时告诉社区，我们当天去。"),
)  # fmt: skip


def keep() -> None:
    """Call inside `writing()`, after people and categories."""
    for username, title, category, result, words in ANSWERS:
        reply_templates.save(officer(username), None, title=title, words=words, category_code=category, result=result)
