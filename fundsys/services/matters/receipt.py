"""Income that came in: receipts for what is due, and what photovoltaic stations sold and passed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.asset_income import STATION, IncomeKind
from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import ZERO, Money, exact_yuan
from fundsys.models.assets import Income
from fundsys.models.income import IncomeReceipt, StationSettlement
from fundsys.models.matters import AssetMatter
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, asset_for, drafted, new_matter, open_matter, redrafted
from .income import not_future, own_income, received, withdrawn


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """A receipt as typed. happened_on: the day it came in. document_no: of the bank's or the collective's voucher."""

    happened_on: date
    amount: Money
    document_no: str
    words: str = ""


def draft_receipt(income_id: int, entry: ReceiptEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft a receipt for an income due. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    income, asset = own_income(act, income_id)
    matter = new_matter(act, MatterKind.RECEIPT, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.receipts = [IncomeReceipt(income_id=income.id, amount=_positive(entry), received_on=entry.happened_on)]
    _write_receipt(matter, entry)
    return drafted(act, matter, files)


def edit_receipt(
    matter_id: int, entry: ReceiptEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale, DomainError."""
    matter = open_matter(act, matter_id, version)
    _write_receipt(matter, entry)
    return redrafted(act, matter, files)


def _positive(entry: ReceiptEntry) -> Money:
    if entry.amount <= ZERO:
        raise DomainError("到账金额应大于零；登记错了的请办理收益冲销", field="amount")
    return entry.amount


def _write_receipt(matter: AssetMatter, entry: ReceiptEntry) -> None:
    (row,) = matter.receipts
    row.amount, row.received_on = _positive(entry), entry.happened_on
    matter.happened_on, matter.amount = entry.happened_on, entry.amount
    matter.document_no, matter.words = entry.document_no.strip()[:60], entry.words.strip()


def check_receipt(act: Act, matter: AssetMatter) -> None:
    """Refuse a receipt without voucher, of a day to come, or beyond what is due. Raises Refusals, StepRefused."""
    (row,) = matter.receipts
    income = act.session.get_one(Income, row.income_id)
    if withdrawn(act.session, income):
        raise StepRefused("这笔应收已经冲销，不再登记到账")
    not_future(act, matter.happened_on, "到账日期")
    faults = []
    if not matter.document_no:
        faults.append(DomainError("请填写银行回单或收款凭证号", field="document_no"))
    left = income.due - received(act.session, income)
    if row.amount > left:
        told = f"这笔应收 {exact_yuan(income.due)} 元，还没有到账的是 {exact_yuan(left)} 元，本次登记 {exact_yuan(row.amount)} 元超出了"
        faults.append(DomainError(told, field="amount"))
    refuse_all(faults)


def post_receipt(act: Act, matter: AssetMatter) -> None:
    """Nothing more to do: the receipt counts from its paper's approval on."""


# ---------- photovoltaic stations ----------


@dataclass(frozen=True, slots=True)
class SettlementEntry:
    """A settlement as typed, begins_on and ends_on inclusive. happened_on: the day the money reached the collective.

    billed: the bill for electricity. passed_on: what reached the collective up to now; the rest stays due.
    """

    happened_on: date
    begins_on: date
    ends_on: date
    kilowatt_hours: Decimal
    billed: Money
    settled_on: date
    passed_on: Money
    payer: str
    document_no: str = ""
    words: str = ""


def draft_settlement(asset_id: int, entry: SettlementEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft a settlement of a photovoltaic station. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    asset = asset_for(act, MatterKind.SETTLEMENT, asset_id)
    if asset.kind != STATION:
        raise StepRefused(f"“{asset.name}”不是光伏电站，收益请从经营合同登记")
    matter = new_matter(act, MatterKind.SETTLEMENT, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.settlement = StationSettlement()
    _write_settlement(matter, entry)
    return drafted(act, matter, files)


def edit_settlement(
    matter_id: int, entry: SettlementEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale, DomainError."""
    matter = open_matter(act, matter_id, version)
    _write_settlement(matter, entry)
    return redrafted(act, matter, files)


def _write_settlement(matter: AssetMatter, entry: SettlementEntry) -> None:
    told = matter.settlement
    assert told is not None
    if entry.ends_on < entry.begins_on:
        raise DomainError("结算止日不能早于结算起日", field="ends_on")
    if entry.billed <= ZERO or entry.passed_on < ZERO:
        raise DomainError("电费收入应大于零，转村集体金额不能小于零", field="billed")
    matter.happened_on, matter.amount = entry.happened_on, entry.passed_on
    matter.document_no, matter.words = entry.document_no.strip()[:60], entry.words.strip()
    told.begins_on, told.ends_on, told.settled_on = entry.begins_on, entry.ends_on, entry.settled_on
    told.kilowatt_hours, told.billed, told.payer = entry.kilowatt_hours, entry.billed, entry.payer.strip()[:80]


def check_settlement(act: Act, matter: AssetMatter) -> None:
    """Refuse a settlement without payer or voucher, beyond its bill, or of days settled before. Raises Refusals."""
    told = matter.settlement
    assert told is not None
    not_future(act, matter.happened_on, "转入日期")
    not_future(act, told.settled_on, "结算日期", "settled_on")
    refuse_all(_settlement_faults(act, matter, told))


def _settlement_faults(act: Act, matter: AssetMatter, told: StationSettlement) -> Iterator[DomainError]:
    if told.settled_on < told.ends_on:
        yield DomainError("结算日期不能早于结算止日", field="settled_on")
    if not told.payer:
        yield DomainError("请填写付款单位", field="payer")
    if matter.amount > told.billed:
        yield DomainError(
            f"转村集体 {exact_yuan(matter.amount)} 元大于电费收入 {exact_yuan(told.billed)} 元，请核对",
            field="passed_on",
        )
    if matter.amount > ZERO and not matter.document_no:
        yield DomainError("请填写银行回单或收款凭证号", field="document_no")
    if matter.amount > ZERO and matter.happened_on < told.settled_on:
        yield DomainError("转入日期不能早于结算日期", field="happened_on")
    s, m = StationSettlement, AssetMatter
    earlier = act.session.execute(
        select(m.number, s.begins_on, s.ends_on)
        .join(m, s.matter_id == m.id)
        .where(m.asset_id == matter.asset_id, m.state == MatterState.APPROVED, m.id != matter.id)
        .where(s.begins_on <= told.ends_on, s.ends_on >= told.begins_on)
    )
    for number, begins_on, ends_on in earlier:
        days = f"{begins_on.isoformat()} 至 {ends_on.isoformat()}"
        yield DomainError(f"{days} 已在{number}结算过，同一天的电费不能结算两次", field="begins_on")


def post_settlement(act: Act, matter: AssetMatter) -> None:
    """The bill falls due from whoever settles; what was passed on has come in."""
    told, asset = matter.settlement, matter.asset
    assert told is not None
    assert asset is not None
    days = days_of(policy_of(act.session, told.ends_on.year), "station_days")
    income = Income(
        asset_id=asset.id,
        year=told.ends_on.year,
        due=told.billed,
        due_on=told.settled_on + timedelta(days=days),
        received=ZERO,
        kind=IncomeKind.ELECTRICITY,
        payer=told.payer,
        matter_id=matter.id,
    )
    act.session.add(income)
    act.session.flush()
    if matter.amount > ZERO:
        matter.receipts = [IncomeReceipt(income_id=income.id, amount=matter.amount, received_on=matter.happened_on)]
