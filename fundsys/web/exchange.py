"""Our records for other systems: export under their headings, what they want that we lack, their export beside ours."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys import store
from fundsys.domain import terms
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.imports.exchange.records import Subject, bind, open_layout, sources
from fundsys.imports.intake import MoneyUnit
from fundsys.queries.exchange import layout as layout_of
from fundsys.queries.exchange import layouts
from fundsys.queries.history import history
from fundsys.services import exchange, incoming
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import ChoiceField, FileField, OfficeForm, TextField, TickField
from fundsys.web.sheet_files import book_sent

bp = Blueprint("exchange", __name__, url_prefix="/exchange")
P = Permission
SHOWN = 200


class TheirFileForm(OfficeForm):
    """Their export."""

    act_name = "比对"
    file = FileField(terms.THEIR_FILE, required=True)
    sheet = TextField(terms.IMPORT_SHEET, limit=60)
    unit = ChoiceField(terms.MONEY_UNIT, MoneyUnit, blank="按表里写的")
    year = TextField(terms.EXCHANGE_YEAR, limit=4)


class NewForm(OfficeForm):
    """A layout of the county's own."""

    act_name = "添加上报表式"
    code = TextField(terms.LAYOUT_CODE, required=True, limit=16)
    name = TextField(terms.LAYOUT_NAME, required=True, limit=80)
    subject = ChoiceField(terms.LAYOUT_SUBJECT, Subject, required=True)
    lines = TextField(terms.LAYOUT_LINES, required=True, limit=20_000, rows=24)
    basis = TextField(terms.LAYOUT_BASIS, limit=200)


class EditForm(OfficeForm):
    """A layout changed."""

    act_name = "修改上报表式"
    name = TextField(terms.LAYOUT_NAME, required=True, limit=80)
    lines = TextField(terms.LAYOUT_LINES, required=True, limit=20_000, rows=24)
    basis = TextField(terms.LAYOUT_BASIS, limit=200)
    active = TickField(terms.LAYOUT_ACTIVE)


@bp.route("/")
@allow(P.PRINT, P.EDIT_DICTIONARY)
def index() -> str:
    """The tables other systems want."""
    with store.snapshot() as session:
        rows = layouts(session, all_of_them=me().can(P.EDIT_DICTIONARY))
    return render_template("exchange/index.html", rows=rows, subjects=Subject, edits=me().can(P.EDIT_DICTIONARY))


@bp.route("/<code>")
@allow(P.PRINT)
def show(code: str) -> str:
    """What a table wants that we lack, column by column and row by row; and the export."""
    from fundsys.imports.exchange.outgoing import lacks  # openpyxl comes with it

    year = _year(request.args.get("year", ""))
    with store.snapshot() as session:
        opened = open_layout(session, layout_of(session, code), me())
        found = lacks(opened, year)
    return render_template(
        "exchange/show.html", layout=opened.layout, columns=opened.columns, found=found, shown=found.records[:SHOWN],
        year=year, subject=Subject(opened.layout.subject).label,
    )  # fmt: skip


@bp.route("/<code>/export.xlsx")
@allow(P.PRINT)
def export(code: str) -> Any:
    """The table as a workbook."""
    from fundsys.imports.exchange.outgoing import write_export

    with store.snapshot() as session, tempfile.TemporaryDirectory() as folder:
        opened = open_layout(session, layout_of(session, code), me())
        target = Path(folder) / "export.xlsx"
        write_export(opened, target, _year(request.args.get("year", "")))
        return book_sent(target, f"{opened.layout.name}.xlsx")


@bp.route("/<code>/compare", methods=["GET", "POST"])
@allow(P.PRINT)
def compare(code: str) -> Any:
    """Choose their export; it is compared at once."""
    with store.snapshot() as session:
        layout = open_layout(session, layout_of(session, code), me()).layout
    form = TheirFileForm()
    if form.submitted():
        told, book = form.answers(), None
        try:
            book = incoming.keep(
                _kind(code), told["file"].filename, told["file"].stream, me().id, sheet=told["sheet"] or None,
                unit=told["unit"].code if told["unit"] else None, given={"year": told["year"] or ""},
            )  # fmt: skip
            _compared(code, book)
        except DomainError as refused:
            form.say(refused.message, refused.field or "file")
            if book is not None:
                incoming.remove(book)
        else:
            return redirect(url_for(".compared", code=code, token=book.token))
    status = 422 if request.method == "POST" else 200
    return render_template("exchange/compare.html", layout=layout, form=form), status


@bp.route("/<code>/compare/<token>")
@allow(P.PRINT)
def compared(code: str, token: str) -> str:
    """Only here, only there, differing."""
    book = incoming.find(token, _kind(code), me().id)
    layout, found = _compared(code, book)
    return render_template("exchange/compared.html", layout=layout, found=found, book=book, most=SHOWN)


@bp.route("/<code>/compare/<token>/result.xlsx")
@allow(P.PRINT)
def result(code: str, token: str) -> Any:
    """The same as a workbook, all of it."""
    from fundsys.imports.exchange.compare import write_comparison

    layout, found = _compared(code, incoming.find(token, _kind(code), me().id))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "result.xlsx"
        write_comparison(found, layout.name, target)
        return book_sent(target, f"{layout.name}-比对结果.xlsx")


def _compared(code: str, book: incoming.Incoming) -> Any:
    from fundsys.imports.exchange.compare import compare as beside

    with store.snapshot() as session:
        opened = open_layout(session, layout_of(session, code), me())
        year = _year(book.given.get("year", ""))
        return opened.layout, beside(opened, book.path, book.name, sheet=book.sheet, unit=book.unit, year=year)


def _kind(code: str) -> str:
    return f"compare-{code}"


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"(?:19|20)\d\d", text.strip()) else None


# ---------- the layouts themselves ----------


@bp.route("/new", methods=["GET", "POST"])
@allow(P.EDIT_DICTIONARY)
def new() -> Any:
    """A layout of the county's own."""
    form = NewForm()
    if form.submitted() and form.try_to(_add, **form.answers()):
        flash("已添加，可以按这个表式导出和比对", "good")
        return redirect(url_for(".index"))
    status = 422 if request.method == "POST" else 200
    words = {one.label: list(sources(one.code)) for one in Subject}
    return render_template("exchange/edit.html", form=form, layout=None, words=words, history=[]), status


@bp.route("/<code>/edit", methods=["GET", "POST"])
@allow(P.EDIT_DICTIONARY)
def edit(code: str) -> Any:
    """Change a layout."""
    with store.snapshot() as session:
        layout = layout_of(session, code)
        told = history(session, "export_layout", layout.id)
    form = EditForm(
        version=layout.version, name=layout.name, lines=layout.lines, basis=layout.basis, active=layout.active
    )
    if form.submitted() and form.try_to(_edit, layout.subject, code, version=form.version.data, **form.answers()):
        flash("已保存，以后的导出和比对按新的表式", "good")
        return redirect(url_for(".index"))
    status = 422 if request.method == "POST" else 200
    words = {Subject(layout.subject).label: list(sources(layout.subject))}
    return render_template("exchange/edit.html", form=form, layout=layout, words=words, history=told), status


def _add(*, code: str, name: str, subject: Subject, lines: str, basis: str | None, act: Act) -> None:
    bind(subject.code, lines)
    exchange.add_layout(code, name, subject.code, lines, basis or "", act=act)


def _edit(subject: str, layout_code: str, *, version: int | None, act: Act, **told: Any) -> None:
    bind(subject, told["lines"])
    exchange.edit_layout(layout_code, version=version, act=act, **told | {"basis": told["basis"] or ""})
