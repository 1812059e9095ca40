"""The invariants of the county's money, asked of the bare database. Shares no code with the product.

Standard library and the plain driver only. What it reads are the journal's images and the tables as they stand; it knows
the names of columns and the rules of reliability.md section 3, nothing else. `faults(connection)` answers sentences.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Tables = dict[str, dict[int, Row]]
MONEY = ("allocation", "payment", "disbursement", "line_posting")
READ = (
    *MONEY,
    "allotment_notice",
    "allotment_line",
    "correction",
    "fund_source",
    "project",
    "project_type",
    "policy_value",
    "contract",
    "payment_request",
    "accounting_period",
    "settlement",
)


def faults(connection: Any) -> list[str]:
    """What is broken, one sentence each; empty when everything holds. connection: a plain DB-API connection."""
    changes = query(connection, 'select id, act_seq, table_name, row_id, "before", "after" from "change" order by id')
    tables = tables_of(connection, READ)
    return [*fold_faults(changes, tables), *_standing(tables), *_through_time(changes)]


def shares(connection: Any) -> dict[str, tuple[int, int]]:
    """(numerator, denominator) in 分 of R65 and R30 for 2024 over approved money, worked out from the images alone."""
    made = images(
        query(connection, 'select id, act_seq, table_name, row_id, "before", "after" from "change" order by id')
    )
    policy = {r["code"]: r["value"] for r in made["policy_value"].values() if r["year"] == 2024}
    base = industry = leading = 0
    for a in made["allocation"].values():
        line = made["allotment_line"][a["line_id"]]
        notice = made["allotment_notice"][line["notice_id"]]
        source = made["fund_source"][line["source_id"]]
        project = made["project"][a["project_id"]]
        kind = made["project_type"][project["type_id"]]
        if a["state"] != "approved" or notice["year"] != 2024 or source["level"] not in ("central", "provincial"):
            continue
        counts = source["in_base"] == "yes" or (
            source["in_base"] == "config" and policy.get(f"base_{source['code'].lower()}", "true") == "true"
        )
        if not counts or (kind["is_management_fee"] and policy.get("base_less_fee") == "true"):
            continue
        base += a["amount_fen"]
        if kind["counts_as_industry"] == "yes" and not kind["is_management_fee"]:
            industry += a["amount_fen"]
            leading += a["amount_fen"] if project["is_lead_industry"] else 0
    return {"R65": (industry, base), "R30": (leading, industry)}


# ---------- reading ----------


def query(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    cursor = connection.cursor()
    cursor.execute(sql)
    found = list(cursor.fetchall())
    cursor.close()
    return found


def tables_of(connection: Any, names: Iterable[str]) -> Tables:
    """Tables as they stand: name → id → row."""
    made: Tables = {}
    for table in names:
        cursor = connection.cursor()
        try:
            cursor.execute(f'select * from "{table}"')
        except Exception:  # a table this county does not have yet
            connection.rollback()
            continue
        columns = [column[0] for column in cursor.description]
        made[table] = {row[columns.index("id")]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
        cursor.close()
    return made


def images(changes: Iterable[tuple[Any, ...]]) -> dict[str, dict[int, Row]]:
    """Tables as the journal's images fold up to the last of these changes."""
    made: dict[str, dict[int, Row]] = defaultdict(dict)
    for _, _, table, row_id, _, after in changes:
        if after is None:
            made[table].pop(row_id, None)
        else:
            made[table][row_id] = json.loads(after)
    return made


# ---------- I12: the tables are the fold of the images ----------


def fold_faults(changes: list[tuple[Any, ...]], tables: Tables) -> Iterator[str]:
    """I12: where a table is not the fold of its images."""
    folded = images(changes)
    for table, rows in tables.items():
        if set(rows) != set(folded[table]):
            yield f"I12 {table}: rows {sorted(set(rows) ^ set(folded[table]))[:5]} stand on one side only"
        for row_id, row in rows.items():
            for name, value in folded[table].get(row_id, {}).items():
                if _plain(value) != _plain(row.get(name)):
                    yield f"I12 {table} {row_id}: {name} is {row.get(name)!r}, the journal says {value!r}"


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


# ---------- what must hold of the tables as they stand ----------


def _standing(t: Tables) -> Iterator[str]:
    yield from _integers(t)
    yield from _lines(t)
    yield from _projects(t)
    yield from _corrections(t)
    yield from _signs(t)
    yield from _numbers(t)
    yield from _people(t)
    yield from _days(t)
    yield from _cube(t)


def _counted(row: Row) -> bool:
    return row["state"] == "approved" or (row["state"] == "submitted" and row["amount_fen"] > 0)


def _leaving(row: Row) -> bool:
    return row["state"] == "approved" or (row["state"] == "submitted" and row["amount_fen"] < 0)


