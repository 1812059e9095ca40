"""Money: the invariants over commitments, corrections, payments, reversals, numbers, two persons and asset costs.

Settlements by cost line (I05) and expensed lines (I06) join with their tables.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from fundsys import store
from fundsys.domain.money import Money, exact_wan, exact_yuan

from .report import Check
from .rows import label_of

RESERVED = "(a.state = 'approved' or (a.state = 'submitted' and a.amount_fen > 0 and a.kind <> 'adjustment'))"
"""Allocations that take from a line; a waiting adjustment sums to zero on it and reserves nothing."""

GONE = (
    "(select coalesce(sum(r.amount_fen), 0) from allotment_line r join allotment_notice k on k.id = r.notice_id"
    " where r.reduces_id = l.id and k.state in ('submitted', 'approved'))"
    " + (select coalesce(sum(p.amount_fen), 0) from line_posting p where p.line_id = l.id"
    " and (p.state = 'approved' or (p.state = 'submitted' and p.amount_fen < 0)))"
)
"""What later notices take back from a line, and what is returned or carried over."""

_POSTINGS = ("allocation", "disbursement", "payment", "line_posting")
_REVIEWED = (*_POSTINGS, "allotment_notice", "correction", "contract", "accounting_period")
_NUMBERED = ("allocation", "disbursement", "payment", "line_posting", "correction", "payment_request")


def money(check: Check) -> None:
    """I01–I04, I16, I23, I30 on the tables, I01 and I03 after every act of the past, and asset costs."""
    _lines(check)
    _corrections(check)
    _reversals(check)
    _numbers(check)
    _two_persons(check)
    _asset_costs(check)
    _through_time(check)


def _ask(check: Check, sql: str) -> list[Any]:
    return list(check.session.execute(text(sql)).all())


def _lines(check: Check) -> None:
    """I01: a line never gives more than it has."""
    rows = _ask(
        check,
        "select * from (select l.id, n.document_no, l.position, l.amount_fen + " + GONE + " as has, coalesce((select"
        f" sum(a.amount_fen) from allocation a where a.line_id = l.id and {RESERVED}), 0) as given from allotment_line l"
        " join allotment_notice n on n.id = l.notice_id where l.reduces_id is null) s"
        " where given > has or given < 0 order by id",
    )
    for line, document, position, has, given in rows:
        told = f"的分配合计 {_wan(given)} 万元，指标只有 {_wan(has)} 万元"
        check.found("I01", "allotment_line", line, told, f"{document} 第{position}行")
    check.count("lines", check.session.execute(text("select count(*) from allotment_line")).scalar_one())


def _corrections(check: Check) -> None:
    """I02: an adjustment sums to zero on every line; its entries stand where it stands and name what they take from."""
    uneven = _ask(
        check,
        "select c.id, a.line_id, sum(a.amount_fen) from correction c join allocation a on a.correction_id = c.id"
        " where c.kind = 'adjustment' group by c.id, a.line_id having sum(a.amount_fen) <> 0 order by c.id, a.line_id",
    )
    for row_id, line, left in uneven:
        told = f"在指标明细（编号 {line}）上增减不平，差 {_wan(left)} 万元"
        check.found("I02", "correction", row_id, told, label_of(check, "correction", row_id))
    astray = _ask(
        check,
        "select a.id, case when a.state <> c.state then '的状态和调整收回文书不一致'"
        " when a.amount_fen < 0 and o.id is null then '没有指明原来的分配'"
        " when a.amount_fen < 0 and (o.line_id <> a.line_id or o.project_id <> a.project_id)"
        " then '指明的不是同一指标同一项目的分配' end from allocation a join correction c on c.id = a.correction_id"
        " left join allocation o on o.id = a.corrects_id where a.state <> c.state or (a.amount_fen < 0 and"
        " (o.id is null or o.line_id <> a.line_id or o.project_id <> a.project_id)) order by a.id",
    )
    for row_id, told in astray:
        check.found("I02", "allocation", row_id, told, label_of(check, "allocation", row_id))


def _reversals(check: Check) -> None:
    """I23: below zero only in entries that may be; a reversal is the exact negative of one original, once."""
    for table in _POSTINGS:
        for row_id, told in _ask(check, _reversal_faults(table)):
            check.found("I23", table, row_id, told, label_of(check, table, row_id))
        reversal = "corrects_id is not null" if table == "disbursement" else "kind = 'reversal'"
        twice = _ask(
            check,
            f"select corrects_id, count(*) from {table} where {reversal} and state in ('submitted', 'approved')"
            " group by corrects_id having count(*) > 1 order by 1",
        )
        for row_id, times in twice:
            check.found("I23", table, row_id, f"被冲销了 {times} 次", label_of(check, table, row_id))


def _reversal_faults(table: str) -> str:
    """(id, what is wrong) of the entries of a table whose sign or original is not as it must be."""
    plain = {
        "allocation": "a.amount_fen < 0 and a.kind = 'allocation'",
        "payment": "a.amount_fen < 0 and a.kind <> 'reversal'",
        "disbursement": "a.amount_fen <= 0 and a.corrects_id is null",
        "line_posting": "a.amount_fen > 0 and a.kind <> 'reversal'",
    }[table]
    reversal = "a.corrects_id is not null" if table == "disbursement" else "a.kind = 'reversal'"
    project = "" if table == "line_posting" else " or a.project_id <> o.project_id"
    return (
        f"select id, told from (select a.id, case when {plain} then '的金额正负不对，又不是冲销、收回或调整'"
        f" when {reversal} and o.id is null then '是冲销，但没有指明原来的记录'"
        f" when {reversal} and a.amount_fen <> -o.amount_fen then '的冲销金额不是原金额的相反数'"
        f" when {reversal} and (a.line_id <> o.line_id{project}) then '与被冲销的记录不是同一指标和项目' end as told"
        f" from {table} a left join {table} o on o.id = a.corrects_id) s where told is not null order by id"
    )


def _numbers(check: Check) -> None:
    """I16: numbers begin at 1 in a year and have no gap; approved entries have one and others have none."""
    for table in _NUMBERED:
        last: dict[str, list[int]] = defaultdict(list)
        for (number,) in _ask(check, f"select number from {table} where number is not null order by number"):
            stem, _, serial = number.removesuffix("号").partition("〕")
            last[stem + "〕"].append(int(serial) if serial.isdigit() else 0)
        for stem, serials in sorted(last.items()):
            if serials != list(range(1, len(serials) + 1)):
                missing = sorted(set(range(1, max(serials) + 1)) - set(serials))[:5]
                told = f"{stem}的编号不连续，缺 {'、'.join(map(str, missing)) or '号码有重复或不是数字'}"
                check.found("I16", table, None, told)
        if table == "payment_request":
            continue
        loose = f"select id, state from {table} where (state = 'approved') <> (number is not null) order by id"
        for row_id, _ in _ask(check, loose):
            check.found("I16", table, row_id, "复核了却没有编号，或没有复核就有编号", label_of(check, table, row_id))


def _two_persons(check: Check) -> None:
    """I30: who approves is not who entered."""
    for table in _REVIEWED:
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
        " where table_name in ('allocation', 'payment', 'disbursement', 'allotment_line', 'allotment_notice', 'line_posting') order by id",
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
        self.gone: dict[int, int] = defaultdict(int)
        self.reductions: dict[int, set[int]] = defaultdict(set)
        self.allocated: dict[tuple[int, int], int] = defaultdict(int)
        self.paid: dict[str, dict[tuple[int, int], int]] = {"支付": defaultdict(int), "拨付": defaultdict(int)}

    def take(self, table: str, row_id: int, after: dict[str, Any] | None) -> list[tuple[int, int | None]]:
        """Put an image in the place of the one before. Returns (line, project or None) to look at."""
        before = self.rows.pop((table, row_id), None)
        if after is not None:
            self.rows[table, row_id] = after
        touched: list[tuple[int, int | None]] = []
        for image, sign in ((before, -1), (after, 1)):
            if image is not None:
                touched += getattr(self, f"_{table}")(row_id, image, sign)
        return touched

    def _allotment_line(self, row_id: int, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        reduced = image.get("reduces_id")
        if reduced is None:
            return [(row_id, None)]
        (self.reductions[reduced].add if sign > 0 else self.reductions[reduced].discard)(row_id)
        return [(reduced, None)]

    def _allotment_notice(self, row_id: int, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        if image.get("kind") != "reduction":
            return []
        lines = self.rows.items()
        return [
            (line["reduces_id"], None)
            for (table, _), line in lines
            if table == "allotment_line" and line["notice_id"] == row_id and line.get("reduces_id")
        ]

    def _line_posting(self, row_id: int, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        if image["state"] == "approved" or (image["state"] == "submitted" and image["amount_fen"] < 0):
            self.gone[image["line_id"]] += sign * image["amount_fen"]
        return [(image["line_id"], None)]

    def _allocation(self, row_id: int, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        line, project, fen = image["line_id"], image["project_id"], sign * image["amount_fen"]
        waits = image["state"] == "submitted" and image["amount_fen"] > 0 and image["kind"] != "adjustment"
        self.reserved[line] += fen if image["state"] == "approved" or waits else 0
        self.allocated[line, project] += fen if image["state"] == "approved" else 0
        return [(line, None), (line, project)]

    def _payment(self, row_id: int, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        return self._gone_out("支付", image, sign)

    def _disbursement(self, row_id: int, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        return self._gone_out("拨付", image, sign)

    def _gone_out(self, word: str, image: dict[str, Any], sign: int) -> list[tuple[int, int | None]]:
        line, project, fen = image["line_id"], image["project_id"], sign * image["amount_fen"]
        waits = image["state"] == "submitted" and image["amount_fen"] > 0
        self.paid[word][line, project] += fen if image["state"] == "approved" or waits else 0
        return [(line, project)]

    def _has(self, line: int) -> int:
        """What a line has to give: its amount less what was taken back and what left it without a project."""
        row = self.rows.get(("allotment_line", line))
        taken = 0
        for reduction in self.reductions[line]:
            image = self.rows["allotment_line", reduction]
            notice = self.rows.get(("allotment_notice", image["notice_id"]))
            if notice and notice["state"] in ("submitted", "approved"):
                taken += image["amount_fen"]
        return (row["amount_fen"] if row else 0) + taken + self.gone[line]

    def wrong(self, line: int, project: int | None) -> str:
        """What is broken about a line, or a project on a line; "" when nothing is."""
        if project is None:
            has, given = self._has(line), self.reserved[line]
            return f"指标明细（编号 {line}）分配合计 {_wan(given)} 万元，超过 {_wan(has)} 万元" if given > has else ""
        allocated = self.allocated[line, project]
        for word, sums in self.paid.items():
            if sums[line, project] > max(allocated, 0):
                told = f"项目（编号 {project}）在指标明细（编号 {line}）上累计{word} {exact_yuan(Money(sums[line, project]))} 元"
                return f"{told}，超过已复核分配 {exact_yuan(Money(allocated))} 元"
        return ""


def _what(check: Check, seq: int) -> str:
    return check.session.execute(text("select what from act where seq = :seq"), {"seq": seq}).scalar() or ""


def _wan(fen: int) -> str:
    return exact_wan(Money(int(fen)))
