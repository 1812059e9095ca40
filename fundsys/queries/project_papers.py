"""What the rules on project papers look at beside the records: dossiers, operators, land, and changes without a paper."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, Row, Select, cast, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.duplicates import likeness
from fundsys.domain.library import PlanState
from fundsys.domain.money import Money, show_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.stage_papers import Due, StagePaper
from fundsys.models.assets import Asset
from fundsys.models.construction import Settlement
from fundsys.models.income import AssetContract
from fundsys.models.journal import Change
from fundsys.models.library import LibraryEntry, PlanProposal, ProjectChange, ProjectChangeItem
from fundsys.models.matters import AssetMatter
from fundsys.models.office import Unit
from fundsys.models.projects import Project, ProjectPaper, ProjectStep
from fundsys.queries.money_facts import policy_of
from fundsys.queries.past import told
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.stage_papers import checklist, held_papers, proofs_of

APPRAISALS, LAND = ("3001", "3004"), ("3005",)
"""Lines of the checklist that prove a feasibility review, and the ground a project may stand on."""
PROJECT_PAPERS_READ_FROM = frozenset(
    {
        *("asset", "asset_contract", "asset_matter", "attachment", "contract", "dictionary_entry", "library_entry"),
        *("plan_proposal", "progress_report", "project_change", "project_change_item", "project_paper"),
        *("project_step", "settlement", "unit"),
    }
)


@dataclass(frozen=True, slots=True)
class Papers:
    """What is told of the papers behind the year's projects, by project id."""

    asked: Mapping[int, Money]
    operators: Mapping[int, str]
    appraised: frozenset[int]
    land: frozenset[int]
    missing: Mapping[int, tuple[str, ...]]
    unapproved: Mapping[int, tuple[str, ...]]

    def of(self, project_id: int) -> dict[str, Any]:
        """What a project's fact says of its papers, by the fact's fields."""
        return {
            "asked": self.asked.get(project_id),
            "operator": self.operators.get(project_id, ""),
            "is_appraised": project_id in self.appraised,
            "has_land_paper": project_id in self.land,
            "papers_missing": self.missing.get(project_id, ()),
            "unapproved": self.unapproved.get(project_id, ()),
        }


def papers_of(
    session: Session,
    projects: Sequence[Row[*tuple[Any, ...]]],
    mine: Select[int],
    year: int,
    day: date | None,
    until: date | None,
) -> Papers:
    """The papers behind these projects. mine: asks for their ids, built once. day: on which promises are judged. until: days after it have not come yet."""
    return Papers(
        asked_amounts(session, mine, until),
        operators(session, mine),
        appraised(session, mine),
        with_land_paper(session, mine),
        missing_papers(session, projects, mine, until or day or date.min),
        unapproved_changes(session, projects, mine, policy_of(session, year).changed_share_max),
    )


def asked_amounts(session: Session, mine: Select[int], until: date | None) -> dict[int, Money]:
    """Project id → what its confirmed settlement was handed in at."""
    return dict(plain_rows(session, _settlements(mine, until)).all())


@built_once
def _settlements(mine: Select[int], until: date | None) -> Select[int, Money]:
    s = Settlement
    return (
        select(s.project_id, s.asked_amount)
        .where(s.project_id.in_(mine), s.state == PlanState.APPROVED, s.reported_on <= until if until else true())
        .order_by(s.id)
    )


def operators(session: Session, mine: Select[int]) -> dict[int, str]:
    """Project id → the enterprise that carries it out, else the operator of what it left behind."""
    found = {key: name for key, name in plain_rows(session, _by_contract(mine)) if key is not None}
    return found | dict(plain_rows(session, _enterprises(mine)).all())


@built_once
def _by_contract(mine: Select[int]) -> Select[int | None, str]:
    c, m = AssetContract, AssetMatter
    return (
        select(Asset.project_id, c.operator)
        .join(m, c.matter_id == m.id)
        .join(Asset, m.asset_id == Asset.id)
        .where(Asset.project_id.in_(mine), c.operator != "", c.ended_on.is_(None))
        .order_by(c.id)
    )


@built_once
def _enterprises(mine: Select[int]) -> Select[int, str]:
    p = Project
    return (
        select(p.id, Unit.name)
        .join(Unit, or_(p.implementing_unit_id == Unit.id, p.owner_unit_id == Unit.id))
        .where(p.id.in_(mine), Unit.kind == "enterprise")
        .order_by(p.id)
    )


def appraised(session: Session, mine: Select[int]) -> frozenset[int]:
    """The projects the library appraised, by its entry or by a paper in the dossier."""
    rows = plain_rows(session, _appraised_entries(mine)).scalars()
    return frozenset(rows) | _with_paper(session, mine, APPRAISALS)


@built_once
def _appraised_entries(mine: Select[int]) -> Select[int]:
    e = LibraryEntry
    return select(e.project_id).where(e.project_id.in_(mine), or_(e.appraised_on.is_not(None), e.appraisal != ""))


def with_land_paper(session: Session, mine: Select[int]) -> frozenset[int]:
    """The projects whose dossier holds a paper on their ground."""
    return _with_paper(session, mine, LAND)


def _with_paper(session: Session, mine: Select[int], codes: tuple[str, ...]) -> frozenset[int]:
    return frozenset(plain_rows(session, _papers_named(mine, codes)).scalars())


