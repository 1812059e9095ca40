"""Money and days: the invariants over commitments, payments, reversals, two persons, asset costs and dates.

Re-allocations that sum to zero (I02), settlements by cost line (I05) and expensed lines (I06) join with their tables.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from fundsys import store
from fundsys.domain.money import Money, exact_wan, exact_yuan
from fundsys.models.journal import Act
from fundsys.services.acts import SHANGHAI

from .report import Check
from .rows import label_of

RESERVED = "(a.state = 'approved' or (a.state = 'submitted' and a.amount_fen > 0))"
_POSTINGS = ("allocation", "disbursement", "payment")


def money(check: Check) -> None:
    """I01, I03, I04, I23, I30 on the tables, I01 and I03 after every act of the past, and asset costs."""
    _lines(check)
    _reversals(check)
    _two_persons(check)
    _asset_costs(check)
    _through_time(check)


def _lines(check: Check) -> None:
    """I01: a line never gives more than it has."""
    rows = check.session.execute(
        text(
            "select l.id, n.document_no, l.position, l.amount_fen, sum(a.amount_fen) from allotment_line l"
            " join allotment_notice n on n.id = l.notice_id join allocation a on a.line_id = l.id"
            f" where {RESERVED} group by l.id, n.document_no, l.position, l.amount_fen"
            " having sum(a.amount_fen) > l.amount_fen or sum(a.amount_fen) < 0 order by l.id"
        )
    ).all()
    for line, document, position, amount, given in rows:
        told = f"的分配合计 {_wan(given)} 万元，指标只有 {_wan(amount)} 万元"
        check.found("I01", "allotment_line", line, told, f"{document} 第{position}行")
    check.count("lines", check.session.execute(text("select count(*) from allotment_line")).scalar_one())


def _reversals(check: Check) -> None:
    """I23: below zero only in entries that may be; a reversal is the exact negative of one original, once."""
    for table in ("allocation", "payment"):
        rows = check.session.execute(
            text(
                "select a.id, case when a.amount_fen < 0 and a.kind in ('allocation', 'advance', 'progress',"
                " 'settlement', 'retention', 'subsidy') then '金额小于零，又不是冲销、收回或调整'"
                " when a.kind = 'reversal' and o.id is null then '是冲销，但没有指明原来的记录'"
                " when a.kind = 'reversal' and a.amount_fen <> -o.amount_fen then '的冲销金额不是原金额的相反数'"
                " when a.kind = 'reversal' and (a.line_id <> o.line_id or a.project_id <> o.project_id)"
                " then '与被冲销的记录不是同一指标和项目' end as told"
                f" from {table} a left join {table} o on o.id = a.corrects_id"
                " where (a.amount_fen < 0 or a.kind = 'reversal') order by a.id"
            )
        ).all()
        for row_id, told in rows:
            if told:
                check.found("I23", table, row_id, told, label_of(check, table, row_id))
        twice = check.session.execute(
            text(
                f"select corrects_id, count(*) from {table} where kind = 'reversal' and state in ('submitted', 'approved')"
                " group by corrects_id having count(*) > 1 order by 1"
            )
        ).all()
        for row_id, times in twice:
            check.found("I23", table, row_id, f"被冲销了 {times} 次", label_of(check, table, row_id))
    for row_id in check.session.execute(
        text("select id from disbursement where amount_fen <= 0 order by id")
    ).scalars():
        check.found("I23", "disbursement", row_id, "金额不大于零", label_of(check, "disbursement", row_id))


def _two_persons(check: Check) -> None:
    """I30: who approves is not who entered."""
    for table in (*_POSTINGS, "allotment_notice"):
        query = text(f"select id from {table} where reviewed_by = entered_by order by id")
        for row_id in check.session.execute(query).scalars().all():
            check.found("I30", table, row_id, "的复核人就是录入人", label_of(check, table, row_id))
        check.count("money_records", check.session.execute(text(f"select count(*) from {table}")).scalar_one())


def _asset_costs(check: Check) -> None:
    """The cost of an asset by source adds up to its original cost."""
    rows = check.session.execute(
        text(
            "select s.id, s.code, s.name, s.original_cost_fen, sum(c.amount_fen) from asset s"
            " join asset_cost c on c.asset_id = s.id group by s.id, s.code, s.name, s.original_cost_fen"
            " having sum(c.amount_fen) <> s.original_cost_fen order by s.id"
        )
    ).all()
    for row_id, code, name, cost, parts in rows:
        told = f"原值 {_wan(cost)} 万元，按来源合计 {_wan(parts)} 万元"
        check.found("asset_cost", "asset", row_id, told, f"{code} {name}")
    check.count("assets", check.session.execute(text("select count(*) from asset")).scalar_one())


# ---------- at every point of the sequence ----------


def _through_time(check: Check) -> None:
    """I01 and I03 after each act of the past, from the journal's images."""
    sums = _Sums()
    for seq, changes in _acts_about_money(check):
        touched = {key for change in changes for key in sums.take(*change)}
        for line, project in sorted(touched, key=lambda key: (key[0], key[1] or 0)):
            told = sums.wrong(line, project)
            if told:
                check.found("I03" if project else "I01", "act", seq, f"之后，{told}", _what(check, seq))
        if check.enough("I01") or check.enough("I03"):
            return


