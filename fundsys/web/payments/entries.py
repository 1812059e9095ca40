"""Payments: the list, one with its history, entering without a request, correcting, the bank's returns, the voucher."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import FundLevel, MoneyState, PaymentKind
from fundsys.domain.money import show_yuan
from fundsys.domain.money_words import in_capitals
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import contracts as contract_queries
from fundsys.queries import payouts as queries
from fundsys.queries.funds import years
from fundsys.queries.history import history
from fundsys.queries.payment_room import lines_of
from fundsys.queries.viewer import require_project
from fundsys.services.acts import Act
from fundsys.services.funds import payouts as services
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .buttons import reversed_whole
from .forms import BackForm, PaymentForm, words
from .papers import printed

SORTS = ("day", "project", "amount", "number")
WORDS = ("voucher_no", "bank", "remark", "exception_reason", "exception_document", "capitals")


def filter_from(order: str, number: int) -> queries.OutFilter:
    """What a list of money out is asked for."""
    args = request.args
    return queries.OutFilter(
        year=args.get("year", work_year(), type=int) if args.get("year") != "" else None,
        state=next((s for s in MoneyState if s.code == args.get("state")), None),
        level=next((s for s in FundLevel if s.code == args.get("level")), None),
        kind=next((s for s in PaymentKind if s.code == args.get("kind")), None),
        project_id=args.get("project", type=int),
        line_id=args.get("line", type=int),
        notice_id=args.get("notice", type=int),
        begin=_day(args.get("begin")),
        end=_day(args.get("end")),
        excepted=args.get("excepted") == "1",
        q=args.get("q", "").strip()[:60],
        sort=order,
        page=number,
    )


def _day(text: str | None) -> Any:
    try:
        return parse_day(text, work_year()) if text else None
    except DomainError:
        return None


@bp.route("/payments")
@allow(Permission.READ_MONEY)
def payments() -> str:
    """The payments this person may see, and their totals."""
    order, number = order_from(request.args, SORTS, "-day"), page_number(request.args)
    wanted = filter_from(str(order), number)
    found = queries.payments(db.session(), me(), wanted)
    return render_template(
        "payments/payments.html",
        page=Page(found.rows, number, found.count, wanted.size),
        totals=found.totals,
        wanted=wanted,
        order=str(order),
        years=[(str(y), f"{y}年") for y in years(db.session)],
        levels=list(FundLevel),
        states=list(MoneyState),
        kinds=list(PaymentKind),
    )


@bp.route("/payments/<int:payment_id>")
@allow(Permission.READ_MONEY)
def payment(payment_id: int) -> str:
    """One payment with its history."""
    return _payment_page(payment_id, BackForm())


def _payment_page(payment_id: int, form: BackForm) -> str:
    who, row = me(), queries.payment(db.session(), me(), payment_id)
    form.version.data = row.version
    open_ = row.state in queries.EDITABLE and row.entered_by_id == who.id and who.can(Permission.PAY)
    reversal = queries.reversal_of(db.session(), queries.PAYMENTS, payment_id)
    stands = row.state is MoneyState.APPROVED and not row.is_reversal
    return render_template(
        "payments/payment.html",
        row=row,
        form=form,
        capitals=in_capitals(abs_of(row)),
        reversal=reversal,
        history=history(db.session(), "payment", payment_id),
        may_edit=open_ and not row.is_reversal,
        may_reverse=who.can(Permission.REVERSE) and stands and reversal is None,
        may_print=who.can(Permission.PRINT) and row.state is MoneyState.APPROVED,
    )


def abs_of(row: queries.OutRow) -> Any:
    """The amount without its sign."""
    return -row.amount if row.is_reversal else row.amount


@bp.route("/payments/new", methods=["GET", "POST"])
@allow(Permission.PAY)
def new_payment() -> Any:
    """Pay without a request (management fee, subsidies): choose the project, then fill the paper."""
    project_id = request.args.get("project", type=int)
    if project_id is None:
        options = contract_queries.choices(db.session(), me(), Permission.READ_MONEY)
        return render_template("payments/choose.html", options=options, what="支付", word="登记支付")
    form = PaymentForm(paid_on=today())
    form.act_name = "登记支付"
    return _write(form, project_id, None)


@bp.route("/payments/<int:payment_id>/edit", methods=["GET", "POST"])
@allow(Permission.PAY)
def edit_payment(payment_id: int) -> Any:
    """Change a draft or returned payment of one's own."""
    row = queries.payment(db.session(), me(), payment_id)
    names = ("line_id", "contract_id", "kind", "amount", *WORDS[1:])
    form = PaymentForm(
        version=row.version, paid_on=row.on, payee=row.to, voucher_no=row.paper, **{n: getattr(row, n) for n in names}
    )
    form.act_name = "修改支付"
    return _write(form, row.project_id, row)


