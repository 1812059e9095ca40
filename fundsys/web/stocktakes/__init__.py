"""Stocktakes: campaigns and their sheets, counting at the desk and on a phone, differences and how they are treated."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("stocktakes", __name__, url_prefix="/stocktakes")

from . import campaigns, counting, differences  # noqa: E402, F401  (views hang themselves on bp)
