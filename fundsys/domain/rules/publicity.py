"""Rules on public notices: missing (F051), too short (F052), incomplete (F053), with another figure than the ledger's (F054)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..facts import Facts, PublicNoticeFact
from ..money import show_wan
from ..policy import Policy
from ..publicity import days_counted
from .base import Finding, LeftOut, Row, Severity, Unit, all_in_order, at_least, no_data, rule, unconfirmed

_GUIDE = "扶贫项目资金公告公示指导意见"
_ALL = Fraction(1)


@rule(
    "F051",
    "公示缺失",
    clause="审计署扶贫审计公告（项目未按规定公开）",
    watches=("public_duties",),
    threshold="public_share_min",
)
def published(facts: Facts) -> Iterator[Finding]:
    """Share of the results that had to be public by now and are: an approved notice names each at its level.

    Basis: the county's table of duties; what is not due yet is left out, and so is what has no day.
    Source: “入库、年度计划、完工任一应公示环节无公示记录”。
    """
    policy = facts.policy
    limit = policy.public_share_min
    basis = f"{facts.year}年度按公示事项表应公示、已到期的结果（{policy.cite('public_share_min')}）"
    counted = facts.unread.duties
    due = [d for d in facts.public_duties if d.is_public or (d.due_on is not None and d.due_on < facts.as_at)]
    later = sum(1 for d in facts.public_duties if not d.is_public and d.due_on and d.due_on >= facts.as_at)
    later += sum(g.later for g in counted)
    undated = sum(1 for d in facts.public_duties if not d.is_public and d.due_on is None)
    undated += sum(g.undated for g in counted)
    left_out = [LeftOut(f"还没有到期的 {later} 项", "公开期限未到")] if later else []
    left_out += [LeftOut(f"没有形成日期的 {undated} 项", "批复或完成日期未登记，期限算不出来")] if undated else []
    whole = len(due) + sum(g.public + g.late for g in counted)
    if not whole:
        yield no_data(Unit.RATIO, ">=", limit, f"{facts.year}年度还没有到期应公示的结果，无数据。", basis=basis)
        return
    missing = [d for d in due if not d.is_public]
    owing = sorted({d.by for d in missing} | {g.by for g in counted if g.late})
    beside = f"欠公示的有{'、'.join(owing[:3])}{f'等 {len(owing)} 家' if len(owing) > 3 else ''}。" if owing else ""
    yield at_least(
        whole - len(missing) - sum(g.late for g in counted),
        whole,
        limit,
        part="已公示的事项",
        whole="已到期应公示的事项",
        missing=Policy.public_share_min.label,
        beside=beside,
        basis=basis,
        rows=tuple(
            Row(d.table, d.id, d.label, None, d.is_public, True, "" if d.is_public else f"{d.by}未公示，{d.due_on}到期")
            for d in due
        ),
        left_out=tuple(left_out),
        unlisted=sum(g.public for g in counted),
        missed=sum(g.late for g in counted),
    )


@rule(
    "F052",
    "公示天数不足",
    clause=_GUIDE,
    severity=Severity.MEDIUM,
    watches=("public_notices",),
    threshold="public_days_min",
)
def long_enough(facts: Facts) -> Iterator[Finding]:
    """Share of the year's approved notices that were up for the least number of days or more.

    Basis: first and last day both count; a notice that stays up is long enough. A duty may set its own minimum.
    Source: “截止−起始+1 < 10日”。
    """
    usual = facts.policy.public_days_min
    if usual is None and facts.public_notices:
        yield unconfirmed(Policy.public_days_min.label)
        return

    def short(notice: PublicNoticeFact) -> str:
        least = usual if notice.least_days is None else notice.least_days
        days = days_counted(notice.first_on, notice.last_on)
        return f"公示 {days} 日，不足 {least} 日" if days is not None and days < (least or 0) else ""

    yield _all_in_order(
        facts, facts.public_notices, [short(n) for n in facts.public_notices], "公示天数足够的", "public_days_min"
    )


@rule(
    "F053",
    "公示要素不全",
    clause="项目公开目录",
    severity=Severity.MEDIUM,
    watches=("public_notices",),
    threshold="public_share_min",
)
def complete(facts: Facts) -> Iterator[Finding]:
    """Share of the year's approved notices that show name, amount, content, implementing unit and hotline.

    Basis: a notice about nothing recorded needs content and hotline.
    Source: “缺项目名称、金额、建设内容、实施单位、监督电话任一项”。
    """
    notes = [f"缺{'、'.join(n.missing)}" if n.missing else "" for n in facts.public_notices]
    yield _all_in_order(facts, facts.public_notices, notes, "要素齐全的", "public_share_min")


@rule(
    "F054",
    "公示金额与台账不一致",
    clause="通用审计常见问题（待县核对）",
    severity=Severity.MEDIUM,
    watches=("public_notices",),
    threshold="public_amount_tolerance",
)
def same_figure(facts: Facts) -> Iterator[Finding]:
    """Share of the year's approved notices whose amount is the ledger's, within the county's tolerance.

    Basis: notices that name an amount and are about something recorded; a difference as large as the tolerance passes.
    Source: “公示金额 ≠ 台账金额（差额>0.01万元）”。
    """
    tolerance = facts.policy.public_amount_tolerance
    judged = [n for n in facts.public_notices if n.amount is not None and n.ledger_amount is not None]
    if tolerance is None and judged:
        yield unconfirmed(Policy.public_amount_tolerance.label)
        return

    def apart(notice: PublicNoticeFact) -> str:
        assert notice.amount is not None and notice.ledger_amount is not None and tolerance is not None
        if abs(notice.amount.fen - notice.ledger_amount.fen) <= tolerance.fen:
            return ""
        return f"公示 {show_wan(notice.amount)} 万元，台账 {show_wan(notice.ledger_amount)} 万元"

    others = len(facts.public_notices) - len(judged)
    left_out = (LeftOut(f"没有写金额或不对应台账的公示 {others} 份", "没有可比的数"),) if others else ()
    yield _all_in_order(
        facts, judged, [apart(n) for n in judged], "金额与台账一致的", "public_amount_tolerance", left_out
    )


def _all_in_order(
    facts: Facts,
    judged: Sequence[PublicNoticeFact],
    notes: Sequence[str],
    good: str,
    threshold: str,
    left_out: tuple[LeftOut, ...] = (),
) -> Finding:
    """The share of notices without a note of what is wrong with them; all of them must be."""
    return all_in_order(
        judged,
        notes,
        table="public_notice",
        part=f"{good}公示",
        whole="已审定的公示",
        missing="公示到位比例",
        basis=f"{facts.year}年度已审定的公示（{facts.policy.cite(threshold)}）",
        none_yet=f"{facts.year}年度还没有可以检查的公示，无数据。",
        left_out=left_out,
    )
