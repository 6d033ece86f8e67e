"""The residents' blueprint; several modules hang their pages on it."""

from flask import Blueprint

bp = Blueprint("forum", __name__)
