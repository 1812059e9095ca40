"""The end of the way of money: what settlement left behind as expense, and the income of the assets to the last payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import IN_BOOKS, MatterKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.trail import Step
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IncomeReceipt, IncomeShare, IncomeSharing, SharingLine, SharingPayout
from fundsys.models.matters import AssetMatter, MatterLine
from fundsys.queries.income import stands

_OF_ASSET = (
    select(IncomeSharing.id.label("sharing_id"), AssetMatter.asset_id.label("asset_id"))
    .join(AssetMatter, IncomeSharing.matter_id == AssetMatter.id)
    .subquery()
)
"""Which asset a distribution is of."""


@dataclass(frozen=True, slots=True)
class Later:
    """One thing that happened after settlement. owner: the project's or the asset's id."""

    owner: int
    step: Step
    on: date | None
    number: str
    basis_no: str
    words: str
    amount: Money
    link: tuple[str, int] | None


def expensed(session: Session, projects: Sequence[int]) -> Iterator[Later]:
    """The lines of approved formations that became no asset."""
    m = AssetMatter
    rows = session.execute(
        select(m.project_id, m.id, m.number, m.document_no, m.happened_on, MatterLine.name, MatterLine.expense, MatterLine.amount)
        .join(MatterLine, MatterLine.matter_id == m.id)
        .where(m.project_id.in_(projects), m.kind == MatterKind.FORMATION, m.state.in_(IN_BOOKS), MatterLine.expense != "")
        .order_by(m.happened_on, MatterLine.id)
    )  # fmt: skip
    for project_id, key, number, document_no, on, name, expense, amount in rows:
        words = f"{expense}：{name}，不形成资产"
        yield Later(project_id or 0, Step.EXPENSED, on, number or "", document_no, words, amount, ("matter", key))


def income(session: Session, assets: Sequence[int]) -> Iterator[Later]:
    """Everything due, received, distributed and paid out of these assets; what is taken back counts negative."""
    yield from _dues(session, assets)
    yield from _receipts(session, assets)
    yield from _shares(session, assets)
    yield from _payouts(session, assets)


def _dues(session: Session, assets: Sequence[int]) -> Iterator[Later]:
    rows = session.execute(
        select(Income, Asset.name)
        .join(Asset, Income.asset_id == Asset.id)
        .where(Income.asset_id.in_(assets), stands())
        .order_by(Income.due_on, Income.id)
    )
    for due, name in rows:
        kind = due.kind.label if due.kind else "收益"
        link = ("income", due.asset_id)
        words = f"{name}{kind}，{due.payer}" if due.payer else f"{name}{kind}"
        on = due.due_on or due.received_on
        yield Later(due.asset_id, Step.DUE, on, "", due.contract_no, words, due.due, link)
        if due.received:
            told = (due.received_on or on, "", "", f"{name}{kind}，期初已收", due.received, link)
            yield Later(due.asset_id, Step.RECEIVED, *told)
        if due.distributed:
            told = (due.received_on or on, "", "", f"{name}{kind}，期初已分配", due.distributed, link)
            yield Later(due.asset_id, Step.SHARED, *told)


def _receipts(session: Session, assets: Sequence[int]) -> Iterator[Later]:
    r, m = IncomeReceipt, AssetMatter
    rows = session.execute(
        select(Income.asset_id, r.received_on, m.number, m.document_no, Asset.name, r.amount, m.id)
        .join(Income, r.income_id == Income.id)
        .join(Asset, Income.asset_id == Asset.id)
        .join(m, r.matter_id == m.id)
        .where(Income.asset_id.in_(assets), m.state.in_(IN_BOOKS))
        .order_by(r.received_on, r.id)
    )
    for asset_id, on, number, document_no, name, amount, key in rows:
        words = f"{name}收益到账" if amount > ZERO else f"{name}收益到账冲销"
        yield Later(asset_id, Step.RECEIVED, on, number or "", document_no, words, amount, ("matter", key))


def _shares(session: Session, assets: Sequence[int]) -> Iterator[Later]:
    s, m = IncomeShare, AssetMatter
    rows = session.execute(
        select(Income.asset_id, m.happened_on, m.number, m.document_no, Asset.name, SharingLine.use, s.amount, m.id)
        .join(Income, s.income_id == Income.id)
        .join(Asset, Income.asset_id == Asset.id)
        .join(SharingLine, s.line_id == SharingLine.id)
        .join(m, s.matter_id == m.id)
        .where(Income.asset_id.in_(assets))
        .order_by(m.happened_on, s.id)
    )
    for asset_id, on, number, document_no, name, use, amount, key in rows:
        words = f"{name}收益分配：{use.label}"
        yield Later(asset_id, Step.SHARED, on, number or "", document_no, words, amount, ("matter", key))


def _payouts(session: Session, assets: Sequence[int]) -> Iterator[Later]:
    p, m = SharingPayout, AssetMatter
    rows = session.execute(
        select(Asset.id, m.happened_on, m.number, m.document_no, Asset.name, SharingLine.use, p.amount, m.id)
        .join(m, p.matter_id == m.id)
        .join(SharingLine, p.line_id == SharingLine.id)
        .join(_OF_ASSET, SharingLine.sharing_id == _OF_ASSET.c.sharing_id)
        .join(Asset, _OF_ASSET.c.asset_id == Asset.id)
        .where(Asset.id.in_(assets), m.state.in_(IN_BOOKS))
        .order_by(m.happened_on, p.id)
    )
    for asset_id, on, number, document_no, name, use, amount, key in rows:
        words = f"{name}分配支付：{use.label}"
        yield Later(asset_id, Step.PAID_OUT, on, number or "", document_no, words, amount, ("matter", key))


# ---------- what is open ----------


@dataclass(slots=True)
class Open:
    """What of the income of a project's assets is behind: due and not received, distributed for payment and not paid."""

    arrears: Money = ZERO
    payable: Money = ZERO


