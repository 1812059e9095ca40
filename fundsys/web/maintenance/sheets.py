"""Paper sheets: the list, one with its rows, its PDF, the workbook that comes back, and typing it in."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.patrols import KIND, rows_of_sheet
from fundsys.queries import patrol_papers as queries
from fundsys.queries.ledgers import print_of_form
from fundsys.queries.registers import Wanted
from fundsys.services import prints
from fundsys.services.acts import Act, Repeated
from fundsys.services.maintenance import enter_lines
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import LinesForm, PaperForm

_P = Permission
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    form = PaperForm()
    form_id = str(form.form_id.data)
    number = print_of_form(db.session(), form_id)
    if number is None:
        order = printing.Order("PF34", found.made_on.year, {"sheet": found.number}, who=me(), base_url=request.host_url)
        target = prints.kept_file(f"form-{form_id}", ".pdf")
        try:
            number = printing.print_ledger(order, target, form_id=form_id).number
        except Repeated as before:
            number = before.answer
        finally:
            with suppress(FileNotFoundError):
                target.unlink()
    return _file(prints.kept_file(number, ".pdf").read_bytes(), f"{found.number}.pdf", "application/pdf")


@bp.route("/maintenance/sheets/<int:sheet_id>/workbook")
@allow(_P.IMPORT_PATROLS)
def workbook(sheet_id: int) -> Response:
    """The workbook of the sheet, to be filled and imported (巡查)."""
    from fundsys.imports.template import write_template  # openpyxl comes with it

    found = queries.sheet(db.session(), me(), sheet_id)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sheet.xlsx"
        write_template(KIND, told_for(KIND, me(), db.session()), target, rows_of_sheet(db.session(), sheet_id))
        return _file(target.read_bytes(), f"{found.number}.xlsx", _BOOK)


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


def _file(content: bytes, name: str, media: str) -> Response:
    answer = Response(content, mimetype=media)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
