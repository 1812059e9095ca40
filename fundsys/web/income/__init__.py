"""Operating assets: income due and received, contracts, stations, distributions and their payment, idle assets."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("income", __name__)

from . import entries, lists, sharings  # noqa: E402, F401  (views hang themselves on bp)
