"""The workbench: what waits for a person today."""

from __future__ import annotations

from flask import Blueprint, render_template

from fundsys.web.access import SIGNED_IN, allow, me

bp = Blueprint("home", __name__)


@bp.route("/")
@allow(SIGNED_IN)
def index() -> str:
    """The workbench of the person's role."""
    return render_template("home/index.html", who=me())
