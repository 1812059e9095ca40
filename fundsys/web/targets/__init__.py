"""Yearly targets: the list, one target with its reports, figures to approve, monthly reports and their confirmation."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("targets", __name__)

from . import entries, lists, reports, review  # noqa: E402, F401  (views hang themselves on bp)
