"""Rules on work relief: each project's own share (RWL), pay in time, by book and by card (F063–F066), people taken on (F067)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from ..facts import Facts, LaborFact, ReliefFact
from ..money import ZERO, Money, exact_yuan, show_percent, show_yuan
from ..policy import Policy
from ..work_relief import earned
from .base import Finding, LeftOut, Outcome, Row, Severity, Unit, all_in_order, at_least, no_data, rule, unconfirmed

_RELIEF_RULES = "国家以工代赈管理办法（国家发展改革委令第57号）"
_ALL = Fraction(1)


def share_paid(project: ReliefFact) -> Fraction | None:
    """Labor pay paid out by the base, exact; None without a base."""
    return Fraction(project.paid.fen, project.base.fen) if project.base is not None and project.base > ZERO else None


def short_by(project: ReliefFact) -> Money:
    """How much more labor pay reaches the project's own minimum; zero when it is reached. A part of a 分 counts up."""
    if project.base is None or project.min_share is None:
        return ZERO
    least = project.min_share * project.base.fen
    return Money(max(0, -(-least.numerator // least.denominator) - project.paid.fen))


def share_words(project: ReliefFact) -> str:
    """已发 … ÷ 基数 … = …%, 最低 …%, in figures that never stand on the wrong side."""
    if project.base is None or project.min_share is None:
        return "没有审定的最低比例和计提基数"
    shown = show_percent(share_paid(project), project.min_share)
    said = f"已发 {show_yuan(project.paid)} 元÷{project.base_words} {show_yuan(project.base)} 元＝{shown}"
    return f"{said}，最低 {show_percent(project.min_share)}（{project.document}）"


@rule(
    "RWL",
    "以工代赈劳务报酬占比",
    clause=_RELIEF_RULES,
    aliases=("F062",),
    watches=("relief",),
    threshold="relief_pay_share_min",
)
def labor_share(facts: Facts) -> Iterator[Finding]:
    """Completed work-relief projects whose labor pay reaches their own minimum share of their own base: all must.

    Basis: share and base of each project's approved plan; what is paid out counts. One under way is judged once it is
    completed, or as soon as it has reached its share; a completed one without an approved plan fails.
    Source: “累计发放÷计提基数” 不低于本项目的最低比例，恰等于算达到。
    """
    basis = "按每个项目审定的最低比例和计提基数，以已发放的报酬计（完工的都判，未完工的达到了才计入）"
    limit = facts.policy.relief_pay_share_min
    here = [p for p in facts.relief if not p.is_withdrawn]
    waived = {p.id for p in here if facts.waiver(("RWL", "F062"), f"project:{p.id}")}
    judged = [p for p in here if p.id not in waived and (p.is_completed or _reached(p))]
    ids = {p.id for p in judged}
    left_out = tuple(
        LeftOut(p.label, _why_not_yet(p, p.id in waived), "project", p.id, p.paid)
        for p in facts.relief
        if p.id not in ids
    )
    if not judged:
        says = f"{facts.year}年度还没有完工或已达到比例的以工代赈项目，无数据。"
        yield no_data(Unit.RATIO, ">=", limit, says, basis=basis, left_out=left_out)
        return
    failing = [p for p in judged if not _reached(p)]
    beside = "".join(f"{p.label}：{share_words(p)}，还差 {exact_yuan(short_by(p))} 元。" for p in failing[:3])
    yield at_least(
        len(judged) - len(failing),
        len(judged),
        limit,
        part="达到本项目最低比例的以工代赈项目",
        whole="应判定的以工代赈项目",
        missing=Policy.relief_pay_share_min.label,
        beside=beside,
        basis=basis,
        rows=tuple(Row("project", p.id, p.label, None, _reached(p), True, share_words(p)) for p in judged),
        left_out=left_out,
    )


def _reached(project: ReliefFact) -> bool:
    share = share_paid(project)
    return share is not None and project.min_share is not None and share >= project.min_share


def _why_not_yet(project: ReliefFact, is_waived: bool) -> str:
    if project.is_withdrawn:
        return "项目已出库或终止"
    if is_waived:
        return "已豁免"
    if project.base is None:
        return "还没有完工，方案也没有审定"
    return f"还没有完工，{share_words(project)}，还差 {exact_yuan(short_by(project))} 元"


@rule(
    "F063",
    "报酬发放超1个月",
    clause="按月发放，周期最长 1 个月（通行做法，待县确认）",
    watches=("labor",),
    threshold="relief_pay_days",
)
def paid_in_time(facts: Facts) -> Iterator[Finding]:
    """Workers' months paid within the days the county allows after the month; what is not due yet is left out.

    Basis: day of payment less last day of the month; the last day allowed passes.
    Source: “发放日期 − 当月末 > 30日”。
    """
    days = facts.policy.relief_pay_days
    if days is None and facts.labor:
        yield unconfirmed(Policy.relief_pay_days.label)
        return
    due = [x for x in facts.labor if x.paid_on is not None or (facts.as_at - x.month_end).days > (days or 0)]

    def late(x: LaborFact) -> str:
        if x.paid_on is None or x.paid < x.owed:
            over = (facts.as_at - x.month_end).days > (days or 0)
            return f"欠发 {show_yuan(x.owed - x.paid)} 元" if over else ""
        took = (x.paid_on - x.month_end).days
        return f"{x.paid_on} 发放，当月末以后 {took} 日，超过 {days} 日" if took > (days or 0) else ""

    later = len(facts.labor) - len(due)
    left_out = (LeftOut(f"还没有到发放期限的 {later} 人月", "期限未到"),) if later else ()
    yield _all_in_order(facts, due, [late(x) for x in due], "按期足额发放的", "relief_pay_days", left_out)


@rule(
    "F064",
    "无考勤或考勤与发放不符",
    clause="以工代赈“一卡两账三查”",
    watches=("labor",),
    threshold="relief_pay_share_min",
)
def books_agree(facts: Facts) -> Iterator[Finding]:
    """Workers' months whose attendance book and pay agree: days there are, the same, and due is days by a day's pay.

    Basis: approved rosters; no tolerance.
    Source: “应发 ≠ 工日×日工资, 或无考勤记录”。
    """

    def apart(x: LaborFact) -> str:
        if x.attended is None:
            return "没有考勤记录"
        if x.attended != x.days:
            return f"考勤 {x.attended} 工日，计酬 {x.days} 工日"
        right = earned(x.days, x.day_rate)
        return "" if x.due == right else f"应发 {show_yuan(x.due)} 元，工日×日工资 {show_yuan(right)} 元"

    notes = [apart(x) for x in facts.labor]
    yield _all_in_order(facts, facts.labor, notes, "考勤与发放一致的", "relief_pay_share_min")


@rule(
    "F065",
    "务工人员身份证错误或重复",
    clause="通用审计常见问题（待县核对）",
    watches=("labor",),
    threshold="relief_pay_share_min",
)
def nobody_in_two_places(facts: Facts) -> Iterator[Finding]:
    """People who worked on two projects in one month: more days than the month has fail, others are to be looked at.

    Basis: the same identity number; wrong check digits are refused at entry and import.
    Source: “身份证校验码不符, 或同一人同日在两个项目出勤”。
    """
    months: dict[tuple[int, str], list[LaborFact]] = {}
    for x in facts.labor:
        months.setdefault((x.person, x.month), []).append(x)
    several = {key: rows for key, rows in months.items() if len({x.project_id for x in rows}) > 1}
    impossible = {key for key, rows in several.items() if sum(x.days for x in rows) > rows[0].month_end.day}

    def note(x: LaborFact) -> str:
        key = (x.person, x.month)
        if key not in several:
            return ""
        where = "、".join(dict.fromkeys(y.project for y in several[key]))
        days = sum(y.days for y in several[key])
        return f"同月在{where}出勤共 {days} 工日" + ("，超过当月天数" if key in impossible else "，请核对是否同日")

    finding = _all_in_order(
        facts, facts.labor, [note(x) for x in facts.labor], "没有重复出勤的", "relief_pay_share_min"
    )
    if finding.outcome is Outcome.FAIL and not impossible:
        finding = replace(
            finding, outcome=Outcome.REVIEW, message=f"{finding.message}天数没有超过当月，请核对是否同日出勤。"
        )
    yield finding


@rule(
    "F066",
    "现金发放",
    clause="以工代赈“一卡两账三查”",
    severity=Severity.MEDIUM,
    watches=("labor",),
    threshold="relief_pay_share_min",
)
def paid_by_card(facts: Facts) -> Iterator[Finding]:
    """Workers' months paid to a bank card, or in cash by an approval that is named.

    Basis: months with pay; those not paid yet are left out.
    Source: “未填银行卡(一卡通)号且无批准”。
    """
    paid = [x for x in facts.labor if x.paid > ZERO]
    notes = ["" if x.has_card or x.cash_approval else "没有银行卡号，也没有现金发放的批准" for x in paid]
    yield _all_in_order(facts, paid, notes, "银行卡发放或经批准的", "relief_pay_share_min")


@rule(
    "F067",
    "重建设轻赈济",
    clause=_RELIEF_RULES,
    severity=Severity.MEDIUM,
    watches=("relief",),
    threshold="relief_workers_share_min",
)
def enough_people(facts: Facts) -> Iterator[Finding]:
    """Completed work-relief projects that took on at least the year's part of the people planned.

    Basis: different people in approved rosters by the number of the approved plan; without a plan left out.
    Source: “完工时实际吸纳 < 计划吸纳的 80%”。
    """
    least = facts.policy.relief_workers_share_min
    done = [p for p in facts.relief if p.is_completed and not p.is_withdrawn]
    judged = [p for p in done if p.planned_workers]
    if least is None and judged:
        yield unconfirmed(Policy.relief_workers_share_min.label)
        return
    basis = f"{facts.year}年度完工的以工代赈项目（{facts.policy.cite('relief_workers_share_min')}）"
    left_out = tuple(
        LeftOut(p.label, "方案没有审定，没有计划人数", "project", p.id) for p in done if not p.planned_workers
    )
    if not judged:
        yield no_data(
            Unit.RATIO,
            ">=",
            _ALL,
            f"{facts.year}年度还没有可以检查的完工项目，无数据。",
            basis=basis,
            left_out=left_out,
        )
        return

    def enough(p: ReliefFact) -> bool:
        return Fraction(p.workers, p.planned_workers) >= (least or _ALL)

    yield at_least(
        sum(enough(p) for p in judged),
        len(judged),
        _ALL,
        part=f"实际吸纳达到计划 {show_percent(least)} 的完工项目",
        whole="完工的以工代赈项目",
        missing=Policy.relief_workers_share_min.label,
        basis=basis,
        rows=tuple(
            Row("project", p.id, p.label, None, enough(p), True, f"计划 {p.planned_workers} 人，实际 {p.workers} 人")
            for p in judged
        ),
        left_out=left_out,
    )


def _all_in_order(
    facts: Facts,
    judged: Sequence[LaborFact],
    notes: Sequence[str],
    good: str,
    threshold: str,
    left_out: tuple[LeftOut, ...] = (),
) -> Finding:
    """The share of workers' months without a note of what is wrong with them; all of them must be."""
    return all_in_order(
        judged,
        notes,
        table="relief_line",
        part=f"{good}人月",
        whole="已审定的人月",
        missing="发放合规比例",
        basis=f"{facts.year}年度已审定花名册的人月（{facts.policy.cite(threshold)}）",
        none_yet=f"{facts.year}年度还没有可以检查的发放记录，无数据。",
        left_out=left_out,
    )
