"""Months and their accounts: which are closed, what still waits in one, and the figures a closing freezes."""

from __future__ import annotations

import calendar
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain import terms
from fundsys.domain.funds import EntryKind, MoneyState, PeriodState
from fundsys.domain.money import ZERO, Money
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import (
    Allocation,
    AllotmentLine,
    AllotmentNotice,
    Disbursement,
    FundSource,
    LinePosting,
    Payment,
)
from fundsys.models.office import Person
from fundsys.models.projects import Project

COLUMNS = tuple(
    (term.key, term.label)
    for term in (
        terms.MONTH_OPENING,
        terms.MONTH_NOTICES,
        terms.MONTH_RETURNED,
        terms.MONTH_PAID,
        terms.MONTH_CLOSING,
        terms.MONTH_FREE_OPENING,
        terms.MONTH_ALLOCATED,
        terms.MONTH_CORRECTED,
        terms.MONTH_FREE_CLOSING,
        terms.MONTH_DISBURSED,
    )
)
"""Figures of a closing, with the words of the letter. Opening + notices + returned − paid = closing;
free opening + notices + returned − allocated − corrected = free closing; returned and taken back stand below zero."""

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of a year with the state of its accounts. state: None while it was never handed over."""

    year: int
    month: int
    first_day: date
    last_day: date
    id: int | None = None
    version: int = 0
    state: PeriodState | None = None
    letter_no: str | None = None
    closings: int = 0
    figures: Figures | None = None
    figures_digest: str = ""
    entered_by_id: int | None = None
    entered_by: str = ""
    reviewed_by: str = ""
    submitted_at: datetime | None = None
    reviewed_at: datetime | None = None
    reopen_reason: str = ""
    reopen_document: str = ""
    reopened_by_id: int | None = None
    reopened_by: str = ""
    reopened_at: datetime | None = None

    @property
    def label(self) -> str:
        """The month in words."""
        return f"{self.year}年{self.month}月"

    @property
    def asks_to_reopen(self) -> bool:
        """Whether somebody asked to open the closed month again, and nobody has answered."""
        return self.state is PeriodState.CLOSED and bool(self.reopen_reason) and self.reopened_at is None


@dataclass(frozen=True, slots=True)
class Blocking:
    """Something dated in a month that waits for a second person. page: which page reviews it (the pages know); id: for it."""

    word: str
    label: str
    day: date
    amount: Money
    page: str
    id: int


def month_days(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month, both inclusive."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def months(session: Session, year: int) -> list[MonthRow]:
    """The twelve months of a year."""
    entered, reviewed = _names(session), _names(session)
    found = {p.month: p for p in session.scalars(select(AccountingPeriod).where(AccountingPeriod.year == year))}
    return [
        _row(found[m], entered, reviewed) if m in found else MonthRow(year, m, *month_days(year, m))
        for m in range(1, 13)
    ]


def month(session: Session, year: int, number: int) -> MonthRow:
    """One month."""
    return months(session, year)[number - 1]


def closed_month_of(session: Session, day: date) -> tuple[int, int] | None:
    """(year, month) of the closed month a day lies in or before; None while the accounts of the day are open.

    Months close in order and open again from the last one back, so no day before a closed month is open.
    """
    row = session.execute(
        select(AccountingPeriod.year, AccountingPeriod.month)
        .where(AccountingPeriod.state == PeriodState.CLOSED, AccountingPeriod.last_day >= day)
        .order_by(AccountingPeriod.first_day)
    ).first()
    return (row[0], row[1]) if row else None


def shut_after(session: Session, day: date) -> tuple[int, int] | None:
    """The last month after a day that is closed or waits to be: (year, month); None when there is none."""
    p = AccountingPeriod
    found = session.execute(
        select(p.year, p.month)
        .where(p.state != PeriodState.REOPENED, p.first_day > day)
        .order_by(p.first_day.desc())
        .limit(1)
    ).first()
    return None if found is None else (found.year, found.month)


def closed_words(day: date, month: tuple[int, int]) -> str:
    """Why a day cannot be written to, and what to do."""
    return (
        f"{day.isoformat()}的账已在{month[0]}年{month[1]}月结账，不能再登记或改动；"
        "请改用之后的日期，确需补记的先申请重新打开这个月"
    )


def _names(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Person.id, Person.name)).all())


def _row(p: AccountingPeriod, entered: Mapping[int, str], reviewed: Mapping[int, str]) -> MonthRow:
    return MonthRow(
        p.year,
        p.month,
        p.first_day,
        p.last_day,
        p.id,
        p.version,
        p.state,
        p.letter_no,
        p.closings,
        json.loads(p.figures) if p.figures != "{}" else None,
        p.figures_digest,
        p.entered_by,
        entered.get(p.entered_by or 0, "系统"),
        reviewed.get(p.reviewed_by or 0, ""),
        p.submitted_at,
        p.reviewed_at,
        p.reopen_reason,
        p.reopen_document,
        p.reopened_by,
        entered.get(p.reopened_by or 0, ""),
        p.reopened_at,
    )


# ---------- what waits ----------


def waiting_in(session: Session, first: date, last: date) -> list[Blocking]:
    """Everything dated in these days (inclusive) that waits for a second person."""

    def within(column: Any) -> Any:
        return column.between(first, last)

    found = [
        Blocking("指标文", n.document_no, n.received_on, n.stated_total, "notice", n.id)
        for n in session.scalars(
            select(AllotmentNotice).where(
                AllotmentNotice.state == MoneyState.SUBMITTED, within(AllotmentNotice.received_on)
            )
        )
    ]
    found += [
        Blocking("退回或结转", p.document_no, p.decided_on, p.amount, "posting", p.id)
        for p in session.scalars(
            select(LinePosting).where(LinePosting.state == MoneyState.SUBMITTED, within(LinePosting.decided_on))
        )
    ]
    tables: tuple[tuple[Any, Any, str, str], ...] = (
        (Allocation, Allocation.decided_on, "分配", "allocation"),
        (Disbursement, Disbursement.disbursed_on, "拨付", "disbursement"),
        (Payment, Payment.paid_on, "支付", "payment"),
    )
    for table, day, word, page in tables:
        rows = session.execute(
            select(table, Project.code, Project.name)
            .join(Project, table.project_id == Project.id)
            .where(table.state == MoneyState.SUBMITTED, within(day))
            .order_by(day, table.id)
        )
        for entry, code, name in rows:
            told = word if word != "分配" or entry.kind is EntryKind.ALLOCATION else entry.kind.label
            where = (page, entry.id)
            if word == "分配":
                where = ("correction", entry.correction_id) if entry.correction_id else ("line", entry.line_id)
            on = getattr(entry, day.key)
            found.append(Blocking(told, f"{code} {name}", on, entry.amount, *where))
    return sorted(found, key=lambda b: (b.day, b.word, b.id))


# ---------- the figures ----------


def figures(session: Session, first: date, last: date) -> Figures:
    """The accounts of the days from first to last, inclusive, by source and in total, whole 分: approved entries only."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((key for key, _ in COLUMNS), 0))
    names: dict[str, str] = dict(session.execute(select(FundSource.code, FundSource.name)).all())
    for source, day, amount, column in _entries(session, last):
        row = sums[source]
        now = day >= first
        if column in ("notices", "returned"):
            row["closing"] += amount
            row["free_closing"] += amount
            row["opening"] += 0 if now else amount
            row["free_opening"] += 0 if now else amount
        elif column == "paid":
            row["closing"] -= amount
            row["opening"] -= 0 if now else amount
        elif column in ("allocated", "corrected"):
            row["free_closing"] -= amount
            row["free_opening"] -= 0 if now else amount
        if now:
            row[column] += amount
    sources = [
        {"code": code, "name": names.get(code, code), **row} for code, row in sorted(sums.items()) if any(row.values())
    ]
    whole = {key: sum(row[key] for row in sums.values()) for key, _ in COLUMNS}
    return {"first_day": first.isoformat(), "last_day": last.isoformat(), "sources": sources, "total": whole}


