"""The residents' doors of the forum: the list, a topic, writing, one's own."""

from flask import Flask

from portal.forum import composer, list_page, own_data, own_posts, thread  # noqa: F401  each hangs its pages on the blueprint
from portal.forum.blueprint import bp

__all__ = ["bp", "register"]


def register(app: Flask) -> None:
    """Pages link to what other features offer where it exists."""
    app.jinja_env.globals["page_names"] = app.view_functions
