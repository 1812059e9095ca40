"""Rows of the papers of work relief: LG09 项目台账, LG10 务工人员及报酬发放明细, PF26 佐证材料. Numbers are masked already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.publicity import Occasion, PublicState
from fundsys.domain.rights import Permission
from fundsys.domain.work_relief import ReliefState
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import Region
from fundsys.models.projects import Project
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.relief import PlanRow, ReliefSum, RosterRow, TrainingRow, plans, rosters, sums, trainings
from fundsys.queries.viewer import seen_projects

FILTERS = ("project", "month", "town")


@dataclass(frozen=True, slots=True)
class ReliefLedgerRow:
    """One project of LG09. labor_share: paid out by the base; None without an approved plan."""

    project_code: str
    project_name: str
    town: str
    fund_codes: str
    fiscal_amount: Money
    planned_pay: Money | None
    planned_workers: int | None
    actual_workers: int
    poor_workers: int
    labor_days: Decimal
    labor_paid: Money
    labor_share: Fraction | None
    base_amount: Money | None
    trained: int
    public_posts: int | None
    agreements: int
    labor_publicity: str
    arrears: Money
    remark: str


@dataclass(frozen=True, slots=True)
class LaborPayRow:
    """One worker's month of LG10."""

    project_code: str
    project_name: str
    month: str
    name: str
    identity: str
    worker_village: str
    household: str
    work_type: str
    day_rate: Money
    days: Decimal
    due: Money
    deducted: Money
    paid: Money
    bank_card: str | None
    paid_on: date | None
    bank_receipt: str
    remark: str


@dataclass(frozen=True, slots=True)
class EvidenceRow(LaborPayRow):
    """One worker's month of PF26, with the whole of its project around it."""

    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything of one project's work relief."""

    project_code: str
    project_name: str
    plan: PlanRow | None
    rosters: tuple[RosterRow, ...]
    trainings: tuple[TrainingRow, ...]
    sums: ReliefSum


def relief_ledger(session: Session, wanted: Wanted) -> Iterator[ReliefLedgerRow]:
    """LG09: work-relief projects of the year by town, withdrawn ones left out."""
    check_filters(wanted, ("project", "town"))
    added = sums(session, wanted.until)
    standing = {p.project_id: p for p in plans(session, None, states=(ReliefState.APPROVED,))}
    money, public = _money(session, wanted), _published(session)
    for project, town in _projects(session, wanted):
        plan, s = standing.get(project.id), added.get(project.id, ReliefSum())
        codes, fiscal = money.get(project.id, ("", ZERO))
        yield ReliefLedgerRow(
            project_code=project.code,
            project_name=project.name,
            town=town or "全县",
            fund_codes=codes,
            fiscal_amount=fiscal,
            planned_pay=plan.planned_pay if plan else None,
            planned_workers=plan.planned_workers if plan else None,
            actual_workers=s.workers,
            poor_workers=s.poor,
            labor_days=s.days,
            labor_paid=s.paid,
            labor_share=s.paid.share_of(plan.base_amount) if plan else None,
            base_amount=plan.base_amount if plan else None,
            trained=s.trained,
            public_posts=plan.public_posts if plan else None,
            agreements=s.agreements,
            labor_publicity=public.get(project.id, "未公示"),
            arrears=s.arrears,
            remark="" if plan else "方案未审定",
        )


def labor_pay(session: Session, wanted: Wanted) -> Iterator[LaborPayRow]:
    """LG10: every worker's month in approved rosters of the year, by project and month."""
    check_filters(wanted, FILTERS)
    for roster in _rosters(session, wanted):
        for told in _pay_rows(roster):
            yield LaborPayRow(**told)


