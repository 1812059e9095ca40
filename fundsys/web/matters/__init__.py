"""Asset papers: what projects left behind, valuations, titles and handovers, splits, disposals, and how titles are coming on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("matters", __name__)

from . import entries, formations, lists, titles  # noqa: E402, F401  (views hang themselves on bp)
