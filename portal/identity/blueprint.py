"""The blueprint that the doors of this feature share."""

from flask import Blueprint

bp = Blueprint("identity", __name__)
