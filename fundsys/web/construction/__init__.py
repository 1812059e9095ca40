"""Construction beside the progress page: one project's papers and steps, months, extensions, retention, photos in pieces."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("construction", __name__, url_prefix="/construction")

from . import card, extensions, lists, photos  # noqa: E402, F401  (views hang themselves on bp)
