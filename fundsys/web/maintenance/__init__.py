"""Maintenance under 1+12: schemes, patrol duties and their paper, patrols on a phone, defects, who keeps what."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("maintenance", __name__)

from . import defects, duties, events, keepers, money, phone, schemes, sheets, sites  # noqa: E402, F401  (views hang themselves on bp)
