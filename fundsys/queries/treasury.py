"""The treasury's lists beside our payments: what agrees, what differs and in what, what stands on one side only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.reconcile import Agreement, Entry, Pair, plain_voucher, reconcile
from fundsys.domain.rights import Permission, Scope
from fundsys.models.desk import TreasuryList, TreasuryRow
from fundsys.models.funds import Payment
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.queries.registers import Wanted, check_filters

NEAR = timedelta(days=62)
"""How far beside the list's days our payment of the same voucher is looked for."""


@dataclass(frozen=True, slots=True)
class ListHead:
    """A list as taken in."""

    id: int
    file_name: str
    sheet: str
    first_day: date
    last_day: date
    row_count: int
    total: Money
    taken_by: str
    taken_at: datetime


def treasury_lists(session: Session) -> list[ListHead]:
    """Every list, the latest days first."""
    rows = session.execute(
        select(TreasuryList, Person.name)
        .outerjoin(Person, TreasuryList.taken_by == Person.id)
        .order_by(TreasuryList.last_day.desc(), TreasuryList.id.desc())
    )
    return [_head(one, name) for one, name in rows]


def _head(one: TreasuryList, name: str | None) -> ListHead:
    return ListHead(
        one.id,
        one.file_name,
        one.sheet,
        one.first_day,
        one.last_day,
        one.row_count,
        one.total,
        name or "系统",
        one.taken_at,
    )


def list_of_file(session: Session, sha256: str) -> int | None:
    """The id of the list this file was taken in as; None when it was not."""
    return session.scalar(select(TreasuryList.id).where(TreasuryList.file_sha256 == sha256))


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What belongs together, as a line of the page. projects: (id, code and name); sheet_rows: rows of the workbook."""

    agreement: Agreement
    by: str
    voucher_no: str
    payee: str
    our_amount: Money | None
    their_amount: Money | None
    paid_on: date | None
    projects: tuple[tuple[int, str], ...]
    sheet_rows: tuple[int, ...]
    differences: tuple[tuple[str, str, str], ...]

    @property
    def apart(self) -> Money:
        """Ours less theirs."""
        return (self.our_amount or ZERO) - (self.their_amount or ZERO)

    @property
    def words(self) -> str:
        """What differs, both figures: 金额：12.00 元／13.00 元."""
        return "；".join(f"{field}：{ours}／{theirs}" for field, ours, theirs in self.differences)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pairs ended so, and the sums of both sides; over all results they are the sums of both lists."""

    agreement: Agreement
    count: int
    ours: Money
    theirs: Money


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A list laid beside our approved payments of its days."""

    head: ListHead
    rows: tuple[ResultRow, ...]
    tally: tuple[Tally, ...]

    @property
    def our_sum(self) -> Money:
        return total(t.ours for t in self.tally)

    @property
    def their_sum(self) -> Money:
        return total(t.theirs for t in self.tally)


def reconciliation(session: Session, list_id: int) -> Reconciliation:
    """Our side: approved payments of the list's days, and those of its voucher numbers some weeks around. Raises NotFound."""
    found = session.execute(
        select(TreasuryList, Person.name)
        .outerjoin(Person, TreasuryList.taken_by == Person.id)
        .where(TreasuryList.id == list_id)
    ).one_or_none()
    if found is None:
        raise NotFound("没有这份国库清单")
    head = _head(*found)
    rows = session.scalars(
        select(TreasuryRow).where(TreasuryRow.list_id == list_id).order_by(TreasuryRow.position)
    ).all()
    theirs = [Entry(r.id, r.voucher_no, r.payee, r.amount, r.paid_on) for r in rows]
    ours, projects = _ours(session, head, {plain_voucher(r.voucher_no) for r in rows} - {""})
    pairs = reconcile(ours, theirs)
    numbers = {r.id: r.sheet_row for r in rows}
    told = tuple(_row(pair, projects, numbers) for pair in pairs)
    tally = tuple(
        Tally(
            which,
            sum(1 for p in pairs if p.agreement is which),
            total(p.our_sum for p in pairs if p.agreement is which),
            total(p.their_sum for p in pairs if p.agreement is which),
        )
        for which in Agreement
    )
    order = {Agreement.DIFFERS: 0, Agreement.ONLY_THERE: 1, Agreement.ONLY_HERE: 2, Agreement.AGREES: 3}
    return Reconciliation(
        head, tuple(sorted(told, key=lambda r: (order[r.agreement], r.paid_on or date.min, r.voucher_no))), tally
    )


