"""Payment requests: the owner's list and paper, and the finance bureau's taking up or sending back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import RequestState
from fundsys.domain.money import ZERO, Money, exact_yuan, show_yuan, total
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries import contracts as queries
from fundsys.queries.history import history
from fundsys.queries.payment_room import LineRoom, lines_of, proposed_split
from fundsys.queries.payouts import OutFilter, payments
from fundsys.queries.viewer import require_project
from fundsys.services.acts import Act
from fundsys.services.funds import requests as services
from fundsys.web.access import allow, in_person, me
from fundsys.web.funds.forms import today
from fundsys.web.papers import send_paper, shown_papers
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .buttons import Button, pressed
from .contracts import shown_account
from .forms import AcceptForm, BackForm, RequestForm, UnmaskForm, words
from .papers import printed

SORTS = ("applied", "amount", "project", "number")
WORDS = ("payee", "bank", "reason", "documents", "exception_reason", "exception_document")
EDITABLE = (RequestState.DRAFT, RequestState.RETURNED)


@bp.route("/payment-requests")
@allow(Permission.READ_MONEY)
def requests() -> str:
    """The requests this person may see: 我的申请 for owners and towns, all of them for the bureaus."""
    args = request.args
    order, number = order_from(args, SORTS, "-applied"), page_number(args)
    state = next((s for s in RequestState if s.code == args.get("state")), None)
    wanted = queries.PaperFilter(
        state, args.get("project", type=int), q=args.get("q", "").strip()[:60], sort=str(order), page=number
    )
    found = queries.requests(db.session(), me(), wanted)
    return render_template(
        "payments/requests.html",
        page=Page(found.rows, number, found.count, wanted.size),
        totals=found.totals,
        wanted=wanted,
        order=str(order),
        states=list(RequestState),
        own=me().scope(Permission.READ_MONEY) is not Scope.ALL,
    )


@bp.route("/payment-requests/new", methods=["GET", "POST"])
@allow(Permission.REQUEST_PAYMENT)
def new_request() -> Any:
    """Ask for money for an own project: choose the project, then fill the paper."""
    project_id = request.args.get("project", type=int)
    if project_id is None:
        options = queries.choices(db.session(), me(), Permission.REQUEST_PAYMENT)
        return render_template("payments/choose.html", options=options, what="支付申请", word="填写申请")
    require_project(db.session(), me(), Permission.REQUEST_PAYMENT, project_id)
    contracts = queries.contracts(db.session(), me(), queries.PaperFilter(project_id=project_id)).rows
    held = next((c for c in contracts if c.id == request.args.get("contract", type=int)), None)
    form = RequestForm(**({"contract_id": held.id, "payee": held.payee, "bank": held.bank} if held else {}))
    form.act_name = "填写支付申请"
    return _write(form, project_id, None)


@bp.route("/payment-requests/<int:request_id>/edit", methods=["GET", "POST"])
@allow(Permission.REQUEST_PAYMENT)
def edit_request(request_id: int) -> Any:
    """Change a draft, or a request that was sent back."""
    row = queries.request_of(db.session(), me(), request_id)
    require_project(db.session(), me(), Permission.REQUEST_PAYMENT, row.project_id)
    if request.method == "GET" and row.state not in EDITABLE:
        flash(f"这份申请现在是“{row.state.label}”，不能修改；需要改的先撤回", "info")
        return redirect(url_for(".request_", request_id=request_id))
    names = ("contract_id", "kind", "amount", "retention_held", "applied_on", *WORDS)
    form = RequestForm(version=row.version, **{name: getattr(row, name) for name in names})
    form.act_name = "修改支付申请"
    return _write(form, row.project_id, row)


def _write(form: RequestForm, project_id: int, row: queries.RequestRow | None) -> Any:
    project = require_project(db.session(), me(), Permission.REQUEST_PAYMENT, project_id)
    form.contract_id.options = queries.contract_choices(db.session(), project_id)
    if form.submitted():
        answers = words(form.answers(), *WORDS)
        answers.pop("papers")
        answers["retention_held"] = answers["retention_held"] or ZERO
        entry, files = services.RequestEntry(**answers), form.papers.files()
        save = _draft if row is None else _edit
        more = {"project_id": project_id} if row is None else {"request_id": row.id, "version": form.version.data}
        if form.try_to(save, entry, files, **more):
            return _saved(form)
    held = form.contract_id.data
    page = render_template(
        "payments/request_edit.html",
        form=form,
        project=project,
        row=row,
        rooms=queries.rooms(db.session(), project_id, held if isinstance(held, int) else None, today()),
        papers=_papers(row.id) if row else [],
    )
    return (page, 422) if request.method == "POST" else page


def _papers(request_id: int) -> list[Any]:
    return shown_papers(
        services.TABLE, request_id, lambda key: url_for(".request_paper", request_id=request_id, paper_id=key)
    )


def _saved(form: RequestForm) -> Response:
    request_id = form.result or int((form.repeated or "0").split(" ")[0])
    sent = request.form.get("action") == "submit"
    flash("已提交财政局，等待受理" if sent else "已存草稿", "good")
    return redirect(url_for(".request_", request_id=request_id))


def _draft(entry: services.RequestEntry, files: services.Files, *, project_id: int, act: Act) -> int:
    """Draft, and hand over when asked, as one act. Returns the id."""
    made = services.draft_request(project_id, entry, files=files, act=act)
    return _handed(made.id, act)


def _edit(
    entry: services.RequestEntry, files: services.Files, *, request_id: int, version: int | None, act: Act
) -> int:
    """Change, and hand over when asked, as one act. Returns the id."""
    services.edit_request(request_id, entry, files=files, version=version, act=act)
    return _handed(request_id, act)


def _handed(request_id: int, act: Act) -> int:
    if request.form.get("action") == "submit":
        services.submit_request(request_id, act=act)
    act.answer = f"{request_id} 支付申请"
    return request_id


@bp.route("/payment-requests/<int:request_id>")
@allow(Permission.READ_MONEY)
def request_(request_id: int) -> str:
    """One request: what is asked, what is attached, what may be paid, what was paid."""
    return _request_page(request_id, BackForm())


def _request_page(request_id: int, form: BackForm, account: str = "") -> str:
    who = me()
    row = queries.request_of(db.session(), who, request_id)
    form.version.data = row.version
    rooms = queries.rooms(db.session(), row.project_id, row.contract_id, today())
    found = payments(db.session(), who, OutFilter(request_id=row.id, sort="day", size=200))
    own = who.can(Permission.REQUEST_PAYMENT)
    return render_template(
        "payments/request.html",
        row=row,
        form=form,
        account=account,
        unmask=UnmaskForm() if row.account_id and who.can(Permission.UNMASK) else None,
        room=next((r for r in rooms if r.kind is row.kind), rooms[0]),
        papers=_papers(row.id),
        paid=found,
        history=history(db.session(), services.TABLE, request_id),
        may_edit=own and row.state in EDITABLE,
        may_withdraw=own and row.state is RequestState.SUBMITTED and not found.count,
        may_accept=who.can(Permission.PAY) and row.state is RequestState.SUBMITTED,
        may_print=who.can(Permission.PRINT) and row.number is not None,
    )


@bp.route("/payment-requests/<int:request_id>/step", methods=["POST"])
@allow(Permission.REQUEST_PAYMENT, Permission.PAY)
def step_request(request_id: int) -> Any:
    """Hand over, take back, send back or remove a request: the button says which."""
    buttons = {
        "submit": Button("提交支付申请", services.submit_request, "已提交财政局，等待受理"),
        "withdraw": Button("撤回支付申请", services.withdraw_request, "已撤回，可以修改后再提交"),
        "return": Button("退回支付申请", services.return_request, "已退回申请单位", asks_reason=True),
        "delete": Button("删除支付申请草稿", services.delete_request, "已删除草稿，经过仍在办理日志里查得到"),
    }
    there = url_for(".request_", request_id=request_id)
    return pressed(buttons, request_id, _request_page, lambda wish: url_for(".requests") if wish == "delete" else there)


@bp.route("/payment-requests/<int:request_id>/account", methods=["POST"])
@allow(Permission.UNMASK)
@in_person
def request_account(request_id: int) -> Any:
    """The whole account number of a request's payee, for a recorded reason."""
    row = queries.request_of(db.session(), me(), request_id)
    account = shown_account(row.account_id, f"支付申请 {row.number or row.id}")
    return _request_page(request_id, BackForm(), account)


