"""What was imported, and taking one import back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys import store
from fundsys.domain import terms
from fundsys.domain.record_words import table_name
from fundsys.domain.rights import Permission
from fundsys.imports.kinds.registry import KINDS, kind_of
from fundsys.queries.import_records import import_seen, imports_seen
from fundsys.queries.import_undoing import Undoing, act_of, undoing
from fundsys.services.import_reversal import may_reverse, reverse_import
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm, TextField
from fundsys.web.tables import PAGE_SIZE, Page, page_number

bp = Blueprint("import_records", __name__, url_prefix="/import-records")


class ReversalForm(OfficeForm):
    """Why an import is taken back."""

    act_name = "撤销导入"
    reason = TextField(terms.IMPORT_REVERSAL_REASON, required=True, limit=200)


def labels() -> dict[str, str]:
    """What the kinds are called."""
    return {code: kind_of(code).label for code in KINDS}


@bp.route("/")
@allow(Permission.REVERSE_IMPORT)
def index() -> str:
    """Imports, newest first, with who took which of them back."""
    number = page_number(request.args)
    with store.snapshot() as session:
        rows, total = imports_seen(session, me(), (number - 1) * PAGE_SIZE, PAGE_SIZE)
    mine = {row.id for row in rows if not row.is_reversed and may_reverse(me(), row.by_id)}
    return render_template("imports/records.html", page=Page(rows, number, total), labels=labels(), mine=mine)


@bp.route("/<int:record_id>", methods=["GET", "POST"])
@allow(Permission.REVERSE_IMPORT)
def show(record_id: int) -> Any:
    """One import: what taking it back would undo, what stands in the way, and the button."""
    with store.snapshot() as session:
        record = import_seen(session, me(), record_id)
    form = ReversalForm()
    if form.submitted() and form.try_to(reverse_import, record_id, reason=form.reason.data or ""):
        flash(f"已撤销导入“{record.file_name}”" + (f"：{form.repeated}" if form.repeated else ""), "good")
        return redirect(url_for(".show", record_id=record_id))
    with store.snapshot() as session:
        record = import_seen(session, me(), record_id)
        seq = act_of(session, record_id)
        found = None if seq is None or record.is_reversed else undoing(session, seq)
    may = not record.is_reversed and may_reverse(me(), record.by_id)
    return render_template(
        "imports/record.html",
        record=record,
        kind=labels().get(record.kind, record.kind),
        seq=seq,
        found=found,
        tables=_tables(found),
        form=form,
        may=may and found is not None and not found.hindered,
        is_mine=may,
    ), 422 if form.errors else 200


def _tables(found: Undoing | None) -> list[tuple[str, int, int]]:
    """Each kind of record with how many go and how many are put back."""
    if found is None:
        return []
    names = dict.fromkeys((*found.made, *found.before))
    return [(table_name(n), len(found.made.get(n, ())), len(found.before.get(n, ()))) for n in names]
