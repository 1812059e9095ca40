"""Views across the plan by tag: lead and special industries, key places, relocation sites, cooperation, farms, key projects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.models.industry import LegacyProject
from fundsys.models.office import DictionaryEntry, Region
from fundsys.models.projects import Project
from fundsys.queries.projects import ProjectRow, projects_where
from fundsys.queries.viewer import Viewer, seen_legacy, seen_projects

S = ProjectStatus
COUNTED = [s for s in S if s.reached(S.PLANNED)]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the county. by: the fact that decides it, "" when people tag projects; see reference/project_tags.yaml.

    target: code of the year's target, "" for none. counts: what is counted against it. least, unit: of a project's capacity.
    """

    code: str
    name: str
    item: int
    target: str = ""
    counts: str = "projects"
    by: str = ""
    trade: str = ""
    least: Decimal | None = None
    unit: str = ""


def tags_in_use(session: Session) -> list[Tag]:
    """The county's tags in their order."""
    e = DictionaryEntry
    rows = session.execute(
        select(e.code, e.label, e.facts).where(e.kind == "project_tag", e.active).order_by(e.position, e.code)
    )
    return [_tag(code, label, json.loads(facts)) for code, label, facts in rows]


def _tag(code: str, label: str, facts: dict[str, Any]) -> Tag:
    least = facts.get("least")
    return Tag(
        code, label, int(facts.get("item") or 0), str(facts.get("target") or ""), str(facts.get("counts") or "projects"),
        str(facts.get("by") or ""), str(facts.get("trade") or ""), Decimal(str(least)) if least is not None else None,
        str(facts.get("unit") or ""),
    )  # fmt: skip


def chosen_by_hand(tag: Tag) -> bool:
    """Whether people tag projects with it; the others follow from facts."""
    return not tag.by


def tag_called(session: Session, code: str) -> Tag:
    """The tag of a code. Raises NotFound."""
    found = next((tag for tag in tags_in_use(session) if tag.code == code), None)
    if found is None:
        raise NotFound("没有这个标签，请从标签视图进入")
    return found


@dataclass(frozen=True, slots=True)
class TagView:
    """What a tag counts in a year's plan. count: of what `tag.counts` says; target None where the plan sets none."""

    tag: Tag
    projects: int
    planned: Money
    allocated: Money
    paid: Money
    capacity: Decimal
    count: int
    target: int | None
    late: int
    legacy: int
    legacy_fiscal: Money

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        return None if self.target is None else self.count >= self.target

    @property
    def gap(self) -> int:
        """How many are missing to the target."""
        return max(0, (self.target or 0) - self.count)


def overview(session: Session, who: Viewer, year: int, today: date) -> list[TagView]:
    """Every tag with its totals in the year's plan, against the year's targets."""
    return [view(session, who, tag, year, today)[0] for tag in tags_in_use(session)]


def view(session: Session, who: Viewer, tag: Tag, year: int, today: date) -> tuple[TagView, list[ProjectRow]]:
    """A tag's totals and its projects: planned in the year and not withdrawn."""
    found = and_(seen_projects(who), Project.year == year, Project.status.in_(COUNTED), carries(tag))
    rows = projects_where(session, found)
    ids = [row.id for row in rows]
    facts = session.execute(
        select(Project.id, Project.capacity, Project.capacity_unit, Project.relocation_site, Project.town_id, Project.village_id)
        .where(Project.id.in_(ids))
    ).all()  # fmt: skip
    capacity = sum((f.capacity for f in facts if f.capacity and f.capacity_unit == tag.unit), Decimal(0))
    legacy, legacy_fiscal = _legacy(session, who, tag)
    return (
        TagView(
            tag=tag,
            projects=len(rows),
            planned=sum((r.planned for r in rows), ZERO),
            allocated=sum((r.allocated for r in rows), ZERO),
            paid=sum((r.paid for r in rows), ZERO),
            capacity=capacity,
            count=_count(tag, rows, facts),
            target=_target(session, tag, year),
            late=sum(1 for r in rows if is_late(r, today)),
            legacy=legacy,
            legacy_fiscal=legacy_fiscal,
        ),
        rows,
    )