def _write(form: PaymentForm, project_id: int, row: queries.OutRow | None) -> Any:
    project = require_project(db.session(), me(), Permission.READ_MONEY, project_id)
    lines = lines_of(db.session(), project_id)
    form.line_id.options = [(x.line_id, f"{x.document_no} {x.source}，还可支付 {show_yuan(x.room)} 元") for x in lines]
    form.contract_id.options = contract_queries.contract_choices(db.session(), project_id)
    if form.submitted():
        entry = services.PaymentEntry(project_id=project_id, **words(form.answers(), *WORDS))
        submit = request.form.get("action") != "save"
        more = {} if row is None else {"payment_id": row.id, "version": form.version.data}
        if form.try_to(_enter if row is None else _edit, entry, submit=submit, **more):
            flash("已提交，等待另一人复核" if submit else "已存草稿", "good")
            payment_id = form.result or int((form.repeated or "0").split(" ")[0])
            return redirect(url_for(".payment", payment_id=payment_id))
    held = form.contract_id.data
    page = render_template(
        "payments/payment_edit.html",
        form=form,
        project=project,
        row=row,
        rooms=contract_queries.rooms(db.session(), project_id, held if isinstance(held, int) else None, today()),
    )
    return (page, 422) if request.method == "POST" else page


def _enter(entry: services.PaymentEntry, *, submit: bool, act: Act) -> int:
    """Enter it; returns the id."""
    made = services.enter_payment(entry, submit=submit, act=act)
    act.answer = f"{made.id} 支付"
    return made.id


def _edit(entry: services.PaymentEntry, *, submit: bool, payment_id: int, version: int | None, act: Act) -> int:
    """Change it; returns the id."""
    services.edit_payment(payment_id, entry, version=version, submit=submit, act=act)
    act.answer = f"{payment_id} 支付"
    return payment_id


@bp.route("/payments/<int:payment_id>/delete", methods=["POST"])
@allow(Permission.PAY)
def delete_payment(payment_id: int) -> Any:
    """Remove a draft or returned payment of one's own."""
    form = BackForm()
    form.act_name = "删除支付草稿"
    if form.submitted() and form.try_to(services.delete_payment, payment_id, version=form.version.data):
        flash("已删除草稿，经过仍在办理日志里查得到", "good")
        return redirect(url_for(".payments"))
    return _payment_page(payment_id, form), 422


@bp.route("/payments/<int:payment_id>/reverse", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def reverse_payment(payment_id: int) -> Any:
    """A payment the bank returned, taken off the books whole; waits for a second person."""
    row = queries.payment(db.session(), me(), payment_id)
    there = url_for(".payment", payment_id=payment_id)
    return reversed_whole(row, "登记退汇", _reverse, "支付", ".payment", there)


def _reverse(payment_id: int, reason: str, document_no: str, *, reversed_on: Any = None, act: Act) -> str:
    """Reverse it; the sentence to say."""
    services.reverse_payment(payment_id, reason, document_no, reversed_on=reversed_on, act=act)
    act.answer = "已登记退汇，等待另一人复核；复核后可以重新支付"
    return act.answer


@bp.route("/payments/<int:payment_id>/print", methods=["POST"])
@allow(Permission.PRINT)
def print_payment(payment_id: int) -> Response:
    """The voucher of one payment with every line paid under the same voucher number."""
    row = queries.payment(db.session(), me(), payment_id)
    if row.state is not MoneyState.APPROVED:
        raise DomainError("复核后才能打印支付凭证")
    return printed(printing.Order("PF21", where={"payment": str(row.id)}, who=me(), base_url=request.host_url))
