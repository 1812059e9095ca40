"""打印后变动: kept prints whose figures changed since, and by which acts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import ledgers as prints
from fundsys.queries.drift import WATCH, last_watch
from fundsys.reports import difference, drift
from fundsys.reports.registry import ledger as find_ledger
from fundsys.services import jobs
from fundsys.services.acts import Repeated, act
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm

bp = Blueprint("drift", __name__, url_prefix="/ledgers/changed")
SHOWN = 200


@bp.route("/", methods=["GET", "POST"])
@allow(Permission.FIND)
def index() -> Any:
    """The kept prints with what the last watch found; sending the form looks anew."""
    form = OfficeForm(request.form if request.method == "POST" else None)
    if form.submitted():
        try:
            with act(by=me().id, what="核对打印后变动", form_id=form.form_id.data):
                pass
            jobs.ask(WATCH, {}, me().id)
        except Repeated:
            pass
        flash("已开始核对，过一会儿再看这一页")
        return redirect(url_for(".index"))
    found = last_watch(db.session())
    told = {one.number: one for one in found.prints} if found else {}
    rows = [(kept, find_ledger(kept.ledger).title, told.get(kept.number)) for kept in drift.watched(_kept())]
    order = sorted(rows, key=lambda r: r[2] is None or not (r[2].figures or r[2].tampered or r[2].words))
    return render_template("drift/index.html", rows=order[:SHOWN], found=found, form=form)


def _kept() -> list[prints.KeptPrint]:
    return prints.kept_prints(db.session())


@bp.route("/<number>")
@allow(Permission.FIND)
def show(number: str) -> str:
    """One print against today's records, row by row."""
    kept = prints.kept_print(db.session(), me(), number)
    found = drift.drift(db.session(), kept)
    only = request.args.get("all") != "1"
    rows = [row for row in found.rows if row.difference.is_figure or row.tampered] if only else list(found.rows)
    return render_template(
        "drift/show.html",
        kept=kept,
        ledger=find_ledger(kept.ledger),
        found=found,
        said=difference.said(found.compared),
        rows=rows[:SHOWN],
        shown=SHOWN,
        only=only,
    )
