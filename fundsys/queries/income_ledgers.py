"""Rows of LG08 资产收益与分配台账 and LG15 防止返贫公益岗位与光伏收益台账, and the facts the rule on stations judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.asset_income import SharingUse
from fundsys.domain.money import ZERO, Money, exact_yuan
from fundsys.models.income import StationSettlement
from fundsys.queries.income_told import Told, told_incomes
from fundsys.queries.registers import Wanted, check_filters

FILTERS = ("town", "village", "asset")
NOT_PUBLIC = "未公示"


@dataclass(frozen=True, slots=True)
class IncomeLedgerRow:
    """One income of LG08."""

    village: str
    year: int
    asset_no: str
    project_code: str
    income_kind: str | None
    payer: str
    contract_no: str
    due_on: date | None
    due: Money
    received_on: date | None
    received: Money
    arrears: Money
    resolved_on: date | None
    meeting: str
    distributed: Money
    posts: Money
    works: Money
    reward: Money
    retained: Money
    households_share: Money
    households: int
    publicity: str
    balance: Money
    remark: str


def _told(session: Session, wanted: Wanted, stations: bool = False) -> list[Told]:
    check_filters(wanted, FILTERS)
    return told_incomes(session, wanted.year, wanted.until, who=wanted.who, where=wanted.where, stations=stations)


def income_ledger(session: Session, wanted: Wanted) -> Iterator[IncomeLedgerRow]:
    """LG08: the year's incomes by village."""
    for t in _told(session, wanted):
        i, uses = t.income, t.uses
        yield IncomeLedgerRow(
            village=t.village,
            year=i.year,
            asset_no=t.asset.code,
            project_code=t.asset.project_code,
            income_kind=i.kind.label if i.kind else None,
            payer=i.payer or t.asset.operator,
            contract_no=i.contract_no or t.asset.contract_no,
            due_on=i.due_on,
            due=i.due,
            received_on=t.received_on,
            received=t.received,
            arrears=i.due - t.received,
            resolved_on=t.resolved_on,
            meeting="；".join(t.meetings),
            distributed=t.distributed,
            posts=uses[SharingUse.POSTS],
            works=uses[SharingUse.WORKS],
            reward=uses[SharingUse.REWARD],
            retained=uses[SharingUse.RETAINED],
            households_share=uses[SharingUse.HOUSEHOLDS],
            households=t.households,
            publicity=t.publicity or (NOT_PUBLIC if t.distributed else ""),
            balance=t.balance,
            remark=_remark(t),
        )


def _remark(t: Told) -> str:
    words = []
    if t.uses[SharingUse.UPKEEP]:
        words.append(f"含运维费 {exact_yuan(t.uses[SharingUse.UPKEEP])} 元")
    if rest := t.distributed - sum(t.uses.values(), ZERO):
        words.append(f"期初已分配 {exact_yuan(rest)} 元，未分用途")
    return "；".join(words)


@dataclass(frozen=True, slots=True)
class StationRow:
    """One settlement of a photovoltaic station of LG15; a year's income without a settlement has no electricity."""

    station: str
    village: str
    kilowatts: Decimal
    kilowatt_hours: Decimal | None
    billed: Money
    settled_on: date | None
    passed_on: Money
    posts: Money
    works: Money
    reward: Money
    upkeep: Money
    balance: Money
    workers: int
    publicity: str
    remark: str


def station_ledger(session: Session, wanted: Wanted) -> Iterator[StationRow]:
    """LG15: the year's settlements by station."""
    found = _told(session, wanted, stations=True)
    papers = {t.income.matter_id for t in found if t.income.matter_id}
    s = StationSettlement
    settled: dict[int, Any] = {one.matter_id: one for one in session.scalars(select(s).where(s.matter_id.in_(papers)))}
    for t in found:
        one, uses = settled.get(t.income.matter_id or 0), t.uses
        words = [] if one is None else [f"{one.begins_on.isoformat()} 至 {one.ends_on.isoformat()}"]
        told = sum((uses[u] for u in _IN_COLUMNS), ZERO)
        if rest := t.distributed - told:
            words.append(f"另有 {exact_yuan(rest)} 元未分用途或用于其他")
        yield StationRow(
            station=t.asset.name,
            village=t.village,
            kilowatts=t.asset.quantity,
            kilowatt_hours=one.kilowatt_hours if one else None,
            billed=t.income.due,
            settled_on=one.settled_on if one else t.income.due_on,
            passed_on=t.received,
            posts=uses[SharingUse.POSTS],
            works=uses[SharingUse.WORKS],
            reward=uses[SharingUse.REWARD],
            upkeep=uses[SharingUse.UPKEEP],
            balance=t.balance,
            workers=t.workers,
            publicity=t.publicity or (NOT_PUBLIC if t.distributed else "未分配"),
            remark="；".join(words),
        )


_IN_COLUMNS = (SharingUse.POSTS, SharingUse.WORKS, SharingUse.REWARD, SharingUse.UPKEEP)
