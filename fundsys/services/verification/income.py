"""Income of assets: reversals (I23), who approved (I30), and that what came in is distributed and paid to the 分 (F085)."""

from __future__ import annotations

from sqlalchemy import text

from fundsys.domain.asset_matters import IN_BOOKS, INCOME_KINDS
from fundsys.domain.money import Money, exact_yuan

from .report import Check
from .rows import label_of

_BOOKS = ", ".join(f"'{state.code}'" for state in IN_BOOKS)
_KINDS = ", ".join(sorted(f"'{kind.code}'" for kind in INCOME_KINDS))
_TURNED = (
    ("income", "due_fen"),
    ("income_receipt", "amount_fen"),
    ("income_share", "amount_fen"),
    ("sharing_payout", "amount_fen"),
)
_INCOMES = f"""
    select i.id, i.due_fen + coalesce((select sum(b.due_fen) from income b where b.reverses_id = i.id), 0),
        i.received_fen + coalesce((select sum(r.amount_fen) from income_receipt r join asset_matter m on m.id = r.matter_id
            where r.income_id = i.id and m.state in ({_BOOKS})), 0),
        i.distributed_fen + coalesce((select sum(s.amount_fen) from income_share s where s.income_id = i.id), 0)
    from income i where i.reverses_id is null order by i.id"""
_LINES = f"""
    select l.id, m.id, m.state, l.amount_fen,
        coalesce((select sum(s.amount_fen) from income_share s where s.line_id = l.id), 0),
        coalesce((select sum(p.amount_fen) from sharing_payout p join asset_matter pm on pm.id = p.matter_id
            where p.line_id = l.id and pm.state in ({_BOOKS})), 0)
    from sharing_line l join income_sharing d on d.id = l.sharing_id join asset_matter m on m.id = d.matter_id order by l.id"""
_PAPERS = f"""
    select m.id, m.kind, m.amount_fen,
        coalesce((select sum(r.amount_fen) from income_receipt r where r.matter_id = m.id), 0),
        coalesce((select sum(l.amount_fen) from sharing_line l join income_sharing d on d.id = l.sharing_id
            where d.matter_id = m.id), 0),
        coalesce((select sum(p.amount_fen) from sharing_payout p where p.matter_id = m.id), 0),
        coalesce((select sum(i.due_fen) from income i where i.matter_id = m.id), 0)
    from asset_matter m where m.kind in ('receipt', 'station', 'share', 'payout', 'contract') and m.state in ({_BOOKS})
    order by m.id"""
_TOLD = {"receipt": 0, "station": 0, "share": 1, "payout": 2, "contract": 3}
_ALONE = f"""
    select id from asset_matter where kind in ({_KINDS}) and state in ({_BOOKS}) and entered_by is not null
        and (reviewed_by is null or reviewed_by = entered_by) order by id"""


def income(check: Check) -> None:
    """What came in is no more than was due, what was distributed no more than came in, what was paid no more than that."""
    _turned(check)
    _incomes(check)
    _lines(check)
    _papers(check)
    for row_id in check.session.execute(text(_ALONE)).scalars().all():
        told = "没有由另一人审定"
        check.found("I30", "asset_matter", row_id, told, label_of(check, "asset_matter", row_id))


def _turned(check: Check) -> None:
    """I23: an amount below zero names one original and is its negative; a positive one names none."""
    for table, amount in _TURNED:
        query = text(
            f"select t.id from {table} t left join {table} o on o.id = t.reverses_id"
            f" where (t.{amount} < 0) <> (t.reverses_id is not null) or t.{amount} <> -o.{amount} order by t.id limit 100"
        )
        for row_id in check.session.execute(query).scalars().all():
            told = "是负数而没有指明冲销的原记录，或者与原记录不是一正一负"
            check.found("I23", table, row_id, told, label_of(check, table, row_id))


def _incomes(check: Check) -> None:
    count = 0
    for row_id, due, received, distributed in check.session.execute(text(_INCOMES)).all():
        count += 1
        if not 0 <= distributed <= received <= due:
            told = (
                f"：应收 {_yuan(due)} 元，实收 {_yuan(received)} 元，已分配 {_yuan(distributed)} 元，应依次不大于前一个"
            )
            check.found("F085", "income", row_id, told, label_of(check, "income", row_id))
    check.count("incomes", count)


def _lines(check: Check) -> None:
    for row_id, paper, state, amount, shares, paid in check.session.execute(text(_LINES)).all():
        wanted = amount if state == "approved" else 0
        if shares != wanted or not 0 <= paid <= wanted:
            told = f"的一行 {_yuan(wanted)} 元，从收益里取 {_yuan(shares)} 元，已支付 {_yuan(paid)} 元"
            check.found("F085", "sharing_line", row_id, told, label_of(check, "asset_matter", paper))


def _papers(check: Check) -> None:
    for row_id, kind, amount, *sums in check.session.execute(text(_PAPERS)).all():
        told = sums[_TOLD[kind]]
        if told != amount:
            said = f"写的是 {_yuan(amount)} 元，明细合计 {_yuan(told)} 元"
            check.found("F085", "asset_matter", row_id, said, label_of(check, "asset_matter", row_id))


def _yuan(fen: int) -> str:
    return exact_yuan(Money(int(fen)))
