"""What the acts on income share: what came in and was distributed of an income, own assets and income, amounts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import IN_BOOKS
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IncomeReceipt, IncomeShare, SharingLine, SharingPayout
from fundsys.models.matters import AssetMatter
from fundsys.models.papers import Attachment
from fundsys.queries.viewer import require_asset
from fundsys.services.acts import Act
from fundsys.services.funds.common import need

from .common import TABLE


def in_books() -> ColumnElement[bool]:
    """The rows whose paper counts; joined by the row's paper."""
    return AssetMatter.state.in_(IN_BOOKS)


def received(session: Session, income: Income) -> Money:
    """What came in for an income up to now."""
    r = IncomeReceipt
    told = session.scalar(
        select(func.sum(r.amount))
        .join(AssetMatter, r.matter_id == AssetMatter.id)
        .where(r.income_id == income.id, in_books())
    )
    return income.received + (told or ZERO)


def distributed(session: Session, income: Income) -> Money:
    """What was distributed of an income up to now."""
    told = session.scalar(select(func.sum(IncomeShare.amount)).where(IncomeShare.income_id == income.id))
    return income.distributed + (told or ZERO)


def paid_of(session: Session, line: SharingLine) -> Money:
    """What was paid of a line of a distribution up to now."""
    p = SharingPayout
    told = session.scalar(
        select(func.sum(p.amount))
        .join(AssetMatter, p.matter_id == AssetMatter.id)
        .where(p.line_id == line.id, in_books())
    )
    return told or ZERO


def pool(session: Session, asset_id: int) -> list[tuple[int, Money]]:
    """What can be distributed of an asset's income: id and balance, the earlier due first."""
    rows = session.scalars(select(Income).where(Income.asset_id == asset_id).order_by(Income.due_on, Income.id))
    told = ((one.id, received(session, one) - distributed(session, one)) for one in rows)
    return [(key, balance) for key, balance in told if balance > ZERO]


def withdrawn(session: Session, income: Income) -> bool:
    """Whether a due was taken back, or is the row that takes one back."""
    if income.reverses_id is not None:
        return True
    return session.scalar(select(Income.id).where(Income.reverses_id == income.id)) is not None


def own_income(act: Act, income_id: int) -> tuple[Income, Asset]:
    """An income due with its asset, of the own unit. Raises NotAllowed, NotFound for hidden and missing alike."""
    who = need(act, Permission.RECORD_INCOME)
    income = act.session.get(Income, income_id)
    if income is None:
        raise NotFound("没有这笔应收收益，或者不在您的管理范围内")
    asset = require_asset(act.session, who, Permission.RECORD_INCOME, income.asset_id)
    if withdrawn(act.session, income):
        raise StepRefused("这笔应收已经冲销，不再登记到账")
    return income, asset


def not_future(act: Act, on: date, what: str, field: str = "happened_on") -> None:
    """Refuse a day still to come. Source: I25. Raises DomainError."""
    if on > act.day:
        raise DomainError(f"{what}不能晚于今天", field=field)


def has_papers(act: Act, matter: AssetMatter) -> bool:
    """Whether a scan or photo is attached."""
    kept = select(Attachment.id).where(Attachment.table_name == TABLE, Attachment.row_id == matter.id).limit(1)
    return act.session.scalar(kept) is not None