def _entries(session: Session, last: date) -> Iterator[tuple[str, date, int, str]]:
    """(source, day, 分, column) of every approved entry up to and including a day, summed by day."""
    approved = MoneyState.APPROVED
    notices = (
        select(FundSource.code, AllotmentNotice.received_on, func.sum(AllotmentLine.amount))
        .select_from(AllotmentLine)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(AllotmentNotice.state == approved, AllotmentNotice.received_on <= last)
        .group_by(FundSource.code, AllotmentNotice.received_on)
    )
    for code, day, amount in session.execute(notices):
        yield code, day, amount.fen, "notices"
    tables: tuple[tuple[Any, Any, str, Any], ...] = (
        (LinePosting, LinePosting.decided_on, "returned", None),
        (Allocation, Allocation.decided_on, "allocated", Allocation.kind == EntryKind.ALLOCATION),
        (Allocation, Allocation.decided_on, "corrected", Allocation.kind != EntryKind.ALLOCATION),
        (Disbursement, Disbursement.disbursed_on, "disbursed", None),
        (Payment, Payment.paid_on, "paid", None),
    )
    for table, on, column, also in tables:
        query = (
            select(FundSource.code, on, func.sum(table.amount))
            .select_from(table)
            .join(AllotmentLine, table.line_id == AllotmentLine.id)
            .join(FundSource, AllotmentLine.source_id == FundSource.id)
            .where(table.state == approved, on <= last)
            .group_by(FundSource.code, on)
        )
        if also is not None:
            query = query.where(also)
        for code, day, amount in session.execute(query):
            yield code, day, amount.fen, column


def canonical(told: Figures) -> str:
    """The figures as they are frozen: one way to write them."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 over frozen figures."""
    return hashlib.sha256(text.encode()).hexdigest()


def money(fen: int) -> Money:
    """A frozen figure as money."""
    return Money(fen) if fen else ZERO
