"""Rows of PF63 简报: the overview of a day as figures, short sentences made from them, the largest five of each, and what to decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fundsys.domain.dates import show_day_zh
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import FundLevel
from fundsys.domain.maintenance import DefectState
from fundsys.domain.money import ZERO, Money, show_percent, show_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rectification import FindingState
from fundsys.domain.rules.base import Finding, Outcome
from fundsys.domain.yearly_targets import Stand
from fundsys.queries.facts import county_today
from fundsys.queries.legacy_records import labels
from fundsys.queries.overview import Overview, overview
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.slices import Grouping, Slice
from fundsys.queries.spending import SpendingRow, spending
from fundsys.queries.standing import month_at_work

FILTERS = ("issue",)
LARGEST = 5
POINTS, RULES, MONEY, BUILDING, TOWNS, LARGE, DECIDE = (
    "要点", "年度指标", "资金", "建设、分类、目标和问题", "各镇资产和管护", "居前五位", "请研究的事项",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BriefRow:
    """One figure or one sentence. item, measure: what of what; words: a sentence, or what else is to be said."""

    section: str
    item: str
    measure: str = ""
    figure: str = ""
    required: str = ""
    distance: str = ""
    stand: str = ""
    words: str = ""


def brief(session: Session, wanted: Wanted) -> Iterator[BriefRow]:
    """PF63: the county on a day. Raises DomainError, NotAllowed."""
    check_filters(wanted, FILTERS)
    issue_of(session, wanted)
    day = wanted.until or county_today(session)
    seen = overview(session, wanted.who, wanted.year, day, wanted.until)
    units = spending(session, None, Slice(wanted.year), Grouping.UNIT, day).rows
    for number, told in enumerate(_points(seen), 1):
        yield BriefRow(POINTS, str(number), words=told)
    yield from _rules(seen)
    yield from _money(seen)
    yield from _counts(seen, labels(session, wanted.year))
    yield from _towns(seen)
    yield from _largest(seen, units)
    for number, told in enumerate(_decide(seen) or ["本期没有需要提请研究的事项。"], 1):
        yield BriefRow(DECIDE, str(number), words=told)


def issue_of(session: Session, wanted: Wanted) -> str:
    """The number of the issue: the month's unless another is given. Raises DomainError."""
    text = wanted.where.get("issue", "").strip()
    if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= 999):
        raise DomainError(f"“{text}”不是期号，请填 1 至 999 的整数", field="where")
    return text or str(month_at_work(wanted.year, wanted.until or county_today(session)))


