"""CSRF for every POST, without a time limit. A failed token never throws work away: see `errors` and `forms`."""

from flask import Flask, request

from portal.core.extensions import csrf


def register(app: Flask) -> None:
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # WeChat's browser drops the Referer on some phones; SameSite=Lax and the token do the work.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(_limit_plain_forms)  # before the check below reads the form
    csrf.init_app(app)


def _limit_plain_forms() -> None:
    """Only photos may be large: a form without files is read into memory whole, and its texts are searched."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = request.max_form_memory_size
