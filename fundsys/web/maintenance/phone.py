"""Patrols on a phone: what is due to the keeper or village, and one patrol with its photos."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.assets import Asset, Patrol
from fundsys.queries.maintenance import DutyFilter, defects, duties
from fundsys.queries.viewer import require_asset
from fundsys.services.maintenance import PatrolEntry, record_patrol
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.papers import send_paper

from . import bp
from .forms import PatrolForm

SHOWN = 60
_P = Permission


@bp.route("/maintenance/mine")
@allow(_P.PATROL)
def mine() -> str:
    """What this person has to patrol, the most pressing first."""
    day = today()
    found = duties(db.session(), me(), DutyFilter(), day, _P.PATROL)
    open_ones = [d for d in defects(db.session(), me(), right=_P.PATROL) if d.state.code == "open"]
    return render_template(
        "maintenance/mine.html",
        rows=found[:SHOWN],
        count=len(found),
        late=sum(1 for d in found if d.days_late(day)),
        defects=open_ones,
        today=day,
    )


@bp.route("/maintenance/patrols/<int:asset_id>", methods=["GET", "POST"])
@allow(_P.PATROL)
def patrol(asset_id: int) -> Any:
    """Record a patrol of one asset."""
    require_asset(db.session(), me(), _P.PATROL, asset_id)
    found = duties(db.session(), me(), DutyFilter(ids=(asset_id,)), today(), _P.PATROL)
    if not found:
        raise NotFound("这项资产不在用，或者不用巡查")
    form = PatrolForm(patrolled_on=today())
    if form.submitted():
        told = form.answers()
        photos = [(f.filename or "", f.read()) for f in told.pop("photos") or []]
        told |= {name: told[name] or "" for name in ("words", "measure", "weather")}
        if form.try_to(record_patrol, PatrolEntry(asset_id=asset_id, patroller=me().name, **told), files=photos):
            flash(f"已登记，{found[0].name}巡查完成", "good")
            return redirect(url_for(".mine"))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/patrol.html", form=form, duty=found[0], today=today()), status


@bp.route("/maintenance/photos/<int:patrol_id>/<int:paper_id>")
@allow(_P.READ_ASSETS)
def photo(patrol_id: int, paper_id: int) -> Response:
    """A photo of a patrol, for whoever may see its asset."""
    asset_id = db.session().query(Patrol.asset_id).filter(Patrol.id == patrol_id).scalar()
    if asset_id is None:
        raise NotFound("没有这张照片，或者不在您的管理范围内")
    found: Asset = require_asset(db.session(), me(), _P.READ_ASSETS, asset_id)
    assert found.id == asset_id
    return send_paper("patrol", patrol_id, paper_id)
