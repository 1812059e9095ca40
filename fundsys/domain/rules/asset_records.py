"""Rules on the register's records: entered once (F075), idle (F081), damaged or lost (F082), disposed of with papers (F090)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..assets import AssetClass, AssetStatus
from ..facts import AssetFact, Facts
from ..further_facts import TwinFact
from ..policy import Policy
from .base import Finding, Severity, all_in_order, rule, without_fault

_AUDITS = "通用审计常见问题（待县核对）"


@rule("F075", "同一资产重复登记", clause=_AUDITS, watches=("assets", "twins"), threshold="records_share_min")
def registered_once(facts: Facts) -> Iterator[Finding]:
    """Share of the assets of which no other asset has the same name, village, place, make and quantity.

    Basis: assets in the books with a place in words; merged and disposed ones left out.
    Source: “名称+坐落+规格相同而编码不同”.
    """

    others = {twin.id: twin.others for twin in facts.twins}
    listed: Sequence[AssetFact | TwinFact] = facts.twins if facts.unread.assets or facts.unread.twins else facts.assets

    def fault(a: AssetFact | TwinFact) -> str:
        return f"名称、坐落、规格、数量与 {'、'.join(others[a.id])} 相同" if a.id in others else ""

    yield without_fault(
        facts,
        listed,
        fault,
        table="asset",
        part="没有重复登记的资产",
        whole="在册资产",
        of="登记簿中的在册资产",
        unlisted=len(facts.assets) + facts.unread.assets - facts.unread.twins - len(listed),
        missed=facts.unread.twins,
    )


@rule(
    "F081",
    "资产闲置",
    clause="审计署扶贫审计公告2017年（158县）、2018年（145县）",
    watches=("assets",),
    threshold="records_share_min",
)
def not_idle(facts: Facts) -> Iterator[Finding]:
    """Share of the operating and public assets that are not idle.

    Basis: the state of the register; how long an asset has had no income is told by F083 and the list of idle assets.
    Source: “状态=闲置”.
    """

    def fault(a: AssetFact) -> str:
        return "资产闲置" if a.status is AssetStatus.IDLE else ""

    there = [a for a in facts.assets if a.asset_class is not AssetClass.HOUSEHOLD]
    yield without_fault(
        facts,
        there,
        fault,
        table="asset",
        part="没有闲置的资产",
        whole="经营性、公益性资产",
        of="登记簿中的经营性、公益性资产",
        unlisted=facts.unread.shared - facts.unread.idle,
        missed=facts.unread.idle,
    )


@rule("F082", "资产损毁流失", clause=_AUDITS, watches=("assets",), threshold="records_share_min")
def losses_have_papers(facts: Facts) -> Iterator[Finding]:
    """Share of the damaged and lost assets whose disposal has a paper under way or approved.

    Basis: assets whose state is 损毁 or 流失.
    Source: “状态=损毁或流失且无处置审批”.
    """

    def fault(a: AssetFact) -> str:
        return "" if a.has_disposal else f"{a.status.label}，没有处置审批"

    gone = [a for a in facts.assets if a.status in (AssetStatus.DAMAGED, AssetStatus.LOST)]
    yield without_fault(
        facts,
        gone,
        fault,
        table="asset",
        part="有处置审批的资产",
        whole="损毁、流失的资产",
        of="登记簿中的损毁、流失的资产",
    )


@rule(
    "F090",
    "未批先处置",
    clause="扶贫（衔接）项目资产处置有关规定",
    severity=Severity.BLOCKER,
    watches=("disposed",),
    threshold="records_share_min",
)
def disposed_with_papers(facts: Facts) -> Iterator[Finding]:
    """Share of the disposed assets with approval, appraisal and public notice on record.

    Basis: assets whose state is 已处置. Refused at entry, so that a fault means a record taken over from before.
    Source: “资产状态已处置而无审批、评估或公示记录”.
    """
    yield all_in_order(
        facts.disposed,
        [f"没有{'、'.join(d.missing)}记录" if d.missing else "" for d in facts.disposed],
        table="asset",
        part="手续齐全的资产",
        whole="已处置的资产",
        missing=Policy.records_share_min.label,
        basis=f"登记簿中已处置的资产（{facts.policy.cite('records_share_min')}）",
        none_yet="还没有已处置的资产，无数据。",
    )
