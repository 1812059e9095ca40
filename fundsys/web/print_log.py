"""打印记录: who printed what and when; the same paper again, its workbook, its archive package."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys import printing
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.proof_list import plain_number
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import print_log as queries
from fundsys.queries.ledgers import kept_print
from fundsys.queries.print_jobs import PACKAGE
from fundsys.queries.print_log import LogFilter
from fundsys.reports.proving import totals_shown
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.registry import ledgers
from fundsys.services import jobs, prints
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm
from fundsys.web.ledgers import TYPES
from fundsys.web.tables import PAGE_SIZE, Page, page_number

bp = Blueprint("log", __name__, url_prefix="/ledgers/log")
_P = Permission


class AgainForm(OfficeForm):
    """A button that prints the same paper again."""

    act_name = "照原样重印"


class PackageForm(OfficeForm):
    """A button that packs a print for the archive."""

    act_name = "交办归档包"


@bp.route("/")
@allow(_P.PRINT)
def index() -> Any:
    """The log, by ledger, person, number and day."""
    wrong: list[str] = []
    told = {key: value.strip() for key, value in request.args.items()}

    def day(name: str) -> date | None:
        try:
            return parse_day(told[name]) if told.get(name) else None
        except DomainError as error:
            wrong.append(error.message)
            return None

    number = plain_number(told.get("number", ""))
    wanted = LogFilter(told.get("ledger", ""), told.get("person", ""), number, day("first"), day("last"))
    here = page_number(request.args)
    rows, count = queries.print_log(db.session(), me(), wanted, (here - 1) * PAGE_SIZE, PAGE_SIZE)
    page = render_template(
        "print_log/index.html",
        page=Page([(one, find_ledger(one.kept.ledger).title) for one in rows], here, count),
        wanted=wanted,
        codes=[(one.code, f"{one.code} {one.title}") for one in ledgers().values()],
        wrong=wrong,
    )
    return page, 422 if wrong else 200


@bp.route("/<number>")
@allow(_P.PRINT)
def show(number: str) -> str:
    """One print: its facts, its files, the same again, its package."""
    session = db.session()
    kept = kept_print(session, me(), number)
    found = queries.logged(session, kept.number)
    return render_template(
        "print_log/show.html",
        found=found,
        kept=kept,
        ledger=find_ledger(kept.ledger),
        scope=queries.scope_in_words(session, kept),
        totals=totals_shown(found),
        there=[suffix for suffix in TYPES if prints.kept_file(kept.number, suffix).exists()],
        suffixes=list(TYPES),
        again=AgainForm(),
        package=PackageForm(),
    )


@bp.route("/<number>/again", methods=["POST"])
@allow(_P.PRINT)
def again(number: str) -> Any:
    """The same paper again: the kept file, or the same made of the journal where it is gone."""
    kept = kept_print(db.session(), me(), number)
    suffix = f".{request.form.get('format', 'pdf')}"
    if suffix not in TYPES:
        raise NotFound("请选择 PDF、工作簿或 CSV")
    form = AgainForm()

    def record(*, act: Act) -> str:
        """Say that it was printed again."""
        act.subject = kept.number
        return kept.number

    if form.submitted():
        printing.press_again(kept.number, suffix)
        if form.try_to(record):
            return redirect(url_for("ledgers.file", number=kept.number, suffix=suffix))
    for words in form.form_errors:
        flash(words, "error")
    return redirect(url_for(".show", number=kept.number))


@bp.route("/<number>/package", methods=["POST"])
@allow(_P.PRINT)
def package(number: str) -> Any:
    """Order the archive package of a print."""
    kept = kept_print(db.session(), me(), number)
    form = PackageForm()

    def order(*, act: Act) -> str:
        """Order the package."""
        act.subject = kept.number
        told = {"number": kept.number, "form_id": form.form_id.data}
        act.answer = str(jobs.put(act.session, PACKAGE, told, act.person_id))
        return act.answer

    if form.submitted() and form.try_to(order):
        jobs.start()
        flash("已交办归档包，印好的在这里取")
        return redirect(url_for("queue.index"))
    for words in form.form_errors:
        flash(words, "error")
    return redirect(url_for(".show", number=kept.number))
