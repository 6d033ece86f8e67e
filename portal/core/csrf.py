"""CSRF for every POST, without a time limit. A failed token never throws work away: see `errors` and `forms`."""

from flask import Flask

from portal.core.extensions import csrf


def register(app: Flask) -> None:
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # WeChat's browser drops the Referer on some phones; SameSite=Lax and the token do the work.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf.init_app(app)
