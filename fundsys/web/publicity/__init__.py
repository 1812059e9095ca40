"""Public notices: what is owed to the public, the notices themselves, their approval, and the table of duties."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("publicity", __name__)

from . import duties, notices, owed, pictures, review  # noqa: E402, F401  (views hang themselves on bp)
