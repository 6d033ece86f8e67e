"""After a rotation everything opens with the new key alone, and look-ups find what they found."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.cli.keys import rotate
from portal.core import clock, crypto
from portal.core.extensions import db
from portal.core.writing import writing
from portal.identity.models import Account
from portal.messaging.models import Preference

NEW = "the-new-key-" + "n" * 40
PHONE = "+8619900001234"


@pytest.fixture
def account(app: Flask) -> Account:
    with writing():
        index = crypto.blind_index(PHONE)
        db.session.add(Account(phone=PHONE, phone_index=index, called="周女士", created_at=clock.now()))
        db.session.add(Preference(recipient_key=f"phone:{index}", sms=False, changed_at=clock.now()))
    return db.session.scalars(select(Account)).one()


@pytest.fixture
def keys(app: Flask) -> Iterator[tuple[str, ...]]:
    yield app.extensions["settings"].data_keys


def use(app: Flask, *keys: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], data_keys=keys)
    db.session.rollback()
    db.session.expire_all()


def test_the_old_key_is_no_longer_needed(app: Flask, account: Account, keys: tuple[str, ...]) -> None:
    use(app, NEW, *keys)
    done = rotate()
    assert done.texts == 2
    use(app, NEW)
    assert account.phone == PHONE
    assert account.called == "周女士"
    assert account.phone_index == crypto.blind_index(PHONE)
    assert db.session.get(Preference, f"phone:{crypto.blind_index(PHONE)}") is not None


def test_a_second_time_changes_nothing(app: Flask, account: Account, keys: tuple[str, ...]) -> None:
    use(app, NEW, *keys)
    rotate()
    before = db.session.execute(text("SELECT phone FROM accounts")).scalar()
    assert rotate().texts == 0
    assert db.session.execute(text("SELECT phone FROM accounts")).scalar() == before
