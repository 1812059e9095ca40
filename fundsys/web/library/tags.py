"""Views by tag: what the work plan asks of industries, places and key projects, with the projects behind each figure."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import library as library_queries
from fundsys.queries import tags as queries
from fundsys.queries.facts import county_today
from fundsys.services.library import tags as services
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year

from . import bp
from .forms import TagForm

P = Permission


@bp.route("/tags")
@allow(P.READ_PROJECTS)
def tags() -> str:
    """Every tag with its totals in the year's plan, against the work plan's targets."""
    year = request.args.get("year", work_year(), type=int)
    views = queries.overview(db.session(), me(), year, county_today(db.session()))
    return render_template("library/tags.html", views=views, answers=queries.answers(views), year=year)


@bp.route("/tags/<code>")
@allow(P.READ_PROJECTS)
def tag(code: str) -> str:
    """The projects of one tag, with their totals."""
    year = request.args.get("year", work_year(), type=int)
    found = queries.tag_called(db.session(), code)
    today = county_today(db.session())
    seen, rows = queries.view(db.session(), me(), found, year, today)
    late = {row.id for row in rows if queries.is_late(row, today)}
    return render_template("library/tag.html", view=seen, rows=rows, year=year, late=late)


@bp.route("/<int:project_id>/tags", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def edit_tags(project_id: int) -> Any:
    """Tag a project, with its capacity and relocation site."""
    card = library_queries.card(db.session(), me(), project_id, P.ADMIT_PROJECT)
    p = card.record
    form = TagForm(
        version=p.version, capacity=p.capacity, capacity_unit=p.capacity_unit, relocation_site=p.relocation_site
    )
    chosen = tuple(request.form.getlist("tags")) if request.method == "POST" else p.tags
    if form.submitted():
        more = (form.capacity.data, form.capacity_unit.data or "", form.relocation_site.data or "")
        if form.try_to(services.tag_project, project_id, chosen, *more, version=form.version.data):
            flash("标签已保存，各视图随之更新", "good")
            return redirect(url_for(".show", project_id=project_id))
    page = render_template(
        "library/edit_tags.html", card=card, form=form, chosen=chosen, all_tags=queries.tags_in_use(db.session())
    )
    return (page, 422) if request.method == "POST" else page
