"""`setup`: a real instance from nothing. Asks what it is not told; nothing is written before everything is known."""

import os
import secrets
from dataclasses import dataclass

import click
from flask import Flask

from portal.audit import journal
from portal.ballots.presets import seed as seed_rules
from portal.cases.seed import seed as seed_categories
from portal.cli import environment, schema, starting
from portal.cli.demo.names import COMMUNITY_UNITS, DISTRICT_UNITS, STREET_UNITS, Unit
from portal.cli.staff import PASSWORD, said
from portal.core import calendar
from portal.core.extensions import db
from portal.core.settings import settings
from portal.core.writing import writing
from portal.domain.actors import Actor
from portal.domain.errors import DomainError
from portal.domain.phones import parse_mobile
from portal.domain.roles import Role
from portal.forum.settings import seed_words
from portal.identity.staffing import add_staff, checked_hash
from portal.places import posters, services
from portal.places.models import Agency, Stage

SYSTEM = Actor.system()
DEMO_MARK = "（演示）"


@dataclass(frozen=True)
class Answers:
    """What was asked."""

    district: str
    district_code: str
    street: str
    community: str
    compound: str
    compound_code: str
    buildings: int
    doors: int


@click.command("setup")
@click.option("--base-url", prompt="网址 address (https://…)", help="Where residents reach the site.")
@click.option("--district", prompt="区 district", default="河东区", show_default=True)
@click.option("--district-code", prompt="行政区划代码 district code", default="120102", show_default=True)
@click.option("--street", prompt="街道 street (…街道)")
@click.option("--community", prompt="社区 community (…社区)")
@click.option("--compound", prompt="小区 compound")
@click.option("--compound-code", prompt="小区代码 compound code (DJZ)")
@click.option("--buildings", prompt="楼栋数 buildings", type=click.IntRange(1, 99))
@click.option(
    "--doors", prompt="每栋门数 entrances per building", type=click.IntRange(1, 12), default=3, show_default=True
)
@click.option("--admin", prompt="管理员用户名 administrator", default="admin", show_default=True)
@click.option("--admin-name", prompt="管理员姓名 name", default="管理员", show_default=True)
@PASSWORD
@click.option("--test-sms", prompt="测试短信发到（可以不填）test SMS to (optional)", default="", show_default=False)
def setup(base_url: str, admin: str, admin_name: str, password: str, test_sms: str, **places: str | int) -> None:
    """Keys, tables, places, units, categories, calendar, the first administrator."""
    app = _application(base_url)
    with app.app_context():
        schema.bring_up_to_date()
        if not schema.is_empty():
            raise click.ClickException("数据库里已有数据，不再初始化。 The database is not empty; nothing was changed.")
        try:
            password_hash = checked_hash(password, admin)
            with writing():
                _fill(Answers(**places), admin, admin_name, password_hash)  # type: ignore[arg-type]
        except DomainError as refused:
            raise click.ClickException(said(refused)) from refused
        click.echo("已建好。 Done. 接着：登录 /staff/login，设好动态码，添加工作人员，打印楼栋码。")
        _test_message(test_sms)
        for reason in starting.reasons():
            click.echo(f"启动前还要改 still to be put right: {reason}", err=True)


def _application(base_url: str) -> Flask:
    """Fresh keys where there are none; a real instance never becomes a demo by itself."""
    if not environment.is_configured():
        values = {
            "SECRET_KEY": environment.new_key(),
            "DATA_KEYS": environment.new_key(),
            "BASE_URL": base_url,
            "DEMO": "0",
        }
        click.echo(f"已生成密钥 {environment.write(values)}，请另存一份：没有它备份打不开。")
    from portal import create_app

    os.environ.setdefault("PORTAL_BASE_URL", base_url)
    return create_app()


def _fill(answers: Answers, admin: str, admin_name: str, password_hash: str) -> None:
    units = _units(answers)
    district = services.add_district(
        SYSTEM,
        code=answers.district_code,
        name=answers.district,
        agency=units["ZJW"],
        hotline=units["HL"],
        discipline=units["JJ"],
    )
    street = services.add_street(SYSTEM, district, name=answers.street, agency=units["JD"])
    community = services.add_community(SYSTEM, street, name=answers.community, agency=units["JW"])
    compound = services.add_compound(
        SYSTEM, community, code=answers.compound_code, name=answers.compound, stage=Stage.CONSULT
    )
    for number in range(1, answers.buildings + 1):
        doors = [f"{door} 门" for door in range(1, answers.doors + 1)]
        building = services.add_building(SYSTEM, compound, name=f"{number} 号楼", entrances=doors)
        posters.issue(SYSTEM, building)
    calendar.seed()
    seed_categories()
    seed_rules()
    seed_words(SYSTEM)
    add_staff(admin, admin_name, Role.ADMIN, units["ZJW"].id, password_hash)
    journal.record("instance:set_up", SYSTEM, "instance")


def _units(answers: Answers) -> dict[str, Agency]:
    """The units of domain.md §5 with their chain of superiors; telephone numbers are entered afterwards."""
    found: dict[str, Agency] = {}
    words = {"street": answers.street, "community": answers.community, "stem": answers.community.removesuffix("社区")}
    for unit in (*DISTRICT_UNITS, *STREET_UNITS, *COMMUNITY_UNITS):
        found[unit.code] = _unit(unit, words, found.get(unit.superior), answers.district)
    return found


def _unit(unit: Unit, words: dict[str, str], superior: Agency | None, district: str) -> Agency:
    name = unit.name.format(**words).replace(DEMO_MARK, "").replace("河东区", district)
    agency = Agency(
        code=unit.code,
        name=name,
        short_name=unit.short_name.format(**words)[:10],
        kind=unit.kind,
        superior_id=superior.id if superior else None,
    )
    db.session.add(agency)
    db.session.flush()
    return agency


def _test_message(number: str) -> None:
    """Through the configured gateway, so that a wrong account shows now and not when the first resident waits."""
    if not number.strip():
        return
    from portal.messaging.gateways import gateway
    from portal.messaging.gateways.base import Letter

    try:
        to = parse_mobile(number)
    except DomainError as refused:
        raise click.ClickException(f"没有发送测试短信：{said(refused)}") from refused
    text = f"【{settings().sms_signature}】这是一条测试短信，收到说明短信已接通。"
    outcome = gateway().send(
        Letter(id=0, attempt=secrets.token_hex(16), to=to, text=text, event="test", purpose="code")
    )
    click.echo(f"测试短信 test SMS: {outcome}")
