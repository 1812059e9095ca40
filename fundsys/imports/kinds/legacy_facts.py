"""The facts of operation in a workbook of legacy projects: what they add to what is on record, and storing it as records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert

from fundsys.domain import terms
from fundsys.domain.industry import YEARLY, OperationFact, Opinion, Prospect, RunState, standing
from fundsys.domain.money import Money
from fundsys.models.industry import LegacyProject, OperationRecord
from fundsys.queries.legacy_records import facts_of, ids_by_code
from fundsys.services.acts import Act
from fundsys.services.imports import Change, Plan
from fundsys.services.industry.common import name_of
from fundsys.services.industry.operation import SHOWN_AS

from .base import Column, Sheet
from .cells import Choice, Count, Day, Share, Text, Wan, Year, YesNo
from .records import MOST_CHANGES, Found

COLUMNS = (
    Column(terms.FIGURES_YEAR, "figures_year", Year(2013), also=("收益年度", "统计年度")),
    Column(terms.YEARLY_OUTPUT, "output", Wan(), also=("产值", "年产值"), given=False),
    Column(terms.YEARLY_PROFIT, "profit", Wan(-(10**14)), also=("利润", "年利润", "年纯利润"), given=False),
    Column(terms.DISTRIBUTED, "distributed", Wan(), also=("分红", "收益分配"), given=False),
    Column(terms.MONTHS_STOPPED, "months_stopped", Count(600), also=("停产月数", "闲置月数"), given=False),
    Column(terms.CAPACITY_USE, "capacity_bp", Share(), also=("产能利用率",), given=False),
    Column(terms.LINKAGE_WAY, "linkage", Text(80), also=("带贫方式", "利益联结方式", "带动方式"), given=False, mm=24),
    Column(terms.LINKAGE_WORKS, "linkage_works", YesNo(), also=("联农带农机制是否运行",), given=False),
    Column(terms.ASSET_USE, "use_bp", Share(), also=("在用率", "资产使用率"), given=False),
    Column(terms.TITLE_CLEAR, "title_clear", YesNo(), also=("权属是否清晰",), given=False),
    Column(terms.COMPLIANT, "compliant", YesNo(), also=("是否合规", "用地环保是否合规"), given=False),
    Column(terms.PROSPECT, "prospect", Choice(kind=Prospect), also=("前景",), given=False),
    Column(terms.FITS_LEADING, "fits_leading", YesNo(), also=("是否主导产业", "是否符合主导产业"), given=False),
    Column(terms.OPINION, "opinion", Choice(kind=Opinion), also=("群众满意度",), given=False),
    Column(terms.CHECKED_BY, "checked_by", Text(40)),
    Column(terms.CHECKED_ON, "checked_on", Day(past=True), also=("摸排日期", "调查日期")),
)  # fmt: skip
"""Columns of facts that stand in the records of operation only; run state, income and households stand on the project too."""

_WORDS = ("linkage",)
_ON_PROJECT = {
    "run_state": "run_state",
    "yearly_income": "income",
    "households": "households",
    "poor_households": "poor_households",
}
_FACTS = tuple(c.attr for c in COLUMNS if c.attr not in ("figures_year", "linkage", "checked_by", "checked_on"))
_CODED: Mapping[str, Any] = {"run_state": RunState, "prospect": Prospect, "opinion": Opinion}


def check_facts(sheet: Sheet) -> None:
    """Money of a year needs its year."""
    years = sheet.column("figures_year")
    for attr in ("output", "profit", "distributed"):
        for place, fen in enumerate(sheet.column(attr)):
            if fen is not None and years[place] is None:
                sheet.complain(place, "figures_year", "填了年产值、年利润或收益分配的，请写明数据年度")


def told_facts(sheet: Sheet, found: Found) -> dict[int, dict[str, Any]]:
    """For each row the facts the file says that the records do not say already, by field of a record."""
    there = {attr for attr in (*_FACTS, *_ON_PROJECT, *_WORDS) if attr in sheet.filled}
    if not there:
        return {}
    numbers = {code: row[0] for code, row in found.existing.items()}
    records = facts_of(sheet.session, list(numbers.values()))
    lines = _linkages(sheet, numbers)
    made: dict[int, dict[str, Any]] = {}
    for place, code in enumerate(found.codes):
        known = standing(records.get(numbers.get(code, 0), []))
        said = _said(sheet, place, known.facts, known.profits)
        words = sheet.values["linkage"][place] if "linkage" in sheet.filled else ""
        if words and words != lines.get(code, ""):
            said["linkage"] = words
        if said:
            made[place] = said
    return made


def _linkages(sheet: Sheet, numbers: Mapping[str, int]) -> dict[str, str]:
    codes = {number: code for code, number in numbers.items()}
    rows = sheet.session.execute(
        LegacyProject.__table__.select().with_only_columns(LegacyProject.id, LegacyProject.farmer_linkage)
    )
    return {codes[number]: words for number, words in rows if number in codes}


def _said(sheet: Sheet, place: int, known: OperationFact, profits: Mapping[int, Money]) -> dict[str, Any]:
    year = sheet.values["figures_year"][place]
    said: dict[str, Any] = {}
    for attr, fact in (*((name, name) for name in _FACTS), *_ON_PROJECT.items()):
        value = sheet.values[attr][place] if attr in sheet.filled else None
        if value is None:
            continue
        value = _CODED[fact](value) if fact in _CODED else Money(value) if fact in YEARLY else value
        if fact not in YEARLY:
            old = getattr(known, fact)
        elif year is None:
            continue
        elif fact == "profit":
            old = profits.get(year)
        else:
            old = getattr(known, fact) if known.figures_year == year else None
        if value != old:
            said[fact] = value
    return said


def count_facts(sheet: Sheet, plan: Plan, found: Found) -> dict[int, dict[str, Any]]:
    """Count rows that only add facts as changed, and show what they add."""
    facts = told_facts(sheet, found)
    changed = {place for place, _, _ in found.changed} | set(found.new)
    labels = {c.attr: c for c in sheet.kind.columns}
    for place, said in facts.items():
        if place in changed:
            continue
        plan.changed += 1
        plan.same -= 1
        if len(plan.changes) < MOST_CHANGES:
            back = {fact: attr for attr, fact in _ON_PROJECT.items()}
            fields = tuple(
                (column.label, "", column.read.show(sheet.values[column.attr][place], sheet.told))
                for fact in said
                if (column := labels.get(back.get(fact, fact)))
            )
            plan.changes.append(Change(sheet.table.numbers[place], found.codes[place], fields))
    return facts


def store_facts(sheet: Sheet, facts: Mapping[int, dict[str, Any]], found: Found, act: Act) -> None:
    """Write a record of operation for every row that says something new, and let the projects show it."""
    if not facts:
        return
    numbers = ids_by_code(act.session, [found.codes[place] for place in facts])
    rows = [_record(sheet, place, said, numbers[found.codes[place]], act) for place, said in facts.items()]
    act.session.execute(insert(OperationRecord), rows)
    known = facts_of(act.session, [row["project_id"] for row in rows])
    act.session.flush()
    for row in rows:
        project = act.session.get_one(LegacyProject, row["project_id"])
        act.session.refresh(project)
        stands = standing(known[project.id]).facts
        for fact, shown in SHOWN_AS.items():
            value = getattr(stands, fact)
            if value is not None and getattr(project, shown) != value:
                setattr(project, shown, value)
        project.farmer_linkage = row["linkage"] or project.farmer_linkage
        project.version += 1
        project.checked_by, project.checked_on = row["checked_by"], row["observed_on"]
    act.session.flush()


def _record(sheet: Sheet, place: int, said: Mapping[str, Any], project_id: int, act: Act) -> dict[str, Any]:
    on: date = sheet.values["checked_on"][place] or act.day
    row: dict[str, Any] = dict.fromkeys(OperationFact.__dataclass_fields__)
    row |= {fact: value for fact, value in said.items() if fact != "linkage"}
    if any(row[name] is not None for name in YEARLY):
        row["figures_year"] = sheet.values["figures_year"][place]
    return row | {
        "project_id": project_id,
        "observed_on": on,
        "linkage": said.get("linkage", ""),
        "root_cause": (sheet.values["root_cause"][place] or "") if "root_cause" in sheet.filled else "",
        "checked_by": sheet.values["checked_by"][place] or name_of(act),
        "entered_by": act.person_id,
    }
