"""Assets: settled cost against what came of it (I06), book values (I07), days of registration and title (I25), owners (I27)."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from sqlalchemy import text

from fundsys.domain.asset_matters import COST_KINDS
from fundsys.domain.assets import GONE
from fundsys.domain.money import Money, exact_wan

from .report import Check
from .rows import label_of

_GONE = ", ".join(f"'{status.code}'" for status in GONE)
_COST = ", ".join(f"'{kind.code}'" for kind in COST_KINDS)
_SETTLED = """
    select m.id, p.settled_amount_fen, (select coalesce(sum(l.amount_fen), 0) from matter_line l where l.matter_id = m.id),
        (select coalesce(sum(s.amount_fen), 0) from matter_source s where s.matter_id = m.id)
    from asset_matter m join project p on p.id = m.project_id where m.kind = 'form' and m.state = 'approved' order by m.id"""
_BY_SOURCE = """
    select m.id, k.source_id, (select coalesce(sum(s.amount_fen), 0) from matter_source s where s.matter_id = m.id
            and s.source_id = k.source_id),
        (select coalesce(sum(p.amount_fen), 0) from line_part p join matter_line l on l.id = p.line_id
            where l.matter_id = m.id and p.source_id = k.source_id)
    from asset_matter m join (select l.matter_id, p.source_id from line_part p join matter_line l on l.id = p.line_id
        union select matter_id, source_id from matter_source) k on k.matter_id = m.id
    where m.kind = 'form' and m.state = 'approved' order by m.id, k.source_id"""
_LINES = """
    select l.id, l.matter_id, l.amount_fen, l.expense, l.asset_id,
        (select coalesce(sum(p.amount_fen), 0) from line_part p where p.line_id = l.id),
        (select coalesce(sum(v.amount_fen), 0) from value_entry v where v.asset_id = l.asset_id and v.matter_id = m.id)
    from matter_line l join asset_matter m on m.id = l.matter_id
    where m.kind = 'form' and m.state = 'approved' order by l.id"""
_VALUES = f"""
    select a.id, a.original_cost_fen, a.status in ({_GONE}),
        sum(case when v.kind in ({_COST}) then v.amount_fen else 0 end), sum(v.amount_fen),
        sum(case when v.kind in ('opening', 'acquired') then 1 else 0 end)
    from value_entry v join asset a on a.id = v.asset_id group by a.id, a.original_cost_fen, a.status order by a.id"""
_MOVED = """
    select m.id, m.kind, sum(v.amount_fen) from asset_matter m join value_entry v on v.matter_id = m.id
    where m.kind in ('split', 'merge') and v.kind <> 'opening' group by m.id, m.kind having sum(v.amount_fen) <> 0"""
_UNDONE = """
    select v.id from asset_matter m join asset_matter d on d.id = m.reverses_id
    join value_entry v on v.matter_id = m.id and v.kind = 'restored'
    where not exists (select 1 from value_entry o where o.matter_id = d.id and o.kind = 'disposed'
        and o.asset_id = v.asset_id and o.amount_fen = -v.amount_fen) order by v.id"""
_HOLDERS = """
    select t.id, t.asset_id, t.begins_on, t.ends_on, t.certificate_no, h.title_right, h.part, h.whole
    from asset_title t left join title_holder h on h.title_id = t.id where t.begins_on is not null
    order by t.asset_id, t.begins_on, t.id"""
_SHOWN = f"""
    select a.id, a.code from asset a join asset_title t on t.asset_id = a.id
    where t.begins_on is not null and t.ends_on is null
        and (a.titled_on is null or a.titled_on <> t.begins_on or a.title_document <> t.certificate_no
            or a.status in ({_GONE})) order by a.id"""
_ORDERED = (
    (
        "asset_title",
        "begins_on >= (select a.accepted_on from asset a where a.id = asset_title.asset_id)",
        "的确权早于验收",
    ),
    (
        "asset_title",
        "begins_on >= (select a.registered_on from asset a where a.id = asset_title.asset_id)",
        "的确权早于登记",
    ),
)
TITLED_WITHOUT_OWNER = (
    "select id from asset where titled_on is not null and title_document <> '' and owner_name = '' order by id"
)


def asset_values(check: Check) -> None:
    """I06, I07, I25 and I27 over assets and their papers."""
    _settlements(check)
    _values(check)
    _titles(check)
    for table, right, told in _ORDERED:
        query = text(f"select id from {table} where begins_on is not null and not ({right}) order by id limit 100")
        for row_id in check.session.execute(query).scalars().all():
            check.found("I25", table, row_id, told, label_of(check, table, row_id))


def _settlements(check: Check) -> None:
    """I06: settled cost = assets + expensed lines, in all and per source."""
    for row_id, settled, lines, sources in check.session.execute(text(_SETTLED)).all():
        if not settled == lines == sources:
            told = f"：结算 {_wan(settled)} 万元，各行 {_wan(lines)} 万元，各来源 {_wan(sources)} 万元，三者应相等"
            check.found("I06", "asset_matter", row_id, told, label_of(check, "asset_matter", row_id))
    for row_id, source, given, used in check.session.execute(text(_BY_SOURCE)).all():
        if given != used:
            told = f"：来源（编号 {source}）出 {_wan(given)} 万元，分到各行 {_wan(used)} 万元"
            check.found("I06", "asset_matter", row_id, told, label_of(check, "asset_matter", row_id))
    for row_id, _, amount, expense, asset_id, parts, value in check.session.execute(text(_LINES)).all():
        faults = parts != amount or bool(expense) == (asset_id is not None) or (not expense and value != amount)
        if faults:
            told = f"{_wan(amount)} 万元：应或者是一项资产的原值，或者是支出，并按来源分足"
            check.found("I06", "matter_line", row_id, told, label_of(check, "matter_line", row_id))


def _values(check: Check) -> None:
    """I07: opening or acquired value and all movements make the register's cost, and nothing where it was disposed of."""
    count = 0
    for row_id, cost, gone, costs, closing, begun in check.session.execute(text(_VALUES)).all():
        count += 1
        told = ""
        if costs != cost:
            told = f"原值 {_wan(cost)} 万元，账面变动合计 {_wan(costs)} 万元"
        elif begun != 1:
            told = "的账面没有期初，或有两个期初"
        elif gone and closing:
            told = f"已不在账，账面还有 {_wan(closing)} 万元"
        if told:
            check.found("I07", "asset", row_id, told, label_of(check, "asset", row_id))
    for row_id, _, left in check.session.execute(text(_MOVED)).all():
        check.found(
            "I07", "asset_matter", row_id, f"前后不等，差 {_wan(left)} 万元", label_of(check, "asset_matter", row_id)
        )
    for row_id in check.session.execute(text(_UNDONE)).scalars().all():
        check.found("I07", "value_entry", row_id, "冲销的金额与原处置不等", label_of(check, "value_entry", row_id))
    check.count("asset values", count)


