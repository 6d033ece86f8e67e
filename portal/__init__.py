"""The application factory: configuration → core → features → commands. Reads as a contents page."""

from collections.abc import Mapping
from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.core import (
    access,
    assets,
    clock,
    csrf,
    database,
    display,
    errors,
    formatting,
    headers,
    i18n,
    jobs,
    logging,
    numbers,
)
from portal.core.extensions import db, migrate
from portal.core.settings import ROOT, Settings, build, gather


def create_app(overrides: Mapping[str, str] | None = None) -> Flask:
    """The application. `overrides` are settings without their prefix; given, environment and file are not read."""
    found = build(gather(overrides))
    app = Flask("portal", root_path=str(ROOT), template_folder="templates", static_folder="static")
    configure(app, found)
    register_core(app, found)
    register_features(app)
    register_commands(app)
    access.refuse_undeclared(app)
    if overrides is None:
        import_module("portal.cli.starting").refuse_unsafe(app)
    return app


def configure(app: Flask, found: Settings) -> None:
    app.extensions["settings"] = found
    app.extensions["clock"] = clock.Clock(follows_database=found.demo)
    app.config["SECRET_KEY"] = found.secret_key
    app.config["MAX_CONTENT_LENGTH"] = 80 * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    app.config["SESSION_COOKIE_NAME"] = "__Host-portal" if found.https else "portal"
    app.config["SESSION_COOKIE_SECURE"] = found.https
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_PATH"] = "/"
    app.url_map.merge_slashes = False  # its redirect names whatever host the request claims
    if found.trusted_proxies > 0:
        hops = found.trusted_proxies  # limits per address would otherwise count everybody as the proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def register_core(app: Flask, found: Settings) -> None:
    logging.configure(found.debug)
    logging.register(app)
    database.register(app, found)
    migrate.init_app(app, db, directory=str(ROOT / "portal" / "migrations"))
    csrf.register(app)
    i18n.register(app)
    formatting.register(app)
    numbers.register(app)
    assets.register(app)
    headers.register(app, found)
    errors.register(app)
    display.register(app, found)
    jobs.register(app)


FEATURES = (
    "portal.messaging.views",
    "portal.messaging.admin",
    "portal.messaging.demo",
    "portal.places.views",
    "portal.places.desk",
    "portal.places.admin",
    "portal.identity.views",
    "portal.identity.desk",
    "portal.identity.admin",
    "portal.identity.duty_desk",
    "portal.identity.deputy_desk",
    "portal.groups.admin",
    "portal.membership.views",
    "portal.membership.demo",
    "portal.membership.desk",
    "portal.membership.letters",
    "portal.membership.roster_pages",
    "portal.membership.family_views",
    "portal.membership.takeover_views",
    "portal.membership.assist_desk",
    "portal.cases.views",
    "portal.cases.following",
    "portal.cases.public",
    "portal.cases.desk",
    "portal.cases.today_desk",
    "portal.cases.filters_desk",
    "portal.cases.rules_desk",
    "portal.cases.callback_desk",
    "portal.cases.templates_desk",
    "portal.cases.supervision_desk",
    "portal.cases.exclusions_desk",
    "portal.cases.calls_desk",
    "portal.cases.handover_desk",
    "portal.cases.intake",
    "portal.cases.documents",
    "portal.cases.admin",
    "portal.cases.deadline_admin",
    "portal.ballots.views",
    "portal.ballots.board_desk",
    "portal.ballots.prepare_desk",
    "portal.ballots.schedule_desk",
    "portal.ballots.admin",
    "portal.ballots.public",
    "portal.ballots.paper_desk",
    "portal.ballots.photo_desk",
    "portal.ballots.proxy_desk",
    "portal.ballots.result_desk",
    "portal.forum.views",
    "portal.forum.review",
    "portal.forum.after",
    "portal.forum.log",
    "portal.forum.switching",
    "portal.forum.appeals",
    "portal.forum.flagging",
    "portal.forum.tally_page",
    "portal.forum.admin",
    "portal.chain.offers",
    "portal.forum.topics_desk",
    "portal.forum.documents_desk",
    "portal.forum.dates_desk",
    "portal.chain.views",
    "portal.home.views",
    "portal.home.search",
    "portal.home.community",
    "portal.home.health",
    "portal.home.demo",
    "portal.dashboard.desk",
)


def register_features(app: Flask) -> None:
    """Each module offers `bp`, and `register(app)` where it adds loaders, context or jobs."""
    for name in FEATURES:
        module = import_module(name)
        app.register_blueprint(module.bp)
        if hasattr(module, "register"):
            module.register(app)


def register_commands(app: Flask) -> None:
    import_module("portal.cli").register(app)
