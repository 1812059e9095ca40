"""The assets of relocation sites with their share of maintenance."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.errors import NotFound
from fundsys.domain.money import total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.relocation import county_spent, site_assets, sites
from fundsys.queries.tags import target_of_sites
from fundsys.services.acts import Act
from fundsys.services.maintenance import place_in_site
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today

from . import bp
from .forms import SiteForm

_P = Permission


@bp.route("/maintenance/sites")
@allow(_P.READ_ASSETS)
def site_list() -> str:
    """The sites with assets this person sees."""
    session, year, day = db.session(), work_year(), today()
    found = site_assets(session, me(), year, day)
    rows = sites(found, county_spent(session, year), day)
    return render_template(
        "maintenance/sites.html",
        rows=rows,
        target=target_of_sites(session, year),
        needing=sum(r.needing for r in rows),
        kept=sum(r.kept for r in rows),
        spent=total(r.spent for r in rows),
        year=year,
    )


@bp.route("/maintenance/sites/one")
@allow(_P.READ_ASSETS)
def site() -> str:
    """The assets of one site."""
    name, year, day = request.args.get("site", ""), work_year(), today()
    rows = [a for a in site_assets(db.session(), me(), year, day) if a.site == name]
    if not rows:
        raise NotFound("没有这个安置点，或者不在您的管理范围内")
    (row,) = sites(rows, county_spent(db.session(), year), day)
    return render_template("maintenance/site.html", row=row, rows=rows, today=day, year=year)


@bp.route("/maintenance/sites/place", methods=["GET", "POST"])
@allow(_P.MAINTAIN)
def place() -> Any:
    """Say in which site assets stand."""
    form = SiteForm(site=request.args.get("site", ""))

    def put(site: str | None, codes: str, *, act: Act) -> str:
        """Say it. Returns how many changed."""
        return str(place_in_site(codes.split(), site or "", act=act))

    if form.submitted() and form.try_to(put, **form.answers()):
        flash("已登记", "good")
        return redirect(url_for(".site_list"))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/place.html", form=form), status
