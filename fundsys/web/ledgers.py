"""Ledgers on the screen and on paper: choose, look, print."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from fundsys import printing
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import ledgers as queries
from fundsys.queries.assets import asset_card
from fundsys.reports.press import html, pdf
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.registry import ledgers
from fundsys.services import jobs, prints
from fundsys.services.acts import Repeated, act
from fundsys.web.access import allow, me
from fundsys.web.assets import plate_inline
from fundsys.web.frame import the_county, work_year
from fundsys.web.numbers import year_of_ours
from fundsys.web.sheet_files import BOOK
from fundsys.web.tables import page_number

bp = Blueprint("ledgers", __name__)
SCREEN_ROWS = 100
AT_ONCE = 1000
"""Above so many rows a print is a job of its own."""
TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": BOOK,
    ".csv": "text/csv; charset=utf-8",
}
_OWN = {"code", "page", "as_at", "until", "public", "plan_year", "format", "csrf_token", "form_id"}


def order_from(code: str) -> printing.Order:
    """The order an address asks for. Raises DomainError for a day that is none."""
    told = {key: value.strip() for key, value in request.values.items() if value.strip()}
    return printing.Order(
        ledger=code,
        year=request.values.get("plan_year", work_year(), type=year_of_ours),
        where={key: value for key, value in told.items() if key not in _OWN},
        as_at=_day(told.get("as_at")),
        until=_day(told.get("until")),
        public=told.get("public") == "1",
        who=me(),
        base_url=request.host_url,
    )


def _day(text: str | None) -> date | None:
    return parse_day(text) if text else None


@bp.route("/ledgers/")
@allow(Permission.PRINT)
def index() -> str:
    """The ledgers there are, and the latest prints."""
    return render_template(
        "ledgers/index.html", ledgers=ledgers().values(), prints=queries.latest_prints(db.session, me())
    )


@bp.route("/ledgers/<code>")
@allow(Permission.PRINT)
def show(code: str) -> Any:
    """One ledger on the screen, page by page, with the totals of all its rows."""
    chosen = find_ledger(code)
    number = page_number(request.args)
    try:
        order = order_from(chosen.code)
        with printing.sheet(order) as sheet:
            table = html.page(sheet, (number - 1) * SCREEN_ROWS, SCREEN_ROWS)
            rows, unit_line, note = sheet.count, sheet.unit_line, queries.past_note(order.as_at)
    except DomainError as refusal:
        return render_template("ledgers/show.html", ledger=chosen, refused=refusal.message, args=request.args), 422
    carried = {k: v for k, v in request.args.items() if k != "page" and v}
    return render_template(
        "ledgers/show.html",
        ledger=chosen,
        order=order,
        table=table,
        rows=rows,
        unit_line=unit_line,
        note=note,
        number=number,
        pages=max(1, -(-rows // SCREEN_ROWS)),
        carried=carried,
        args=request.args,
        form_id=str(uuid.uuid4()),
        at_once=AT_ONCE,
    )


@bp.route("/ledgers/<code>/print", methods=["POST"])
@allow(Permission.PRINT)
def print_(code: str) -> Any:
    """Print a ledger: at once when short, as a job when long."""
    order = order_from(find_ledger(code).code)
    suffix = f".{request.form.get('format', 'pdf')}"
    if suffix not in TYPES:
        raise DomainError("请选择 PDF、工作簿或 CSV")
    form_id = request.form.get("form_id") or str(uuid.uuid4())
    earlier = queries.print_of_form(db.session, form_id)
    if earlier:
        return redirect(url_for(".file", number=earlier, suffix=suffix))
    with printing.sheet(order) as sheet:
        rows = sheet.count
    if rows > AT_ONCE:
        parameters = order.parameters() | {"suffix": suffix, "base_url": order.base_url, "form_id": form_id}
        return redirect(url_for(".job", number=jobs.ask("print", parameters, me().id)))
    target = prints.kept_file(f"form-{uuid.uuid4()}", suffix)
    try:
        made = printing.print_ledger(order, target, form_id=form_id).number
    except Repeated as before:
        made = before.answer
    finally:
        target.unlink(missing_ok=True)
    return redirect(url_for(".file", number=made, suffix=suffix))


@bp.route("/ledgers/jobs/<int:number>")
@allow(Permission.PRINT)
def job(number: int) -> Any:
    """How far a long print is; JSON for the progress bar."""
    found = jobs.state(number, me().id)
    made, _, suffix = found.result.rpartition(".")
    done = url_for(".file", number=made, suffix=f".{suffix}") if found.state == jobs.DONE else ""
    if request.args.get("json"):
        states = {jobs.DONE: "done", jobs.FAILED: "failed"}
        told = {"done": found.done, "total": found.total, "state": states.get(found.state, "running"), "url": done}
        return jsonify(told | {"word": found.message or ("已印好" if done else "正在排版，可以先办别的事，回来再取")})
    if done:
        return redirect(done)
    return render_template("ledgers/job.html", job=found)


@bp.route("/ledgers/prints/<number><any('.pdf', '.xlsx', '.csv'):suffix>")
@allow(Permission.PRINT)
def file(number: str, suffix: str) -> Any:
    """The file of a print, for who printed it and for those who may read all."""
    record = queries.print_record(db.session, me(), number)
    kept = prints.kept_file(record.number, suffix)
    if not kept.exists():
        raise NotFound("没有留存这种格式的文件，请重新打印")
    shown = quote(f"{find_ledger(record.ledger).title}-{record.number}{suffix}")
    kind = "inline" if suffix == ".pdf" else "attachment"
    headers = {"Content-Type": TYPES[suffix], "Content-Disposition": f"{kind}; filename*=UTF-8''{shown}"}
    return kept.read_bytes(), 200, headers


@bp.route("/assets/<int:asset_id>/card.pdf")
@allow(Permission.PRINT)
def card(asset_id: int) -> Any:
    """One asset's card on paper, A4 portrait."""
    found = asset_card(db.session, me(), asset_id)
    county = the_county()
    page = render_template(
        "paper/asset_card.html",
        card=found,
        base_style=pdf.base_style(),
        county=county,
        who=me(),
        plate=plate_inline(asset_id),
    )
    with act(by=me().id, what="打印资产卡片", subject=found.record.code):
        pass
    made = pdf.form(page)
    assert made is not None
    return made, 200, {"Content-Type": "application/pdf"}
