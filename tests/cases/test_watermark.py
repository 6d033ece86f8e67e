"""Whoever photographs a desk page with a resident's words photographs their own name with it; residents' pages bear none."""

import pytest

from portal.domain.roles import Role
from tests.builders.cases import in_hands, resident_page


@pytest.mark.databases("sqlite")
def test_the_viewers_account_and_the_time_lie_over_desk_pages(world, desk, client):
    case = in_hands(world)
    for role, name in ((Role.STREET, "李晓明"), (Role.AGENCY, "王立新"), (Role.AUDITOR, "郑严")):
        page = desk(role).visit(f"/desk/cases/{case.number}")
        mark = f'class="watermark" aria-hidden="true" data-who="{name} {world.posts[role].id} · 6 月 17 日'
        assert mark in page.html, role
    assert "watermark" not in resident_page(client, case).html
