"""Money's pages: notices, the allocation sheet, review by a second person, the list of allocations."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("funds", __name__)

from . import allocations, notices, plans, rebalance, review, sheet  # noqa: E402, F401  (views hang themselves on bp)
