"""Who keeps an asset, since when, and giving it another keeper."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import assets as asset_queries
from fundsys.queries.maintenance import keepers_of
from fundsys.queries.viewer import require_asset
from fundsys.services.maintenance import AssignEntry, assign_keeper
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import AssignForm

_P = Permission


@bp.route("/maintenance/keepers/<int:asset_id>", methods=["GET", "POST"])
@allow(_P.MAINTAIN)
def assign(asset_id: int) -> Any:
    """Give an asset its keeper from a day on."""
    asset = require_asset(db.session(), me(), _P.MAINTAIN, asset_id)
    names = ("keeper", "maintenance_body", "maintenance_fund", "sector_id", "public_post")
    form = AssignForm(version=asset.version, from_on=today(), **{name: getattr(asset, name) for name in names})
    form.sector_id.options = asset_queries.sectors(db.session())
    if form.submitted():
        told: dict[str, Any] = {
            name: value if name in ("sector_id", "public_post") else value or ""
            for name, value in form.answers().items()
        }
        if form.try_to(assign_keeper, asset_id, AssignEntry(**told), version=form.version.data):
            flash("已登记，以前的责任人留有记录", "good")
            return redirect(url_for("assets.show", asset_id=asset_id))
    status = 422 if request.method == "POST" else 200
    return (
        render_template("maintenance/assign.html", form=form, asset=asset, rows=keepers_of(db.session(), asset_id)),
        status,
    )
