"""Second line behind the services: triggers that keep money whole even when somebody writes by hand.

Each guard is a condition over the row just written; it must hold after every statement, on both databases.
"""

from __future__ import annotations

from dataclasses import dataclass


def reserved(row: str) -> str:
    """Approved money, and what waits for review; a reversal or recovery that waits gives nothing back yet."""
    return f"({row}.state = 'approved' OR ({row}.state = 'submitted' AND {row}.amount_fen > 0))"


def leaving(row: str) -> str:
    """Approved money less what already waits to be taken back."""
    return f"({row}.state = 'approved' OR ({row}.state = 'submitted' AND {row}.amount_fen < 0))"


@dataclass(frozen=True)
class Guard:
    """A refusal: `broken` is SQL over NEW (and OLD where only UPDATE and DELETE are guarded) that must find nothing."""

    name: str
    table: str
    verbs: tuple[str, ...]
    broken: str
    message: str
    lock: str = ""


GUARDS = (
    Guard(
        "line_not_over_committed",
        "allocation",
        ("INSERT", "UPDATE"),
        "(SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = NEW.line_id AND "
        + reserved("a")
        + ") > (SELECT l.amount_fen FROM allotment_line l WHERE l.id = NEW.line_id)",
        "分配合计超过该指标金额",
        lock="PERFORM 1 FROM allotment_line WHERE id = NEW.line_id FOR UPDATE;",
    ),
    Guard(
        "line_not_below_commitment",
        "allotment_line",
        ("UPDATE",),
        "(SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = NEW.id AND "
        + reserved("a")
        + ") > NEW.amount_fen",
        "指标金额低于已分配合计",
    ),
    Guard(
        "allocation_net_not_negative",
        "allocation",
        ("INSERT", "UPDATE"),
        "NEW.amount_fen < 0 AND NEW.state IN ('submitted', 'approved')"
        " AND (SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = NEW.line_id"
        " AND a.project_id = NEW.project_id AND "
        + leaving("a")
        + ") < (SELECT coalesce(sum(p.amount_fen), 0) FROM payment p WHERE p.line_id = NEW.line_id"
        " AND p.project_id = NEW.project_id AND " + reserved("p") + ")",
        "收回或冲销超过该项目尚未支付的分配金额",
    ),
    Guard(
        "payment_within_allocation",
        "payment",
        ("INSERT", "UPDATE"),
        "(SELECT coalesce(sum(p.amount_fen), 0) FROM payment p WHERE p.line_id = NEW.line_id AND p.project_id = NEW.project_id"
        " AND "
        + reserved("p")
        + ") > (SELECT coalesce(sum(a.amount_fen), 0) FROM allocation a WHERE a.line_id = NEW.line_id"
        " AND a.project_id = NEW.project_id AND a.state = 'approved')",
        "累计支付超过已复核的分配金额",
        lock="PERFORM 1 FROM allotment_line WHERE id = NEW.line_id FOR UPDATE;",
    ),
    *(
        Guard(
            f"{table}_posted_stands",
            table,
            ("UPDATE",),
            "OLD.state = 'approved' AND (NEW.state <> 'approved' OR NEW.amount_fen <> OLD.amount_fen"
            " OR NEW.line_id <> OLD.line_id OR NEW.project_id <> OLD.project_id)",
            "已复核的金额不能改动，只能红字冲销",
        )
        for table in ("allocation", "disbursement", "payment")
    ),
    *(
        Guard(
            f"{table}_posted_stays",
            table,
            ("DELETE",),
            "OLD.state <> 'draft'",
            "已提交或已复核的金额不能删除，只能退回或红字冲销",
        )
        for table in ("allocation", "disbursement", "payment")
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
