"""四个一批: lists and charts of the legacy projects, one project's card, proposals, rehearsed re-classing, follow-up."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("industry", __name__, url_prefix="/industry")

from . import card, entries, follow, labels, lists, proposals, rehearsal, spread  # noqa: E402, F401  (views hang themselves on bp)
