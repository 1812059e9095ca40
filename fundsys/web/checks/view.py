"""How findings stand on pages: lines of the table, one verdict at large, the rows behind it. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import current_app, url_for

from fundsys.domain.effect import headroom, sentence_of
from fundsys.domain.money import ZERO, Money, show_wan, total
from fundsys.domain.rules.base import Direction, Finding, LeftOut, Outcome, Row, Unit, rule_called
from fundsys.queries.findings import Checked
from fundsys.queries.seen_rows import Origin
from fundsys.web.charts import Point
from fundsys.web.strip import Scale, scale

SHORT = {
    "R123": "年度项目数",
    "R65": "产业占比",
    "R30": "首位产业占比",
    "R01F": "管理费",
    "RWR": "以工代赈项目",
    "RWL": "劳务报酬占比",
    "RA23": "上年新增资产",
    "RM": "“1+12”管护",
    "R621": "四个一批定类",
    "RFIX": "问题销号",
    "RPV": "光伏收益用途",
}
TABLES = {
    "allocation": "分配",
    "project": "项目",
    "asset": "资产",
    "legacy_project": "产业项目",
    "public_notice": "公示",
    "relief_line": "务工人月",
    "rectification": "问题",
    "contract": "合同",
    "payment": "支付",
    "payment_request": "支付申请",
}
_RECORDS = {
    "allocation": ("funds.allocation", "allocation_id"),
    "project": ("projects.show", "project_id"),
    "asset": ("assets.show", "asset_id"),
    "legacy_project": ("industry.show", "project_id"),
    "allotment_notice": ("funds.show", "notice_id"),
    "correction": ("corrections.show", "correction_id"),
    "public_notice": ("publicity.show", "public_id"),
    "rectification": ("rectification.show", "finding_id"),
    "contract": ("payments.contract", "contract_id"),
    "payment": ("payments.payment", "payment_id"),
    "payment_request": ("payments.request_", "request_id"),
    "asset_matter": ("matters.show", "matter_id"),
    "treasury_list": ("following.treasury_list", "list_id"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in a table of rules."""

    code: str
    name: str
    url: str
    measured: str
    required: str
    distance: str
    verdict: str
    tone: str
    title: str = ""
    clause: str = ""
    reserved: str = ""
    reserved_tone: str = ""


def line(checked: Checked, **args: Any) -> Line:
    """A finding as a line; `reserved` only where submitted money changes it. args: the days and year to carry along."""
    f, r = checked.approved, checked.reserved
    name = SHORT.get(f.rule, f.title)
    return Line(
        code=f.rule,
        name=f"{f.scope}{name}",
        url=url_for("checks.show", code=f.rule, **args) + (f"#{anchor(f)}" if f.scope else ""),
        measured=f.measured_words,
        required=f.required_words,
        distance=f.distance_words,
        verdict=f.outcome.label,
        tone=f.outcome.tone,
        title=f"{f.title}（{f.scope}）" if f.scope else f.title,
        clause=f.clause,
        reserved=f"{r.measured_words}，{r.outcome.label}" if checked.differs else "",
        reserved_tone=r.outcome.tone,
    )


def anchor(finding: Finding) -> str:
    """The name of the finding's place on its rule's page."""
    return f"f-{finding.scope or 'all'}"