def _integers(t: Tables) -> Iterator[str]:
    """I24: money is whole 分."""
    for table, rows in t.items():
        for row_id, row in rows.items():
            for name, value in row.items():
                if name.endswith("_fen") and value is not None and type(value) is not int:
                    yield f"I24 {table} {row_id}: {name} is {value!r}"


def _lines(t: Tables) -> Iterator[str]:
    """I01: Σ allocations ≤ what the line has, and never below nothing."""
    given: Counter[int] = Counter()
    for a in t["allocation"].values():
        waits = a["state"] == "submitted" and a["amount_fen"] > 0 and a["kind"] != "adjustment"
        if a["state"] == "approved" or waits:
            given[a["line_id"]] += a["amount_fen"]
    has: Counter[int] = Counter()
    for row_id, line in t["allotment_line"].items():
        if line["reduces_id"] is None:
            has[row_id] += line["amount_fen"]
        elif t["allotment_notice"][line["notice_id"]]["state"] in ("submitted", "approved"):
            has[line["reduces_id"]] += line["amount_fen"]
    for posting in t["line_posting"].values():
        if _leaving(posting):
            has[posting["line_id"]] += posting["amount_fen"]
    for row_id in t["allotment_line"]:
        if not 0 <= given[row_id] <= max(has[row_id], 0):
            yield f"I01 line {row_id}: {given[row_id]} given of {has[row_id]}"


def _projects(t: Tables) -> Iterator[str]:
    """I03, I04: paid and disbursed within what is approved, by project and line; contracts are not exceeded without a paper."""
    approved: Counter[tuple[int, int]] = Counter()
    gone: dict[str, Counter[tuple[int, int]]] = {"payment": Counter(), "disbursement": Counter()}
    for a in t["allocation"].values():
        if a["state"] == "approved":
            approved[a["line_id"], a["project_id"]] += a["amount_fen"]
    for table, sums in gone.items():
        for p in t[table].values():
            if _counted(p):
                sums[p["line_id"], p["project_id"]] += p["amount_fen"]
    for key in {*approved, *gone["payment"], *gone["disbursement"]}:
        if approved[key] < 0:
            yield f"I04 {key}: {approved[key]} allocated"
        for table, sums in gone.items():
            if not 0 <= sums[key] <= max(approved[key], 0):
                yield f"I03 {table} {key}: {sums[key]} of {approved[key]}"
    on_contract: Counter[int] = Counter()
    excused = set()
    for p in t["payment"].values():
        if p["contract_id"] and _counted(p):
            on_contract[p["contract_id"]] += p["amount_fen"]
            excused |= {p["contract_id"]} if p["exception_reason"] and p["exception_document"] else set()
    for row_id, contract in t.get("contract", {}).items():
        if on_contract[row_id] > contract["amount_fen"] and row_id not in excused:
            yield f"I04 contract {row_id}: {on_contract[row_id]} paid of {contract['amount_fen']}"
    settled: Counter[int] = Counter()
    for (_, project), fen in approved.items():
        settled[project] += fen
    for row_id, project in t["project"].items():
        amount = project["settled_amount_fen"]
        if amount is not None and settled[row_id] and amount > settled[row_id] + project["planned_other_fen"]:
            yield f"I05 project {row_id}: settled {amount} of {settled[row_id]} allocated"


def _corrections(t: Tables) -> Iterator[str]:
    """I02: an adjustment sums to zero on every line."""
    sums: Counter[tuple[int, int]] = Counter()
    for row_id, a in t["allocation"].items():
        if a["correction_id"] is None:
            continue
        paper = t["correction"][a["correction_id"]]
        if a["state"] != paper["state"]:
            yield f"I02 allocation {row_id} is {a['state']}, its paper {paper['state']}"
        if paper["kind"] == "adjustment":
            sums[a["correction_id"], a["line_id"]] += a["amount_fen"]
        if a["amount_fen"] < 0:
            old = t["allocation"].get(a["corrects_id"])
            if old is None or (old["line_id"], old["project_id"]) != (a["line_id"], a["project_id"]):
                yield f"I02 allocation {row_id} names no old entry of its line and project"
    for (paper_id, line), left in sums.items():
        if left:
            yield f"I02 correction {paper_id} line {line}: {left} left over"


