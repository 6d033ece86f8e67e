"""What every template may ask for, and the two switches: 大字版 and language."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response

from portal.core import access, clock, formatting, i18n
from portal.core.access import public, safe_next
from portal.core.settings import Settings
from portal.domain.actors import Actor

bp = Blueprint("display", __name__)
YEAR = timedelta(days=365)


@bp.post("/display")
@public
def switch_display() -> Response:
    """To 大字版 and back; the button says what you will get."""
    large = request.cookies.get("display") == "large"
    asked = request.form.get("display") or ("standard" if large else "large")
    return _remember("display", "large" if asked == "large" else "standard")


@bp.post("/language")
@public
def switch_language() -> Response:
    asked = request.form.get("language", "zh")
    return _remember("lang", asked if asked in i18n.LANGUAGES else "zh")


def _remember(name: str, value: str) -> Response:
    response = redirect(safe_next(request.form.get("next"), "/"), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def site_of(found: Settings) -> dict[str, Any]:
    return {
        "name": found.site_name,
        "domain": found.domain,
        "demo": found.demo,
        "demo_time": formatting.moment(clock.now()) if found.demo else "",
        "hotline": "12345",
        "sponsor": found.sponsor,
        "icp": found.icp,
        "police": found.police,
        "is_official": bool(found.icp),
        "supervision_phone": found.supervision_phone,
        "consent_needed": found.gateway_is_abroad,
    }


def register(app: Flask, found: Settings) -> None:
    app.register_blueprint(bp)
    setattr(app.view_functions["static"], access.ACCESS, ("public", frozenset()))

    @app.before_request
    def nobody_yet() -> None:
        g.setdefault("actor", Actor.guest())

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "site": site_of(found),
            "display": "large" if request.cookies.get("display") == "large" else "",
            "display_known": "display" in request.cookies,
            "lang": "zh-CN" if i18n.chosen() == "zh" else "en",
            "actor": g.get("actor", Actor.guest()),
            "here": None,
            "desk_nav": [],
            "scope_words": "",
            "calendar_warning": "",
        }
