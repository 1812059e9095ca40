"""Rules on rights in assets: owners that fit (F078), nothing pledged (F091), household assets handed to somebody (F092)."""

from __future__ import annotations

from collections.abc import Iterator

from ..asset_matters import BenefitScope
from ..assets import AssetClass, OwnerType
from ..facts import AssetFact, Facts
from ..further_facts import FaultFact, LookedThrough, TitleFact
from ..money import ZERO
from .base import Finding, Severity, rule, without_fault
from .entries import none_of

_AUDITS = "通用审计常见问题（待县核对）"


@rule(
    "F078",
    "权属与受益范围不符",
    clause="国办函〔2021〕51号口径",
    severity=Severity.MEDIUM,
    watches=("titles",),
    threshold="records_share_min",
)
def owners_fit_the_scope(facts: Facts) -> Iterator[Finding]:
    """Share of the titles that stand whose owner fits whom the asset serves, and whose shares are the whole.

    Basis: titles in force. A village's asset owned by the state is in order where the paper explains it. Refused at
    entry, so that a fault means a record taken over from before.
    Source: “受益范围单村而登记为镇县国有无说明, 或多村共有份额合计≠100%”.
    """

    def fault(t: TitleFact) -> str:
        if t.scope is BenefitScope.VILLAGE and OwnerType.STATE in t.owners and not t.words:
            return "受益范围是单个村，登记为国有，没有说明"
        return f"所有权份额合计 {t.share}，不是全部" if t.share != 1 else ""

    yield without_fault(facts, facts.titles, fault, table="asset", part="权属相符的资产", whole="已确权的资产")


@rule("F091", "资产抵押担保", clause=_AUDITS, watches=("assets",), threshold="records_share_min")
def nothing_is_pledged(facts: Facts) -> Iterator[Finding]:
    """Number of assets in the books that are recorded as pledged or as a guarantee; there must be none.

    Basis: the register's note on pledges and guarantees; disposed and merged assets left out.
    Source: “帮扶资产登记为抵押物或担保”.
    """
    pledged = (
        FaultFact("asset", a.id, a.label, f"登记为抵押、担保：{a.encumbrance}") for a in facts.assets if a.encumbrance
    )
    whole = len(facts.assets) + facts.unread.assets
    yield none_of(facts, LookedThrough(whole, tuple(pledged)), "抵押担保的资产", "在册资产")


@rule(
    "F092",
    "到户资产无发放记录",
    clause="六安市金安区2021年四季度衔接资金督查通报（务工补助证明缺失）",
    severity=Severity.MEDIUM,
    watches=("assets",),
    threshold="records_share_min",
)
def handed_to_a_household(facts: Facts) -> Iterator[Finding]:
    """Share of the household assets with the household's name, the amount and the day they were handed over.

    Basis: assets in the books whose class is 到户类; the day is that of the hand-over, else the first day of use.
    Source: “到户类资产无农户姓名、金额、发放日期”.
    """

    def fault(a: AssetFact) -> str:
        missing = [
            word
            for word, there in (
                ("农户姓名", bool(a.owner)),
                ("金额", a.original_cost > ZERO),
                ("发放日期", (a.granted_on or a.in_use_on) is not None),
            )
            if not there
        ]
        return f"没有{'、'.join(missing)}" if missing else ""

    mine = [a for a in facts.assets if a.asset_class is AssetClass.HOUSEHOLD]
    yield without_fault(
        facts,
        mine,
        fault,
        table="asset",
        part="有发放记录的资产",
        whole="到户类资产",
        unlisted=facts.unread.households,
    )
