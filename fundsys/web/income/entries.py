"""Writing papers about contracts, receipts, settlements of stations and idle assets, and taking approved ones back."""

from __future__ import annotations

from typing import Any

from flask import request

from fundsys.domain.asset_income import STATION, term_days
from fundsys.domain.asset_matters import MatterKind
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import exact_yuan
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter
from fundsys.queries import income as queries
from fundsys.queries import matters
from fundsys.queries.viewer import require_asset
from fundsys.services import matters as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.matters.entries import common_answers, open_paper, write_paper
from fundsys.web.matters.forms import Row, read_rows, said, typed_rows

from . import bp
from .forms import (
    TERM_CELLS,
    ContractForm,
    IdleForm,
    ReceiptForm,
    RevivalForm,
    SettlementForm,
    TakingBackForm,
    status_of,
    term_of,
)

P = Permission
PAGE = "income/entry.html"


def own_asset(asset_id: int) -> Asset:
    """The asset, where this person records its income. Raises NotFound, NotAllowed."""
    return require_asset(db.session(), me(), P.RECORD_INCOME, asset_id)


@bp.route("/income/assets/<int:asset_id>/contract", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_contract(asset_id: int) -> Any:
    """A contract on an asset."""
    asset = own_asset(asset_id)
    form = ContractForm(operator=asset.operator, happened_on=today())
    return _contract(form, asset, None, [])


@bp.route("/income/contracts/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def edit_contract(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.CONTRACT)
    c = m.contract
    assert c is not None
    names = ("kind", "operator", "contract_no", "begins_on", "ends_on")
    form = ContractForm(**{name: getattr(c, name) for name in names}, **common_answers(m))
    rows = [{"term_due_on": t.due_on.isoformat(), "term_amount": exact_yuan(t.amount)} for t in c.terms]
    return _contract(form, asset, m, rows)


def _contract(form: ContractForm, asset: Asset, m: AssetMatter | None, rows: list[Row]) -> Any:
    rows = typed_rows(TERM_CELLS) if request.method == "POST" else rows

    def save(act: Act) -> AssetMatter:
        terms = read_rows(rows, term_of, "terms") or _even_terms(form)
        entry = services.ContractEntry(
            happened_on=said(form.happened_on),
            kind=said(form.kind),
            operator=form.operator.data or "",
            contract_no=form.contract_no.data or "",
            begins_on=said(form.begins_on),
            ends_on=said(form.ends_on),
            terms=terms,
            document_no=form.document_no.data or "",
            words=form.words.data or "",
        )
        if m is None:
            return services.draft_contract(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_contract(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("contract", MatterKind.CONTRACT, form, asset, m, save, TERM_CELLS, rows, page=PAGE)


def _even_terms(form: ContractForm) -> tuple[Any, ...]:
    """Terms by the first day, the interval and the amount; none where one of them is empty."""
    first, months, amount = form.first_due_on.data, form.every_months.data, form.each_amount.data
    if first is None or months is None or amount is None:
        return ()
    return tuple((day, amount) for day in term_days(first, said(form.ends_on), int(months)))


@bp.route("/income/<int:income_id>/receipt", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_receipt(income_id: int) -> Any:
    """A receipt for an income due."""
    row = queries.income(db.session(), me(), income_id)
    form = ReceiptForm(amount=row.arrears, happened_on=today())
    return _receipt(form, own_asset(row.asset_id), None, row)


@bp.route("/income/receipts/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def edit_receipt(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.RECEIPT)
    row = queries.income(db.session(), me(), m.receipts[0].income_id)
    return _receipt(ReceiptForm(amount=m.amount, **common_answers(m)), asset, m, row)


def _receipt(form: ReceiptForm, asset: Asset, m: AssetMatter | None, row: queries.IncomeRow) -> Any:
    def save(act: Act) -> AssetMatter:
        told = (form.document_no.data or "", form.words.data or "")
        entry = services.ReceiptEntry(said(form.happened_on), said(form.amount), *told)
        if m is None:
            return services.draft_receipt(row.id, entry, files=form.papers.files(), act=act)
        return services.edit_receipt(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("receipt", MatterKind.RECEIPT, form, asset, m, save, page=PAGE, income=row)


@bp.route("/income/assets/<int:asset_id>/settlement", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_settlement(asset_id: int) -> Any:
    """What a photovoltaic station sold in a period."""
    asset = own_asset(asset_id)
    if asset.kind != STATION:
        raise DomainError(f"“{asset.name}”不是光伏电站，收益请从经营合同登记")
    return _settlement(SettlementForm(happened_on=today(), payer=asset.operator), asset, None)


@bp.route("/income/settlements/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def edit_settlement(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.SETTLEMENT)
    names = ("begins_on", "ends_on", "kilowatt_hours", "billed", "settled_on", "payer")
    told = {name: getattr(m.settlement, name) for name in names}
    return _settlement(SettlementForm(passed_on=m.amount, **told, **common_answers(m)), asset, m)


def _settlement(form: SettlementForm, asset: Asset, m: AssetMatter | None) -> Any:
    def save(act: Act) -> AssetMatter:
        entry = services.SettlementEntry(
            happened_on=said(form.happened_on),
            begins_on=said(form.begins_on),
            ends_on=said(form.ends_on),
            kilowatt_hours=said(form.kilowatt_hours),
            billed=said(form.billed),
            settled_on=said(form.settled_on),
            passed_on=said(form.passed_on),
            payer=form.payer.data or "",
            document_no=form.document_no.data or "",
            words=form.words.data or "",
        )
        if m is None:
            return services.draft_settlement(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_settlement(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("settlement", MatterKind.SETTLEMENT, form, asset, m, save, page=PAGE)


@bp.route("/income/assets/<int:asset_id>/idle", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_idle(asset_id: int) -> Any:
    """An asset is found idle or under-used: why, the remedy, who and until when."""
    return _idle(IdleForm(happened_on=today()), own_asset(asset_id), None, MatterKind.IDLE)


@bp.route("/income/assets/<int:asset_id>/revival", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_revival(asset_id: int) -> Any:
    """An asset is in use again, with proof."""
    return _idle(RevivalForm(happened_on=today()), own_asset(asset_id), None, MatterKind.REVIVAL)


@bp.route("/income/idle/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def edit_idle(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    kind = matters.matter(db.session(), me(), matter_id).kind
    m, asset = open_paper(matter_id, kind if kind is MatterKind.REVIVAL else MatterKind.IDLE)
    told = m.idle
    assert told is not None
    common: dict[str, Any] = {
        "status": told.to_status.code,
        "happened_on": m.happened_on,
        "words": m.words,
        "version": m.version,
    }
    if m.kind is MatterKind.REVIVAL:
        return _idle(RevivalForm(**common), asset, m, m.kind)
    return _idle(IdleForm(responsible=told.responsible, due_on=told.due_on, **common), asset, m, m.kind)


def _idle(form: IdleForm | RevivalForm, asset: Asset, m: AssetMatter | None, kind: MatterKind) -> Any:
    def save(act: Act) -> AssetMatter:
        told: dict[str, Any] = {}
        if isinstance(form, IdleForm):
            told = {"responsible": form.responsible.data or "", "due_on": form.due_on.data}
        entry = services.IdleEntry(said(form.happened_on), status_of(form.status.data), form.words.data or "", **told)
        if m is None:
            return services.draft_idle(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_idle(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("idle" if kind is MatterKind.IDLE else "revival", kind, form, asset, m, save, page=PAGE)


@bp.route("/income/papers/<int:matter_id>/taking-back", methods=["GET", "POST"])
@allow(P.RECORD_INCOME)
def new_taking_back(matter_id: int) -> Any:
    """Take an approved paper back: a grave act on a page of its own."""
    m = matters.matter(db.session(), me(), matter_id)
    if m.asset is None or not m.kind.is_income:
        raise NotFound("这份办理单不在这一页冲销")
    asset, form = own_asset(m.asset.id), TakingBackForm(happened_on=today())

    def save(act: Act) -> AssetMatter:
        told = (said(form.happened_on), form.document_no.data or "", form.words.data or "")
        return services.draft_taking_back(m.id, *told, files=form.papers.files(), act=act)

    return write_paper("back", MatterKind.TAKING_BACK, form, asset, None, save, page=PAGE, first=m)
