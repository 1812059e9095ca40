"""Writing distributions of income and their payments."""

from __future__ import annotations

from typing import Any

from flask import request

from fundsys.domain import terms
from fundsys.domain.asset_income import SharingUse
from fundsys.domain.asset_matters import MatterKind
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import Money, exact_yuan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.assets import Asset
from fundsys.models.income import IncomeSharing, SharingLine
from fundsys.models.matters import AssetMatter
from fundsys.queries import income as queries
from fundsys.queries import matters
from fundsys.services import matters as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.matters.entries import common_answers, open_paper, write_paper
from fundsys.web.matters.forms import Cell, Row, read_rows, said, typed_rows

from . import bp
from .entries import PAGE, own_asset
from .forms import SHARE_CELLS, PayoutForm, SharingForm, share_of

P = Permission


@bp.route("/income/assets/<int:asset_id>/sharing", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_sharing(asset_id: int) -> Any:
    """The distribution of an asset's income."""
    return _sharing(SharingForm(happened_on=today()), own_asset(asset_id), None, [])


@bp.route("/income/sharings/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def edit_sharing(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.SHARING)
    told = m.sharing
    assert told is not None
    common = common_answers(m)
    del common["document_no"]
    form = SharingForm(meeting_on=told.meeting_on, meeting=told.meeting, town_opinion=told.town_opinion, **common)
    rows = [
        {
            "use": line.use.code,
            "share_amount": exact_yuan(line.amount),
            "share_households": str(line.households or ""),
            "share_workers": str(line.workers or ""),
            "share_words": line.words,
        }
        for line in told.lines
    ]
    return _sharing(form, asset, m, rows)


def _sharing(form: SharingForm, asset: Asset, m: AssetMatter | None, rows: list[Row]) -> Any:
    rows = typed_rows(SHARE_CELLS) if request.method == "POST" else rows

    def save(act: Act) -> AssetMatter:
        entry = services.SharingEntry(
            happened_on=said(form.happened_on),
            lines=read_rows(rows, share_of, "lines"),
            meeting_on=form.meeting_on.data,
            meeting=form.meeting.data or "",
            town_opinion=form.town_opinion.data or "",
            words=form.words.data or "",
        )
        if m is None:
            return services.draft_sharing(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_sharing(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    kept = [row for row in queries.of_asset(db.session(), asset.id) if row.balance]
    return write_paper(
        "sharing", MatterKind.SHARING, form, asset, m, save, SHARE_CELLS, rows, page=PAGE,
        kept=kept, balance=total(row.balance for row in kept), station=queries.is_station(asset),
    )  # fmt: skip


@bp.route("/income/sharings/<int:matter_id>/payout", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_payout(matter_id: int) -> Any:
    """A payment of an approved distribution."""
    m = matters.matter(db.session(), me(), matter_id)
    if m.kind is not MatterKind.SHARING or m.asset is None:
        raise NotFound("没有这份分配方案，或者不在您的管理范围内")
    own_asset(m.asset.id)
    lines = queries.lines_of(db.session(), m)
    rows = [_payout_row(line, line.left) for line in lines if line.use.is_paid_out]
    return _payout(PayoutForm(happened_on=today()), m.asset, None, m, rows)


@bp.route("/income/payouts/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def edit_payout(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.PAYOUT)
    session = db.session()
    first = session.get_one(SharingLine, m.payouts[0].line_id)
    sharing = matters.matter(session, me(), session.get_one(IncomeSharing, first.sharing_id).matter_id)
    now = {row.line_id: row.amount for row in m.payouts}
    lines = [line for line in queries.lines_of(session, sharing) if line.use.is_paid_out]
    rows = [_payout_row(line, now.get(line.id, Money(0))) for line in lines]
    return _payout(PayoutForm(**common_answers(m)), asset, m, sharing, rows)


def _payout_row(line: queries.LineStand, amount: Money) -> Row:
    return {"line": str(line.id), "pay_amount": exact_yuan(amount) if amount else ""}


def _payout(form: PayoutForm, asset: Asset, m: AssetMatter | None, sharing: AssetMatter, rows: list[Row]) -> Any:
    lines = {str(line.id): line for line in queries.lines_of(db.session(), sharing) if line.use.is_paid_out}
    options = [
        (key, f"{x.use.label} {exact_yuan(x.amount)} 元，未支付 {exact_yuan(x.left)} 元") for key, x in lines.items()
    ]
    cells = [
        Cell("line", terms.SHARING_USE.label, options, wide=True),
        Cell("pay_amount", f"{terms.PAYOUT_AMOUNT.label}（元）"),
    ]
    rows = typed_rows(cells) if request.method == "POST" else rows

    def amount_of(row: Row) -> tuple[int, Money]:
        if row["line"] not in lines:
            raise DomainError("请选择要支付的一行")
        return int(row["line"]), Money.yuan(row["pay_amount"] or "0")

    def save(act: Act) -> AssetMatter:
        amounts: dict[int, Money] = {}
        for key, amount in read_rows(rows, amount_of, "lines"):
            amounts[key] = amounts.get(key, Money(0)) + amount
        entry = services.PayoutEntry(
            said(form.happened_on), amounts, form.document_no.data or "", form.words.data or ""
        )
        if m is None:
            return services.draft_payout(sharing.id, entry, files=form.papers.files(), act=act)
        return services.edit_payout(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper(
        "payout", MatterKind.PAYOUT, form, asset, m, save, cells, rows, page=PAGE, sharing=sharing,
        retained=[line for line in queries.lines_of(db.session(), sharing) if line.use is SharingUse.RETAINED],
    )  # fmt: skip
