"""The demo's corrections: one adjustment, the recoveries, one return to the higher level, and the months that are closed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from fundsys.domain.funds import CorrectionKind, EntryKind, LineEntryKind, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import Allocation, Correction, LinePosting
from fundsys.services.acts import Act
from fundsys.services.funds import periods

from .diary import Diary, Row, moment, working_day

CLOSED_MONTHS = 9
_WORDS = {CorrectionKind.ADJUSTMENT: "调整资金", CorrectionKind.RECOVERY: "收回资金"}


class Desk:
    """Writes papers that correct, and closes months, into the diary. entry, review: the two persons."""

    def __init__(self, diary: Diary, entry: int, review: int) -> None:
        self.diary, self.entry, self.review = diary, entry, review
        self.kinds: dict[int, CorrectionKind] = {}
        self.recovered: list[tuple[date, int, Money]] = []

    def correct(self, kind: CorrectionKind, rows: list[Row], day: date, hour: int, reason: str, subject: str) -> None:
        """One paper with its entries, those that give before those that get, approved as one within the day."""
        number = self.diary.next_id(Correction)
        self.kinds[number] = kind
        rows = sorted(rows, key=lambda row: row["amount"] > ZERO)
        at, later = moment(day, hour), moment(day, hour + 1, 10)
        entry_kind = EntryKind.ADJUSTMENT if kind is CorrectionKind.ADJUSTMENT else EntryKind.RECOVERY
        told = {"correction_id": number, "kind": entry_kind, "remark": reason, "submitted_at": at}
        paper = {
            "id": number,
            "kind": kind,
            "year": day.year,
            "decided_on": day,
            "document_no": rows[0]["document_no"],
            "reason": reason,
            "state": MoneyState.SUBMITTED,
            "entered_by": self.entry,
            "submitted_at": at,
        }
        enter = self.diary.on(at, self.entry, _WORDS[kind], subject)
        enter.add(Correction, [paper]).add(Allocation, [row | told for row in rows])
        done = {"state": MoneyState.APPROVED, "reviewed_by": self.review, "reviewed_at": later, "version": 2}
        agree = self.diary.on(later, self.review, f"复核：{_WORDS[kind]}", subject)
        agree.change(Correction, [{"id": number} | done])
        agree.change(Allocation, [{"id": row["id"]} | done for row in rows])
        if kind is CorrectionKind.RECOVERY:
            self.recovered += [(day, row["line_id"], -row["amount"]) for row in rows]

    def return_some(self, document_no: str) -> None:
        """Half of what the last recovery brought back goes to the higher level."""
        if not self.recovered:
            return
        recovered_on, line_id, amount = max(self.recovered, key=lambda r: r[0])
        day = working_day(recovered_on + timedelta(days=6))
        number, at, later = self.diary.next_id(LinePosting), moment(day, 11), moment(day, 15, 40)
        row = {
            "id": number,
            "line_id": line_id,
            "kind": LineEntryKind.RETURN,
            "amount": -Money(amount.fen // 2),
            "decided_on": day,
            "document_no": document_no,
            "reason": "结余资金按上级要求退回",
            "state": MoneyState.SUBMITTED,
            "entered_by": self.entry,
            "submitted_at": at,
        }
        self.diary.on(at, self.entry, "登记退回上级", document_no).add(LinePosting, [row])
        done = {"state": MoneyState.APPROVED, "reviewed_by": self.review, "reviewed_at": later, "version": 2}
        self.diary.on(later, self.review, "复核退回上级", document_no).change(LinePosting, [{"id": number} | done])

    def close_months(self, year: int) -> None:
        """Close the first months of the year, each early in the month after, with the office's own acts."""
        for month in range(1, CLOSED_MONTHS + 1):
            day = working_day(date(year, month + 1, 8))

            def hand_over(act: Act, month: int = month) -> None:
                periods.hand_over(year, month, act=act)

            def close(act: Act, month: int = month) -> None:
                wanted = select(AccountingPeriod).where(AccountingPeriod.year == year, AccountingPeriod.month == month)
                period = act.session.scalars(wanted).one()
                periods.close(period.id, version=period.version, digest=period.figures_digest, act=act)

            told = f"{year}年{month}月"
            self.diary.on(moment(day, 17), self.entry, "提交结账", told).then(hand_over)
            self.diary.on(moment(day, 17, 30), self.review, "结账", told).then(close)
