"""Taking workbooks in: choose a kind, upload, see what would change and what is wrong, then confirm or correct."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from fundsys import store
from fundsys.domain import terms
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import Money, show_wan
from fundsys.domain.rights import Permission
from fundsys.imports import intake
from fundsys.imports.intake import MoneyUnit
from fundsys.imports.kinds.base import FOREIGN, Column, Kind
from fundsys.imports.kinds.registry import KINDS, kind_of
from fundsys.queries.import_records import answer_of, latest_imports
from fundsys.queries.viewer import require
from fundsys.services import incoming, jobs
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import ChoiceField, FileField, OfficeForm, TextField
from fundsys.web.sheet_files import book_sent

bp = Blueprint("imports", __name__, url_prefix="/imports")
IMPORTING = (
    Permission.IMPORT_PROJECTS,
    Permission.IMPORT_NOTICES,
    Permission.IMPORT_ALLOCATIONS,
    Permission.IMPORT_LEGACY,
    Permission.IMPORT_ASSETS,
)
AT_ONCE = 1_000
"""Workbooks of more rows are stored by a job of their own."""
FAULTS_SHOWN, CHANGES_SHOWN, NOTICES_SHOWN = 200, 200, 20


class UploadForm(OfficeForm):
    """The workbook."""

    act_name = "导入"
    file = FileField(terms.IMPORT_FILE, required=True)
    sheet = TextField(terms.IMPORT_SHEET, limit=60)
    unit = ChoiceField(terms.MONEY_UNIT, MoneyUnit, blank="按表里写的")


class ConfirmForm(OfficeForm):
    """Yes, store it."""


def chosen(code: str) -> Kind:
    """The kind in the address, when this person may import it. Raises NotFound, NotAllowed."""
    if code not in KINDS:
        raise NotFound("没有这一种导入，请从“导入”页进入")
    kind = kind_of(code)
    require(me(), kind.permission)
    return kind


@bp.route("/")
@allow(*IMPORTING)
def index() -> str:
    """The kinds this person may import, and what was imported last."""
    kinds = [kind for kind in map(kind_of, KINDS) if me().can(kind.permission)]
    with store.snapshot() as session:
        latest = latest_imports(session, me())
    labels = {code: kind_of(code).label for code in KINDS}
    return render_template("imports/index.html", kinds=kinds, latest=latest, labels=labels)


@bp.route("/<code>", methods=["GET", "POST"])
@allow(*IMPORTING)
def upload(code: str) -> Any:
    """Choose the workbook; it is read and checked at once."""
    kind = chosen(code)
    form = UploadForm()
    if form.submitted():
        told = form.answers()
        book = None
        try:
            book = incoming.keep(
                kind.code, told["file"].filename, told["file"].stream, me().id,
                sheet=told["sheet"] or None, unit=told["unit"].code if told["unit"] else None,
            )  # fmt: skip
            intake.read_table_of(kind, asked_of(book))
        except DomainError as refused:
            form.say(refused.message, refused.field or "file")
            if book is not None:
                incoming.remove(book)
        else:
            return redirect(url_for(".preview", code=code, token=book.token))
    status = 422 if request.method == "POST" else 200
    return render_template("imports/upload.html", kind=kind, form=form), status


def asked_of(book: incoming.Incoming) -> intake.Asked:
    """The upload as a question to the reader."""
    return intake.Asked(book.kind, book.path, book.name, book.sheet, book.unit, book.given)


@bp.route("/<code>/<token>", methods=["GET", "POST"])
@allow(*IMPORTING)
def preview(code: str, token: str) -> Any:
    """What the workbook would change, every bad cell, and the button that stores it."""
    kind = chosen(code)
    form = ConfirmForm()
    try:
        book = incoming.find(token, code, me().id)
    except NotFound:
        if request.method == "POST" and (earlier := answer_of(str(form.form_id.data), me())) is not None:
            flash(f"已导入{kind.label}：{earlier}", "good")
            return redirect(url_for(".index"))
        raise
    if book.job is not None:
        return redirect(url_for(".job", number=book.job))
    asked, wrong = asked_of(book), ""
    try:
        found = intake.check(asked, me())
    except DomainError as refused:
        errors = getattr(refused, "errors", (refused,))
        wrong, book.given = "；".join(one.message for one in errors), {}
        found = intake.check(asked_of(book), me())
    form.act_name = f"导入{kind.label}"
    if form.submitted() and not found.refusal:
        if len(found.table) > AT_ONCE:
            told = {"token": token, "kind": code, "form_id": form.form_id.data}
            book.job = jobs.ask("import", told, me().id)
            if book.path.exists():
                incoming.remember(book)
            return redirect(url_for(".job", number=book.job))
        if form.try_to(_store, found, asked):
            flash(_done(kind, form.result or (found.plan if not form.repeated else None), form.repeated), "good")
            incoming.remove(book)
            return redirect(url_for(".index"))
    status = 422 if request.method == "POST" or found.refusal or wrong else 200
    return render_template(
        "imports/preview.html",
        kind=kind,
        book=book,
        found=found,
        plan=found.plan,
        form=form,
        wrong=wrong,
        given=given_form(kind, found, book),
        faults=found.faults[:FAULTS_SHOWN],
        changes=found.plan.changes[:CHANGES_SHOWN] if found.plan else [],
        notices=found.notices[:NOTICES_SHOWN],
        in_place=book.name.lower().endswith(".xlsx"),
        carries_marks=bool(found.plan) and _carries_marks(book),
        money=lambda fen: show_wan(Money(fen)),
    ), status


def _carries_marks(book: incoming.Incoming) -> bool:
    from fundsys.imports.marking.book import is_marked  # lxml comes with it

    return is_marked(book.path)


def _store(found: intake.Checked, asked: intake.Asked, *, act: Act) -> Any:
    """Store a checked workbook, all of it."""
    return intake.take_in(found, asked, act=act)


def _done(kind: Kind, plan: Any, repeated: str | None) -> str:
    if repeated is not None:
        return f"已导入{kind.label}：{repeated}"
    return f"已导入{kind.label}：新增 {plan.added} 条，改动 {plan.changed} 条，未变 {plan.same} 条"


def given_form(kind: Kind, found: intake.Checked, book: incoming.Incoming) -> Any:
    """A form for what the workbook leaves out; None where it is our own template and nothing is missing."""
    if found.table.way != FOREIGN and not found.missing:
        return None
    offered = [
        column for column in kind.columns
        if column.given and (column in found.missing or column.attr in book.given
                             or (column.required and column.attr not in found.table.sure))
    ]  # fmt: skip
    if not offered:
        return None
    with store.snapshot() as session:
        told = intake.told_for(kind, me(), session)
        fields: dict[str, Any] = {f"given_{column.attr}": _box(column) for column in offered}
        form = type("GivenForm", (OfficeForm,), fields)(
            formdata=None, data={f"given_{attr}": text for attr, text in book.given.items()}
        )
        for column in offered:
            form[f"given_{column.attr}"].suggestions = column.read.choices(told)[:400]
    form.boxes = [form[f"given_{column.attr}"] for column in offered]
    return form


def _box(column: Column) -> TextField:
    return TextField(column.term, limit=120)


@bp.route("/<code>/<token>/given", methods=["POST"])
@allow(*IMPORTING)
def give(code: str, token: str) -> Any:
    """Say what the workbook leaves out, for all of its rows."""
    kind = chosen(code)
    book = incoming.find(token, code, me().id)
    form = ConfirmForm()
    if form.submitted():
        told = {a: request.form.get(f"given_{a}", "").strip()[:120] for a, c in kind.by_attr.items() if c.given}
        book.given = {attr: text for attr, text in told.items() if text}
        incoming.remember(book)
    return redirect(url_for(".preview", code=code, token=token))


@bp.route("/<code>/<token>/cancel", methods=["POST"])
@allow(*IMPORTING)
def cancel(code: str, token: str) -> Any:
    """Leave it; the upload is removed."""
    chosen(code)
    form = ConfirmForm()
    if form.submitted():
        incoming.remove(incoming.find(token, code, me().id))
        flash("没有导入，文件已删除", "info")
    return redirect(url_for(".upload", code=code))


@bp.route("/<code>/<token>/refused.xlsx")
@allow(*IMPORTING)
def refused(code: str, token: str) -> Any:
    """The same workbook with every bad cell coloured, commented and listed, to be corrected there and brought again."""
    from fundsys.imports.returned import write_returned  # openpyxl comes with it

    kind = chosen(code)
    book = incoming.find(token, code, me().id)
    found = intake.check(asked_of(book), me())
    with store.snapshot() as session, tempfile.TemporaryDirectory() as folder:
        told = intake.told_for(kind, me(), session, found.table.way)
        target = Path(folder) / "refused.xlsx"
        write_returned(found, asked_of(book), told, target)
        return book_sent(target, f"{Path(book.name).stem}-待改正.xlsx")


@bp.route("/<code>/<token>/clean.xlsx")
@allow(*IMPORTING)
def clean(code: str, token: str) -> Any:
    """A workbook that was returned once, without the marks of that return."""
    from fundsys.imports.marking.book import clean as without_marks

    chosen(code)
    book = incoming.find(token, code, me().id)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "clean.xlsx"
        if not without_marks(book.path, target):
            raise NotFound("这个文件没有标注，不用去掉")
        return book_sent(target, f"{Path(book.name).stem.removesuffix('-待改正')}.xlsx")


@bp.route("/<code>/template.xlsx")
@allow(*IMPORTING)
def template(code: str) -> Any:
    """The blank workbook, or one filled with what stands (?filled=1)."""
    from fundsys.imports.template import write_template  # openpyxl comes with it

    kind = chosen(code)
    filled = request.args.get("filled") == "1"
    with store.snapshot() as session, tempfile.TemporaryDirectory() as folder:
        told = intake.told_for(kind, me(), session)
        target = Path(folder) / "template.xlsx"
        write_template(kind, told, target, kind.known(session, told) if filled else ())
        return book_sent(target, f"{kind.label}-{'现有数据' if filled else '模板'}.xlsx")


@bp.route("/jobs/<int:number>")
@allow(*IMPORTING)
def job(number: int) -> Any:
    """How far a long import is; JSON for the progress bar."""
    found = jobs.state(number, me().id)
    ended = found.state in (jobs.DONE, jobs.FAILED)
    if request.args.get("json"):
        states = {jobs.DONE: "done", jobs.FAILED: "failed"}
        word = found.message or ("已存入" if ended else "正在检查" if found.done < found.total else "正在存入")
        told = {"done": found.done, "total": found.total, "state": states.get(found.state, "running"), "word": word}
        return jsonify(told | {"url": url_for(".job", number=number) if ended else ""})
    return render_template("imports/job.html", job=found)