def _signs(t: Tables) -> Iterator[str]:
    """I23: below zero only in corrections; a reversal is the negative of one original, once."""
    for table in MONEY:
        reversed_once: Counter[int] = Counter()
        for row_id, row in t[table].items():
            reversal = row["kind"] == "reversal" if "kind" in row else row["corrects_id"] is not None
            if reversal:
                old = t[table].get(row["corrects_id"])
                if old is None or old["amount_fen"] != -row["amount_fen"] or old["line_id"] != row["line_id"]:
                    yield f"I23 {table} {row_id} is no exact reversal"
                if row["state"] in ("submitted", "approved"):
                    reversed_once[row["corrects_id"]] += 1
                continue
            kind = row.get("kind", "")
            may_be_negative = table == "line_posting" or kind in ("adjustment", "recovery")
            if row["amount_fen"] == 0 or (row["amount_fen"] < 0) != may_be_negative and kind != "adjustment":
                yield f"I23 {table} {row_id}: {row['amount_fen']} as {kind}"
        for row_id, times in reversed_once.items():
            if times > 1:
                yield f"I23 {table} {row_id} is reversed {times} times"


def _numbers(t: Tables) -> Iterator[str]:
    """I16: unique and without gaps within their word and year."""
    for table in (*MONEY, "correction", "payment_request"):
        serials: dict[str, list[int]] = defaultdict(list)
        for row in t.get(table, {}).values():
            if row["number"]:
                stem, _, serial = row["number"].removesuffix("号").partition("〕")
                serials[stem].append(int(serial))
            elif row["state"] == "approved":
                yield f"I16 {table} {row['id']} is approved without a number"
        for stem, found in serials.items():
            if sorted(found) != list(range(1, len(found) + 1)):
                yield f"I16 {table} {stem}: {sorted(found)[:9]}…"


def _people(t: Tables) -> Iterator[str]:
    """I30: who approves did not enter."""
    for table in (*MONEY, "allotment_notice", "correction", "contract", "accounting_period"):
        for row_id, row in t.get(table, {}).items():
            approved = row["state"] in ("approved", "closed") and row["reviewed_by"] is not None
            if approved and row["reviewed_by"] == row["entered_by"]:
                yield f"I30 {table} {row_id} was approved by its enterer"


def _days(t: Tables) -> Iterator[str]:
    """I25: nothing goes out before its notice was issued; and no posted entry lies in a closed month it came after."""
    for table, name in (("allocation", "decided_on"), ("disbursement", "disbursed_on"), ("payment", "paid_on")):
        for row_id, row in t[table].items():
            line = t["allotment_line"][row["line_id"]]
            issued = t["allotment_notice"][line["notice_id"]]["issued_on"]
            if _plain(row[name]) < _plain(issued):
                yield f"I25 {table} {row_id} of {row[name]} comes before its notice of {issued}"


def _cube(t: Tables) -> Iterator[str]:
    """I08, I10: the year's money by town, source, kind and state of projects, each way the same sum."""
    whole = 0
    ways: dict[str, Counter[Any]] = defaultdict(Counter)
    for a in t["allocation"].values():
        if a["state"] != "approved":
            continue
        line, project = t["allotment_line"][a["line_id"]], t["project"][a["project_id"]]
        whole += a["amount_fen"]
        ways["town"][project["town_id"]] += a["amount_fen"]
        ways["source"][line["source_id"]] += a["amount_fen"]
        ways["year"][t["allotment_notice"][line["notice_id"]]["year"]] += a["amount_fen"]
        ways["kind"][project["type_id"]] += a["amount_fen"]
        ways["status"][project["status"]] += a["amount_fen"]
    for way, sums in ways.items():
        if sum(sums.values()) != whole:
            yield f"I08 by {way}: {sum(sums.values())} of {whole}"
    if sum(Counter(p["status"] for p in t["project"].values()).values()) != len(t["project"]):
        yield "I10 the states of projects are no partition"


# ---------- I01 and I03 after every act ----------


def _through_time(changes: list[tuple[Any, ...]]) -> Iterator[str]:
    """Replays the journal act by act. The end of each act must hold; within an act entries may stand in any order."""
    rows: Tables = {table: {} for table in READ}
    seq = None
    touched = False
    for _, act_seq, table, row_id, _, after in [*changes, (0, None, "", 0, None, None)]:
        if act_seq != seq and touched:
            for told in (*_lines(rows), *_projects(rows)):
                yield f"after act {seq}: {told}"
                return
            touched = False
        seq = act_seq
        if table not in rows:
            continue
        if after is None:
            rows[table].pop(row_id, None)
        else:
            image = json.loads(after)
            if table == "allotment_line":
                image.setdefault("reduces_id", None)
            if table == "payment":
                image = {"contract_id": None, "exception_reason": "", "exception_document": ""} | image
            rows[table][row_id] = image
        touched = touched or table in (*MONEY, "allotment_line", "allotment_notice")


def share_words(numerator: int, denominator: int) -> str:
    """A share as it is printed: half up, two places of a percent."""
    percent = Fraction(numerator, denominator) * 100
    hundredths = (percent * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
