"""A visitor: Flask's test client that reads pages like a person without JavaScript and checks every page it meets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from functools import partial
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.visitor.form import PaperForm, Words
from tests.visitor.lint import problems
from tests.visitor.page import Page

REDIRECTS = {301, 302, 303, 307, 308}


class Visitor(FlaskClient):
    """`page` is the page met last."""

    page: Page | None = None
    lints: bool = True

    @classmethod
    def of(cls, app: Flask) -> "Visitor":
        return cast("Visitor", app.test_client())

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """One request, outside the test's own context, so that nothing leaks between test and page."""
        settle()
        response: TestResponse = Context().run(partial(super().open, *arguments, **options))
        str(response.headers).encode("latin-1")  # what a real server sends; others fail there with nothing on the page
        if (
            response.mimetype == "text/html"
            and response.status_code not in REDIRECTS
            and response.request.method != "HEAD"
        ):
            self.page = meet(response, self.lints)
        return response

    def visit(self, address: str) -> Page:
        """Go there, through any redirects."""
        return self._arrive(self.get(address))

    def follow(self, word: str, within: str = "") -> Page:
        """Click the link that bears this word."""
        return self.visit(self._absolute(self.here.link(word, within)))

    def press(self, word: str, within: str = "") -> Page:
        """Press the button that bears this word, the form as it stands."""
        return self.submit(word, within=within)

    def submit(self, word: str, fields: Mapping[Words, Any] | None = None, within: str = "") -> Page:
        """Fill in the form of the button that bears this word, press it, arrive where it leads."""
        form = PaperForm(self.here, self.here.button(word, within))
        form.fill(fields or {})
        return self._arrive(self.send(form))

    def send(self, form: PaperForm) -> TestResponse:
        address = self._absolute(form.action)
        if form.method == "GET":
            return self.get(address, query_string=form.sent())
        kind = "multipart/form-data" if form.multipart else "application/x-www-form-urlencoded"
        response = self.post(address, data=form.sent(), content_type=kind)
        assert response.status_code not in REDIRECTS - {303}, f"{address}: a finished action answers 303"
        return response

    @property
    def here(self) -> Page:
        assert self.page is not None, "no page has been visited"
        return self.page

    @contextmanager
    def no_lint(self) -> Iterator[None]:
        """For pages that break the rules on purpose."""
        self.lints = False
        try:
            yield
        finally:
            self.lints = True

    def _absolute(self, address: str) -> str:
        parts = urlsplit(urljoin(self.page.path if self.page else "/", address))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _arrive(self, response: TestResponse) -> Page:
        for _step in range(6):
            if response.status_code not in REDIRECTS:
                break
            response = self.get(self._absolute(response.headers["Location"]))
        assert response.mimetype == "text/html", f"{response.request.path}: {response.status} {response.mimetype}"
        return self.here


def settle() -> None:
    """What the test has prepared is there for the page, and what the page writes is there for the test."""
    from portal.core.extensions import db

    if has_app_context():
        db.session.commit()


def meet(response: TestResponse, lints: bool) -> Page:
    query = response.request.query_string.decode()
    path = response.request.path + (f"?{query}" if query else "")
    page = Page(path, response.status_code, response.text)
    found = problems(page) if lints else []
    assert not found, f"{path} ({page.status}):\n  " + "\n  ".join(found)
    return page
