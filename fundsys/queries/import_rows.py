"""Money records as an import compares with them: notices with their lines, open lines, allocations; plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, String, select, type_coerce
from sqlalchemy.orm import Session

from fundsys.domain.funds import EntryKind
from fundsys.domain.money import ZERO
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.queries.line_money import gone_from, line_sums

StoredLine = tuple[Any, ...]
"""Source id, 分, 功能科目, remark, 经济科目, task, budget number, 直达."""


@dataclass(slots=True)
class StoredNotice:
    """A notice with its lines."""

    id: int
    version: int
    state: str
    entered_by: int | None
    title: str
    issuing_unit: str
    year: int
    batch: int
    issued_on: date
    received_on: date
    stated_total: int
    kind: str
    lines: list[StoredLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A notice line and what may still be submitted of it, in 分."""

    id: int
    document_no: str
    state: str
    source_id: int
    source: str
    remaining: int


@dataclass(frozen=True, slots=True)
class StoredAllocation:
    """One allocation, money in 分."""

    id: int
    line_id: int
    project_id: int
    state: str
    entered_by: int | None
    amount: int
    decided_on: date
    document_no: str
    beyond_plan_reason: str
    beyond_plan_document: str
    remark: str


def stored_notices(session: Session, numbers: Collection[str] | None) -> dict[str, StoredNotice]:
    """Notices by document number. numbers: None for all."""
    n = AllotmentNotice
    wanted = select(
        n.document_no, n.id, n.version, type_coerce(n.state, String), n.entered_by, n.title, n.issuing_unit, n.year,
        n.batch, n.issued_on, n.received_on, type_coerce(n.stated_total, BigInteger), type_coerce(n.kind, String),
    )  # fmt: skip
    rows: list[Any] = list(session.execute(wanted if numbers is None else wanted.where(n.document_no.in_(numbers))))
    found = {row[0]: StoredNotice(*row[1:]) for row in rows}
    by_id = {notice.id: notice for notice in found.values()}
    line = AllotmentLine
    lines: list[Any] = list(session.execute(
        select(
            line.notice_id, line.source_id, type_coerce(line.amount, BigInteger), line.function_code, line.remark,
            line.economic_code, line.task, line.budget_no, line.is_direct,
        )
        .where(line.notice_id.in_(by_id))
        .order_by(line.position)
    ))  # fmt: skip
    for notice_id, *told in lines:
        by_id[notice_id].lines.append(tuple(told))
    return found


def open_lines(session: Session, numbers: Collection[str] | None) -> Iterator[OpenLine]:
    """The lines of notices with what is left of each. numbers: None for all."""
    wanted = (
        select(
            AllotmentLine.id,
            AllotmentNotice.document_no,
            type_coerce(AllotmentNotice.state, String),
            AllotmentLine.source_id,
            FundSource.name,
            AllotmentLine.amount,
            *line_sums(),
        )
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .outerjoin(Allocation, Allocation.line_id == AllotmentLine.id)
        .group_by(
            AllotmentLine.id, AllotmentNotice.document_no, AllotmentNotice.state, AllotmentLine.source_id,
            FundSource.name, AllotmentLine.amount,
        )
        .order_by(AllotmentLine.id)
    )  # fmt: skip
    if numbers is not None:
        wanted = wanted.where(AllotmentNotice.document_no.in_(numbers))
    found = session.execute(wanted.where(AllotmentLine.reduces_id.is_(None))).all()
    gone = gone_from(session, [row[0] for row in found])
    for line_id, number, state, source_id, source, amount, approved, submitted, _, _ in found:
        remaining = amount + gone.get(line_id, ZERO) - (approved or ZERO) - (submitted or ZERO)
        yield OpenLine(line_id, number, state, source_id, source, remaining.fen)


def stored_allocations(session: Session, lines: Collection[int] | None) -> list[StoredAllocation]:
    """Allocations of lines, corrections left out. lines: None for all."""
    a = Allocation
    wanted = select(
        a.id, a.line_id, a.project_id, type_coerce(a.state, String), a.entered_by, type_coerce(a.amount, BigInteger),
        a.decided_on, a.document_no, a.beyond_plan_reason, a.beyond_plan_document, a.remark,
    ).where(a.kind == EntryKind.ALLOCATION)  # fmt: skip
    if lines is not None:
        wanted = wanted.where(a.line_id.in_(lines))
    rows: list[Any] = list(session.execute(wanted.order_by(a.id)))
    return [StoredAllocation(*row) for row in rows]