@built_once
def _papers_named(mine: Select[int], codes: tuple[str, ...]) -> Select[int]:
    p = ProjectPaper
    there = (p.project_id.in_(mine), p.stage_paper.in_(codes), p.promised_on.is_(None))
    return select(p.project_id).where(*there)


def missing_papers(
    session: Session, projects: Sequence[Row[*tuple[Any, ...]]], mine: Select[int], day: date
) -> dict[int, tuple[str, ...]]:
    """Project id → the papers its dossier should hold by now and does not; a promise counts until its day.

    Asked for: papers of the stages before, and those due on entering the present one; the stage of changes (75) only
    where the project has been in it.
    """
    held, proofs, lines = held_papers(session, mine, day), proofs_of(session, mine), checklist(session)
    changed = frozenset(plain_rows(session, _suspended(mine)).scalars())
    due: dict[tuple[ProjectStatus, bool, bool], list[StagePaper]] = {}
    found = {}
    for p in projects:
        kind = p.status, p.asset_class is not None, p.id in changed
        if kind not in due:
            due[kind] = [paper for paper in lines if _is_due(paper, *kind)]
        there, proven = held.get(p.id, ()), proofs.get(p.id, ())
        found[p.id] = tuple(
            paper.name for paper in due[kind] if paper.code not in there and paper.kept_as not in proven
        )
    return found


@built_once
def _suspended(mine: Select[int]) -> Select[int]:
    step = ProjectStep
    return select(step.project_id).where(step.project_id.in_(mine), step.to_status == ProjectStatus.SUSPENDED)


def _is_due(paper: StagePaper, now: ProjectStatus, is_built: bool, has_changed: bool) -> bool:
    if not paper.required or paper.stage.is_withdrawn or now.is_withdrawn or not paper.asked_of(is_built):
        return False
    if paper.stage is ProjectStatus.SUSPENDED and not has_changed:
        return False
    return paper.stage.code < now.code or (paper.stage is now and paper.due is Due.ENTER)


def unapproved_changes(
    session: Session, projects: Sequence[Row[*tuple[Any, ...]]], mine: Select[int], most: Fraction | None
) -> dict[int, tuple[str, ...]]:
    """Project id → what differs by more than `most` from the plan, or from the last approved paper of changes, in words.

    The plan is what the journal has of the day the project was planned; in a past view, which has no journal, the
    approved proposal for the plan, which knows money alone.
    """
    if most is None:
        return {}
    plans = _proposed(session, mine) if told(session) else _planned(session, mine)
    papers = _approved_items(session, mine)
    found = {}
    for p in projects:
        plan, paper = plans.get(p.id, {}), papers.get(p.id, {})
        words = []
        for field, word in (("content", "建设内容"), ("place", "建设地点")):
            was = paper.get(field, plan.get(field))
            now = getattr(p, field)
            if was and was.strip() != now.strip() and 1 - likeness(was.strip(), now.strip()) > most:
                words.append(f"{word}由“{was[:40]}”改为“{now[:40]}”")
        if "village_id" in plan and plan["village_id"] != p.village_id:
            words.append("建设地点换了村")
        money = plan.get("planned_investment_fen")
        if money and not paper.keys() & {"planned_fiscal", "planned_other"}:
            gap = Money(abs(p.planned_investment.fen - money)).share_of(Money(money))
            if gap is not None and gap > most:
                words.append(f"计划投资由 {show_wan(Money(money))} 万元改为 {show_wan(p.planned_investment)} 万元")
        found[p.id] = tuple(words)
    return found


def _planned(session: Session, mine: Select[int]) -> dict[int, dict[str, Any]]:
    """Project id → its row as the journal has it from the act that planned it."""
    rows = plain_rows(session, _first_plans(mine, store.on_sqlite(session)))
    return {key: json.loads(after or "{}") for key, after in rows}


@built_once
def _first_plans(mine: Select[int], on_sqlite: bool) -> Select[int, str | None]:
    c = Change
    status = func.json_extract(c.after, "$.status") if on_sqlite else cast(c.after, JSON)["status"].as_string()
    planned = [s.code for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]
    first = (
        select(func.min(c.id))
        .where(c.table_name == "project", c.row_id.in_(mine), c.after.is_not(None), status.in_(planned))
        .group_by(c.row_id)
    )
    return select(c.row_id, c.after).where(c.id.in_(first))


def _proposed(session: Session, mine: Select[int]) -> dict[int, dict[str, Any]]:
    rows = plain_rows(session, _proposals(mine))
    return {key: {"planned_investment_fen": (fiscal + other).fen} for key, fiscal, other in rows}


@built_once
def _proposals(mine: Select[int]) -> Select[int, Money, Money]:
    q = PlanProposal
    return (
        select(q.project_id, q.planned_fiscal, q.planned_other)
        .where(q.project_id.in_(mine), q.state == PlanState.APPROVED)
        .order_by(q.id)
    )


def _approved_items(session: Session, mine: Select[int]) -> Mapping[int, Mapping[str, str]]:
    """Project id → field → what the last approved paper of changes made of it."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for key, field, new in plain_rows(session, _changes(mine)):
        found[key][field] = new
    return found


@built_once
def _changes(mine: Select[int]) -> Select[int, str, str]:
    c, item = ProjectChange, ProjectChangeItem
    return (
        select(c.project_id, item.field, item.new)
        .join(item, item.change_id == c.id)
        .where(c.project_id.in_(mine), c.state == PlanState.APPROVED, c.document_no != "")
        .order_by(c.decided_on, c.id, item.id)
    )
