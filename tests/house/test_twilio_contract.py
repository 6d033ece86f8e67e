"""The project's table of Twilio's API against Twilio's own published description, where that is at hand."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.fakes import twilio_contract as contract
from tests.fakes.twilio import FakeTwilio, Message

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "twilio-messages.json"
KINDS = {"string": str, "integer": int, "object": dict}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    if not DESCRIPTION.exists():
        pytest.skip(f"Twilio's description is not at hand ({DESCRIPTION.name} beside the checkout)")
    return json.loads(DESCRIPTION.read_text())


@pytest.fixture(scope="module")
def schemas(description: dict[str, Any]) -> dict[str, Any]:
    return description["components"]["schemas"]


def test_statuses_and_directions_are_twilios(schemas: dict[str, Any]) -> None:
    assert set(schemas["message_enum_status"]["enum"]) == contract.STATUSES
    assert set(schemas["message_enum_direction"]["enum"]) == contract.DIRECTIONS


def test_fields_and_their_types_are_twilios(schemas: dict[str, Any]) -> None:
    properties = schemas["api.v2010.account.message"]["properties"]
    theirs = {name: kinds(schemas, shape) for name, shape in properties.items()}

    assert theirs == {name: set(allowed) for name, allowed in contract.MESSAGE.items()}


def test_sids_have_twilios_patterns(schemas: dict[str, Any]) -> None:
    properties = schemas["api.v2010.account.message"]["properties"]

    assert properties["account_sid"]["pattern"] == contract.ACCOUNT_SID
    assert properties["messaging_service_sid"]["pattern"] == contract.SERVICE_SID
    assert properties["sid"]["pattern"] == contract.MESSAGE_SID


def test_addresses_and_parameters_are_twilios(description: dict[str, Any]) -> None:
    paths = description["paths"]
    create = paths[contract.CREATE]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    listing = {parameter["name"] for parameter in paths[contract.CREATE]["get"]["parameters"]} - {"AccountSid"}

    assert set(create["properties"]) >= contract.SENT_FIELDS
    assert listing == contract.LIST_FIELDS
    assert "get" in paths[contract.ONE]


def test_pages_are_twilios(description: dict[str, Any]) -> None:
    page = description["paths"][contract.CREATE]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert set(page["properties"]) == {"messages", *contract.LIST}


@pytest.mark.parametrize("service", [None, "MG" + "0" * 32])
def test_a_message_of_the_fake_passes_twilios_schema(schemas: dict[str, Any], service: str | None) -> None:
    fake = FakeTwilio()
    message = Message("+8613800000001", "正文", None if service else fake.sender, service, None, "queued")

    jsonschema.validate(fake.as_json(message), resolved(schemas, "api.v2010.account.message"))


def kinds(schemas: dict[str, Any], shape: dict[str, Any]) -> set[type | None]:
    plain = schemas[shape["$ref"].rsplit("/", 1)[1]] if "$ref" in shape else shape
    return {KINDS[plain["type"]]} | ({None} if plain.get("nullable") else set())


def resolved(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """OpenAPI 3.0 as JSON Schema: references filled in, `nullable` said as a type."""
    shape = dict(schemas[name])
    shape["properties"] = {key: plain(schemas, value) for key, value in shape["properties"].items()}
    return shape


def plain(schemas: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in shape:
        return schemas[shape["$ref"].rsplit("/", 1)[1]]
    return {**shape, "type": [shape["type"], "null"]} if shape.get("nullable") else shape
