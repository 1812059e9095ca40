"""What the rules on recorded projects look at: days, targets, linkage and beneficiaries of the year's projects."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.assets import AssetClass
from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.projects import ProjectStatus
from fundsys.models.library import PerformanceTarget
from fundsys.models.projects import Project, ProjectType

PROJECT_RECORDS_READ_FROM = frozenset({"project", "project_type", "performance_target"})


def record_facts(session: Session, year: int, until: date | None = None) -> tuple[ProjectRecordFact, ...]:
    """The year's projects in the library or the plan, those taken out left out. until: days after it have not come yet."""
    counted = dict(
        session.execute(select(PerformanceTarget.project_id, func.count()).group_by(PerformanceTarget.project_id)).all()
    )
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
        )
        for p, asset_class, industry in rows
        if not p.status.is_withdrawn
    )
