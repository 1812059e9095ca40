"""What the finance desk owes the public: results of allocations and of corrections, with the day each is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.dates import after_working_days
from fundsys.domain.funds import CorrectionKind, MoneyState
from fundsys.domain.money import Money
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Correction
from fundsys.queries.money_facts import days_of, policy_of

OFFICE = ZoneInfo("Asia/Shanghai")
CARRIERS = "县政府网站、部门网站，长期公开；镇村公示栏不少于 10 日"
"""Where and how long. Source: domain.md 1.7."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One result to be made public. formed_on: the day the last of it was approved; due_on: the last day, inclusive.

    notice_id: the notice allocated; correction_id: the paper, for a correction.
    """

    what: str
    document_no: str
    title: str
    notice_id: int | None
    correction_id: int | None
    projects: int
    amount: Money
    formed_on: date
    due_on: date

    def days_left(self, today: date) -> int:
        """Days until the last day; below zero when it has passed."""
        return (self.due_on - today).days


def owed_to_the_public(session: Session, year: int) -> list[Owed]:
    """The results of a year's money, the earliest due first.

    Basis: approved entries; the year's 公开期限 in working days. What has been made public is kept with public notices.
    """
    days = days_of(policy_of(session, year), "publication_days")
    return sorted(
        [*_allocated(session, year, days), *_corrected(session, year, days)], key=lambda o: (o.due_on, o.what)
    )


def _allocated(session: Session, year: int, days: int) -> Iterator[Owed]:
    rows = session.execute(
        select(
            AllotmentNotice.id,
            AllotmentNotice.document_no,
            AllotmentNotice.title,
            func.count(Allocation.project_id.distinct()),
            func.sum(Allocation.amount),
            func.max(Allocation.reviewed_at),
            func.max(Allocation.decided_on),
        )
        .join(AllotmentLine, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(Allocation, Allocation.line_id == AllotmentLine.id)
        .where(
            AllotmentNotice.year == year,
            Allocation.state == MoneyState.APPROVED,
            Allocation.correction_id.is_(None),
        )
        .group_by(AllotmentNotice.id)
    )
    for key, number, title, projects, amount, reviewed_at, decided_on in rows:
        formed = _office_day(reviewed_at) or decided_on
        yield Owed("资金分配结果", number, title, key, None, projects, amount, formed, after_working_days(formed, days))


def _corrected(session: Session, year: int, days: int) -> Iterator[Owed]:
    rows = session.execute(
        select(
            Correction.id,
            Correction.kind,
            Correction.document_no,
            Correction.reason,
            func.count(Allocation.project_id.distinct()),
            func.sum(func.abs(Allocation.amount)),
            func.max(Correction.reviewed_at),
            Correction.decided_on,
        )
        .join(Allocation, Allocation.correction_id == Correction.id)
        .where(Correction.year == year, Correction.state == MoneyState.APPROVED)
        .group_by(Correction.id)
    )
    for key, kind, number, reason, projects, moved, reviewed_at, decided_on in rows:
        formed = _office_day(reviewed_at) or decided_on
        amount = Money(int(moved) // 2 if kind is CorrectionKind.ADJUSTMENT else -int(moved))
        yield Owed(
            f"资金{kind.label}结果",
            number,
            reason,
            None,
            key,
            projects,
            amount,
            formed,
            after_working_days(formed, days),
        )


def _office_day(at: datetime | None) -> date | None:
    return at.astimezone(OFFICE).date() if at else None
