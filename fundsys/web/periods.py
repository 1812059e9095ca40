"""Closing months (月结): the months of a year, one month's figures, closing, opening again, the closing letter."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from fundsys import printing
from fundsys.domain import terms
from fundsys.domain.dates import show_day_zh
from fundsys.domain.errors import NotFound
from fundsys.domain.funds import PeriodState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import periods as queries
from fundsys.queries.history import history
from fundsys.services.funds import periods as services
from fundsys.web.access import allow, me
from fundsys.web.forms import DocumentNoField, OfficeForm, TextField
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.payments.papers import printed

bp = Blueprint("periods", __name__)


class MonthForm(OfficeForm):
    """Handing over, closing, sending back, asking to open again: which, its button says."""

    reason = TextField(terms.MONEY_RETURN_REASON, limit=400)


class ReopenForm(OfficeForm):
    """Asking to open a closed month again."""

    act_name = "申请重新打开月份"
    document_no = DocumentNoField(terms.REOPEN_DOCUMENT, required=True)
    reason = TextField(terms.REOPEN_REASON, required=True, limit=400)


@bp.route("/periods")
@allow(Permission.READ_PERIODS)
def index() -> str:
    """The months of a year with the state of their accounts."""
    year = request.args.get("year", work_year(), type=int)
    if not 2013 <= year <= 2100:
        abort(404)
    months = queries.months(db.session, year)
    return render_template("periods/index.html", year=year, months=months, today=today(), money=queries.money)


@bp.route("/periods/<int:year>/<int:month>")
@allow(Permission.READ_PERIODS)
def show(year: int, month: int) -> str:
    """One month: its figures, what still waits in it, and what may be done."""
    return _page(_month(year, month), MonthForm())


@bp.route("/periods/<int:year>/<int:month>/hand-over", methods=["POST"])
@allow(Permission.CLOSE_PERIOD)
def hand_over(year: int, month: int) -> Any:
    """Hand a month over for closing."""
    row = _month(year, month)
    form = MonthForm()
    form.act_name = "提交结账"
    if form.submitted() and form.try_to(services.hand_over, year, month):
        flash("已提交结账，由另一人核对后生效", "good")
        return redirect(url_for(".show", year=year, month=month))
    return _page(row, form), 422


@bp.route("/periods/<int:year>/<int:month>/review", methods=["POST"])
@allow(Permission.APPROVE_PERIOD)
def review(year: int, month: int) -> Any:
    """Close a month, send it back, or answer a request to open it again."""
    row = _month(year, month)
    form = MonthForm(version=row.version)
    version, reason = form.version.data, request.form.get("reason", "")
    tasks: dict[str, tuple[str, Any, tuple[Any, ...], dict[str, Any]]] = {
        "close": ("结账", services.close, (), {"digest": request.form.get("digest", "")}),
        "return": ("退回结账", services.send_back, (reason,), {}),
        "reopen": ("同意重新打开月份", services.answer_reopening, (True, reason), {}),
        "refuse": ("不同意重新打开月份", services.answer_reopening, (False, reason), {}),
    }
    what, service, places, told = tasks.get(request.form.get("action", ""), tasks["close"])
    form.act_name = what
    if row.id is None:
        form.say("这个月还没有提交结账")
    elif form.submitted() and form.try_to(service, row.id, *places, version=version, **told):
        flash(f"已办理：{what}", "good")
        return redirect(url_for(".show", year=year, month=month))
    return _page(row, form), 422


@bp.route("/periods/<int:year>/<int:month>/reopen", methods=["GET", "POST"])
@allow(Permission.CLOSE_PERIOD)
def reopen(year: int, month: int) -> Any:
    """Ask to open a closed month again: the effect in one sentence, reason and document."""
    row = _month(year, month)
    form = ReopenForm(version=row.version)
    if form.submitted():
        told = form.answers()
        if row.id is None:
            form.say("这个月还没有结账，不用重新打开")
        elif form.try_to(
            services.ask_to_reopen, row.id, told["reason"], told["document_no"], version=form.version.data
        ):
            flash("已申请重新打开，另一人同意之前仍不能登记", "good")
            return redirect(url_for(".show", year=year, month=month))
    page = render_template("periods/reopen.html", form=form, row=row)
    return (page, 422) if request.method == "POST" else page


@bp.route("/periods/<int:year>/<int:month>/print", methods=["POST"])
@allow(Permission.PRINT)
def letter(year: int, month: int) -> Any:
    """The closing letter (PF23) from the frozen figures alone: every print of a closing has the same rows."""
    row = _month(year, month)
    where = {"month": str(month)}
    return printed(printing.Order("PF23", year, where, until=row.last_day, who=me(), base_url=request.host_url))


def _month(year: int, month: int) -> queries.MonthRow:
    if not (2013 <= year <= 2100 and 1 <= month <= 12):
        raise NotFound("没有这个月份")
    return queries.month(db.session, year, month)


def _beside(place: int) -> tuple[int, int] | None:
    """Year and month of a place in the row of months; None where there is no page."""
    return (place // 12, place % 12 + 1) if 2013 <= place // 12 <= 2100 else None


def _says(row: queries.MonthRow, frozen: bool) -> str:
    """What this reader waits for, where nothing can be done here yet."""
    if row.last_day >= today():
        return f"{row.label}还没有过完，{show_day_zh(row.last_day)}以后才能提交结账。"
    if not frozen and not me().can(Permission.CLOSE_PERIOD):
        return "这个月还没有提交结账，由财政局录入人核对后提交。"
    if row.state is PeriodState.SUBMITTED and row.entered_by_id == me().id:
        return "已提交结账，等另一人核对同样的数字后结账。"
    return ""


def _page(row: queries.MonthRow, form: MonthForm) -> str:
    who = me()
    form.version.data = row.version or None
    frozen = row.state in (PeriodState.SUBMITTED, PeriodState.CLOSED)
    figures = row.figures if frozen else queries.figures(db.session, row.first_day, row.last_day)
    handed = row.state is PeriodState.SUBMITTED
    reviews = who.can(Permission.APPROVE_PERIOD)
    place = row.year * 12 + row.month - 1
    return render_template(
        "periods/show.html",
        row=row,
        before=_beside(place - 1),
        after=_beside(place + 1),
        says=_says(row, frozen),
        form=form,
        figures=figures,
        frozen=frozen,
        columns=queries.COLUMNS,
        money=queries.money,
        waits=[] if row.state is PeriodState.CLOSED else queries.waiting_in(db.session, row.first_day, row.last_day),
        may_hand_over=who.can(Permission.CLOSE_PERIOD) and not frozen and row.last_day < today(),
        may_close=reviews and handed and row.entered_by_id != who.id,
        may_print=who.can(Permission.PRINT) and row.state is PeriodState.CLOSED,
        may_ask=who.can(Permission.CLOSE_PERIOD)
        and row.state is PeriodState.CLOSED
        and not row.asks_to_reopen
        and queries.shut_after(db.session(), row.last_day) is None,
        may_answer=reviews and row.asks_to_reopen and row.reopened_by_id != who.id,
        history=history(db.session, "accounting_period", row.id) if row.id else [],
    )
