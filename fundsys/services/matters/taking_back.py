"""Taking back what was approved about income: every row gets its negative; nothing approved is changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import ZERO
from fundsys.models.assets import Income
from fundsys.models.income import IncomeReceipt, IncomeShare, SharingPayout
from fundsys.models.matters import AssetMatter
from fundsys.services.acts import Act

from .common import Files, keep_papers, new_matter, own_matter
from .income import distributed, not_future, paid_of, received, withdrawn

KIND = MatterKind.TAKING_BACK
TAKEN_BACK = (
    MatterKind.CONTRACT,
    MatterKind.RECEIPT,
    MatterKind.SETTLEMENT,
    MatterKind.SHARING,
    MatterKind.PAYOUT,
)


def draft_taking_back(
    matter_id: int, happened_on: date, document_no: str, words: str, *, files: Files = (), act: Act
) -> AssetMatter:
    """Ask for taking back an approved paper about income. Raises NotAllowed, NotFound, StepRefused."""
    first = own_matter(act, matter_id)
    if first.kind not in TAKEN_BACK or first.state is not MatterState.APPROVED or first.asset is None:
        raise StepRefused("只有已审定的合同、到账、结算、分配和支付才能冲销")
    other = act.session.scalars(select(AssetMatter).where(AssetMatter.reverses_id == first.id)).one_or_none()
    if other is not None:
        raise StepRefused(f"这份{first.kind.label}已有冲销（{other.state.label}），请在那一份上办理")
    matter = new_matter(act, KIND, happened_on, asset_id=first.asset_id, asset=first.asset, reverses_id=first.id)
    matter.document_no, matter.words = tidy_document_no(document_no)[:60], words.strip()
    matter.amount = -first.amount
    keep_papers(files, matter, act)
    act.subject = first.asset.name
    return matter


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse what would leave more distributed than came in, or more paid than distributed. Raises DomainError."""
    first = _first(act, matter)
    not_future(act, matter.happened_on, "冲销日期")
    if not matter.words:
        raise DomainError("请写明冲销原因", field="words")
    if first.state is not MatterState.APPROVED:
        raise StepRefused(f"{first.number}现在是“{first.state.label}”，不能再冲销")
    for receipt in first.receipts:
        income = act.session.get_one(Income, receipt.income_id)
        if received(act.session, income) - receipt.amount < distributed(act.session, income):
            raise StepRefused("这笔到账已经分配，请先冲销分配方案，再冲销到账")
    if first.kind is MatterKind.SHARING:
        assert first.sharing is not None
        if any(paid_of(act.session, line) for line in first.sharing.lines):
            raise StepRefused("这份方案已经支付，请先冲销支付，再冲销方案")
    if first.kind is MatterKind.SETTLEMENT and _dues_come_in(act, first):
        raise StepRefused("这次结算以后又有到账，请先冲销那几笔到账")
    if first.kind is MatterKind.CONTRACT and not _open_dues(act, first):
        raise StepRefused("这份合同的应收都已到账，没有可冲销的")


def post(act: Act, matter: AssetMatter) -> None:
    """Every row of the first paper gets its negative; a contract ends with its dues that nothing came in for."""
    first = _first(act, matter)
    matter.receipts = [
        IncomeReceipt(income_id=r.income_id, amount=-r.amount, received_on=matter.happened_on, reverses_id=r.id)
        for r in first.receipts
    ]
    matter.shares = [
        IncomeShare(income_id=s.income_id, line_id=s.line_id, amount=-s.amount, reverses_id=s.id) for s in first.shares
    ]
    matter.payouts = [SharingPayout(line_id=p.line_id, amount=-p.amount, reverses_id=p.id) for p in first.payouts]
    if first.kind is MatterKind.CONTRACT:
        dues = _open_dues(act, first)
        all_open = len(dues) == len(_dues(act, first))
        _withdraw(act, matter, dues)
        matter.amount = -sum((d.due for d in dues), ZERO)
        _end_contract(matter, first)
        first.state = MatterState.REVERSED if all_open else MatterState.APPROVED
    else:
        if first.kind is MatterKind.SETTLEMENT:
            _withdraw(act, matter, _dues(act, first))
        first.state = MatterState.REVERSED
    first.version += 1


def _first(act: Act, matter: AssetMatter) -> AssetMatter:
    return act.session.get_one(AssetMatter, matter.reverses_id)


def _dues(act: Act, first: AssetMatter) -> list[Income]:
    """What fell due by a paper and still stands."""
    rows = act.session.scalars(select(Income).where(Income.matter_id == first.id).order_by(Income.id))
    return [income for income in rows if not withdrawn(act.session, income)]


def _open_dues(act: Act, first: AssetMatter) -> list[Income]:
    return [income for income in _dues(act, first) if not received(act.session, income)]


def _dues_come_in(act: Act, first: AssetMatter) -> bool:
    own = sum((r.amount for r in first.receipts), ZERO)
    return any(received(act.session, income) != own for income in _dues(act, first))


def _withdraw(act: Act, matter: AssetMatter, dues: list[Income]) -> None:
    for income in dues:
        act.session.add(
            Income(
                asset_id=income.asset_id,
                year=income.year,
                due=-income.due,
                due_on=income.due_on,
                received=ZERO,
                kind=income.kind,
                payer=income.payer,
                contract_no=income.contract_no,
                matter_id=matter.id,
                reverses_id=income.id,
            )
        )


def _end_contract(matter: AssetMatter, first: AssetMatter) -> None:
    contract, asset = first.contract, first.asset
    assert contract is not None
    assert asset is not None
    contract.ended_on = matter.happened_on
    if asset.contract_no == contract.contract_no:
        asset.contract_to = matter.happened_on
        asset.version += 1
