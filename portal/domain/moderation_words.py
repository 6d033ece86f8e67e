"""What a moderator writes to an author unless they write something better, and how long their last step can be undone."""

from collections.abc import Mapping
from datetime import timedelta

from portal.domain.moderation_grounds import Ground

UNDO_TIME = timedelta(minutes=1)  # nobody is sent a text before it is over
LONGEST_WORDS = 200  # to the author, in characters

STANDARD_WORDS: Mapping[Ground, str] = {
    Ground.PRIVACY: "发言里有电话、门牌或别人的私事，请去掉再发，这是保护您和邻居。您的意见照样可以发。",
    Ground.ABUSE: "请就事论事，去掉骂人或针对个人的话。您的意见和批评照样可以发。",
    Ground.ADVERTISING: "这里只议小区的事，广告和要钱的信息不能发。",
    Ground.OFF_TOPIC: "这段话和本议题说的不是一件事。您可以发到别的议题，或者提一个新议题。",
    Ground.DUPLICATE: "您已经发过同样的话，这一条就不重复发了。",
    Ground.ILLEGAL: "这段话里有法律规定不能发布的内容，依据写在原因后面。",
}
