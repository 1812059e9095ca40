"""Keeping the treasury's payment lists: taken in whole, once, never changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, exact_yuan, total
from fundsys.domain.rights import Permission
from fundsys.models.desk import TreasuryList, TreasuryRow
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act, NothingToDo


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """One payment of a list, as read. sheet_row: its row in the workbook."""

    sheet_row: int
    voucher_no: str
    payee: str
    amount: Money
    paid_on: date | None
    words: str


def take_list(
    file_name: str,
    sha256: str,
    sheet: str,
    rows: Sequence[ListedPayment],
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    act: Act,
) -> TreasuryList:
    """Keep a payment list of the treasury for reconciliation.

    first_day, last_day: the days it covers, inclusive; those of its payments unless said. The same file a second time
    changes nothing: the act leaves no trace.
    Raises: NotAllowed; DomainError for a list without rows or without days.
    """
    require(viewer_of(act.person) if act.person else None, Permission.IMPORT_PAYMENTS)
    if act.session.scalar(select(TreasuryList.id).where(TreasuryList.file_sha256 == sha256)) is not None:
        raise NothingToDo
    if not rows:
        raise DomainError("清单里没有一笔支付", field="file")
    days = [row.paid_on for row in rows if row.paid_on is not None]
    begin, end = first_day or min(days, default=None), last_day or max(days, default=None)
    if begin is None or end is None:
        raise DomainError("清单里没有支付日期，请填写清单的起止日期", field="first_day")
    if begin > end:
        raise DomainError("清单的起始日期不能晚于截止日期", field="last_day")
    outside = next((row for row in rows if row.paid_on is not None and not begin <= row.paid_on <= end), None)
    if outside is not None:
        raise DomainError(f"第 {outside.sheet_row} 行的日期 {outside.paid_on} 不在清单起止日期之内", field="first_day")
    made = TreasuryList(
        file_name=file_name[:120],
        file_sha256=sha256,
        sheet=sheet[:60],
        first_day=begin,
        last_day=end,
        row_count=len(rows),
        total=total(row.amount for row in rows),
        taken_by=act.person_id,
        taken_at=act.at,
    )
    made.rows = [
        TreasuryRow(
            position=place,
            sheet_row=row.sheet_row,
            voucher_no=row.voucher_no,
            payee=row.payee,
            amount=row.amount,
            paid_on=row.paid_on,
            words=row.words,
        )
        for place, row in enumerate(rows, 1)
    ]
    act.session.add(made)
    act.session.flush()
    act.subject = file_name[:200]
    act.answer = f"收下 {len(rows)} 笔，合计 {exact_yuan(made.total)} 元"
    return made
