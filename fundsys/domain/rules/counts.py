"""Rules on stocktakes: differences have a treatment (F088), assets are counted every year (F089)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from ..assets import AssetClass
from ..facts import Facts
from ..policy import Policy
from .base import Finding, Row, Severity, Unit, all_in_order, at_least, no_data, rule


@rule(
    "F088",
    "账实不符",
    clause="六安市金安区2021年四季度衔接资金督查通报",
    watches=("differences",),
    threshold="records_share_min",
)
def differences_treated(facts: Facts) -> Iterator[Finding]:
    """Share of the differences found by stocktakes that somebody has said how to treat.

    Basis: differences as they stand, and what was found beside the register, of campaigns that have ended or whose last
    day has passed; one that was sent back has no treatment.
    Source: “盘点差异≠0 且无处理意见”.
    """
    due = [d for d in facts.differences if d.settled_by < facts.as_at]
    judged = at_least(
        sum(bool(d.treatment) for d in due),
        len(due),
        Fraction(1),
        part="有处理意见的差异",
        whole="盘点查出的差异",
        missing=Policy.records_share_min.label,
        basis=f"已结束和已到期的盘点（{facts.policy.cite('records_share_min')}）",
        rows=tuple(
            Row(d.table, d.id, d.label, None, bool(d.treatment), True, d.treatment or "没有处理意见") for d in due
        ),
    )
    none_yet = no_data(Unit.RATIO, ">=", Fraction(1), "还没有到期的盘点差异，无数据。", basis=judged.basis)
    yield judged if due else none_yet


@rule(
    "F089",
    "未按年盘点",
    clause="国办函〔2021〕51号及各县细则",
    severity=Severity.MEDIUM,
    watches=("assets",),
    threshold="records_share_min",
)
def counted_every_year(facts: Facts) -> Iterator[Finding]:
    """Share of the operating and public assets a stocktake of the year came to.

    Basis: assets registered before the year, household ones left out; judged from 31 December on.
    Source: “当年无盘点记录(12月31日)”.
    """
    begin = date(facts.year, 1, 1)
    there = [
        a
        for a in facts.assets
        if a.asset_class is not AssetClass.HOUSEHOLD and (a.registered_on is None or a.registered_on < begin)
    ]
    counted = [a.counted_on is not None and begin <= a.counted_on <= facts.as_at for a in there]
    if facts.as_at < date(facts.year, 12, 31):
        whole, done = len(there) + facts.unread.to_count, sum(counted) + facts.unread.counted
        says = f"{facts.year}年度的盘点到12月31日判定；应盘 {whole} 项，已盘 {done} 项。"
        yield no_data(Unit.RATIO, ">=", Fraction(1), says)
        return
    yield all_in_order(
        there,
        ["" if done else "本年度没有盘点记录" for done in counted],
        table="asset",
        part="本年度盘点过的资产",
        whole="年初在册的经营性、公益性资产",
        missing=Policy.records_share_min.label,
        basis=f"年初在册的经营性、公益性资产（{facts.policy.cite('records_share_min')}）",
        none_yet="年初没有在册的经营性、公益性资产，无数据。",
        unlisted=facts.unread.to_count,
    )
