"""Static files under hashed addresses: cached for a year, never stale (WeChat caches hard)."""

import hashlib
from functools import lru_cache

from flask import Flask, Response, request, url_for

from portal.core.settings import ROOT

STATIC = ROOT / "static"


@lru_cache(maxsize=256)
def _version(path: str, mtime: float) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:8]


def asset(path: str) -> str:
    found = STATIC / path
    version = _version(path, found.stat().st_mtime) if found.exists() else "0"
    return url_for("static", filename=path, v=version)


def register(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def cache(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