def tally(lines: Iterable[Line]) -> list[tuple[int, str, str]]:
    """How many findings of each outcome: (number, word, tone), outcomes without any left out."""
    found = list(lines)
    counts = [(sum(1 for x in found if x.verdict == o.label), o.label, o.tone) for o in Outcome]
    return [c for c in counts if c[0]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One finding at large, as parts/rules.html draws it."""

    code: str
    name: str
    clause: str
    words: str
    verdict: str
    tone: str
    measured: str
    measured_note: str
    required: str
    required_note: str
    distance: str
    distance_unit: str
    distance_note: str
    sentence: str
    scale: Scale | None


def verdict(finding: Finding) -> Verdict:
    """The finding at large, with its headroom or its gap in words."""
    word, _, unit = finding.distance_words.partition(" ")
    figure, _, unit = unit.partition(" ")
    drawn = None
    if finding.limit is not None and finding.measured is not None:
        drawn = scale(finding.limit, finding.measured, None, finding.operator != "<=")
    return Verdict(
        code=finding.rule,
        name=f"{finding.title}（{finding.scope}）" if finding.scope else finding.title,
        clause=finding.clause,
        words=deciding_words(finding.rule),
        verdict=finding.outcome.label,
        tone=finding.outcome.tone,
        measured=finding.measured_words,
        measured_note=_figures(finding),
        required=finding.required_words,
        required_note=_bound(finding),
        distance=f"{word} {figure}" if figure else word,
        distance_unit=unit,
        distance_note=_points(finding),
        sentence=_sentence(finding),
        scale=drawn,
    )


def _sentence(finding: Finding) -> str:
    rooms = headroom(finding)
    said = sentence_of(finding, rooms)
    return finding.message if said == finding.message or not rooms else f"{said}。{finding.message}"


def _figures(finding: Finding) -> str:
    n, d = finding.numerator, finding.denominator
    if isinstance(n, Money) and isinstance(d, Money):
        return f"{show_wan(n)} ÷ {show_wan(d)} 万元"
    return f"{n:,} ÷ {d:,} 项" if isinstance(n, int) and isinstance(d, int) and finding.unit is Unit.RATIO else ""


def _bound(finding: Finding) -> str:
    if finding.limit is None:
        return "本年度没有确认"
    return {">=": "“以上”“不少于”含本数", "<=": "“不超过”含本数", "=": "须与目标相符"}[finding.operator]


def _points(finding: Finding) -> str:
    """The distance in percentage points, cut, never shown as nothing when there is something."""
    if finding.unit is not Unit.RATIO or finding.measured is None or finding.limit is None:
        return ""
    gap = abs(finding.measured - finding.limit) * 100
    if not gap:
        return "正在界线上"
    hundredths = int(gap * 100)
    words = f"{hundredths // 100}.{hundredths % 100:02d} 个百分点" if hundredths else "不足 0.01 个百分点"
    higher = finding.measured > finding.limit
    return f"{'高出' if higher else '低于界线'} {words}" if hundredths else f"{'高出' if higher else '低'}{words}"


def deciding_words(code: str) -> str:
    """The words of the paper a rule goes by, as its description quotes them; empty when it quotes none."""
    found = rule_called(code)
    told = re.search(r"Source:.*?(“[^”]+”)", (found.body.__doc__ or "") if found else "", re.S)
    return re.sub(r"\s+", "", told[1]) if told else ""


# ---------- the rows behind a finding ----------


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A record behind a figure. part: what it adds to the numerator; None where it adds nothing."""

    label: str
    notice: str
    url: str
    amount: Money | None
    whole: Money | None
    part: Money | None
    counts: bool
    note: str
    subject: str = ""


def record_url(table: str, number: int | None) -> str:
    """The page of a record; empty when there is none."""
    endpoint, name = _RECORDS.get(table, ("", ""))
    if not number or endpoint not in current_app.view_functions:
        return ""
    place: dict[str, Any] = {name: number}
    return url_for(endpoint, **place)


def shown_row(row: Row, origin: Mapping[int, Origin]) -> ShownRow:
    """A row with the way to its record; an allocation's notice stands beside its project."""
    label, notice = parted(row.label, row.table, row.id, origin)
    return ShownRow(
        label=label,
        notice=notice,
        url=record_url(row.table, row.id),
        amount=row.amount,
        whole=row.amount if row.in_denominator else None,
        part=row.amount if row.in_numerator else None,
        counts=row.in_numerator,
        note=row.note,
        subject=f"{row.table}:{row.id}" if row.table and row.id else "",
    )


def parted(label: str, table: str, number: int | None, origin: Mapping[int, Origin]) -> tuple[str, str]:
    """A label without the notice it ends in, and the notice; only allocations name one."""
    where = origin.get(number or 0) if table == "allocation" else None
    if where is None:
        return label, ""
    return label.replace(f"（{where.document_no}）", "", 1), where.document_no


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A record that does not count, and why."""

    label: str
    notice: str
    url: str
    amount: Money | None
    why: str


def left_row(left: LeftOut, origin: Mapping[int, Origin]) -> LeftRow:
    """A record left out with the way to it."""
    label, notice = parted(left.label, left.table, left.id, origin)
    return LeftRow(label, notice, record_url(left.table, left.id), left.amount, left.why)


@dataclass(frozen=True, slots=True)
class NoticeSum:
    """The allocations of one notice and source that count."""

    notice_id: int
    document_no: str
    source: str
    count: int
    whole: Money
    part: Money
    share: Fraction | None


def by_notice(rows: Sequence[Row], origin: Mapping[int, Origin]) -> list[NoticeSum]:
    """What each notice gives to numerator and denominator; rows of nobody's notice (other units) come last."""
    groups: dict[Origin, list[Row]] = {}
    for row in rows:
        groups.setdefault(origin.get(row.id, Origin(0, row.label, "")), []).append(row)
    made = []
    for where, those in sorted(groups.items(), key=lambda item: (item[0].notice_id == 0, item[0].notice_id)):
        whole = total(r.amount or ZERO for r in those if r.in_denominator)
        part = total(r.amount or ZERO for r in those if r.in_numerator)
        made.append(
            NoticeSum(where.notice_id, where.document_no, where.source, len(those), whole, part, part.share_of(whole))
        )
    return made


def is_money(finding: Finding) -> bool:
    """Whether the finding measures money."""
    return isinstance(finding.denominator, Money)


def is_short(finding: Finding) -> bool:
    """Whether the finding misses its limit."""
    return finding.direction is Direction.SHORT


def trend(points: Sequence[tuple[int, Finding]]) -> list[Point]:
    """A share at the end of each month, as the line chart draws it; months on the wrong side are marked."""
    return [
        Point(f"{month}月", f.measured, f.measured_words, tone="bad" if f.outcome is Outcome.FAIL else "")
        for month, f in points
    ]


def trend_ticks(points: Sequence[tuple[int, Finding]]) -> list[tuple[Fraction, str]]:
    """The scale of a trend: its lowest and its highest share, in whole percents."""
    known = [f.measured for _, f in points if f.measured is not None]
    known += [f.limit for _, f in points if f.limit is not None]
    if not known:
        return []
    low, high = int(min(known) * 100), -int(-max(known) * 100 // 1)
    return [(Fraction(n, 100), f"{n}%") for n in sorted({low, high})]
