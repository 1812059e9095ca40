"""Second line behind the services: triggers that keep money whole even when somebody writes by hand.

Each guard is a condition over the row just written; it must hold after every statement, on both databases.
"""

from __future__ import annotations

from dataclasses import dataclass


def reserved(row: str) -> str:
    """Approved money, and what waits for review; what waits to be taken back gives nothing back yet.

    An adjustment that waits reserves nothing: its entries sum to zero on the line and are approved as one.
    """
    return f"({row}.state = 'approved' OR ({row}.state = 'submitted' AND {row}.amount_fen > 0))"


def given(row: str) -> str:
    """Allocations that take from a line."""
    return f"({reserved(row)} AND NOT ({row}.state = 'submitted' AND {row}.kind = 'adjustment'))"


def leaving(row: str) -> str:
    """Approved money less what already waits to be taken back."""
    return f"({row}.state = 'approved' OR ({row}.state = 'submitted' AND {row}.amount_fen < 0))"


def committed(line: str) -> str:
    """What of a line is given to projects or waits to be."""
    return f"(SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = {line} AND {given('a')})"


def left_to(row: str) -> str:
    """What a project keeps of a line when everything waiting to be taken back is taken back."""
    return (
        f"(SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = {row}.line_id"
        f" AND a.project_id = {row}.project_id AND {leaving('a')})"
    )


def spent(table: str, row: str) -> str:
    """What of a line went out for a project, or waits to."""
    return (
        f"(SELECT coalesce(sum(p.amount_fen), 0) FROM {table} p WHERE p.line_id = {row}.line_id"
        f" AND p.project_id = {row}.project_id AND {reserved('p')})"
    )


def available(line: str) -> str:
    """What a line has to give: its amount, less what later notices take back and what leaves it without a project."""
    return (
        f"((SELECT l.amount_fen FROM allotment_line l WHERE l.id = {line})"
        " + (SELECT coalesce(sum(r.amount_fen), 0) FROM allotment_line r JOIN allotment_notice n ON n.id = r.notice_id"
        f" WHERE r.reduces_id = {line} AND n.state IN ('submitted', 'approved'))"
        f" + (SELECT coalesce(sum(o.amount_fen), 0) FROM line_posting o WHERE o.line_id = {line} AND {leaving('o')}))"
    )


def closed(day: str) -> str:
    """Whether a day lies in a month whose accounts are closed."""
    return (
        "EXISTS (SELECT 1 FROM accounting_period c WHERE c.state = 'closed' AND "
        f"{day} BETWEEN c.first_day AND c.last_day)"
    )


@dataclass(frozen=True)
class Guard:
    """A refusal: `broken` is SQL over NEW (and OLD where only UPDATE and DELETE are guarded) that must find nothing."""

    name: str
    table: str
    verbs: tuple[str, ...]
    broken: str
    message: str
    lock: str = ""


CLOSED_MONTH = "该日期所在月份已结账，不能登记或改动"
POSTED_ON = {
    "allotment_notice": "received_on",
    "line_posting": "decided_on",
    "allocation": "decided_on",
    "disbursement": "disbursed_on",
    "payment": "paid_on",
}
"""Tables whose entries belong to a month, and the day that says to which."""

