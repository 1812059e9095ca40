"""Formation: the settled projects that still owe their assets, and the lines of one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.asset_matters import OPEN_STATES
from fundsys.domain.errors import DomainError
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.matters import AssetMatter
from fundsys.models.projects import Project
from fundsys.queries import matters as queries
from fundsys.queries.viewer import require_project
from fundsys.services import matters as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import MatterForm, Row, line_cells, line_of, read_rows, said, typed_rows


@bp.route("/asset-papers/formations")
@allow(Permission.REGISTER_ASSET)
def formable() -> str:
    """Settled projects without assets."""
    return render_template("matters/formable.html", projects=queries.formable(db.session(), me()))


@bp.route("/asset-papers/formations/<int:project_id>/new", methods=["GET", "POST"])
@allow(Permission.REGISTER_ASSET)
def new_formation(project_id: int) -> Any:
    """What a settled project left behind."""
    project = require_project(db.session(), me(), Permission.REGISTER_ASSET, project_id)
    form = MatterForm(happened_on=today())
    owner = project.village.name + "股份经济合作社" if project.village else ""
    first = {"name": project.name[:120], "amount": exact_wan(project.settled_amount or ZERO), "owner_name": owner}
    return _write(form, project, [first], None)


@bp.route("/asset-papers/formations/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(Permission.REGISTER_ASSET)
def edit_formation(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m = queries.matter(db.session(), me(), matter_id)
    if (m.state not in OPEN_STATES and request.method == "GET") or m.project is None:
        return redirect(url_for(".show", matter_id=m.id))
    form = MatterForm(version=m.version, happened_on=m.happened_on, document_no=m.document_no, words=m.words)
    return _write(form, m.project, [_row(line) for line in m.lines], m)


def _row(line: Any) -> Row:
    return {
        "name": line.name,
        "amount": exact_wan(line.amount),
        "expense": line.expense,
        "asset_class": line.asset_class.code if line.asset_class else "",
        "form": line.form.code if line.form else "",
        "kind": line.kind,
        "quantity": "" if line.quantity is None else f"{line.quantity:f}",
        "quantity_unit": line.quantity_unit,
        "location": line.location,
        "owner_name": line.owner_name,
    }


def _write(form: MatterForm, project: Project, rows: list[Row], m: AssetMatter | None) -> Any:
    cells = line_cells(queries.choices(db.session(), "expense_kind"))
    rows = typed_rows(cells) if request.method == "POST" else rows
    form.act_name = "修改资产形成" if m else "登记资产形成"
    wish = request.form.get("action")

    def save(*, act: Act) -> int:
        lines = read_rows(rows, line_of, "lines")
        entry = services.FormationEntry(
            said(form.happened_on), lines, form.document_no.data or "", form.words.data or ""
        )
        if m is None:
            made = services.draft_formation(project.id, entry, files=form.papers.files(), act=act)
        else:
            more: Any = {"files": form.papers.files(), "version": form.version.data}
            made = services.edit_formation(m.id, entry, act=act, **more)
        if wish == "submit":
            services.submit_matter(made.id, act=act)
        act.answer = f"{made.id} 资产形成"
        return made.id

    if form.submitted() and form.try_to(save):
        flash("已提交，等待主管部门审定" if wish == "submit" else "已存草稿", "good")
        return redirect(url_for(".show", matter_id=form.result or int((form.repeated or "0").split(" ")[0])))
    page = render_template(
        "matters/formation.html", form=form, project=project, cells=cells, rows=rows, m=m, said=_said(rows)
    )
    return (page, 422) if request.method == "POST" else page


def _said(rows: list[Row]) -> Money | None:
    """The sum of the lines; None where a figure cannot be read."""
    try:
        return sum((Money.wan(row.get("amount") or "0") for row in rows), ZERO)
    except (DomainError, ArithmeticError, ValueError):
        return None
