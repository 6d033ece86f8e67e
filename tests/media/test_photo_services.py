"""Photos as rows: kept, ordered, handed on, released, and gone for good when removed."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.core.settings import settings
from portal.core.writing import writing
from portal.media import services
from portal.media.models import Owner, Photo, PhotoKind
from portal.media.queries import photo_by_token, photos_by_owner, photos_of
from portal.media.services import take_in
from tests.media import pictures

DRAFT, CASE = Owner("draft", 12), Owner("case", 7)


@pytest.fixture
def make_photo(app: Flask) -> Callable[..., str]:
    """Keeps a small photo in a transaction of its own; gives its token."""

    def make(owner: Owner = DRAFT, kind: PhotoKind = PhotoKind.REPORT) -> str:
        [processed] = take_in([pictures.sent(pictures.jpeg(40, 30))]).good
        with writing():
            return services.keep(processed, owner, kind).token

    return make


def photo(token: str) -> Photo:
    found = photo_by_token(token)
    assert found is not None
    return found


def files() -> set[str]:
    return {path.name for path in (settings().instance_dir / "media").glob("*/*")}


def grow_old() -> None:
    then = time.time() - 2 * 86_400
    for path in (settings().instance_dir / "media").glob("*/*"):
        os.utime(path, (then, then))


def test_a_kept_photo_is_found_by_owner_and_by_address(
    app: Flask, make_photo: Callable[..., str], at: Callable[[str], datetime]
) -> None:
    moment = at("2024-06-17 10:20")
    token = make_photo(kind=PhotoKind.BEFORE)
    [found] = photos_of(DRAFT)
    assert found.token == token and len(token) == 22
    assert (found.owner, found.kind, found.created_at, found.released) == (
        Owner("draft", "12"),
        PhotoKind.BEFORE,
        moment,
        False,
    )
    assert (found.width, found.height) == (40, 30)
    assert photo_by_token("no such token at all") is None


def test_photos_keep_the_order_in_which_they_came(make_photo: Callable[..., str]) -> None:
    tokens = [make_photo() for _ in range(3)]
    assert [each.token for each in photos_of(DRAFT)] == tokens
    assert [each.position for each in photos_of(DRAFT)] == [1, 2, 3]


def test_many_owners_are_asked_in_one_query(
    make_photo: Callable[..., str], sql_count: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    first, second = make_photo(Owner("event", 1)), make_photo(Owner("event", 2))
    make_photo(Owner("case", 1))
    with sql_count() as seen:
        found = photos_by_owner("event", [1, 2, 3])
    assert [each.token for each in found["1"]] == [first] and [each.token for each in found["2"]] == [second]
    assert found["3"] == [] and len([sql for sql in seen if "FROM photos" in sql]) == 1


def test_moved_photos_follow_those_already_there(make_photo: Callable[..., str]) -> None:
    there, first, second = make_photo(CASE), make_photo(), make_photo()
    with writing():
        services.move(photos_of(DRAFT), CASE)
    assert [each.token for each in photos_of(CASE)] == [there, first, second]
    assert photos_of(DRAFT) == []


def test_staff_release_a_photo_and_take_that_back(make_photo: Callable[..., str]) -> None:
    token = make_photo()
    with writing():
        services.release(photo(token))
    assert photo(token).released
    with writing():
        services.release(photo(token), False)
    assert not photo(token).released


def test_removing_erases_the_row_and_both_files(make_photo: Callable[..., str]) -> None:
    gone, stays = make_photo(), make_photo()
    with writing():
        services.remove(photo(gone))
        assert len(files()) == 4  # not before the commit
    assert photo_by_token(gone) is None
    assert files() == {photo(stays).key, photo(stays).thumb_key}


def test_a_rolled_back_removal_erases_nothing(make_photo: Callable[..., str]) -> None:
    token = make_photo()
    with pytest.raises(RuntimeError), writing():
        services.remove(photo(token))
        raise RuntimeError
    with writing():
        services.release(photo(token))
    assert files() == {photo(token).key, photo(token).thumb_key}


def test_a_savepoint_given_up_erases_nothing(make_photo: Callable[..., str]) -> None:
    token = make_photo()
    with writing():
        savepoint = db.session.begin_nested()
        services.remove(photo(token))
        savepoint.rollback()
    assert files() == {photo(token).key, photo(token).thumb_key}


def test_a_savepoint_kept_erases_only_at_the_commit(make_photo: Callable[..., str]) -> None:
    token = make_photo()
    with pytest.raises(RuntimeError), writing():
        with db.session.begin_nested():
            services.remove(photo(token))
        raise RuntimeError
    assert files() == {photo(token).key, photo(token).thumb_key}


def test_all_photos_of_a_spent_draft_go_together(make_photo: Callable[..., str]) -> None:
    make_photo(), make_photo()
    other = make_photo(CASE)
    with writing():
        services.remove_all_of(DRAFT)
    assert photos_of(DRAFT) == [] and files() == {photo(other).key, photo(other).thumb_key}


def test_files_that_nobody_kept_are_swept_after_a_day(make_photo: Callable[..., str], tmp_path: Path) -> None:
    kept = photo(make_photo())
    wanted = {kept.key, kept.thumb_key}
    take_in([pictures.sent(pictures.jpeg(40, 30))])
    assert services.sweep_orphans() == 0 and len(files()) == 4
    grow_old()
    take_in([pictures.sent(pictures.jpeg(40, 30))])  # somebody is filling in a form right now
    assert services.sweep_orphans() == 2
    assert wanted < files() and len(files()) == 4


def test_the_sweep_is_work_of_the_worker(app: Flask) -> None:
    assert "media_orphans" in app.extensions["jobs"]
