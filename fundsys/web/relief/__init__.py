"""Work relief: which projects count, each project's plan, workers, monthly rosters and training, their approval."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("relief", __name__)

from . import projects, review, rosters  # noqa: E402, F401  (views hang themselves on bp)
