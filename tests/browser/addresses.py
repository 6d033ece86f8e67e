"""Which addresses a walk through the whole site visits, and as whom."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.ballots.models import BallotRule
from portal.cases.deeds import facts_of, stand_of
from portal.cases.desk_actions import TABLE
from portal.cases.models import Case
from portal.cases.visibility import visible_to
from portal.core import clock
from portal.core.access import access_of
from portal.core.extensions import db
from portal.domain.case_lifecycle import allowed_actions
from portal.domain.roles import STAFF_ROLES, Role
from tests.builders.busy import Busy

Values = Callable[[Busy, str], Sequence[Any]]
"""What stands for the parts of an address, for somebody: nothing where they have no such page."""

PART = re.compile(r"<(?:\w+:)?(\w+)>")

# Pictures, figures for machines, and doors that only lead on.
NOT_PAGES = {
    "static", "cases.report", "identity_desk.home", "cases.code_png", "demo_sms.listing", "home_demo.index",
    "messaging_admin.templates_csv", "health.metrics", "health.process", "health.ready", "cases.draft_photo", "cases_desk.photo",
    "cases_following.photo", "demo_roster.listing", "identity.export", "cases_intake.draft_photo", "cases_public.photo",
    "ballots.photo", "ballots.receipt_png", "forum.photo", "forum.document",
    "ballot_results.export", "ballot_results.as_csv", "ballot_results.as_xlsx", "ballots_proxies.scan",
    "ballots_photo_desk.photo",
    "forum_log.export",
    "roster_desk.template", "roster_desk.wrong_rows",
}  # fmt: skip

# Pages that stand open only in the middle of a deed of two people or two steps; tests/identity walks through them.
IN_PASSING = {
    "identity_admin.one_time_password",
    "identity.recovery_codes",
    "identity.confirm",
    "membership.my_home",
    "assist.now",
    "membership.confirm",
    "membership_takeover.ask_vote",
    "identity.new_number_codes",
}

# Public pages that take somebody who has begun something; the longest beginning that fits counts.
AS = {
    "/case/": "author",
    "/report/submitted/": "author",
    "/report/joined/": "neighbour",
    "/report/where": "reporter",
    "/report/similar": "reporter",
    "/report/contact": "reporter",
    "/report/danger": "endangered",
    "/login/code": "waiting for a code",
    "/staff/login/code": "at the second step",
}


def of_case(*names: str) -> Values:
    return lambda busy, who: [busy.cases[name].ref for name in names]


def of_post(*names: str) -> Values:
    return lambda busy, who: [busy.forum.posts[name].id for name in names]


def desk_cases(busy: Busy, who: str) -> Sequence[str]:
    if who == Role.DISCIPLINE:
        return [busy.cases["sealed"].number]
    names = ("in_progress", "closed") if who != Role.DISTRICT else [name for name in busy.cases if name != "sealed"]
    return [busy.cases[name].number for name in names]


def desk_actions(busy: Busy, who: str) -> Sequence[tuple[str, str]]:
    """Each action once, by the first who may take it."""
    return [(case.number, slug) for slug, (first, case) in doers(busy).items() if first == who]


def doers(busy: Busy) -> dict[str, tuple[str, Case]]:
    found: dict[str, tuple[str, Case]] = {}
    for role in sorted(busy.world.posts):
        actor = busy.world.actor(role)
        for case in db.session.scalars(select(Case).where(visible_to(actor)).order_by(Case.id)):
            allowed = allowed_actions(facts_of(case), stand_of(case, actor), clock.now())
            for each in TABLE:
                if each.action in allowed:
                    found.setdefault(each.slug, (str(role), case))
    return found


def rule_id(_busy: Busy) -> int:
    return (
        db.session.scalars(select(BallotRule.id).where(BallotRule.valid_to.is_(None)).order_by(BallotRule.id)).first()
        or 0
    )


def of_ballot(name: str, *numbers: int) -> Values:
    """The ballot alone, or with each of the numbers."""
    return lambda busy, who: [(busy.ballots[name].id, number) for number in numbers] or [busy.ballots[name].id]


def papers_entered(busy: Busy, who: str) -> Sequence[tuple[int, int]]:
    """Batch 1 is being read by the community, 3 is counted in for everybody to look at."""
    numbers = (1, 2, 3) if who == Role.COMMUNITY else (3,)
    return [(busy.ballots["papers"].id, number) for number in numbers]


def second_reading(busy: Busy, who: str) -> Sequence[tuple[int, int]]:
    return [(busy.ballots["papers"].id, 4)] if who == Role.STREET else []


# What a page needs after the question mark.
QUERIES = {"/community/posters/print": "?compound=DJZ"}


# By the beginning of the rule up to its last known part. A page below a known one needs no entry.
def waiting_for_second(busy: Busy, who: str) -> Sequence[int]:
    return [busy.ballots["waiting"].id] if who in {Role.STREET, Role.DISTRICT} else []


VALUES: Mapping[str, Values] = {
    "/admin/deadlines/<level>/<which>": lambda busy, who: [("C", "reply")],
    "/admin/agencies/<int:agency_id>": lambda busy, who: [busy.world.units["FWZX"].id],
    "/admin/buildings/<code>": lambda busy, who: [busy.world.building.code],
    "/admin/categories/<code>": lambda busy, who: ["lighting_dark"],
    "/admin/communities/<int:community_id>": lambda busy, who: [busy.world.community.id],
    "/admin/compounds/<code>": lambda busy, who: ["DJZ"],
    "/admin/contacts/<int:contact_id>": lambda busy, who: [busy.contact.id],
    "/admin/entrances/<int:entrance_id>": lambda busy, who: [busy.world.building.entrances[0].id],
    "/admin/groups/<int:agency_id>": lambda busy, who: [busy.world.units[unit].id for unit in ("JD", "ZJW", "WY")],
    "/admin/groups/<int:agency_id>/remove": lambda busy, who: [busy.world.units["JD"].id],
    "/admin/streets/<int:street_id>": lambda busy, who: [busy.world.community.street_id],
    "/admin/users/<int:post_id>": lambda busy, who: [busy.world.posts[Role.COMMUNITY].id],
    "/admin/vote-rules/<int:rule_id>": lambda busy, who: [rule_id(busy)],
    "/b/<code>": lambda busy, who: ["djz04", busy.poster.token, busy.revoked.token],
    "/case/<ref>": lambda busy, who: [case.ref for case in busy.cases.values()],
    "/case/<ref>/add": of_case("submitted", "need_info"),
    "/case/<ref>/rate": of_case("closed"),
    "/case/<ref>/rated": of_case("rated"),
    "/case/<ref>/reopen": of_case("replied"),
    "/case/<ref>/withdraw": of_case("submitted"),
    "/cases/<number>": lambda busy, who: [busy.cases[name].number for name in ("in_progress", "closed")],
    "/community/cases/<number>": lambda busy, who: [busy.registered[Role(who)].number],
    "/community/assist/<int:assist_id>": lambda busy, who: [busy.homes.assist] if who == Role.COMMUNITY else [],
    "/me/household/members/<int:membership_id>/invite": lambda busy, who: [busy.homes.mine],
    "/me/household/members/<int:membership_id>/leave": lambda busy, who: [busy.homes.mine],
    "/me/household/members/<int:membership_id>/remove": lambda busy, who: [busy.homes.family],
    "/me/household/members/<int:membership_id>/voter": lambda busy, who: [busy.homes.family],
    "/community/invite-codes/<int:batch_id>": lambda busy, who: [busy.homes.batch],
    "/community/verification/<int:claim_id>": lambda busy, who: busy.homes.claims,
    "/community/topics/<int:topic_id>": lambda busy, who: [busy.forum.topic.id, busy.forum.ended.id],
    "/community/topics/<int:topic_id>/answer": lambda busy, who: [busy.forum.topic.id],
    "/community/topics/<int:topic_id>/meetings/<int:meeting_id>": lambda busy, who: [
        (busy.forum.topic.id, busy.forum.meeting.id)
    ],
    "/community/topics/<int:topic_id>/points/<int:position>": lambda busy, who: [(busy.forum.ended.id, 1)],
    "/community/posters/<int:poster_id>": lambda busy, who: [busy.poster.id],
    "/community/rosters/<code>": lambda busy, who: ["DJZ"],
    "/community/rosters/changes/<int:change_id>": lambda busy, who: [busy.rosters.change],
    "/community/rosters/homes/<int:home_id>": lambda busy, who: [busy.rosters.home],
    "/community/rosters/import/<int:job_id>": lambda busy, who: busy.rosters.jobs,
    "/community/votes/<int:ballot_id>": lambda busy, who: [
        busy.ballots[state].id for state in ("announced", "open", "provisional")
    ],
    "/community/votes/<int:ballot_id>/approve": waiting_for_second,
    "/community/votes/<int:ballot_id>/delete": of_ballot("draft"),
    "/community/votes/<int:ballot_id>/doors": of_ballot("open"),
    "/community/votes/<int:ballot_id>/edit": of_ballot("draft"),
    "/community/votes/<int:ballot_id>/edit/basis": of_ballot("statutory"),
    "/community/votes/<int:ballot_id>/extend": of_ballot("open"),
    "/community/votes/<int:ballot_id>/void": of_ballot("open"),
    "/community/votes/<int:ballot_id>/objections": of_ballot("provisional"),
    "/community/votes/<int:ballot_id>/objections/<int:number>": of_ballot("provisional", 1, 2),
    "/community/votes/<int:ballot_id>/objections/<int:number>/correct": of_ballot("provisional", 1),
    "/community/votes/<int:ballot_id>/paper": of_ballot("papers"),
    "/community/votes/<int:ballot_id>/paper/<int:number>": papers_entered,
    "/community/votes/<int:ballot_id>/paper/<int:number>/check": of_ballot("papers", 2),
    "/community/votes/<int:ballot_id>/paper/<int:number>/second-entry": second_reading,
    "/community/votes/<int:ballot_id>/proxies": of_ballot("papers"),
    "/community/votes/<int:ballot_id>/publish": lambda busy, who: [
        busy.ballots[at].id for at in ("closed", "provisional")
    ],
    "/community/votes/<int:ballot_id>/sealed": of_ballot("provisional"),
    "/desk/approvals/<int:approval_id>": lambda busy, who: [busy.approval.id] if who == Role.DISTRICT else [],
    "/desk/cases/<number>": desk_cases,
    "/desk/cases/<number>/<slug>": desk_actions,
    "/desk/cases/<number>/documents/<kind>": lambda busy, who: [
        (busy.cases["in_progress"].number, kind) for kind in ("receipt", "acceptance")
    ],
    "/desk/duty/<int:shift_id>": lambda busy, who: (
        [busy.duty.shift] if who in {Role.STREET, Role.DISTRICT, Role.AUDITOR, Role.ADMIN} else []
    ),
    "/forum/<int:topic_id>": lambda busy, who: [
        each.id for each in (busy.forum.topic, busy.forum.ended, busy.forum.switched)
    ],
    "/forum/<int:topic_id>/chain": lambda busy, who: [busy.forum.ended.id],
    "/forum/<int:topic_id>/posts/<int:post_id>": lambda busy, who: [
        (busy.forum.topic.id, busy.forum.posts["published"].id)
    ],
    "/community/moderation/<int:post_id>": of_post("held", "neighbour", "appealed", "upheld"),
    "/community/moderation/<int:post_id>/<slug>": lambda busy, who: [
        (busy.forum.posts["published"].id, "hide"),
        (busy.forum.posts["published"].id, "move"),
        (busy.forum.posts["published"].id, "split"),
        (busy.forum.posts["hidden"].id, "restore"),
    ],
    "/community/moderation/<int:post_id>/second-look": of_post("appealed"),
    "/community/moderation/topics/<int:topic_id>": lambda busy, who: [busy.forum.proposal.id],
    "/forum/posts/<int:post_id>/appeal": of_post("refused", "appealed", "upheld"),
    "/forum/posts/<int:post_id>/case": of_post("held"),
    "/forum/posts/<int:post_id>/flag": of_post("published", "neighbour"),
    "/forum/posts/<int:post_id>/edit": of_post("held", "returned"),
    "/forum/posts/<int:post_id>/withdraw": of_post("held"),
    "/forum/topics/<int:topic_id>/edit": lambda busy, who: [busy.forum.proposal.id],
    "/desk/reply-templates/<int:template_id>": lambda busy, who: [busy.template.id] if who == Role.AGENCY else [],
    "/desk/supervision/<number>": lambda busy, who: ["D24-0001", "D24-0002"],
    "/report/joined/<ref>": lambda busy, who: [busy.joined],
    "/report/similar/<number>": lambda busy, who: [busy.cases["in_progress"].number],
    "/report/submitted/<ref>": lambda busy, who: [busy.submitted],
    "/votes/<int:ballot_id>": lambda busy, who: [busy.ballots[state].id for state in ("announced", "open", "closed")],
    "/votes/<int:ballot_id>/ballot": lambda busy, who: [busy.ballots["open"].id],
    "/votes/<int:ballot_id>/check": lambda busy, who: [busy.ballots["open"].id],
    "/votes/<int:ballot_id>/items/<int:number>": lambda busy, who: [(busy.ballots["open"].id, 3)],
    "/votes/<int:ballot_id>/objection": of_ballot("provisional"),
    "/votes/<int:ballot_id>/results": lambda busy, who: [busy.ballots[at].id for at in ("open", "provisional")],
    "/votes/<int:ballot_id>/results/print": of_ballot("provisional"),
    "/votes/<int:ballot_id>/receipt": lambda busy, who: [busy.ballots["closed"].id],
}


class Unknown(AssertionError):
    """An address with a part that nobody has given a value for."""


@dataclass(frozen=True)
class Visit:
    """`closely`: the first role that has this page also looks at it on a wide screen; the others look at a phone."""

    address: str
    closely: bool


def visits(app: Flask, busy: Busy) -> dict[str, list[Visit]]:
    """By visitor."""
    found: dict[str, list[Visit]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES | IN_PASSING:
            continue
        addresses = {who: addresses_of(rule, busy, who) for who in visitors_of(app, rule)}
        with_pages = [who for who in addresses if addresses[who]]
        assert with_pages, f"{rule.rule}: nobody in the world of this test has such a page"
        for who in with_pages:
            found.setdefault(who, []).extend(Visit(each, who == with_pages[0]) for each in addresses[who])
    return found


def visitors_of(app: Flask, rule: Rule) -> list[str]:
    declared = access_of(app, rule.endpoint)
    assert declared is not None, f"{rule.endpoint} does not say who may enter"
    kind, roles = declared
    if kind == "staff":
        return sorted(str(role) for role in roles or STAFF_ROLES)
    if kind == "resident":
        return ["resident"]
    fitting = [beginning for beginning in AS if rule.rule.startswith(beginning)]
    return [AS[max(fitting, key=len)] if fitting else "guest"]


def addresses_of(rule: Rule, busy: Busy, who: str) -> list[str]:
    if "<" not in rule.rule:
        return [rule.rule + QUERIES.get(rule.rule, "")]
    fitting = [beginning for beginning in VALUES if f"{rule.rule}/".startswith(f"{beginning}/")]
    known = max(fitting, key=len, default="")
    if known.count("<") < rule.rule.count("<"):
        raise Unknown(f"{rule.rule}: say in tests/browser/addresses.py VALUES what stands for its parts")
    names = PART.findall(known)
    values = [value if isinstance(value, tuple) else (value,) for value in VALUES[known](busy, who)]
    return [filled(rule.rule, dict(zip(names, each, strict=True))) for each in values]


def filled(rule: str, values: Mapping[str, Any]) -> str:
    return PART.sub(lambda part: str(values[part[1]]), rule)
