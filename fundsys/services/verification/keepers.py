"""管护: each asset has at most one keeper and one fund source a day, and its register's row says who it is today."""

from __future__ import annotations

from sqlalchemy import text

from .report import Check
from .rows import label_of

_TWICE = """
    select a.id, a.asset_id, a.keeper, b.keeper from keeper_assignment a join keeper_assignment b
    on a.asset_id = b.asset_id and a.id <> b.id and a.from_on <= b.from_on
    and (a.to_on is null or b.from_on < a.to_on) order by a.id limit 100"""
_HALF = "select id from keeper_assignment where keeper = '' or maintenance_fund = '' order by id limit 100"
_GAP = """
    select id from (
        select id, to_on, lead(from_on) over (partition by asset_id order by from_on) as next from keeper_assignment
    ) k where next is not null and to_on is null order by id limit 100"""
_OTHERWISE = """
    select a.id, a.keeper, k.keeper, a.maintenance_fund, k.maintenance_fund from asset a
    join keeper_assignment k on k.asset_id = a.id and k.to_on is null
    where a.keeper <> k.keeper or a.maintenance_fund <> k.maintenance_fund or a.maintenance_body <> k.maintenance_body
    or a.public_post <> k.public_post
    order by a.id limit 100"""
_CLOSED_ALONE = """
    select id from defect where state = 'closed'
    and (fixed_on is null or closed_by in (fixed_by, found_by)) order by id limit 100"""
_BEFORE = """
    select a.id, a.last_patrol_on, max(p.patrolled_on) from asset a join patrol p on p.asset_id = a.id
    group by a.id, a.last_patrol_on having a.last_patrol_on is null or a.last_patrol_on < max(p.patrolled_on)
    order by a.id limit 100"""


def keepers(check: Check) -> None:
    """I28: one responsible person and one fund source per date; I29 for defects; the register knows the last patrol."""
    ask = check.session.execute
    for row_id, _, one, other in ask(text(_TWICE)).all():
        told = f"与另一条时间重叠，同一天有{one}、{other}两个责任人"
        check.found("I28", "keeper_assignment", row_id, told, label_of(check, "keeper_assignment", row_id))
    for (row_id,) in ask(text(_HALF)).all():
        check.found("I28", "keeper_assignment", row_id, "没有责任人或者经费来源")
    for (row_id,) in ask(text(_GAP)).all():
        check.found("I28", "keeper_assignment", row_id, "没有截止日期，后面却还有一条")
    for row_id, shown, keeper, fund, told_fund in ask(text(_OTHERWISE)).all():
        told = f"登记的责任人“{shown}”、经费来源“{fund}”，管护责任里是“{keeper}”、“{told_fund}”"
        check.found("I28", "asset", row_id, told, label_of(check, "asset", row_id))
    for (row_id,) in ask(text(_CLOSED_ALONE)).all():
        check.found("I29", "defect", row_id, "由发现或整改的人自己销号，或者没有整改就销号")
    for row_id, last, patrolled in ask(text(_BEFORE)).all():
        told = f"登记的最近巡查是 {last or '无'}，巡查记录到 {patrolled}"
        check.found("I28", "asset", row_id, told, label_of(check, "asset", row_id))
