"""Pages that correct: adjustments, recoveries, returns to a higher level, and the balances behind them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("corrections", __name__)

from . import adjust, balances, papers, recover, returns  # noqa: E402, F401  (views hang themselves on bp)
