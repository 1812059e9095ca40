"""What the rules on recorded projects look at: days, targets, linkage and beneficiaries of the year's projects."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func, or_, select, true
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
from fundsys.queries.plain_rows import built_once, plain_rows
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


_TOLD = (
    *(Project.id, Project.code, Project.name, Project.year, Project.status, Project.admitted_on, Project.approved_on),
    *(Project.contract_on, Project.started_on, Project.completed_on, Project.accepted_on, Project.settled_on),
    *(Project.performance_target, Project.farmer_linkage, Project.households, Project.people, Project.poor_households),
    *(Project.poor_people, Project.planned_investment.label("planned_investment")),
    *(Project.settled_amount.label("settled_amount"), Project.progress_bp, Project.content),
    *(Project.place, Project.village_id, ProjectType.asset_class, ProjectType.counts_as_industry),
)
"""What is read of a project."""


def record_facts(
    session: Session, year: int, until: date | None = None, day: date | None = None
) -> tuple[ProjectRecordFact, ...]:
    """The year's projects in the library or the plan, those taken out left out. until: days after it have not come yet."""
    mine = _ids(year)
    counted = dict(plain_rows(session, _targets(mine)).all())
    given, assets = _net(session, Allocation, mine, until), _assets(session, mine, until)
    expensed = _expensed(session, mine)
    paid, tenders = _net(session, Payment, mine, until), _tenders(session, mine, until)
    contracts = _contracts(session, mine, until)
    rows = [row for row in plain_rows(session, _of_year(year)) if not row.status.is_withdrawn]
    papers = papers_of(session, rows, mine, year, day, until)

    def by_then(day: date | None) -> date | None:
        return None if until and day and day > until else day

    return tuple(
        ProjectRecordFact(
            id=p.id,
            label=f"{p.code} {p.name}",
            year=p.year,
            is_planned=p.status.reached(ProjectStatus.PLANNED),
            is_operating=p.counts_as_industry == "yes" and p.asset_class is AssetClass.INCOME,
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
            forms_assets=p.asset_class is not None,
            assets=assets.get(p.id, (0, ZERO))[0],
            assets_cost=assets.get(p.id, (0, ZERO))[1],
            expensed=expensed.get(p.id, ZERO),
            tendered_on=tenders.get(p.id),
            contracted=total(c.amount for c in own) if own else None,
            retained=Money(sum(c.amount.fen * c.retention_bp // WHOLE for c in own)),
            retentions=tuple((c.contract_no, Fraction(c.retention_bp, WHOLE)) for c in own),
            paid=paid.get(p.id, ZERO),
            progress=Fraction(p.progress_bp, WHOLE),
            is_industry=p.counts_as_industry == "yes",
            **papers.of(p.id),
        )
        for p in rows
        for own in (contracts.get(p.id, ()),)
    )


@built_once
def _ids(year: int) -> Select[int]:
    """Asks for the ids of the year's projects; built once, so that the questions it is part of are too."""
    return select(Project.id).where(Project.year == year, Project.is_draft.is_(False))


@built_once
def _of_year(year: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*_TOLD)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .where(Project.year == year, Project.is_draft.is_(False))
        .order_by(Project.id)
    )


@built_once
def _targets(mine: Select[int]) -> Select[int, int]:
    of = PerformanceTarget.project_id
    return select(of, func.count()).where(of.in_(mine)).group_by(of)


def _stations(p: Row[*tuple[Any, ...]]) -> tuple[tuple[str, date | None], ...]:
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


def _net(
    session: Session, table: type[Allocation] | type[Payment], mine: Select[int], until: date | None
) -> dict[int, Money]:
    """Project id → approved entries of all years, net."""
    return dict(plain_rows(session, _net_asked(table, mine, until)).all())


@built_once
def _net_asked(table: type[Allocation] | type[Payment], mine: Select[int], until: date | None) -> Select[int, Money]:
    day = Payment.paid_on if table is Payment else Allocation.decided_on
    asked = select(table.project_id, func.sum(table.amount)).where(
        table.project_id.in_(mine), table.state == MoneyState.APPROVED, day <= until if until else true()
    )
    return asked.group_by(table.project_id)


def _contracts(session: Session, mine: Select[int], until: date | None) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """Project id → number, amount and retention of its confirmed contracts."""
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for one in plain_rows(session, _contracts_asked(mine, until)):
        found.setdefault(one.project_id, []).append(one)
    return found


@built_once
def _contracts_asked(mine: Select[int], until: date | None) -> Select[int, str, Money, int]:
    c = Contract
    asked = select(c.project_id, c.contract_no, c.amount.label("amount"), c.retention_bp).where(
        c.project_id.in_(mine), c.state == MoneyState.APPROVED, c.signed_on <= until if until else true()
    )
    return asked.order_by(c.id)


def _tenders(session: Session, mine: Select[int], until: date | None) -> dict[int, date]:
    """Project id → the day its last tender was decided."""
    return dict(plain_rows(session, _tenders_asked(mine, until)).all())


@built_once
def _tenders_asked(mine: Select[int], until: date | None) -> Select[int, date]:
    t = Tender
    asked = select(t.project_id, t.decided_on).where(t.project_id.in_(mine), t.decided_on <= until if until else true())
    return asked.order_by(t.id)


def _assets(session: Session, mine: Select[int], until: date | None) -> dict[int, tuple[int, Money]]:
    """Project id → how many assets it left behind, and what they cost; one merged into another counts there."""
    rows = plain_rows(session, _assets_asked(mine, until))
    return {key: (count, cost) for key, count, cost in rows if key is not None}


@built_once
def _assets_asked(mine: Select[int], until: date | None) -> Select[int | None, int, Money]:
    by_then = or_(Asset.registered_on.is_(None), Asset.registered_on <= until) if until else true()
    asked = select(Asset.project_id, func.count(), func.sum(Asset.original_cost)).where(
        Asset.project_id.in_(mine), Asset.status != AssetStatus.MERGED, by_then
    )
    return asked.group_by(Asset.project_id)


def _expensed(session: Session, mine: Select[int]) -> dict[int, Money]:
    """Project id → money its approved formation papers say went into no asset."""
    return {key: cost for key, cost in plain_rows(session, _expensed_asked(mine)) if key is not None}


@built_once
def _expensed_asked(mine: Select[int]) -> Select[int | None, Money]:
    m = AssetMatter
    asked = (
        select(m.project_id, func.sum(MatterLine.amount))
        .join(MatterLine, MatterLine.matter_id == m.id)
        .where(
            m.project_id.in_(mine),
            m.kind == MatterKind.FORMATION,
            m.state == MatterState.APPROVED,
            MatterLine.expense != "",
        )
    )
    return asked.group_by(m.project_id)
