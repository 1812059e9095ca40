"""盘点和抽样: each frame is whole, each line is answered once, two persons treat a difference, and a sample is what its seed gives."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import text

from fundsys.domain.samples import best_ticket
from fundsys.domain.stocktakes import frame_digest

from .report import Check
from .rows import label_of

_FRAMES = "select id, frame_seq, frame_count, frame_digest from stocktake order by id"
_CODES = "select asset_code from stocktake_line where stocktake_id = :id order by asset_code"
_NOT_ONE = """
    select l.id from stocktake_line l join stocktake s on s.id = l.stocktake_id
    left join count_entry e on e.line_id = l.id
        and not exists (select 1 from count_entry n where n.replaces_id = e.id)
    group by l.id, s.state
    having count(e.id) > 1 or (s.state = 'closed' and count(e.id) = 0) order by l.id limit 100"""
_OTHER_LINE = """
    select n.id from count_entry n join count_entry o on o.id = n.replaces_id
    where o.line_id <> n.line_id or o.id >= n.id order by n.id limit 100"""
_SAYS = """
    select e.id, e.result from count_entry e join stocktake_line l on l.id = e.line_id
    where (e.result = 'match' and cast(e.quantity as numeric) <> cast(l.book_quantity as numeric))
        or (e.result = 'missing' and cast(e.quantity as numeric) <> 0)
        or (e.result <> 'match' and e.words = '') order by e.id limit 100"""
_ALONE = """
    select id from count_treatment where (state in ('decided', 'done') and decided_at is null)
    or decided_by = proposed_by
    or (state = 'done' and kind in ('dispose', 'change', 'register') and matter_id is null) order by id limit 100"""
_SAMPLES = "select id, seed, lot, size, method from sample order by id"
_ITEMS = "select id, code, tickets, winning, score, position from sample_item where sample_id = :id order by position"


def stocktakes(check: Check) -> None:
    """盘点: 400 in, 400 accounted for. The frame is what its digest says; every closed campaign has answered for every line."""
    ask = check.session.execute
    frames = ask(text(_FRAMES)).all()
    for row_id, seq, count, digest in frames:
        codes = list(ask(text(_CODES), {"id": row_id}).scalars())
        label = label_of(check, "stocktake", row_id)
        if len(codes) != count:
            check.found("stocktake", "stocktake", row_id, f"的范围应有 {count} 行，现有 {len(codes)} 行", label)
        if frame_digest(seq, codes) != digest:
            check.found("stocktake", "stocktake", row_id, "的范围与开始时的摘要不符", label)
        check.count("stocktake lines", len(codes))
    told = "没有且只有一条作数的盘点结果"
    for row_id in ask(text(_NOT_ONE)).scalars().all():
        check.found("stocktake", "stocktake_line", row_id, told, label_of(check, "stocktake_line", row_id))
    for row_id in ask(text(_OTHER_LINE)).scalars().all():
        check.found("stocktake", "count_entry", row_id, "更正的不是同一行以前的结果")
    for row_id, _ in ask(text(_SAYS)).all():
        check.found("stocktake", "count_entry", row_id, "的结果与数量或说明矛盾")
    for row_id in ask(text(_ALONE)).scalars().all():
        check.found("stocktake", "count_treatment", row_id, "不是两人办理，或者没有办理单就办结")
    check.count("stocktakes", len(frames))
    _samples(check)


def _samples(check: Check) -> None:
    found: dict[int, int] = defaultdict(int)
    for sample_id, seed, lot, size, method in check.session.execute(text(_SAMPLES)).all():
        before = ""
        for row_id, code, tickets, winning, score, position in check.session.execute(
            text(_ITEMS), {"id": sample_id}
        ).all():
            found[sample_id] += 1
            right = best_ticket(seed, code, lot, tickets) == (score, winning)
            if not right or score <= before or position != found[sample_id] or (method == "random" and tickets != 1):
                check.found("sample", "sample_item", row_id, "与种子算出的次序不符", code)
            before = score
        if found[sample_id] != size:
            told = f"应抽 {size} 条，现有 {found[sample_id]} 条"
            check.found("sample", "sample", sample_id, told, label_of(check, "sample", sample_id))
        check.count("samples", 1)