def brief_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The number of the issue, and what the day means."""
    day = wanted.until or county_today(session)
    told = [f"{wanted.year}年第{issue_of(session, wanted)}期，数据截至{show_day_zh(day)}。"]
    if wanted.until is not None:
        told.append("按业务截止日期编印：资金、建设和指标算到这一天，资产、管护、分类、问题按现有记录。")
    return tuple(told)


def _title(found: Finding) -> str:
    scope = next((level.label for level in FundLevel if level.code == found.scope), found.scope)
    return f"{found.title}（{scope}）" if scope else found.title


# ---------- sentences ----------


def _points(seen: Overview) -> list[str]:
    """What is met, what misses and by how much, what is late."""
    return [_of_money(seen), _of_rules(seen), _of_building(seen), _of_upkeep(seen), _of_problems(seen)]


def _of_money(seen: Overview) -> str:
    w = seen.money.whole
    if w.allotted is None or not w.allotted:
        return f"{seen.year}年度还没有已复核的指标文。"
    told = (
        f"截至{show_day_zh(seen.day)}，全县衔接资金（含协作资金）下达 {show_wan(w.allotted)} 万元，"
        f"已分配 {show_wan(w.allocated)} 万元，占下达 {show_percent(w.allocated.share_of(w.allotted))}；"
        f"已拨付 {show_wan(w.disbursed)} 万元，已支付 {show_wan(w.paid)} 万元，支出率 {show_percent(w.rate)}。"
    )
    more = "，".join(part for part in (w.standing.words, w.standing.ahead_words) if part)
    return f"{told}{more}。"


def _of_rules(seen: Overview) -> str:
    policy = [c.approved for c in seen.policy]
    missed = [f for f in policy if f.outcome is Outcome.FAIL]
    met = sum(1 for f in policy if f.outcome is Outcome.PASS)
    told = f"工作要点指标 {len(policy)} 项，达到 {met} 项，未达到 {len(missed)} 项"
    if missed:
        parts = [f"{_title(f)}实测 {f.measured_words}，要求 {f.required_words}，{f.distance_words}" for f in missed]
        told += "：" + "；".join(parts)
    rest = len(seen.failing) - len(missed)
    return f"{told}。全部检查 {len(seen.checked)} 项，另有 {rest} 项未达到，见《规则检查报告》。"


def _of_building(seen: Overview) -> str:
    b = seen.building
    done = sum(n for s, n in b.stages if s.reached(ProjectStatus.COMPLETED))
    return (
        f"年度项目 {len(b.rows)} 个，已完工 {done} 个；超期 {len(b.late)} 个，落后于计划 {len(b.behind)} 个，"
        f"本月未报进度 {len(b.silent)} 个。"
    )


def _of_upkeep(seen: Overview) -> str:
    t = seen.all_towns
    return (
        f"在册资产 {t.assets:,} 项，原值 {show_wan(t.cost)} 万元，未确权 {t.untitled:,} 项；应巡查 {t.patrols:,} 项，"
        f"年内已巡查 {seen.walked:,} 次，逾期 {t.late_patrols:,} 项；巡查发现的问题待整改 {seen.defects.get(DefectState.OPEN, 0)} 个，"
        f"超时限未销号 {seen.late_defects} 个。四个一批未定类 {seen.classes.get(None, 0)} 个，"
        f"盘活、调整措施超期 {seen.late_measures} 个。"
    )


def _of_problems(seen: Overview) -> str:
    by = seen.problems.by_state
    stands = dict(seen.stands)
    return (
        f"各级反馈和自查问题 {sum(by.values())} 个，已销号 {by.get(FindingState.CLOSED, 0)} 个，"
        f"超期未销号 {seen.problems.late} 个。年度目标达标 {stands.get(Stand.MET, 0)} 项，"
        f"未达标 {stands.get(Stand.SHORT, 0)} 项，逾期未报 {stands.get(Stand.LATE, 0)} 项。"
    )


def _decide(seen: Overview) -> list[str]:
    """What leaders should decide: one sentence for each thing that is short or late."""
    w, t, b = seen.money.whole, seen.all_towns, seen.building
    free = (w.allotted or ZERO) - w.allocated
    stands = dict(seen.stands)
    asked = [
        (bool(w.standing.behind),
         f"支出落后于节点，差 {show_wan(w.standing.behind)} 万元，请财政局会同项目主管单位逐个项目催办支付。"),
        (free > ZERO, f"未分配资金 {show_wan(free)} 万元，请主管部门、财政局抓紧提出分配方案，按规定期限分解下达。"),
        (any(c.approved.outcome is Outcome.FAIL for c in seen.policy),
         "未达到的指标，请牵头单位逐项提出补救办法和完成时间，报领导小组研究。"),
        (bool(b.late), f"超期项目 {len(b.late)} 个，请主管单位逐个说明原因；确需延期的，按程序报批。"),
        (bool(seen.classes.get(None)), f"四个一批未定类 {seen.classes.get(None, 0)} 个，请主管部门组织定类。"),
        (bool(seen.late_measures), f"盘活、调整措施超期 {seen.late_measures} 个，请各镇限期落实，并由主管部门核查。"),
        (bool(t.untitled), f"未确权资产 {t.untitled:,} 项，请各镇办理移交和确权。"),
        (bool(t.late_patrols), f"巡查逾期 {t.late_patrols:,} 项，请各镇督促管护责任人补巡。"),
        (bool(seen.problems.late), f"超期未销号问题 {seen.problems.late} 个，请责任单位限期报送整改材料。"),
        (bool(stands.get(Stand.LATE)), f"目标月报逾期未报 {stands.get(Stand.LATE, 0)} 项，请主管部门催报并通报。"),
        (bool(stands.get(Stand.UNCONFIRMED)), f"年度目标 {stands.get(Stand.UNCONFIRMED, 0)} 项待批准。"),
    ]  # fmt: skip
    return [words for due, words in asked if due]


# ---------- figures ----------


def _rules(seen: Overview) -> Iterator[BriefRow]:
    for c in seen.policy:
        f = c.approved
        yield BriefRow(
            RULES, _title(f), f.rule, f.measured_words, f.required_words, f.distance_words, f.outcome.label, f.clause
        )


def _money(seen: Overview) -> Iterator[BriefRow]:
    for row in (*seen.money.rows, seen.money.whole):
        rest = row.allocated - row.paid
        amounts: tuple[tuple[str, Money | None], ...] = (
            ("下达", row.allotted), ("已分配", row.allocated), ("已拨付", row.disbursed), ("已支付", row.paid),
            ("已分配未支付", rest),
        )  # fmt: skip
        for measure, amount in amounts:
            yield BriefRow(MONEY, row.label, measure, show_wan(amount) if amount is not None else "-")
        yield BriefRow(MONEY, row.label, "支出率", show_percent(row.rate))


def _counts(seen: Overview, classes: dict[str, str]) -> Iterator[BriefRow]:
    for status, n in seen.building.stages:
        yield BriefRow(BUILDING, "年度项目", status.label, str(n))
    b = seen.building
    for word, rows in (("超期", b.late), ("落后于计划", b.behind), ("本月未报", b.silent)):
        yield BriefRow(BUILDING, "年度项目", word, str(len(rows)))
    for batch, n in sorted(seen.classes.items(), key=lambda one: (one[0] is None, one[0] and one[0].code or "")):
        yield BriefRow(BUILDING, "四个一批", classes[batch.code] if batch else "未定类", str(n))
    yield BriefRow(BUILDING, "四个一批", "措施超期", str(seen.late_measures))
    for stand, n in seen.stands:
        yield BriefRow(BUILDING, "年度目标", stand.label, str(n))
    for state in FindingState:
        yield BriefRow(BUILDING, "问题整改", state.label, str(seen.problems.by_state.get(state, 0)))
    yield BriefRow(BUILDING, "问题整改", "超期未销号", str(seen.problems.late))


def _towns(seen: Overview) -> Iterator[BriefRow]:
    for t in (*seen.towns, seen.all_towns):
        for measure, n in (
            ("资产", t.assets), ("未确权", t.untitled), ("应巡查", t.patrols), ("巡查逾期", t.late_patrols),
        ):  # fmt: skip
            yield BriefRow(TOWNS, t.name, measure, f"{n:,}")
        yield BriefRow(TOWNS, t.name, "原值", show_wan(t.cost))


def _largest(seen: Overview, units: tuple[SpendingRow, ...]) -> Iterator[BriefRow]:
    for row in seen.building.late[:LARGEST]:
        yield BriefRow(LARGE, row.name, "超期最久的项目（日）", str(row.late_days), words=row.unit)
    for row in seen.building.behind[:LARGEST]:
        points = f"{row.behind / 100:.2f}"
        yield BriefRow(LARGE, row.name, "落后计划最多的项目（百分点）", points, words=row.unit)
    owing = sorted((u for u in units if u.allocated > u.paid), key=lambda u: (u.paid - u.allocated, u.label))
    for unit in owing[:LARGEST]:
        rate = show_percent(unit.rate)
        yield BriefRow(
            LARGE, unit.label, "未支付最多的单位（万元）", show_wan(unit.allocated - unit.paid), words=f"支出率 {rate}"
        )
    late = sorted((t for t in seen.towns if t.late_patrols), key=lambda t: (-t.late_patrols, t.name))
    for town in late[:LARGEST]:
        yield BriefRow(
            LARGE, town.name, "巡查逾期最多的镇（项）", f"{town.late_patrols:,}", words=f"应巡查 {town.patrols:,} 项"
        )
