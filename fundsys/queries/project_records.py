"""What the rules on recorded projects look at: days, targets, linkage and beneficiaries of the year's projects."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.construction import WHOLE
from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.models.assets import Asset
from fundsys.models.construction import Tender
from fundsys.models.desk import Contract
from fundsys.models.funds import Allocation, Payment
from fundsys.models.library import PerformanceTarget
from fundsys.models.matters import AssetMatter, MatterLine
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.project_papers import papers_of

PROJECT_RECORDS_READ_FROM = frozenset(
    {
        "allocation",
        "asset",
        "asset_matter",
        "contract",
        "matter_line",
        "payment",
        "performance_target",
        "project",
        "project_type",
        "tender",
    }
)


def record_facts(
    session: Session, year: int, until: date | None = None, day: date | None = None
) -> tuple[ProjectRecordFact, ...]:
    """The year's projects in the library or the plan, those taken out left out. until: days after it have not come yet."""
    of = PerformanceTarget.project_id
    counted = dict(session.execute(select(of, func.count()).group_by(of)).all())
    given, assets, expensed = _net(session, Allocation, until), _assets(session, until), _expensed(session)
    paid, tenders = _net(session, Payment, until), _tenders(session, until)
    contracts = contracts_by_project(session, until)
    asked = (
        select(Project, ProjectType.asset_class, ProjectType.counts_as_industry)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .where(Project.year == year, Project.is_draft.is_(False))
        .order_by(Project.id)
    )
    rows = [row for row in session.execute(asked) if not row[0].status.is_withdrawn]
    built = {p.id for p, asset_class, _ in rows if asset_class is not None}
    papers = papers_of(session, [p for p, *_ in rows], built, year, day, until)

    def by_then(day: date | None) -> date | None:
        return None if until and day and day > until else day

    return tuple(
        ProjectRecordFact(
            id=p.id,
            label=f"{p.code} {p.name}",
            year=p.year,
            is_planned=p.status.reached(ProjectStatus.PLANNED),
            is_operating=industry == "yes" and asset_class is AssetClass.INCOME,
            days=tuple((station, by_then(day)) for station, day in _stations(p)),
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
            tendered_on=tenders.get(p.id),
            contracted=total(c.amount for c in mine) if mine else None,
            retained=Money(sum(c.amount.fen * c.retention_bp // WHOLE for c in mine)),
            retentions=tuple((c.contract_no, Fraction(c.retention_bp, WHOLE)) for c in mine),
            paid=paid.get(p.id, ZERO),
            progress=Fraction(p.progress_bp, WHOLE),
            is_industry=industry == "yes",
            **papers.of(p.id),
        )
        for p, asset_class, industry in rows
        for mine in (contracts.get(p.id, []),)
    )


def _stations(p: Project) -> tuple[tuple[str, date | None], ...]:
    """The stations of a project in their order, each with its day."""
    return (
        ("入库", p.admitted_on),
        ("批复", p.approved_on),
        ("合同", p.contract_on),
        ("开工", p.started_on),
        ("完工", p.completed_on),
        ("验收", p.accepted_on),
        ("结算", p.settled_on),
    )


def _net(session: Session, table: type[Allocation] | type[Payment], until: date | None) -> dict[int, Money]:
    """Project id → approved entries of all years, net."""
    day = Payment.paid_on if table is Payment else Allocation.decided_on
    asked = select(table.project_id, func.sum(table.amount)).where(
        table.state == MoneyState.APPROVED, day <= until if until else true()
    )
    return dict(session.execute(asked.group_by(table.project_id)).all())


def contracts_by_project(session: Session, until: date | None) -> dict[int, list[Contract]]:
    """Project id → its confirmed contracts."""
    found: dict[int, list[Contract]] = {}
    asked = select(Contract).where(
        Contract.state == MoneyState.APPROVED, Contract.signed_on <= until if until else true()
    )
    for one in session.scalars(asked.order_by(Contract.id)):
        found.setdefault(one.project_id, []).append(one)
    return found


def _tenders(session: Session, until: date | None) -> dict[int, date]:
    """Project id → the day its last tender was decided."""
    asked = select(Tender.project_id, Tender.decided_on).where(Tender.decided_on <= until if until else true())
    return dict(session.execute(asked.order_by(Tender.id)).all())


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
