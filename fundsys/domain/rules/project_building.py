"""Rules on building and paying: order of approval, tender and start (F024, F025), payments against acceptance, progress, contract and settlement (F029–F032), retention (F034)."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts, ProjectRecordFact
from ..money import show_limit, show_percent, show_wan
from ..policy import Policy
from .base import Finding, Severity, rule, unconfirmed
from .project_records import judged_projects

_AUDITS = "通用审计常见问题（待县核对）"
_LUAN = "六安市金安区2021年四季度衔接资金督查通报"


@rule("F024", "先施工后招标", clause=_AUDITS, watches=("project_records",), threshold="records_share_min")
def tendered_before_start(facts: Facts) -> Iterator[Finding]:
    """Share of the year's started projects with a tender that were started on its day or later.

    Basis: the day the tender was decided and the day work began, both recorded.
    Source: “实际开工日期 < 中标(成交)日期”。
    """

    def fault(p: ProjectRecordFact) -> str:
        started, decided = p.day("开工"), p.tendered_on
        return f"{started} 开工，{decided} 才中标" if started and decided and started < decided else ""

    found = [p for p in facts.project_records if p.day("开工") and p.tendered_on]
    yield judged_projects(facts, found, fault, "先招标后开工的", "有招标记录的已开工项目", "records_share_min")


@rule("F025", "先开工后审批", clause=_AUDITS, watches=("project_records",), threshold="records_share_min")
def approved_before_start(facts: Facts) -> Iterator[Finding]:
    """Share of the year's started projects that were approved by then.

    Basis: the day of approval and the day work began; a project started without any approval recorded is named too.
    Source: “实际开工 < 批复日期”。
    """

    def fault(p: ProjectRecordFact) -> str:
        started, approved = p.day("开工"), p.day("批复")
        if approved is None:
            return f"{started} 开工，没有批复日期"
        return f"{started} 开工，{approved} 才批复" if started and started < approved else ""

    found = [p for p in facts.project_records if p.day("开工")]
    yield judged_projects(facts, found, fault, "先审批后开工的", "已开工项目", "records_share_min")


@rule("F029", "未验收先付清", clause=_LUAN, watches=("project_records",), threshold="records_share_min")
def paid_off_after_acceptance(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects with a contract that are accepted, or not yet paid but for the retention.

    Basis: approved payments against the sum of confirmed contracts less what they keep back.
    Source: “无验收记录而累计支付 ≥ 合同额−质保金”。
    """

    def fault(p: ProjectRecordFact) -> str:
        assert p.contracted is not None
        if p.accepted_on or p.paid < p.contracted - p.retained:
            return ""
        return f"没有验收，已支付 {show_wan(p.paid)} 万元，合同 {show_wan(p.contracted)} 万元"

    yield judged_projects(facts, _contracted(facts), fault, "验收后才付清的", "有合同的项目", "records_share_min")


@rule("F030", "超进度付款", clause=_AUDITS, watches=("project_records",), threshold="paid_ahead_max")
def paid_as_built(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects with a contract that were not paid further ahead of the works than the year allows.

    Basis: approved payments by the contracts' sum, and the progress last reported; exactly the margin is in order.
    Source: “累计支付÷合同额 > 形象进度 + 0.10”。
    """
    margin = facts.policy.paid_ahead_max
    found = _contracted(facts)
    if margin is None and found:
        yield unconfirmed(Policy.paid_ahead_max.label)
        return

    def fault(p: ProjectRecordFact) -> str:
        assert p.contracted is not None and margin is not None
        share = p.paid.share_of(p.contracted)
        if share is None or share <= p.progress + margin:
            return ""
        return f"支付 {show_percent(share)}，形象进度 {show_percent(p.progress)}"

    yield judged_projects(facts, found, fault, "付款不超进度的", "有合同的项目", "paid_ahead_max")


@rule(
    "F031",
    "累计支付超合同额",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("project_records",),
    threshold="records_share_min",
)
def paid_within_contract(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects with a contract that were paid no more than their contracts.

    Basis: approved payments against the sum of confirmed contracts. Entry refuses it too.
    Source: “累计支付 > 合同额 + 已批准变更额”。
    """

    def fault(p: ProjectRecordFact) -> str:
        assert p.contracted is not None
        over = p.paid > p.contracted
        return f"已支付 {show_wan(p.paid)} 万元，合同 {show_wan(p.contracted)} 万元" if over else ""

    yield judged_projects(facts, _contracted(facts), fault, "支付不超合同的", "有合同的项目", "records_share_min")


@rule(
    "F032",
    "支付超结算额",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("project_records",),
    threshold="records_share_min",
)
def paid_within_settlement(facts: Facts) -> Iterator[Finding]:
    """Share of the year's settled projects that were paid no more than was settled.

    Basis: approved payments against the settled amount. Entry refuses it too.
    Source: “累计支付 > 审定结算额”。
    """

    def fault(p: ProjectRecordFact) -> str:
        assert p.settled is not None
        return f"已支付 {show_wan(p.paid)} 万元，结算 {show_wan(p.settled)} 万元" if p.paid > p.settled else ""

    settled = [p for p in facts.project_records if p.settled is not None]
    yield judged_projects(facts, settled, fault, "支付不超结算的", "已结算项目", "records_share_min")


@rule(
    "F034",
    "质保金未留或超留",
    clause=_LUAN,
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="retention_share_max",
)
def retention_in_bounds(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects whose confirmed contracts all keep back something, and no more than the year's share.

    Basis: the retention of each contract; exactly the limit is in order.
    Source: “质保金率 = 0 或 > 0.03”。
    """
    limit = facts.policy.retention_share_max
    found = [p for p in facts.project_records if p.retentions]
    if limit is None and found:
        yield unconfirmed(Policy.retention_share_max.label)
        return

    def fault(p: ProjectRecordFact) -> str:
        assert limit is not None
        wrong = [
            f"合同 {number} {'没有留质保金' if not share else f'质保金 {show_limit(share)}，超过 {show_limit(limit)}'}"
            for number, share in p.retentions
            if not share or share > limit
        ]
        return "，".join(wrong)

    yield judged_projects(facts, found, fault, "质保金合规的", "有合同的项目", "retention_share_max")


def _contracted(facts: Facts) -> list[ProjectRecordFact]:
    return [p for p in facts.project_records if p.contracted is not None]
