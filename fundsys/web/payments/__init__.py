"""Money going out: contracts, payment requests, payments, disbursements, their review and their papers."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("payments", __name__)

from . import contracts, disbursements, entries, requests, review  # noqa: E402, F401  (views hang themselves on bp)