def _ours(session: Session, head: ListHead, vouchers: set[str]) -> tuple[list[Entry], dict[int, tuple[int, str]]]:
    rows = session.execute(
        select(Payment.id, Payment.voucher_no, Payment.payee, Payment.amount, Payment.paid_on, Project.id, Project.code, Project.name)
        .join(Project, Payment.project_id == Project.id)
        .where(
            Payment.state == MoneyState.APPROVED,
            Payment.paid_on >= head.first_day - NEAR,
            Payment.paid_on <= head.last_day + NEAR,
        )
    )  # fmt: skip
    entries, projects = [], {}
    for number, voucher, payee, amount, paid_on, project_id, code, name in rows:
        if head.first_day <= paid_on <= head.last_day or plain_voucher(voucher) in vouchers:
            entries.append(Entry(number, voucher, payee, amount, paid_on))
            projects[number] = (project_id, f"{code} {name}")
    return entries, projects


def _row(pair: Pair, projects: dict[int, tuple[int, str]], numbers: dict[int, int]) -> ResultRow:
    named = (*pair.ours, *pair.theirs)
    return ResultRow(
        pair.agreement,
        pair.by,
        next((e.voucher_no for e in named if e.voucher_no), ""),
        "、".join(dict.fromkeys(e.payee for e in (pair.ours or pair.theirs) if e.payee)),
        pair.our_sum if pair.ours else None,
        pair.their_sum if pair.theirs else None,
        next((e.paid_on for e in named if e.paid_on), None),
        tuple(dict.fromkeys(projects[e.id] for e in pair.ours)),
        tuple(numbers[e.id] for e in pair.theirs),
        tuple((d.field, d.ours, d.theirs) for d in pair.differences),
    )


# ---------- PF12 ----------

RECONCILE_FILTERS = ("list", "result")


@dataclass(frozen=True, slots=True)
class ReconcileFormRow:
    """One difference of PF12."""

    agreement: str
    voucher_no: str
    payee: str
    our_paid_on: date | None
    our_amount: Money
    their_amount: Money
    amount_apart: Money
    what_differs: str
    project_name: str
    remark: str


def reconcile_form(session: Session, wanted: Wanted) -> Iterator[ReconcileFormRow]:
    """PF12: what does not agree in one list; the latest list unless one is named. result: a result by code or label, or all.

    Raises: NotFound; DomainError for a person who sees only a part of the county's payments.
    """
    check_filters(wanted, RECONCILE_FILTERS)
    if wanted.who is not None and wanted.who.scope(Permission.READ_MONEY) is not Scope.ALL:
        raise DomainError("国库对账是全县的，只有财政局和检查人员可以打印")
    number = _asked_list(session, wanted.where.get("list", ""))
    asked = wanted.where.get("result", "")
    chosen = next((a for a in Agreement if asked in (a.code, a.label)), None)
    if asked and chosen is None and asked not in ("all", "全部"):
        raise DomainError(
            f"没有“{asked}”这种结果，可以用：全部、{'、'.join(a.label for a in Agreement)}", field="result"
        )
    for row in reconciliation(session, number).rows if number else ():
        if (row.agreement is chosen) if chosen else (bool(asked) or row.agreement is not Agreement.AGREES):
            yield ReconcileFormRow(
                row.agreement.label,
                row.voucher_no,
                row.payee,
                row.paid_on,
                row.our_amount or ZERO,
                row.their_amount or ZERO,
                row.apart,
                row.words,
                "、".join(name for _, name in row.projects),
                f"清单第 {'、'.join(map(str, row.sheet_rows))} 行" if row.sheet_rows else "",
            )


def reconcile_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The sentence under PF12: which list, and how it stands."""
    number = _asked_list(session, wanted.where.get("list", ""))
    if not number:
        return ("还没有收过国库支付清单。",)
    found = reconciliation(session, number)
    counts = "，".join(f"{t.agreement.label} {t.count} 笔" for t in found.tally)
    head = found.head
    return (f"清单“{head.file_name}”，{head.first_day} 至 {head.last_day}，{head.row_count} 行：{counts}。",)


def _asked_list(session: Session, text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit()):
        raise DomainError("请用清单编号，例如 list=1", field="list")
    if text:
        return int(text)
    return session.scalar(
        select(TreasuryList.id).order_by(TreasuryList.last_day.desc(), TreasuryList.id.desc()).limit(1)
    )
