"""The project library: the list, proposals, the town's and the county's reviews, the yearly plan, changes, views by tag."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("library", __name__, url_prefix="/library")

from . import plans, proposals, reviews, tags  # noqa: E402, F401  (views hang themselves on bp)