@bp.route("/payment-requests/<int:request_id>/papers/<int:paper_id>")
@allow(Permission.READ_MONEY)
def request_paper(request_id: int, paper_id: int) -> Response:
    """A paper of a request, for whoever may see the request."""
    queries.request_of(db.session(), me(), request_id)
    return send_paper(services.TABLE, request_id, paper_id)


@bp.route("/payment-requests/<int:request_id>/print", methods=["POST"])
@allow(Permission.PRINT)
def print_request(request_id: int) -> Response:
    """LG13 支付申请单 of one request."""
    row = queries.request_of(db.session(), me(), request_id)
    if row.number is None:
        raise DomainError("还没有提交的申请没有编号，提交后才能打印")
    return printed(printing.Order("LG13", where={"request": str(row.id)}, who=me(), base_url=request.host_url))


@bp.route("/payment-requests/<int:request_id>/accept", methods=["GET", "POST"])
@allow(Permission.PAY)
def accept(request_id: int) -> Any:
    """Take a request up: split it over notice lines, to the 分."""
    row = queries.request_of(db.session(), me(), request_id)
    lines = lines_of(db.session(), row.project_id)
    done = payments(db.session(), me(), OutFilter(request_id=row.id, size=500)).totals
    due = row.amount - done.approved - done.submitted - done.drafted
    form = AcceptForm(version=row.version, paid_on=today())
    typed = _typed(form, lines) if request.method == "POST" else proposed_split(lines, due)
    if request.method == "POST" and request.form.get("action") != "count":
        form.act_name = "受理支付申请"
        readable = form.submitted() and not form.row_errors
        if readable and form.try_to(_accept, request_id, typed, *_head(form), version=form.version.data):
            flash(form.repeated or form.result or "", "good")
            return redirect(url_for(".request_", request_id=request_id))
    page = render_template(
        "payments/accept.html",
        form=form,
        row=row,
        lines=lines,
        typed=typed,
        boxes={
            x.line_id: request.form.get(f"part-{x.line_id}", exact_yuan(typed[x.line_id]) if x.line_id in typed else "")
            for x in lines
        },
        due=due,
        given=total(typed.values()),
        rooms=queries.rooms(db.session(), row.project_id, row.contract_id, today()),
        papers=_papers(row.id),
    )
    return (page, 422) if request.method == "POST" and request.form.get("action") != "count" else page


def _head(form: AcceptForm) -> tuple[Any, str]:
    return form.paid_on.data, form.voucher_no.data or ""


def _typed(form: AcceptForm, lines: list[LineRoom]) -> dict[int, Money]:
    """The amounts in the boxes by line; boxes that cannot be read complain and count as nothing."""
    found: dict[int, Money] = {}
    for line in lines:
        name = f"part-{line.line_id}"
        text = request.form.get(name, "").strip()
        try:
            amount = Money.yuan(text) if text not in ("", "-") else ZERO
            if amount < ZERO:
                raise DomainError("金额不能小于零")
            found[line.line_id] = amount
        except DomainError as error:
            form.say(f"{line.document_no}：{error.message}", name)
    return found


def _accept(
    request_id: int, parts: dict[int, Money], paid_on: Any, voucher_no: str, *, version: int | None, act: Act
) -> str:
    """Take it up; the sentence to say."""
    made = services.accept_request(request_id, parts, paid_on, voucher_no=voucher_no, version=version, act=act)
    act.answer = f"已登记支付 {len(made)} 笔，合计 {show_yuan(total(p.amount for p in made))} 元，等待另一人复核"
    return act.answer