def evidence(session: Session, wanted: Wanted) -> Iterator[EvidenceRow]:
    """PF26: the evidence of one project with `project`, else of every work-relief project with approved months."""
    check_filters(wanted, FILTERS)
    added = sums(session, wanted.until)
    standing = {p.project_id: p for p in plans(session, None, states=(ReliefState.APPROVED,))}
    by_project: dict[int, list[RosterRow]] = {}
    for roster in _rosters(session, wanted):
        by_project.setdefault(roster.project_id, []).append(roster)
    for key, months in by_project.items():
        told = Evidence(
            months[0].project_code,
            months[0].project_name,
            standing.get(key),
            tuple(months),
            tuple(t for t in trainings(session, key) if not t.withdrawal_reason),
            added.get(key, ReliefSum()),
        )
        for roster in months:
            for row in _pay_rows(roster):
                yield EvidenceRow(**row, evidence=told)


def _rosters(session: Session, wanted: Wanted) -> list[RosterRow]:
    found = rosters(session, wanted.who, states=(ReliefState.APPROVED,), year=wanted.year, until=wanted.until)
    here = {project.id for project, _ in _projects(session, wanted)}
    month = wanted.where.get("month")
    return [r for r in found if r.project_id in here and (not month or r.month == month)]


def _pay_rows(roster: RosterRow) -> Iterator[dict[str, Any]]:
    for x in roster.lines:
        yield {
            "project_code": roster.project_code,
            "project_name": roster.project_name,
            "month": roster.month,
            "name": x.worker.name,
            "identity": x.worker.identity or "已按规定删除",
            "worker_village": x.worker.village,
            "household": x.worker.household.label,
            "work_type": x.worker.work_type,
            "day_rate": x.day_rate,
            "days": x.days,
            "due": x.due,
            "deducted": x.deducted,
            "paid": x.paid,
            "bank_card": x.worker.bank or None,
            "paid_on": x.paid_on,
            "bank_receipt": x.voucher_no,
            "remark": x.note or (f"现金：{x.worker.cash_approval}" if x.worker.cash_approval else ""),
        }


def _projects(session: Session, wanted: Wanted) -> list[tuple[Project, str | None]]:
    seen: ColumnElement[bool] = seen_projects(wanted.who, Permission.READ_PROJECTS) if wanted.who else true()
    query = (
        select(Project, Region.name)
        .outerjoin(Region, Project.town_id == Region.id)
        .where(Project.is_work_relief.is_(True), Project.is_draft.is_(False), Project.year == wanted.year, seen)
        .order_by(Region.id, Project.code)
    )
    if project := wanted.where.get("project"):
        query = query.where(Project.code == project)
    if town := wanted.where.get("town"):
        query = query.where(Region.name == town)
    return [(p, name) for p, name in session.execute(query) if not p.status.is_withdrawn]


def _money(session: Session, wanted: Wanted) -> dict[int, tuple[str, Money]]:
    """Approved money of each project: the codes of its sources, and how much."""
    rows = session.execute(
        select(Allocation.project_id, FundSource.code, func.sum(Allocation.amount))
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(
            Allocation.state == MoneyState.APPROVED,
            Allocation.decided_on <= wanted.until if wanted.until else true(),
        )
        .group_by(Allocation.project_id, FundSource.code)
        .order_by(FundSource.code)
    )
    found: dict[int, tuple[str, Money]] = {}
    for key, code, amount in rows:
        if amount:
            codes, before = found.get(key, ("", ZERO))
            found[key] = (f"{codes}、{code}" if codes else code, before + amount)
    return found


def _published(session: Session) -> dict[int, str]:
    """The last approved notice of each project's labor pay, by its days."""
    n, s = PublicNotice, PublicSubject
    rows = session.execute(
        select(s.row_id, n.first_on, n.last_on)
        .join(n, s.public_id == n.id)
        .where(n.occasion == Occasion.LABOR_PAY, n.state == PublicState.APPROVED, s.table_name == "project")
        .order_by(n.first_on)
    )
    return {key: f"{first} 至 {last or '长期'}" for key, first, last in rows}
