"""A project's settled cost by source: what was allocated, in proportion, and own money for the rest."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.cost_split import Parts, split
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO
from fundsys.models.funds import Allocation, AllotmentLine, FundSource
from fundsys.models.projects import Project

OWN_MONEY = "F801"


def settled_by_source(session: Session, project: Project) -> Parts:
    """Source id → what it bears of the settled cost: allocated money first, in proportion; the rest is own money.

    Raises DomainError where more was settled than allocated and the dictionary holds no source for own money.
    """
    if project.settled_amount is None:
        return {}
    rows = session.execute(
        select(AllotmentLine.source_id, func.sum(Allocation.amount))
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .where(Allocation.project_id == project.id, Allocation.state == MoneyState.APPROVED)
        .group_by(AllotmentLine.source_id)
    )
    given = {source: amount.fen for source, amount in rows if amount > ZERO}
    allocated = sum(given.values())
    settled = project.settled_amount
    if settled.fen <= allocated:
        return {key: part for key, part in split(settled, given).items() if part.fen}
    own = session.scalars(select(FundSource.id).where(FundSource.code == OWN_MONEY)).first()
    if own is None:
        raise DomainError(f"审定结算大于已分配资金，资金来源里没有 {OWN_MONEY} 自筹，请先在字典里添加", field="lines")
    given[own] = given.get(own, 0) + settled.fen - allocated
    return split(settled, given)
