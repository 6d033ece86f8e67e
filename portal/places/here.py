"""The building that this browser belongs to: remembered 90 days in a cookie, read only by pages that use it."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

from portal.core.settings import settings
from portal.places.models import Building
from portal.places.queries import building_by_code

COOKIE = "building"
REMEMBERED = timedelta(days=90)


class Here:
    """What templates call `here`: empty (false) when no building is known. The first question asks the database."""

    @cached_property
    def building(self) -> Building | None:
        if "building" in g:
            found: Building | None = g.building
            return found
        code = request.cookies.get(COOKIE, "")
        return building_by_code(code) if code else None

    def __bool__(self) -> bool:
        return self.building is not None

    @property
    def name(self) -> str:
        """东局子小区 3 号楼"""
        return self.building.full_name if self.building else ""

    @property
    def code(self) -> str:
        return self.building.code if self.building else ""

    @property
    def compound(self) -> str:
        return self.building.compound.name if self.building else ""

    @property
    def community_name(self) -> str:
        return self.building.compound.community.name if self.building else ""

    @property
    def community_phone(self) -> str:
        return self.building.compound.community.phone if self.building else ""


def here() -> Here:
    """One per request."""
    if "here" not in g:
        g.here = Here()
    found: Here = g.here
    return found


def be_at(building: Building) -> None:
    """For the rest of this request the visitor is at this building, whatever the cookie says."""
    g.building = building
    g.pop("here", None)


def remember(response: Response, building: Building) -> None:
    """A building code is no secret and nothing personal: unsigned."""
    response.set_cookie(
        COOKIE, building.code, max_age=REMEMBERED, secure=settings().https, httponly=True, samesite="Lax", path="/"
    )


def register(app: Flask) -> None:
    @app.context_processor
    def place() -> dict[str, Any]:
        return {"here": here()}
