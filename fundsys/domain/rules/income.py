"""Rule on photovoltaic income: first for public posts and small public works (RPV)."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts, StationShareFact
from ..money import ZERO, Money, show_percent, total
from ..policy import Policy
from .base import Finding, LeftOut, Row, Unit, at_least, no_data, rule


@rule(
    "RPV",
    "光伏收益用途",
    clause="2024年工作要点 第10条",
    aliases=("F086",),
    watches=("stations",),
    threshold="station_share_min",
)
def posts_and_works_first(facts: Facts) -> Iterator[Finding]:
    """Share of the year's distributed photovoltaic income that went to public posts and small public works.

    Basis: what the villagers resolved on in the year and was approved, whichever year's income; upkeep is in the whole.
    What was distributed before uses were told, and what is not distributed yet, is left out.
    Source: “光伏收入优先用于公益岗位和小型公益事业”; the share itself is the county's value of the year.
    """
    limit = facts.policy.station_share_min
    basis = f"{facts.year}年度议定并审定分配的光伏收益（{facts.policy.cite('station_share_min')}），运维费计入分母"
    here = [s for s in facts.stations if s.resolved_on is not None and s.resolved_on <= facts.as_at and s.amount]
    left_out = tuple(
        LeftOut(s.label, s.use or "还没有分配", "asset", s.asset_id, s.amount)
        for s in facts.stations
        if s not in here and s.amount
    )
    if not here:
        says = f"{facts.year}年度没有已分配的光伏收益，无数据。"
        yield no_data(Unit.RATIO, ">=", limit, says, basis=basis, left_out=left_out)
        return
    yield at_least(
        total(s.amount for s in here if s.is_first),
        total(s.amount for s in here),
        limit,
        part="用于公益岗位和小型公益事业的光伏收益",
        whole="已分配的光伏收益",
        rest="用于奖励补助、运维费等的光伏收益",
        missing=Policy.station_share_min.label,
        beside=_below(here, facts),
        basis=basis,
        rows=tuple(
            Row("asset", s.asset_id, s.label, s.amount, s.is_first, True, "" if s.is_first else s.use) for s in here
        ),
        left_out=left_out,
    )


def _below(shares: list[StationShareFact], facts: Facts) -> str:
    """The stations below the share on their own, in words; the county is judged as a whole."""
    limit = facts.policy.station_share_min
    sums: dict[int, tuple[str, Money, Money]] = {}
    for s in shares:
        name, first, whole = sums.get(s.asset_id, (s.station, ZERO, ZERO))
        sums[s.asset_id] = (name, first + s.amount if s.is_first else first, whole + s.amount)
    told = []
    for name, first, whole in sums.values():
        share = first.share_of(whole)
        if limit is not None and share is not None and share < limit:
            told.append(f"{name} {show_percent(share, limit)}")
    return f"单个电站低于界线的：{'、'.join(told[:5])}{f'等 {len(told)} 座' if len(told) > 5 else ''}。" if told else ""