def _acts_about_money(check: Check) -> Iterator[tuple[int, list[tuple[str, int, dict[str, Any] | None]]]]:
    rows = store.stream(
        check.session,
        'select act_seq, table_name, row_id, after from "change"'
        " where table_name in ('allocation', 'payment', 'allotment_line') order by id",
    )
    seq = 0
    gathered: list[tuple[str, int, dict[str, Any] | None]] = []
    for act_seq, table, row_id, after in (row for partition in rows for row in partition):
        if act_seq != seq and gathered:
            yield seq, gathered
            gathered = []
        seq = act_seq
        gathered.append((table, row_id, json.loads(after) if after else None))
    if gathered:
        yield seq, gathered


class _Sums:
    """What lines have, what is reserved on them, what is approved and paid per line and project."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        self.reserved: dict[int, int] = defaultdict(int)
        self.allocated: dict[tuple[int, int], int] = defaultdict(int)
        self.paid: dict[tuple[int, int], int] = defaultdict(int)

    def take(self, table: str, row_id: int, after: dict[str, Any] | None) -> list[tuple[int, int | None]]:
        """Put an image in the place of the one before. Returns (line, project or None) to look at."""
        touched: list[tuple[int, int | None]] = []
        for image, sign in ((self.rows.pop((table, row_id), None), -1), (after, 1)):
            if image is None:
                continue
            if table == "allotment_line":
                touched.append((row_id, None))
                continue
            line, project, fen = image["line_id"], image["project_id"], sign * image["amount_fen"]
            state, waits = image["state"], image["state"] == "submitted"
            counted = state == "approved" or (waits and image["amount_fen"] > 0)
            if table == "allocation":
                self.reserved[line] += fen if counted else 0
                self.allocated[line, project] += fen if state == "approved" else 0
            else:
                self.paid[line, project] += fen if counted else 0
            touched += [(line, None), (line, project)]
        if after is not None:
            self.rows[table, row_id] = after
        return touched

    def wrong(self, line: int, project: int | None) -> str:
        """What is broken about a line, or a project on a line; "" when nothing is."""
        if project is None:
            row = self.rows.get(("allotment_line", line))
            has = row["amount_fen"] if row else 0
            given = self.reserved[line]
            return f"指标明细（编号 {line}）分配合计 {_wan(given)} 万元，超过 {_wan(has)} 万元" if given > has else ""
        paid, allocated = self.paid[line, project], self.allocated[line, project]
        if paid <= max(allocated, 0):
            return ""
        told = f"项目（编号 {project}）在指标明细（编号 {line}）上累计支付 {exact_yuan(Money(paid))} 元"
        return f"{told}，超过已复核分配 {exact_yuan(Money(allocated))} 元"


def _what(check: Check, seq: int) -> str:
    return check.session.execute(text("select what from act where seq = :seq"), {"seq": seq}).scalar() or ""


def _wan(fen: int) -> str:
    return exact_wan(Money(int(fen)))


# ---------- days ----------

_ORDERED = (
    ("allotment_notice", "issued_on <= received_on", "的收文日期早于发文日期"),
    ("project", "started_on <= completed_on", "的完工日期早于开工日期"),
    ("project", "completed_on <= accepted_on", "的验收日期早于完工日期"),
)
_HAPPENED = {
    "allotment_notice": ("received_on",),
    "allocation": ("decided_on",),
    "disbursement": ("disbursed_on",),
    "payment": ("paid_on",),
    "project": ("started_on", "completed_on", "accepted_on", "settled_on"),
    "patrol": ("patrolled_on",),
    "progress_report": ("reported_on",),
}


def dates(check: Check) -> None:
    """I25: what must come first came first, and nothing that happened lies in the future."""
    for table, right, told in _ORDERED:
        query = text(f"select id from {table} where not ({right}) order by id limit 100")
        for row_id in check.session.execute(query).scalars().all():
            check.found("I25", table, row_id, told, label_of(check, table, row_id))
    early = check.session.execute(
        text(
            "select d.id from disbursement d join allotment_line l on l.id = d.line_id"
            " join allotment_notice n on n.id = l.notice_id where d.disbursed_on < n.issued_on order by d.id limit 100"
        )
    )
    for row_id in early.scalars().all():
        check.found(
            "I25", "disbursement", row_id, "的拨付日期早于指标下达日期", label_of(check, "disbursement", row_id)
        )
    today = datetime.now(SHANGHAI).date()
    last = check.session.query(Act.office_day).order_by(Act.seq.desc()).limit(1).scalar()
    tomorrow = max(today, last or today) + timedelta(days=1)
    for table, columns in _HAPPENED.items():
        for column in columns:
            query = text(f"select id from {table} where {column} >= :tomorrow order by id limit 100")
            for row_id in check.session.execute(query, {"tomorrow": tomorrow.isoformat()}).scalars().all():
                told = f"写着将来的日期（{column}）"
                check.found("I25", table, row_id, told, label_of(check, table, row_id))
            check.count("dates", 1)