def _titles(check: Check) -> None:
    """I27: at every date at most one title holds, and its owners' shares make exactly the whole."""
    spans: dict[int, list[tuple[int, str, str | None]]] = defaultdict(list)
    shares: dict[int, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for title, asset, begins, ends, _, right, part, whole in check.session.execute(text(_HOLDERS)).all():
        if not spans[asset] or spans[asset][-1][0] != title:
            spans[asset].append((title, str(begins), str(ends) if ends else None))
        if right is not None:
            shares[title][right] += Fraction(part, whole)
    for titles in spans.values():
        for place, (title, begins, ends) in enumerate(titles):
            wrong = [right for right, whole in shares[title].items() if whole != 1]
            if wrong or "own" not in shares[title]:
                check.found("I27", "asset_title", title, "的份额合计不是 100%", label_of(check, "asset_title", title))
            following = titles[place + 1][1] if place + 1 < len(titles) else None
            if following and ends != following:
                check.found("I27", "asset_title", title, f"自 {begins} 起，与后一次确权之间有重叠或间断")
    for row_id, code in check.session.execute(text(_SHOWN)).all():
        check.found("I27", "asset", row_id, "登记的确权与现行确权不一致", code)
    for row_id in check.session.execute(text(TITLED_WITHOUT_OWNER)).scalars().all():
        check.found("I27", "asset", row_id, "已确权，没有所有权人", label_of(check, "asset", row_id))
    check.count("titles", len(shares))


def _wan(fen: int | None) -> str:
    return exact_wan(Money(int(fen or 0)))
