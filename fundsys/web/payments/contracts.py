"""Contracts: the list, one with what may still be paid and why, entering, confirming."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.funds import MoneyState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import contracts as queries
from fundsys.queries.history import history
from fundsys.queries.line_money import EDITABLE
from fundsys.queries.money_facts import policy_of
from fundsys.queries.payouts import OutFilter, payments
from fundsys.queries.viewer import require_project
from fundsys.services import unmasking
from fundsys.services.acts import Act
from fundsys.services.funds import contracts as services
from fundsys.web.access import allow, in_person, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .buttons import Button, pressed
from .forms import BackForm, ContractForm, UnmaskForm, words

SORTS = ("signed", "amount", "project", "no")
WORDS = ("bank", "remark")


@bp.route("/contracts")
@allow(Permission.READ_MONEY)
def contracts() -> str:
    """The contracts this person may see, and their totals."""
    args = request.args
    order, number = order_from(args, SORTS, "-signed"), page_number(args)
    state = next((s for s in MoneyState if s.code == args.get("state")), None)
    wanted = queries.PaperFilter(
        state, args.get("project", type=int), q=args.get("q", "").strip()[:60], sort=str(order), page=number
    )
    found = queries.contracts(db.session(), me(), wanted)
    return render_template(
        "payments/contracts.html",
        page=Page(found.rows, number, found.count, wanted.size),
        totals=found.totals,
        wanted=wanted,
        order=str(order),
        states=list(MoneyState),
    )


@bp.route("/contracts/new", methods=["GET", "POST"])
@allow(Permission.RECORD_CONTRACT)
def new_contract() -> Any:
    """Enter a contract of an own project: choose the project, then fill the paper."""
    project_id = request.args.get("project", type=int)
    if project_id is None:
        options = queries.choices(db.session(), me(), Permission.RECORD_CONTRACT)
        return render_template("payments/choose.html", options=options, what="合同", word="登记合同")
    project = require_project(db.session(), me(), Permission.RECORD_CONTRACT, project_id)
    policy = policy_of(db.session(), work_year())
    form = ContractForm(
        **{
            name: int(share * 10_000)
            for name, share in (
                ("advance_bp", policy.advance_share_max),
                ("progress_bp", policy.progress_share_max),
                ("retention_bp", policy.retention_share_max),
            )
            if share is not None
        }
    )
    form.act_name = "登记合同"
    if form.submitted() and form.try_to(_record, project_id, services.ContractEntry(**words(form.answers(), *WORDS))):
        return _saved(form)
    page = render_template("payments/contract_edit.html", form=form, project=project, contract=None)
    return (page, 422) if request.method == "POST" else page


@bp.route("/contracts/<int:contract_id>/edit", methods=["GET", "POST"])
@allow(Permission.RECORD_CONTRACT)
def edit_contract(contract_id: int) -> Any:
    """Change a contract that is not handed over."""
    row = queries.contract(db.session(), me(), contract_id)
    project = require_project(db.session(), me(), Permission.RECORD_CONTRACT, row.project_id)
    names = [name for name in ContractForm()._fields if name not in ("account", "csrf_token", "form_id", "version")]
    form = ContractForm(version=row.version, **{name: getattr(row, name) for name in names})
    form.act_name = "修改合同"
    if form.submitted():
        entry = services.ContractEntry(**words(form.answers(), *WORDS))
        if form.try_to(_edit, contract_id, entry, version=form.version.data):
            return _saved(form)
    page = render_template("payments/contract_edit.html", form=form, project=project, contract=row)
    return (page, 422) if request.method == "POST" else page


def _saved(form: ContractForm) -> Response:
    contract_id = form.result or int((form.repeated or "0").split(" ")[0])
    sent = request.form.get("action") == "submit"
    flash("已提交，等待主管部门确认" if sent else "已存草稿", "good")
    return redirect(url_for(".contract", contract_id=contract_id))


def _record(project_id: int, entry: services.ContractEntry, *, act: Act) -> int:
    """Enter, and hand over when asked, as one act. Returns the id."""
    made = services.record_contract(project_id, entry, act=act)
    return _handed(made.id, act)


def _edit(contract_id: int, entry: services.ContractEntry, *, version: int | None, act: Act) -> int:
    """Change, and hand over when asked, as one act. Returns the id."""
    services.edit_contract(contract_id, entry, version=version, act=act)
    return _handed(contract_id, act)


def _handed(contract_id: int, act: Act) -> int:
    if request.form.get("action") == "submit":
        services.submit_contract(contract_id, act=act)
    act.answer = f"{contract_id} 合同"
    return contract_id


@bp.route("/contracts/<int:contract_id>")
@allow(Permission.READ_MONEY)
def contract(contract_id: int) -> str:
    """One contract: terms, what was paid, what may be paid now of each kind and why."""
    return _contract_page(contract_id, BackForm())


def _contract_page(contract_id: int, form: BackForm, account: str = "") -> str:
    who = me()
    row = queries.contract(db.session(), who, contract_id)
    form.version.data = row.version
    return render_template(
        "payments/contract.html",
        row=row,
        form=form,
        account=account,
        unmask=UnmaskForm() if row.account_id and who.can(Permission.UNMASK) else None,
        rooms=queries.rooms(db.session(), row.project_id, row.id, today()) if row.state is MoneyState.APPROVED else [],
        paid=payments(db.session(), who, OutFilter(contract_id=row.id, sort="day", size=200)),
        history=history(db.session(), "contract", contract_id),
        may_edit=who.can(Permission.RECORD_CONTRACT) and row.state in EDITABLE,
        may_confirm=who.can(Permission.APPROVE_CONTRACT)
        and row.state is MoneyState.SUBMITTED
        and row.entered_by_id != who.id,
        may_request=who.can(Permission.REQUEST_PAYMENT) and row.state is MoneyState.APPROVED,
        today=today(),
    )


@bp.route("/contracts/<int:contract_id>/step", methods=["POST"])
@allow(Permission.RECORD_CONTRACT, Permission.APPROVE_CONTRACT)
def step_contract(contract_id: int) -> Any:
    """Hand over, confirm, send back or remove a contract: the button says which."""
    buttons = {
        "submit": Button("提交合同", services.submit_contract, "已提交，等待主管部门确认"),
        "confirm": Button("确认合同", services.confirm_contract, "已确认，可以按合同申请支付"),
        "return": Button("退回合同", services.return_contract, "已退回填报单位", asks_reason=True),
        "delete": Button("删除合同草稿", services.delete_contract, "已删除草稿，经过仍在办理日志里查得到"),
    }
    there = url_for(".contract", contract_id=contract_id)
    return pressed(
        buttons, contract_id, _contract_page, lambda wish: url_for(".contracts") if wish == "delete" else there
    )


@bp.route("/contracts/<int:contract_id>/account", methods=["POST"])
@allow(Permission.UNMASK)
@in_person
def contract_account(contract_id: int) -> Any:
    """The whole account number of a contract's payee, for a recorded reason."""
    row = queries.contract(db.session(), me(), contract_id)
    return _contract_page(contract_id, BackForm(), shown_account(row.account_id, f"合同 {row.contract_no}"))


def shown_account(account_id: int | None, subject: str) -> str:
    """The number behind a vault id, after the reason was recorded; nothing when it was refused, with a word why."""
    form = UnmaskForm()
    if form.submitted() and form.try_to(unmasking.reveal_account, account_id, form.why.data, subject):
        if form.repeated:
            flash("这次查看已经登记过，要再看请重新填写原因", "info")
        return form.result or ""
    for sentence in [*form.form_errors, *form.why.errors]:
        flash(str(sentence), "bad")
    return ""
