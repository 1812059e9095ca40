"""国库对账: taking in a payment list of the treasury, and laying it beside our payments."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.errors import DomainError
from fundsys.domain.reconcile import Agreement
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.imports.intake import MoneyUnit
from fundsys.imports.treasury import ReadList, read_list
from fundsys.queries import treasury as queries
from fundsys.services import treasury as services
from fundsys.services.acts import Act
from fundsys.services.incoming import LARGEST
from fundsys.web.access import allow, me
from fundsys.web.forms import ChoiceField, DateField, FileField, OfficeForm, TextField
from fundsys.web.tables import Page, page_number

from . import bp

READERS = (Permission.IMPORT_PAYMENTS, Permission.REVIEW_MONEY, Permission.READ_BUSINESS_TRAIL)
SHOWN = 100


class ListForm(OfficeForm):
    """A payment list to take in."""

    act_name = "收国库支付清单"
    file = FileField(terms.TREASURY_FILE, required=True)
    sheet = TextField(terms.IMPORT_SHEET, limit=60)
    unit = ChoiceField(terms.MONEY_UNIT, MoneyUnit, blank="按表里写的")
    first_day = DateField(terms.TREASURY_FROM)
    last_day = DateField(terms.TREASURY_TO)


@bp.route("/treasury", methods=["GET"])
@allow(*READERS)
def treasury() -> Any:
    """The lists taken in, and the form for a new one."""
    return _index(ListForm() if me().can(Permission.IMPORT_PAYMENTS) else None)


@bp.route("/treasury", methods=["POST"])
@allow(Permission.IMPORT_PAYMENTS)
def take_treasury_list() -> Any:
    """Read a workbook as a payment list and keep it; the same file again leads to the list it is."""
    form = ListForm()
    if form.submitted():
        told = form.answers()
        try:
            read = _read(told["file"], told["sheet"], told["unit"])
        except DomainError as refused:
            form.say(refused.message, refused.field or "file")
        else:
            known = queries.list_of_file(db.session(), read.sha256)
            if known is None and form.try_to(_take, read, told["first_day"], told["last_day"]):
                for doubt in read.doubts:
                    flash(doubt, "warn")
                flash(form.repeated or form.result or "这份清单已经收过", "good")
                known = queries.list_of_file(db.session(), read.sha256)
            elif known is not None:
                flash("这份清单已经收过，什么也没有变", "info")
            if known is not None:
                return redirect(url_for(".treasury_list", list_id=known))
    return _index(form), 422


def _index(form: ListForm | None) -> str:
    return render_template("following/treasury.html", lists=queries.treasury_lists(db.session()), form=form)


def _read(file: Any, sheet: str, unit: MoneyUnit | None) -> ReadList:
    name = Path(str(file.filename).replace("\\", "/")).name[:120]
    with tempfile.TemporaryDirectory(prefix="treasury-") as folder:
        target = Path(folder) / "list.book"
        content = file.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise DomainError(f"文件超过 {LARGEST // 1024 // 1024} MB，请拆分后再上传", field="file")
        target.write_bytes(content)
        return read_list(target, name, sheet or None, unit.code if unit else None)


def _take(read: ReadList, first_day: Any, last_day: Any, *, act: Act) -> str:
    """Keep the list; the sentence to say."""
    rows = [services.ListedPayment(r.row, r.voucher_no, r.payee, r.amount, r.paid_on, r.words) for r in read.rows]
    services.take_list(read.name, read.sha256, read.sheet, rows, first_day=first_day, last_day=last_day, act=act)
    return act.answer


@bp.route("/treasury/<int:list_id>")
@allow(*READERS)
def treasury_list(list_id: int) -> str:
    """A list beside our payments, filtered by result."""
    found = queries.reconciliation(db.session(), list_id)
    chosen = next((a for a in Agreement if a.code == request.args.get("result")), None)
    rows = [r for r in found.rows if chosen is None or r.agreement is chosen]
    number = page_number(request.args)
    return render_template(
        "following/treasury_list.html",
        found=found,
        chosen=chosen,
        page=Page(rows[(number - 1) * SHOWN : number * SHOWN], number, len(rows), SHOWN),
        agreements=list(Agreement),
        print_url=url_for("ledgers.show", code="PF12", list=list_id, result=chosen.code if chosen else None),
    )