def carries(tag: Tag) -> ColumnElement[bool]:
    """The projects that carry a tag, by fact or by hand."""
    facts: dict[str, ColumnElement[bool]] = {
        "lead": Project.is_lead_industry.is_(True),
        "cooperation": Project.is_cooperation.is_(True),
        "key_town": exists().where(Region.id == Project.town_id, Region.is_key),
        "key_village": exists().where(Region.id == Project.village_id, Region.is_key),
    }
    return facts[tag.by] if tag.by in facts else cast(Project.tags, String).like(f"%,{tag.code},%")


def is_late(row: ProjectRow, today: date) -> bool:
    """Planned to be finished before today and not yet finished."""
    return row.plan_end_on is not None and row.plan_end_on < today and not row.status.reached(S.COMPLETED)


def _count(tag: Tag, rows: Sequence[ProjectRow], facts: Iterable[Any]) -> int:
    if tag.counts == "sites":
        return len({f.relocation_site for f in facts if f.relocation_site})
    if tag.counts == "places":
        return len({f.village_id if tag.by == "key_village" else f.town_id for f in facts})
    if tag.counts == "industries":
        return int(bool(rows))
    if tag.least is not None:
        enough = (f.capacity is not None and f.capacity >= tag.least and f.capacity_unit == tag.unit for f in facts)
        return sum(enough)
    return len(rows)


def target_of_sites(session: Session, year: int) -> int | None:
    """How many relocation sites the year's targets name; None without a target."""
    return next((_target(session, tag, year) for tag in tags_in_use(session) if tag.counts == "sites"), None)


def _target(session: Session, tag: Tag, year: int) -> int | None:
    if tag.counts == "industries":
        return 1
    if not tag.target:
        return None
    facts = session.scalar(
        select(DictionaryEntry.facts).where(
            DictionaryEntry.kind == "target", DictionaryEntry.code == f"{year}-{tag.target}"
        )
    )
    value = json.loads(facts or "{}").get("value")
    return None if value is None else int(value)


def _legacy(session: Session, who: Viewer, tag: Tag) -> tuple[int, Money]:
    """Historic industry projects of the tag's trade or place: how many, with how much public money."""
    old = LegacyProject
    tests: dict[str, ColumnElement[bool]] = {
        "key_town": exists().where(Region.id == old.town_id, Region.is_key),
        "key_village": exists().where(Region.id == old.village_id, Region.is_key),
    }
    if tag.trade:
        condition: ColumnElement[bool] = old.industry == tag.trade
    elif tag.by in tests:
        condition = tests[tag.by]
    else:
        return 0, ZERO
    count, fiscal = session.execute(
        select(func.count(), func.sum(old.fiscal_amount)).where(seen_legacy(who), condition)
    ).one()
    return count, fiscal or ZERO


@dataclass(frozen=True, slots=True)
class Answer:
    """What one item of the work plan asks, and what the plan says to it."""

    item: int
    words: str
    is_met: bool | None


def answers(views: Sequence[TagView]) -> list[Answer]:
    """Items 6, 7, 13, 15 and 16 of the work plan, answered from the views."""
    by_code = {v.tag.code: v for v in views}
    told: list[Answer] = []
    for v in views:
        if v.tag.counts == "industries":
            continue
        if v.tag.counts == "on_time":
            words = f"{v.tag.name}项目 {v.projects} 个，计划完工已过而没有完工的 {v.late} 个"
            told.append(Answer(v.tag.item, words, (not v.late) if v.projects else None))
        elif v.target is not None:
            words = f"{v.tag.name}：目标 {v.target}，计划里有 {v.count}" + (f"，差 {v.gap}" if v.gap else "")
            told.append(Answer(v.tag.item, words, v.is_met))
    trades = [v for v in by_code.values() if v.tag.counts == "industries"]
    if trades:
        there = [v for v in trades if v.projects]
        words = f"特色产业 {len(trades)} 类，有项目的 {len(there)} 类"
        missing = "、".join(v.tag.name for v in trades if not v.projects)
        told.append(Answer(16, words + (f"；没有项目的：{missing}" if missing else ""), not missing))
    return sorted(told, key=lambda a: a.item)
