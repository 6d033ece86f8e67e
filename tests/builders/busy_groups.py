"""工作群 of two units: one that hears everything, one whose robot was taken out of the group."""

from portal.core import clock
from portal.core.writing import writing
from portal.domain.roles import Role
from portal.groups import services
from portal.groups.models import NoticeState
from tests.builders.cases import World

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=73febdcb-1b38-4d1b-a994-790f21fc8d30"
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={'b1' * 32}"


def make_groups(world: World) -> None:
    """In a transaction of its own."""
    admin, at = world.actor(Role.ADMIN), clock.now()
    with writing():
        works = services.connect(admin, world.units["JD"].id, WECOM)
        works.tried_at = works.sent_at = at
        broken = services.connect(admin, world.units["ZJW"].id, DINGTALK, "SEC" + "7" * 61)
        broken.tried_at, broken.error_code = at, "310000"
        for event in ("staff_supervise", "staff_digest", "test"):
            lost = services.write(broken, event, "督办单D24-0001", f"group:{broken.id}", "/desk", at)
            lost.state, lost.final_at, lost.error_code = NoticeState.GIVEN_UP, at, "310000"
