"""What the rules on project papers look at beside the records: dossiers, operators, land, and changes without a paper."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

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
from fundsys.queries.stage_papers import checklist, kept_papers, proofs_of

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
    projects: Sequence[Project],
    built: Collection[int],
    year: int,
    day: date | None,
    until: date | None,
) -> Papers:
    """The papers behind these projects. built: those of them that build or buy. day: on which promises are judged. until: days after it have not come yet."""
    ids = {p.id for p in projects}
    return Papers(
        asked_amounts(session, ids, until),
        operators(session, ids),
        appraised(session, ids),
        with_land_paper(session),
        missing_papers(session, projects, built, until or day or date.min),
        unapproved_changes(session, projects, policy_of(session, year).changed_share_max),
    )


def asked_amounts(session: Session, ids: Collection[int], until: date | None) -> dict[int, Money]:
    """Project id → what its confirmed settlement was handed in at."""
    s = Settlement
    rows = session.execute(
        select(s.project_id, s.asked_amount, s.reported_on).where(s.state == PlanState.APPROVED).order_by(s.id)
    )
    return {key: amount for key, amount, on in rows if key in ids and (until is None or on <= until)}


def operators(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Project id → the enterprise that carries it out, else the operator of what it left behind."""
    c, m, p = AssetContract, AssetMatter, Project
    by_contract = select(Asset.project_id, c.operator).join(m, c.matter_id == m.id).join(Asset, m.asset_id == Asset.id)
    found = {
        key: name
        for key, name in session.execute(by_contract.where(c.operator != "", c.ended_on.is_(None)).order_by(c.id))
        if key is not None and key in ids
    }
    enterprises = (
        select(p.id, Unit.name)
        .join(Unit, or_(p.implementing_unit_id == Unit.id, p.owner_unit_id == Unit.id))
        .where(Unit.kind == "enterprise")
        .order_by(p.id)
    )
    return found | {key: name for key, name in session.execute(enterprises) if key in ids}


def appraised(session: Session, ids: Collection[int]) -> frozenset[int]:
    """The projects the library appraised, by its entry or by a paper in the dossier."""
    e = LibraryEntry
    rows = session.scalars(select(e.project_id).where(or_(e.appraised_on.is_not(None), e.appraisal != "")))
    return frozenset(rows) & frozenset(ids) | _with_paper(session, APPRAISALS)


def with_land_paper(session: Session) -> frozenset[int]:
    """The projects whose dossier holds a paper on their ground."""
    return _with_paper(session, LAND)


def _with_paper(session: Session, codes: Sequence[str]) -> frozenset[int]:
    p = ProjectPaper
    return frozenset(session.scalars(select(p.project_id).where(p.stage_paper.in_(codes), p.promised_on.is_(None))))


def missing_papers(
    session: Session, projects: Sequence[Project], built: Collection[int], day: date
) -> dict[int, tuple[str, ...]]:
    """Project id → the papers its dossier should hold by now and does not; a promise counts until its day.

    Asked for: papers of the stages before, and those due on entering the present one; the stage of changes (75) only
    where the project has been in it.
    """
    ids = [p.id for p in projects]
    kept, proofs, lines = kept_papers(session, ids), proofs_of(session, ids), checklist(session)
    step = ProjectStep
    changed = frozenset(session.scalars(select(step.project_id).where(step.to_status == ProjectStatus.SUSPENDED)))
    found = {}
    for p in projects:
        there = {k.stage_paper for k in kept.get(p.id, ()) if k.promised_on is None or k.promised_on >= day}
        found[p.id] = tuple(
            paper.name
            for paper in lines
            if _is_due(paper, p.status)
            and paper.asked_of(p.id in built)
            and (paper.stage is not ProjectStatus.SUSPENDED or p.id in changed)
            and paper.code not in there
            and paper.kept_as not in proofs.get(p.id, ())
        )
    return found


def _is_due(paper: StagePaper, now: ProjectStatus) -> bool:
    if not paper.required or paper.stage.is_withdrawn or now.is_withdrawn:
        return False
    return paper.stage.code < now.code or (paper.stage is now and paper.due is Due.ENTER)


def unapproved_changes(
    session: Session, projects: Sequence[Project], most: Fraction | None
) -> dict[int, tuple[str, ...]]:
    """Project id → what differs by more than `most` from the plan, or from the last approved paper of changes, in words.

    The plan is what the journal has of the day the project was planned; in a past view, which has no journal, the
    approved proposal for the plan, which knows money alone.
    """
    if most is None:
        return {}
    ids = [p.id for p in projects]
    plans = _proposed(session, ids) if told(session) else _planned(session, ids)
    papers = _approved_items(session, ids)
    found = {}
    for p in projects:
        plan, mine = plans.get(p.id, {}), papers.get(p.id, {})
        words = []
        for field, word in (("content", "建设内容"), ("place", "建设地点")):
            was = mine.get(field, plan.get(field))
            now = getattr(p, field)
            if was and was.strip() != now.strip() and 1 - likeness(was.strip(), now.strip()) > most:
                words.append(f"{word}由“{was[:40]}”改为“{now[:40]}”")
        if "village_id" in plan and plan["village_id"] != p.village_id:
            words.append("建设地点换了村")
        money = plan.get("planned_investment_fen")
        if money and not mine.keys() & {"planned_fiscal", "planned_other"}:
            gap = Money(abs(p.planned_investment.fen - money)).share_of(Money(money))
            if gap is not None and gap > most:
                words.append(f"计划投资由 {show_wan(Money(money))} 万元改为 {show_wan(p.planned_investment)} 万元")
        found[p.id] = tuple(words)
    return found


def _planned(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Project id → its row as the journal has it from the act that planned it."""
    found: dict[int, dict[str, Any]] = {}
    rows = session.execute(
        select(Change.row_id, Change.after)
        .where(Change.table_name == "project", Change.row_id.in_(ids), Change.after.is_not(None))
        .order_by(Change.id)
    )
    for key, after in rows:
        if key not in found:
            image = json.loads(after or "{}")
            status = str(image.get("status") or "")
            if status.isdigit() and status >= ProjectStatus.PLANNED.code:
                found[key] = image
    return found


def _proposed(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    q = PlanProposal
    rows = session.execute(
        select(q.project_id, q.planned_fiscal, q.planned_other)
        .where(q.project_id.in_(ids), q.state == PlanState.APPROVED)
        .order_by(q.id)
    )
    return {key: {"planned_investment_fen": (fiscal + other).fen} for key, fiscal, other in rows}


def _approved_items(session: Session, ids: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """Project id → field → what the last approved paper of changes made of it."""
    c, item = ProjectChange, ProjectChangeItem
    rows = session.execute(
        select(c.project_id, item.field, item.new)
        .join(item, item.change_id == c.id)
        .where(c.project_id.in_(ids), c.state == PlanState.APPROVED, c.document_no != "")
        .order_by(c.decided_on, c.id, item.id)
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for key, field, new in rows:
        found[key][field] = new
    return found