GUARDS = (
    Guard(
        "line_not_over_committed",
        "allocation",
        ("INSERT", "UPDATE"),
        f"{committed('NEW.line_id')} > {available('NEW.line_id')}",
        "分配合计超过该指标金额",
        lock="PERFORM 1 FROM allotment_line WHERE id = NEW.line_id FOR UPDATE;",
    ),
    Guard(
        "line_not_below_commitment",
        "allotment_line",
        ("UPDATE",),
        f"NEW.reduces_id IS NULL AND {committed('NEW.id')} > {available('NEW.id')}",
        "指标金额低于已分配合计",
    ),
    Guard(
        "reduction_within_remainder",
        "allotment_notice",
        ("UPDATE",),
        "NEW.kind = 'reduction' AND NEW.state IN ('submitted', 'approved') AND EXISTS (SELECT 1 FROM allotment_line r"
        f" WHERE r.notice_id = NEW.id AND {committed('r.reduces_id')} > {available('r.reduces_id')})",
        "核减超过该指标尚未分配的金额",
    ),
    Guard(
        "line_posting_within_remainder",
        "line_posting",
        ("INSERT", "UPDATE"),
        f"NEW.amount_fen < 0 AND NEW.state IN ('submitted', 'approved') AND {committed('NEW.line_id')} > {available('NEW.line_id')}",
        "退回或结转超过该指标尚未分配的金额",
        lock="PERFORM 1 FROM allotment_line WHERE id = NEW.line_id FOR UPDATE;",
    ),
    Guard(
        "allocation_net_not_negative",
        "allocation",
        ("INSERT", "UPDATE"),
        "NEW.amount_fen < 0 AND NEW.state IN ('submitted', 'approved') AND"
        f" ({left_to('NEW')} < {spent('payment', 'NEW')} OR {left_to('NEW')} < {spent('disbursement', 'NEW')})",
        "收回或冲销超过该项目尚未拨付、尚未支付的分配金额",
    ),
    *(
        Guard(
            f"{table}_within_allocation",
            table,
            ("INSERT", "UPDATE"),
            f"NEW.amount_fen > 0 AND NEW.state IN ('submitted', 'approved') AND {spent(table, 'NEW')} >"
            " (SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = NEW.line_id"
            " AND a.project_id = NEW.project_id AND a.state = 'approved')",
            f"累计{word}超过已复核的分配金额",
            lock="PERFORM 1 FROM allotment_line WHERE id = NEW.line_id FOR UPDATE;",
        )
        for table, word in (("payment", "支付"), ("disbursement", "拨付"))
    ),
    Guard(
        "payment_within_contract",
        "payment",
        ("INSERT", "UPDATE"),
        "NEW.amount_fen > 0 AND NEW.contract_id IS NOT NULL AND NEW.exception_reason = '' AND NEW.state IN ('submitted', 'approved')"
        " AND (SELECT coalesce(sum(p.amount_fen), 0) FROM payment p WHERE p.contract_id = NEW.contract_id"
        " AND p.exception_reason = '' AND "
        + reserved("p")
        + ") > (SELECT k.amount_fen FROM contract k WHERE k.id = NEW.contract_id)",
        "累计支付超过合同金额",
        lock="PERFORM 1 FROM contract WHERE id = NEW.contract_id FOR UPDATE;",
    ),
    *(
        Guard(
            f"{table}_in_open_month",
            table,
            ("INSERT",),
            f"NEW.state IN ('submitted', 'approved') AND {closed('NEW.' + day)}",
            CLOSED_MONTH,
        )
        for table, day in POSTED_ON.items()
    ),
    *(
        Guard(
            f"{table}_moved_in_open_month",
            table,
            ("UPDATE",),
            f"((NEW.state <> OLD.state AND NEW.state IN ('submitted', 'approved')) OR NEW.{day} <> OLD.{day})"
            f" AND NEW.state IN ('submitted', 'approved') AND ({closed('NEW.' + day)} OR {closed('OLD.' + day)})",
            CLOSED_MONTH,
        )
        for table, day in POSTED_ON.items()
    ),
    *(
        Guard(
            f"{table}_posted_stands",
            table,
            ("UPDATE",),
            "OLD.state = 'approved' AND (NEW.state <> 'approved' OR NEW.amount_fen <> OLD.amount_fen"
            " OR NEW.line_id <> OLD.line_id"
            + ("" if table == "line_posting" else " OR NEW.project_id <> OLD.project_id")
            + ")",
            "已复核的金额不能改动，只能红字冲销",
        )
        for table in ("allocation", "disbursement", "payment", "line_posting")
    ),
    *(
        Guard(
            f"{table}_posted_stays",
            table,
            ("DELETE",),
            "OLD.state <> 'draft'",
            "已提交或已复核的金额不能删除，只能退回或红字冲销",
        )
        for table in ("allocation", "disbursement", "payment", "line_posting")
    ),
    Guard(
        "class_of_disposed_stands",
        "class_decision",
        ("INSERT", "UPDATE"),
        "NEW.state = 'decided' AND NEW.batch <> 'B4' AND EXISTS (SELECT 1 FROM legacy_project p"
        " WHERE p.id = NEW.project_id AND p.disposed_on IS NOT NULL)",
        "已处置完毕的项目不能再转出调整一批",
    ),
    Guard(
        "decided_class_stays",
        "class_decision",
        ("DELETE",),
        "OLD.state = 'decided'",
        "已审定的分类不能删除，只能再作一次审定",
    ),
    Guard(
        "disposal_stands",
        "legacy_project",
        ("UPDATE",),
        "OLD.disposed_on IS NOT NULL AND (NEW.disposed_on IS NULL OR NEW.batch <> 'B4')",
        "处置完毕不能撤回",
    ),
)


def sqlite_statements() -> list[str]:
    """The guards as SQLite triggers."""
    return [
        f'CREATE TRIGGER guard_{g.name}_{verb.lower()} {"BEFORE" if verb == "DELETE" else "AFTER"} {verb} ON "{g.table}" '
        f"BEGIN SELECT RAISE(ABORT, '{g.message}') WHERE {g.broken}; END"
        for g in GUARDS
        for verb in g.verbs
    ]


def postgres_statements() -> list[str]:
    """The guards as PostgreSQL functions and triggers."""
    made = []
    for g in GUARDS:
        when = "BEFORE" if g.verbs == ("DELETE",) else "AFTER"
        made.append(
            f"CREATE OR REPLACE FUNCTION guard_{g.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {g.lock} "
            f"IF {g.broken} THEN RAISE EXCEPTION '{g.message}'; END IF; "
            f"RETURN {'OLD' if when == 'BEFORE' else 'NULL'}; END $$"
        )
        made.append(
            f'CREATE TRIGGER guard_{g.name} {when} {" OR ".join(g.verbs)} ON "{g.table}" FOR EACH ROW EXECUTE FUNCTION guard_{g.name}()'
        )
    return made
