"""Review by a second person: payments and disbursements exactly as they were seen, several at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, show_yuan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import payouts as queries
from fundsys.services.acts import Act
from fundsys.services.funds import payouts as services
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import ReviewForm
from fundsys.web.ticks import chosen_rows

from . import bp

WAITING = queries.OutFilter(state=MoneyState.SUBMITTED, sort="day", size=500)
OWN_DRAFTS = 500


@bp.route("/payments/review", methods=["GET", "POST"])
@allow(Permission.REVIEW_MONEY)
def review_payments() -> Any:
    """Payments that wait for review; approve or send back those chosen."""
    rows = list(queries.payments(db.session(), me(), WAITING).rows)
    return _review(rows, "支付", services.approve_payments, services.return_payments, ".review_payments", ".payment")


@bp.route("/disbursements/review", methods=["GET", "POST"])
@allow(Permission.REVIEW_MONEY)
def review_disbursements() -> Any:
    """Disbursements that wait for review; approve or send back those chosen."""
    rows = list(queries.disbursements(db.session(), me(), WAITING).rows)
    return _review(
        rows, "拨付", services.approve_disbursements, services.return_disbursements, ".review_disbursements",
        ".disbursement",
    )  # fmt: skip


@bp.route("/payments/drafts", methods=["GET", "POST"])
@allow(Permission.PAY)
def drafts() -> Any:
    """One's own drafts and returned payments; hand over those chosen, as they were seen."""
    mine = queries.OutFilter(entered_by=me().id, sort="day", size=OWN_DRAFTS)
    rows = [r for r in queries.payments(db.session(), me(), mine).rows if r.state in queries.EDITABLE]
    form, chosen = ReviewForm(), chosen_rows(rows)
    form.act_name = "提交支付复核"
    if form.submitted() and form.try_to(_submit, chosen):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".drafts"))
    page = render_template("payments/drafts.html", form=form, rows=rows, chosen=chosen, amount=_sum(rows, chosen))
    return (page, 422) if request.method == "POST" else page


def _submit(chosen: dict[int, int], *, act: Act) -> str:
    """Hand over what was chosen; the sentence to say."""
    found = services.submit_payments(chosen, act=act)
    act.answer = f"已提交 {len(found)} 笔，合计 {show_yuan(total(p.amount for p in found))} 元，等待另一人复核"
    return act.answer


def _review(rows: list[queries.OutRow], word: str, approve: Any, back: Any, here: str, one: str) -> Any:
    form, chosen = ReviewForm(), chosen_rows(rows, lambda row: row.entered_by_id != me().id)
    returning = request.form.get("action") == "return"
    form.act_name = f"退回{word}" if returning else f"复核{word}"

    def judge(seen: dict[int, int], reason: str, *, act: Act) -> str:
        """Approve or send back what was chosen; the sentence to say."""
        found = back(seen, reason, act=act) if returning else approve(seen, act=act)
        numbers = "" if returning else f"，编号{found[0].number}" + (f"至{found[-1].number}" if found[1:] else "")
        done = "已退回" if returning else "已复核"
        act.answer = f"{done} {len(found)} 笔，合计 {show_yuan(total(p.amount for p in found))} 元{numbers}"
        return act.answer

    if form.submitted() and form.try_to(judge, chosen, form.reason.data or ""):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(here))
    page = render_template(
        "payments/review.html",
        form=form,
        rows=rows,
        word=word,
        one=one,
        chosen=chosen,
        amount=_sum(rows, chosen),
        own=[r for r in rows if r.entered_by_id == me().id],
        others=(".review_disbursements", "拨付") if word == "支付" else (".review_payments", "支付"),
    )
    return (page, 422) if request.method == "POST" else page


def _sum(rows: list[queries.OutRow], chosen: dict[int, int]) -> Any:
    return total(r.amount for r in rows if r.id in chosen) if chosen else ZERO
