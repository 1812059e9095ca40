"""What the rules on recorded projects look at: days, targets, linkage and beneficiaries of the year's projects."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.models.assets import Asset
from fundsys.models.funds import Allocation
from fundsys.models.library import PerformanceTarget
from fundsys.models.matters import AssetMatter, MatterLine
from fundsys.models.projects import Project, ProjectType

PROJECT_RECORDS_READ_FROM = frozenset(
    {"allocation", "asset", "asset_matter", "matter_line", "performance_target", "project", "project_type"}
)


def record_facts(session: Session, year: int, until: date | None = None) -> tuple[ProjectRecordFact, ...]:
    """The year's projects in the library or the plan, those taken out left out. until: days after it have not come yet."""
    of = PerformanceTarget.project_id
    counted = dict(session.execute(select(of, func.count()).group_by(of)).all())
    given, assets, expensed = _given(session, until), _assets(session, until), _expensed(session)
    rows = session.execute(
        select(Project, ProjectType.asset_class, ProjectType.counts_as_industry)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .where(Project.year == year, Project.is_draft.is_(False))
        .order_by(Project.id)
    )

    def by_then(day: date | None) -> date | None:
        return None if until and day and day > until else day

    return tuple(
        ProjectRecordFact(
            id=p.id,
            label=f"{p.code} {p.name}",
            year=p.year,
            is_planned=p.status.reached(ProjectStatus.PLANNED),
            is_operating=industry == "yes" and asset_class is AssetClass.INCOME,
            days=(
                ("入库", by_then(p.admitted_on)),
                ("批复", by_then(p.approved_on)),
                ("合同", by_then(p.contract_on)),
                ("开工", by_then(p.started_on)),
                ("完工", by_then(p.completed_on)),
                ("验收", by_then(p.accepted_on)),
                ("结算", by_then(p.settled_on)),
            ),
            completed_on=by_then(p.completed_on),
            accepted_on=by_then(p.accepted_on),
            targets=counted.get(p.id, 0),
            target_words=p.performance_target,
            linkage=p.farmer_linkage,
            households=p.households,
            people=p.people,
            poor_households=p.poor_households,
            poor_people=p.poor_people,
            planned=p.planned_investment,
            given=given.get(p.id, ZERO),
            settled=p.settled_amount if by_then(p.settled_on) else None,
            settled_on=by_then(p.settled_on),
            forms_assets=asset_class is not None,
            assets=assets.get(p.id, (0, ZERO))[0],
            assets_cost=assets.get(p.id, (0, ZERO))[1],
            expensed=expensed.get(p.id, ZERO),
        )
        for p, asset_class, industry in rows
        if not p.status.is_withdrawn
    )


def _given(session: Session, until: date | None) -> dict[int, Money]:
    """Project id → approved allocations of all years, net."""
    a = Allocation
    asked = select(a.project_id, func.sum(a.amount)).where(
        a.state == MoneyState.APPROVED, a.decided_on <= until if until else true()
    )
    return dict(session.execute(asked.group_by(a.project_id)).all())


def _assets(session: Session, until: date | None) -> dict[int, tuple[int, Money]]:
    """Project id → how many assets it left behind, and what they cost; one merged into another counts there."""
    by_then = or_(Asset.registered_on.is_(None), Asset.registered_on <= until) if until else true()
    asked = select(Asset.project_id, func.count(), func.sum(Asset.original_cost)).where(
        Asset.project_id.is_not(None), Asset.status != AssetStatus.MERGED, by_then
    )
    rows = session.execute(asked.group_by(Asset.project_id))
    return {key: (count, cost) for key, count, cost in rows if key is not None}


def _expensed(session: Session) -> dict[int, Money]:
    """Project id → money its approved formation papers say went into no asset."""
    m = AssetMatter
    asked = (
        select(m.project_id, func.sum(MatterLine.amount))
        .join(MatterLine, MatterLine.matter_id == m.id)
        .where(m.kind == MatterKind.FORMATION, m.state == MatterState.APPROVED, MatterLine.expense != "")
    )
    return {key: cost for key, cost in session.execute(asked.group_by(m.project_id)) if key is not None}
