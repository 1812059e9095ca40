"""Rules on what can never be right, wherever it stands: operators (F105), places (F111), numbers (F114), sums (F115), capitals (F116)."""

from __future__ import annotations

from collections.abc import Iterator

from ..credit_code import credit_code_fault
from ..facts import Facts
from ..further_facts import FaultFact, LookedThrough, OperatorFact
from ..money import ZERO, exact_wan
from ..policy import Policy
from .base import Finding, Row, Severity, Unit, equal_to, no_data, rule, unconfirmed, without_fault
from .spending_records import SOURCES, in_their_tables

_AUDITS = "通用审计常见问题（待县核对）"


@rule("F105", "经营主体异常", clause=_AUDITS, watches=("operators",), threshold="records_share_min")
def operators_exist(facts: Facts) -> Iterator[Finding]:
    """Share of the operators, holders and units with a credit code whose code holds and that have not gone.

    Basis: operators of the industry projects of earlier years, holders of titles, units of the county. Whether an
    operator still exists is what the last look at its project found.
    Source: “统一社会信用代码校验失败, 或登记为注销/吊销”.
    """

    def fault(o: OperatorFact) -> str:
        wrong = credit_code_fault(o.credit_code) if o.credit_code else ""
        return "，".join(word for word in (wrong, o.closed) if word)

    found = without_fault(facts, facts.operators, fault, table="", part="没有异常的经营主体", whole="登记的经营主体")
    yield in_their_tables(found, [o.table for o in facts.operators])


@rule(
    "F111",
    "区划代码不存在",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("places",),
    threshold="records_share_min",
)
def places_exist(facts: Facts) -> Iterator[Finding]:
    """Number of records whose place does not exist, or whose village is not in their town; there must be none.

    Basis: projects, assets, industry projects of earlier years and the list of places itself. Refused at entry, so that
    a fault means a record taken over from before.
    Source: “12位代码不在区划表, 或前9位与镇不符”.
    """
    yield none_of(facts, facts.places, "镇村不对的记录", "登记了镇村的项目、资产、产业项目和区划")


@rule("F114", "编码重复", clause=_AUDITS, severity=Severity.BLOCKER, watches=("codes",), threshold="records_share_min")
def numbers_are_given_once(facts: Facts) -> Iterator[Finding]:
    """Number of records that bear a number another one bears; there must be none.

    Basis: numbers of projects, library entries, assets, contracts of projects and contracts of assets, without regard to
    case, width and spaces. Refused at entry, so that a fault means a record taken over from before.
    Source: “项目编号、资产编码、合同编号重复”.
    """
    yield none_of(facts, facts.codes, "编号重复的记录", "有编号的项目、资产和合同")


@rule(
    "F115",
    "汇总与明细不等",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("sums", "asset_sums"),
    threshold="sum_tolerance",
)
def totals_are_their_parts(facts: Facts) -> Iterator[Finding]:
    """Number of totals kept in the books that are not the sum of their parts; there must be none.

    Basis: notices beside their lines, assets beside their cost by source, formation papers beside their lines, lists of
    the treasury beside their rows. Our own sums must agree to the 分; one copied from another paper may differ by the
    year's tolerance.
    Source: “合计 ≠ 明细求和(允许±0.01万元)”.
    """
    tolerance = facts.policy.sum_tolerance
    mine = [s for s in facts.sums if not s.what.startswith(SOURCES)]
    if tolerance is None and mine:
        yield unconfirmed(Policy.sum_tolerance.label)
        return
    wrong = tuple(
        FaultFact(s.table, s.id, s.label, f"{s.what} {exact_wan(s.whole)} 万元，明细之和 {exact_wan(s.parts)} 万元")
        for s in mine
        if abs(s.whole - s.parts) > ((tolerance or ZERO) if s.is_typed else ZERO)
    )
    looked = LookedThrough(len(mine) + facts.asset_sums.whole, (*wrong, *facts.asset_sums.faults))
    yield none_of(facts, looked, "与明细不等的合计", "登记的合计", "sum_tolerance")


@rule(
    "F116",
    "大小写金额不一致",
    clause="中国人民银行《正确填写票据和结算凭证的基本规定》",
    severity=Severity.BLOCKER,
    watches=("capitals",),
    threshold="records_share_min",
)
def capitals_say_the_amount(facts: Facts) -> Iterator[Finding]:
    """Number of payments whose amount in capitals, as the voucher has it, is not their amount; there must be none.

    Basis: payments for which the capitals of the voucher were entered; ours are written by the system itself. Refused at
    entry, so that a fault means a record taken over from before.
    Source: “小写转大写结果 ≠ 填写大写”.
    """
    yield none_of(facts, facts.capitals, "大小写不一致的支付", "登记了大写金额的支付")


def none_of(
    facts: Facts, looked: LookedThrough, part: str, whole: str, threshold: str = "records_share_min"
) -> Finding:
    """The number of faults among what was looked through, which must be none; only the faults are listed."""
    if not looked.whole:
        return no_data(Unit.COUNT, "=", 0, f"还没有{whole}，无数据。")
    return equal_to(
        len(looked.faults),
        0,
        part=part,
        missing=Policy.records_share_min.label,
        beside=f"共看了 {looked.whole} 条{whole}。",
        basis=f"{whole}（{facts.policy.cite(threshold)}）",
        rows=tuple(Row(f.table, f.id, f.label, note=f.why) for f in looked.faults),
    )
