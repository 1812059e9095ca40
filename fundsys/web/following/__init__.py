"""Following the money: spending on a day, the rows behind a figure, ageing, trails, flows, the treasury's lists."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("following", __name__, url_prefix="/following")

from . import ageing, flow, spending, trail, treasury  # noqa: E402, F401  (views hang themselves on bp)
