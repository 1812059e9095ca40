"""Maintenance money: the year by town and keeper, the postings, entering them, and the second person's word."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.errors import NotFound
from fundsys.domain.funds import MoneyState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.history import history
from fundsys.queries.maintenance_money import PostingRow, by_keeper, by_town, may_approve, postings, whole
from fundsys.queries.viewer import require_asset
from fundsys.services.acts import Act
from fundsys.services.maintenance import CostEntry, decide_posting, enter_budget, enter_cost, reverse_posting
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.tables import PAGE_SIZE, Page, page_number

from . import bp
from .forms import BudgetForm, CostForm, PostingForm

_P = Permission


@bp.route("/maintenance/money")
@allow(_P.READ_ASSETS)
def money() -> str:
    """The year's costs against the budgets, by town and by keeper."""
    rows = postings(db.session(), me(), year=work_year())
    keepers = by_keeper(rows)
    return render_template(
        "maintenance/money.html",
        towns=by_town(rows),
        whole=whole(rows),
        keepers=keepers[:PAGE_SIZE],
        keeper_count=len(keepers),
        year=work_year(),
        may_budget=me().can(_P.MAINTAIN) and me().town_id is not None,
    )


@bp.route("/maintenance/money/postings")
@allow(_P.READ_ASSETS)
def posting_list() -> str:
    """The year's postings, the newest first."""
    state = next((s for s in MoneyState if s.code == request.args.get("state")), None)
    found = postings(db.session(), me(), year=work_year(), state=state)
    number = page_number(request.args)
    return render_template(
        "maintenance/postings.html",
        page=Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(found), PAGE_SIZE),
        state=state,
        states=[s for s in MoneyState if s is not MoneyState.DRAFT],
        year=work_year(),
    )


def _one(posting_id: int) -> PostingRow:
    found = postings(db.session(), me(), posting_id=posting_id)
    if not found:
        raise NotFound("没有这笔管护经费，或者不在您的管理范围内")
    return found[0]


@bp.route("/maintenance/money/<int:posting_id>")
@allow(_P.READ_ASSETS)
def posting(posting_id: int) -> str:
    """One posting."""
    return _page(_one(posting_id), PostingForm())


def _page(row: PostingRow, form: PostingForm) -> str:
    who = me()
    form.version.data = row.version
    enters = who.can(_P.MAINTAIN) or who.can(_P.PATROL)
    return render_template(
        "maintenance/posting.html",
        row=row,
        form=form,
        may_approve=may_approve(who, row),
        may_reverse=enters and row.state is MoneyState.APPROVED and row.reverses_id is None,
        history=history(db.session(), "maintenance_posting", row.id),
    )


@bp.route("/maintenance/money/<int:posting_id>/decide", methods=["POST"])
@allow(_P.CONFIRM_PATROL, _P.REVIEW_MONEY, _P.MAINTAIN, _P.PATROL)
def decide(posting_id: int) -> Any:
    """Approve it, send it back, or enter its reversal: the button says which."""
    form = PostingForm()
    action = request.form.get("action", "")
    form.act_name = {"approve": "复核管护经费", "return": "退回管护经费"}.get(action, "冲销管护经费")

    def judge(reason: str, *, act: Act) -> None:
        """What the button says."""
        if action in ("approve", "return"):
            decide_posting(posting_id, action == "approve", reason, version=form.version.data, act=act)
        else:
            reverse_posting(posting_id, reason, act=act)

    if form.submitted() and form.try_to(judge, form.reason.data or ""):
        flash({"approve": "已复核", "return": "已退回"}.get(action, "已登记冲销，等另一人复核"), "good")
        return redirect(url_for(".posting", posting_id=posting_id))
    return _page(_one(posting_id), form), 422


@bp.route("/maintenance/money/budget/new", methods=["GET", "POST"])
@allow(_P.MAINTAIN)
def new_budget() -> Any:
    """Enter maintenance money a town has got."""
    form = BudgetForm(happened_on=today())

    def enter(amount: Any, source: str, happened_on: Any, document_no: str, *, act: Act) -> str:
        """Enter it. Returns its id."""
        return str(enter_budget(amount, source, happened_on, document_no, act=act).id)

    if form.submitted() and form.try_to(enter, **form.answers()):
        flash("已登记，等财政局复核", "good")
        return redirect(url_for(".posting", posting_id=int(form.result or form.repeated or 0)))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/new_budget.html", form=form), status


@bp.route("/maintenance/money/cost/<int:asset_id>", methods=["GET", "POST"])
@allow(_P.MAINTAIN, _P.PATROL)
def new_cost(asset_id: int) -> Any:
    """Enter what was spent on an asset."""
    asset = require_asset(db.session(), me(), _P.PATROL if me().can(_P.PATROL) else _P.MAINTAIN, asset_id)
    form = CostForm(happened_on=today())

    def enter(document_no: str | None, *, act: Act, **told: Any) -> str:
        """Enter it. Returns its id."""
        return str(enter_cost(CostEntry(asset_id=asset_id, document_no=document_no or "", **told), act=act).id)

    if form.submitted() and form.try_to(enter, **form.answers()):
        flash("已登记，等另一人复核", "good")
        return redirect(url_for(".posting", posting_id=int(form.result or form.repeated or 0)))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/new_cost.html", form=form, asset=asset), status
