"""The residents' two blueprints; several modules hang their pages on each."""

from flask import Blueprint

cases = Blueprint("cases", __name__)
following = Blueprint("cases_following", __name__)