def open_income(session: Session, owner_of: dict[int, int], day: date) -> dict[int, Open]:
    """By project: arrears at the end of a day, and what is to be paid out of distributions. owner_of: asset → project."""
    found: dict[int, Open] = defaultdict(Open)
    assets = sorted(owner_of)
    due: dict[int, Money] = defaultdict(lambda: ZERO)
    owner: dict[int, int] = {}
    for one in session.scalars(select(Income).where(Income.asset_id.in_(assets), stands())):
        if one.due_on is None or one.due_on < day:
            due[one.id] = one.due - one.received
            owner[one.id] = owner_of[one.asset_id]
    r, m = IncomeReceipt, AssetMatter
    for key, amount in session.execute(
        select(r.income_id, r.amount)
        .join(m, r.matter_id == m.id)
        .join(Income, r.income_id == Income.id)
        .where(Income.asset_id.in_(assets), m.state.in_(IN_BOOKS), r.received_on <= day)
    ):
        if key in due:
            due[key] -= amount
    for key, left in due.items():
        if left > ZERO:
            found[owner[key]].arrears += left
    for asset_id, amount in _payable(session, assets, day):
        found[owner_of[asset_id]].payable += amount
    return found


def _payable(session: Session, assets: Sequence[int], day: date) -> Iterator[tuple[int, Money]]:
    """Shares that leave the collective's account, and payments against them as negative amounts."""
    s, p, m = IncomeShare, SharingPayout, AssetMatter
    shares: Any = (
        select(Income.asset_id, SharingLine.use, s.amount)
        .join(Income, s.income_id == Income.id)
        .join(SharingLine, s.line_id == SharingLine.id)
        .join(m, s.matter_id == m.id)
        .where(Income.asset_id.in_(assets), m.happened_on <= day)
    )
    for asset_id, use, amount in session.execute(shares):
        if use.is_paid_out:
            yield asset_id, amount
    paid: Any = (
        select(_OF_ASSET.c.asset_id, p.amount)
        .join(m, p.matter_id == m.id)
        .join(SharingLine, p.line_id == SharingLine.id)
        .join(_OF_ASSET, SharingLine.sharing_id == _OF_ASSET.c.sharing_id)
        .where(_OF_ASSET.c.asset_id.in_(assets), m.state.in_(IN_BOOKS), m.happened_on <= day)
    )
    for asset_id, amount in session.execute(paid):
        yield asset_id, -amount
