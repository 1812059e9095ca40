"""Disbursements to implementing units: the list, one with its history, entering, taking back, the paper."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import show_yuan
from fundsys.domain.money_words import in_capitals
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import contracts as contract_queries
from fundsys.queries import payouts as queries
from fundsys.queries.funds import years
from fundsys.queries.history import history
from fundsys.queries.payment_room import disbursable, units_of
from fundsys.queries.viewer import require_project
from fundsys.services.acts import Act
from fundsys.services.funds import payouts as services
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .buttons import reversed_whole
from .entries import SORTS, abs_of, filter_from
from .forms import BackForm, DisburseForm, words
from .papers import printed


@bp.route("/disbursements")
@allow(Permission.READ_MONEY)
def disbursements() -> str:
    """The disbursements this person may see, and their totals."""
    order, number = order_from(request.args, SORTS, "-day"), page_number(request.args)
    wanted = filter_from(str(order), number)
    found = queries.disbursements(db.session(), me(), wanted)
    return render_template(
        "payments/disbursements.html",
        page=Page(found.rows, number, found.count, wanted.size),
        totals=found.totals,
        wanted=wanted,
        order=str(order),
        years=[(str(y), f"{y}年") for y in years(db.session)],
        levels=list(FundLevel),
        states=list(MoneyState),
    )


@bp.route("/disbursements/<int:disbursement_id>")
@allow(Permission.READ_MONEY)
def disbursement(disbursement_id: int) -> str:
    """One disbursement with its history."""
    return _disbursement_page(disbursement_id, BackForm())


def _disbursement_page(disbursement_id: int, form: BackForm) -> str:
    who, row = me(), queries.disbursement(db.session(), me(), disbursement_id)
    form.version.data = row.version
    reversal = queries.reversal_of(db.session(), queries.DISBURSEMENTS, disbursement_id)
    stands = row.state is MoneyState.APPROVED and not row.is_reversal
    return render_template(
        "payments/disbursement.html",
        row=row,
        form=form,
        capitals=in_capitals(abs_of(row)),
        reversal=reversal,
        history=history(db.session(), "disbursement", disbursement_id),
        may_delete=row.state in queries.EDITABLE and row.entered_by_id == who.id and who.can(Permission.DISBURSE),
        may_reverse=who.can(Permission.REVERSE) and stands and reversal is None,
        may_print=who.can(Permission.PRINT) and row.state is MoneyState.APPROVED,
    )


@bp.route("/disbursements/new", methods=["GET", "POST"])
@allow(Permission.DISBURSE)
def new_disbursement() -> Any:
    """Pass money on to the implementing unit: choose the project, then fill the paper."""
    project_id = request.args.get("project", type=int)
    if project_id is None:
        options = contract_queries.choices(db.session(), me(), Permission.READ_MONEY)
        return render_template("payments/choose.html", options=options, what="拨付", word="登记拨付")
    project = require_project(db.session(), me(), Permission.READ_MONEY, project_id)
    form = DisburseForm(disbursed_on=today(), unit_id=project.implementing_unit_id or project.owner_unit_id)
    form.line_id.options = [
        (x.line_id, f"{x.document_no} {x.source}，还可拨付 {show_yuan(x.room)} 元")
        for x in disbursable(db.session(), project_id)
    ]
    form.unit_id.options = units_of(db.session(), project)
    if form.submitted():
        answers = words(form.answers(), "document_no", "remark")
        if form.try_to(_disburse, project_id=project_id, **answers):
            flash("已提交，等待另一人复核", "good")
            number = form.result or int((form.repeated or "0").split(" ")[0])
            return redirect(url_for(".disbursement", disbursement_id=number))
    page = render_template("payments/disburse.html", form=form, project=project)
    return (page, 422) if request.method == "POST" else page


def _disburse(*, act: Act, line_id: int, project_id: int, amount: Any, disbursed_on: Any, **more: Any) -> int:
    """Enter it; returns the id."""
    made = services.disburse(line_id, project_id, amount, disbursed_on, act=act, **more)
    act.answer = f"{made.id} 拨付"
    return made.id


@bp.route("/disbursements/<int:disbursement_id>/delete", methods=["POST"])
@allow(Permission.DISBURSE)
def delete_disbursement(disbursement_id: int) -> Any:
    """Remove a returned disbursement of one's own."""
    form = BackForm()
    form.act_name = "删除退回的拨付"
    if form.submitted() and form.try_to(services.delete_disbursement, disbursement_id, version=form.version.data):
        flash("已删除，经过仍在办理日志里查得到", "good")
        return redirect(url_for(".disbursements"))
    return _disbursement_page(disbursement_id, form), 422


@bp.route("/disbursements/<int:disbursement_id>/reverse", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def reverse_disbursement(disbursement_id: int) -> Any:
    """Take a disbursement back whole; waits for a second person."""
    row = queries.disbursement(db.session(), me(), disbursement_id)
    there = url_for(".disbursement", disbursement_id=disbursement_id)
    return reversed_whole(row, "冲销拨付", _reverse, "拨付", ".disbursement", there)


def _reverse(disbursement_id: int, reason: str, document_no: str, *, reversed_on: Any = None, act: Act) -> str:
    """Reverse it; the sentence to say."""
    services.reverse_disbursement(disbursement_id, reason, document_no, reversed_on=reversed_on, act=act)
    act.answer = "已登记红字冲销，等待另一人复核"
    return act.answer


@bp.route("/disbursements/<int:disbursement_id>/print", methods=["POST"])
@allow(Permission.PRINT)
def print_disbursement(disbursement_id: int) -> Response:
    """The paper of one disbursement with every line under the same document number."""
    row = queries.disbursement(db.session(), me(), disbursement_id)
    if row.state is not MoneyState.APPROVED:
        raise DomainError("复核后才能打印拨付单")
    return printed(printing.Order("PF22", where={"disbursement": str(row.id)}, who=me(), base_url=request.host_url))
