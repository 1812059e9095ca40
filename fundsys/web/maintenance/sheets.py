"""Paper sheets: the list, one with its rows, its PDF, the workbook that comes back, and typing it in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.imports.kinds.patrols import KIND, rows_of_sheet
from fundsys.queries import patrol_papers as queries
from fundsys.queries.registers import Wanted
from fundsys.services.acts import Act
from fundsys.services.maintenance import enter_lines
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.sheet_files import pressed, workbook_of

from . import bp
from .forms import LinesForm, PaperForm

_P = Permission


@bp.route("/maintenance/sheets")
@allow(_P.PATROL, _P.MAINTAIN)
def sheet_list() -> str:
    """The sheets with this person's assets on them."""
    return render_template("maintenance/sheets.html", rows=queries.sheets(db.session(), me()))


@bp.route("/maintenance/sheets/<int:sheet_id>")
@allow(_P.PATROL, _P.MAINTAIN)
def sheet(sheet_id: int) -> str:
    """One sheet with its rows."""
    found = queries.sheet(db.session(), me(), sheet_id)
    rows = list(queries.sheet_rows(db.session(), Wanted(found.made_on.year, {"sheet": found.number}, who=me())))
    return render_template("maintenance/sheet.html", sheet=found, rows=rows, form=PaperForm())


@bp.route("/maintenance/sheets/<int:sheet_id>/paper", methods=["POST"])
@allow(_P.PATROL, _P.MAINTAIN)
def paper(sheet_id: int) -> Response:
    """PF34 of the sheet through the press; the same form again gives the same print."""
    found = queries.sheet(db.session(), me(), sheet_id)
    order = printing.Order("PF34", found.made_on.year, {"sheet": found.number}, who=me(), base_url=request.host_url)
    return pressed(order, str(PaperForm().form_id.data), found.number)


@bp.route("/maintenance/sheets/<int:sheet_id>/workbook")
@allow(_P.IMPORT_PATROLS)
def workbook(sheet_id: int) -> Response:
    """The workbook of the sheet, to be filled and imported (巡查)."""
    found = queries.sheet(db.session(), me(), sheet_id)
    return workbook_of(KIND, rows_of_sheet(db.session(), sheet_id), found.number)


@bp.route("/maintenance/sheets/enter", methods=["GET", "POST"])
@allow(_P.PATROL, _P.MAINTAIN)
def enter() -> Any:
    """Type in what came back on paper."""
    form = LinesForm(patrolled_on=today())

    def take_in(text: str, day: Any, patroller: str, *, act: Act) -> str:
        """Type them in. Returns the sentence to say."""
        act.answer = f"已录入 {len(enter_lines(text, day, patroller, act=act))} 行"
        return act.answer

    if form.submitted() and form.try_to(take_in, form.lines.data, form.patrolled_on.data, form.patroller.data or ""):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".sheet_list"))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/enter.html", form=form), status
