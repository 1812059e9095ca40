"""Rows of the printed ledgers, one function per ledger: frozen rows in the order they are printed, from any session, past views too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import DomainError
from fundsys.domain.funds import EntryKind, FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.domain.rules.base import check, rule_called
from fundsys.models.assets import Asset
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource, Payment
from fundsys.models.journal import Vault
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries import assets as asset_queries
from fundsys.queries.facts import facts
from fundsys.queries.viewer import Viewer, seen_assets, seen_projects

Town, Village = aliased(Region), aliased(Region)
OwnerUnit, ImplementingUnit = aliased(Unit), aliased(Unit)
APPROVED = MoneyState.APPROVED


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a ledger is asked for.

    year: the plan year (money, projects). where: filters by name, as in `--where key=value` and on pages.
    until: business dates up to and including this day. who: the person asking; None is 系统 and sees all.
    """

    year: int
    where: Mapping[str, str]
    until: date | None = None
    who: Viewer | None = None


def check_filters(wanted: Wanted, known: tuple[str, ...]) -> None:
    """Refuse a filter the ledger does not know. Raises DomainError."""
    for key in wanted.where:
        if key not in known:
            raise DomainError(f"没有“{key}”这个筛选，可以用：{'、'.join(known)}", field="where")


# ---------- LG05 ----------

ASSET_FILTERS = ("q", "town", "village", "class", "year", "owner", "sector", "status", "titled", "books")


@dataclass(frozen=True, slots=True)
class AssetRegisterRow:
    """One asset of LG05. The keeper's phone is masked."""

    asset_no: str
    asset_name: str
    asset_class: str
    asset_form: str
    asset_kind: str
    source_project: str
    project_year: int
    fund_source: str
    town: str | None
    village: str | None
    location: str
    specification: str
    quantity: Decimal
    quantity_unit: str
    settled_amount: Money | None
    original_cost: Money
    valuation: Money | None
    accepted_on: date | None
    service_life: int | None
    net_value: Money | None
    owner_type: str
    title_holder: str
    operator: str
    supervisor: str
    keeper: str
    phone: str | None
    yearly_income: Money | None
    benefit_households: int | None
    asset_status: str
    registered_on: date | None
    remark: str


def asset_register(session: Session, wanted: Wanted) -> Iterator[AssetRegisterRow]:
    """LG05: assets by class, then place, then number; registered by `until`. Streams: memory does not grow with the rows."""
    check_filters(wanted, ASSET_FILTERS)
    found = [asset_queries.condition(asset_queries.filter_from(session, wanted.where))]
    if wanted.who is not None:
        found.append(seen_assets(wanted.who, Permission.PRINT))
    if wanted.until is not None:
        found.append(or_(Asset.registered_on.is_(None), Asset.registered_on <= wanted.until))
    rows = session.execute(
        select(
            Asset.code,
            Asset.name,
            Asset.asset_class,
            Asset.form,
            Asset.kind,
            Asset.project_code,
            Asset.project_year,
            Asset.fund_sources,
            Town.name,
            Village.name,
            Asset.location,
            Asset.spec,
            Asset.quantity,
            Asset.quantity_unit,
            Asset.settled_amount,
            Asset.original_cost,
            Asset.appraised_value,
            Asset.accepted_on,
            Asset.life_years,
            Asset.net_value,
            Asset.owner_type,
            Asset.owner_name,
            Asset.operator,
            Asset.supervisor,
            Asset.keeper,
            Vault.masked,
            Asset.yearly_income,
            Asset.households,
            Asset.status,
            Asset.registered_on,
            Asset.remark,
        )
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .outerjoin(Vault, Vault.id == Asset.keeper_phone_id)
        .where(*found)
        .order_by(CLASS_ORDER, Town.code, Village.code, Asset.code)
        .execution_options(yield_per=2000)
    )
    once: dict[str, str] = {}  # the driver makes each text anew; a large register says most of its texts many times
    for row in rows:
        cells: list[Any] = [once.setdefault(cell, cell) if type(cell) is str else cell for cell in row]
        for coded in (2, 3, 20, 28):
            cells[coded] = cells[coded].label
        yield AssetRegisterRow(*cells)


CLASS_ORDER = func.replace(func.replace(func.replace(Asset.asset_class, "OPR", "1"), "PUB", "2"), "HH", "3")


# ---------- LG02 ----------

PLAN_FILTERS = ("town", "unit", "lead", "relief", "status")


@dataclass(frozen=True, slots=True)
class YearlyPlanRow:
    """One project of LG02, with its approved money by level, net of adjustments and recoveries."""

    project_code: str
    library_code: str
    project_name: str
    project_type: str
    town: str | None
    village: str | None
    content: str
    lead_agency: str
    implementing_unit: str | None
    planned_investment: Money
    central_amount: Money
    provincial_amount: Money
    city_amount: Money
    county_amount: Money
    cooperation_amount: Money
    other_amount: Money
    approval_no: str
    is_industry: bool
    is_lead_industry: bool
    is_work_relief: bool
    benefit_households: int
    benefit_people: int
    period: str
    goal: str
    person_in_charge: str
    subsidy_standard: str
    farmer_linkage: str
    remark: str


def yearly_plan(session: Session, wanted: Wanted) -> Iterator[YearlyPlanRow]:
    """LG02: the projects of the year's plan by lead agency, then number; those withdrawn are left out."""
    check_filters(wanted, PLAN_FILTERS)
    given = _by_level(session, wanted)
    rows = session.execute(
        select(
            Project,
            ProjectType.name,
            ProjectType.counts_as_industry,
            Town.name,
            Village.name,
            OwnerUnit.name,
            ImplementingUnit.name,
        )
        .join(ProjectType, Project.type_id == ProjectType.id)
        .join(OwnerUnit, Project.owner_unit_id == OwnerUnit.id)
        .outerjoin(ImplementingUnit, Project.implementing_unit_id == ImplementingUnit.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .outerjoin(Village, Project.village_id == Village.id)
        .where(*_planned(session, wanted))
        .order_by(OwnerUnit.code, Project.code)
    )
    for p, type_name, industry, town, village, owner, implementing in rows:
        money = given.get(p.id, {})
        yield YearlyPlanRow(
            p.code,
            p.library_code,
            p.name,
            type_name,
            town,
            village,
            p.content,
            owner,
            implementing,
            p.planned_investment,
            money.get("central", ZERO),
            money.get("provincial", ZERO),
            money.get("city", ZERO),
            money.get("county", ZERO),
            money.get("coop", ZERO),
            money.get("other", ZERO),
            p.plan_document_no,
            industry == "yes",
            p.is_lead_industry,
            p.is_work_relief,
            p.households,
            p.people,
            _period(p.plan_start_on, p.plan_end_on),
            p.performance_target,
            p.responsible,
            p.subsidy_standard,
            p.farmer_linkage,
            p.remark,
        )


def _planned(session: Session, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    yield Project.year == wanted.year
    yield Project.status.in_([s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)])
    yield true() if wanted.who is None else seen_projects(wanted.who, Permission.PRINT)
    where = wanted.where
    if where.get("town"):
        yield Project.town_id == asset_queries.filter_from(session, {"town": where["town"]}).town_id
    if where.get("unit"):
        yield OwnerUnit.name == where["unit"]
    if where.get("lead"):
        yield Project.is_lead_industry.is_(True)
    if where.get("relief"):
        yield Project.is_work_relief.is_(True)
    if where.get("status"):
        chosen = next((s for s in ProjectStatus if where["status"] in (s.code, s.label)), None)
        if chosen is None:
            raise DomainError(f"没有“{where['status']}”这个阶段", field="where")
        yield Project.status == chosen


def _by_level(session: Session, wanted: Wanted) -> dict[int, dict[str, Money]]:
    """Approved money of every project by column: the four levels of transition money, cooperation, other."""
    query = (
        select(Allocation.project_id, FundSource.level, FundSource.is_transition, func.sum(Allocation.amount))
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(Allocation.state == APPROVED)
        .group_by(Allocation.project_id, FundSource.level, FundSource.is_transition)
    )
    if wanted.until is not None:
        query = query.where(Allocation.decided_on <= wanted.until)
    found: dict[int, dict[str, Money]] = {}
    for project_id, level, is_transition, amount in session.execute(query):
        column = level.code if is_transition or level is FundLevel.COOPERATION else "other"
        of_project = found.setdefault(project_id, {})
        of_project[column] = of_project.get(column, ZERO) + amount
    return found


def _period(begin: date | None, end: date | None) -> str:
    if begin is None and end is None:
        return ""
    return "—".join(day.strftime("%Y.%m") if day else "" for day in (begin, end))


# ---------- LG04 ----------

MONEY_FILTERS = ("notice", "level", "town", "unit")


@dataclass(frozen=True, slots=True)
class AllocationLedgerRow:
    """One project under one notice line in LG04: given, adjusted, taken back, paid. carryover: given net and not paid."""

    notice_no: str
    fund_code: str
    plan_year: int
    notice_round: int
    arrived_on: date
    allocated_on: date | None
    allocation_days: int | None
    county_notice_no: str
    project_code: str
    project_name: str
    implementing_unit: str | None
    task: str
    allocated_amount: Money
    adjusted_amount: Money
    paid_this_month: Money
    paid_total: Money
    spending_rate: Fraction | None
    carryover: Money
    recovered: Money
    payee: str
    voucher_no: str
    remark: str


@dataclass(slots=True)
class _Pair:
    """What one project has under one line, while it is being added up."""

    allocated: Money = ZERO
    adjusted: Money = ZERO
    recovered: Money = ZERO
    paid: Money = ZERO
    this_month: Money = ZERO
    first_on: date | None = None
    document_no: str = ""
    payee: str = ""
    voucher_no: str = ""


def allocation_ledger(session: Session, wanted: Wanted) -> Iterator[AllocationLedgerRow]:
    """LG04: approved allocations of the year's notices by notice, line and project, with what was paid by `until`."""
    check_filters(wanted, MONEY_FILTERS)
    pairs = _pairs(session, wanted)
    rows = session.execute(
        select(
            AllotmentLine.id, Project.id, AllotmentNotice, FundSource, Project.code, Project.name, ImplementingUnit.name
        )
        .select_from(Allocation)
        .distinct()
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(Project, Allocation.project_id == Project.id)
        .outerjoin(ImplementingUnit, Project.implementing_unit_id == ImplementingUnit.id)
        .outerjoin(OwnerUnit, Project.owner_unit_id == OwnerUnit.id)
        .where(*_given(session, wanted))
        .order_by(AllotmentNotice.received_on, AllotmentNotice.document_no, AllotmentLine.id, Project.code)
    )
    for line_id, project_id, notice, source, code, name, unit in rows:
        pair = pairs[line_id, project_id]
        net = pair.allocated + pair.adjusted + pair.recovered
        yield AllocationLedgerRow(
            notice.document_no,
            source.code,
            notice.year,
            notice.batch,
            notice.received_on,
            pair.first_on,
            (pair.first_on - notice.received_on).days if pair.first_on else None,
            pair.document_no,
            code,
            name,
            unit,
            source.task,
            pair.allocated,
            pair.adjusted,
            pair.this_month,
            pair.paid,
            pair.paid.share_of(net),
            net - pair.paid,
            -pair.recovered,
            pair.payee,
            pair.voucher_no,
            "",
        )


def _given(session: Session, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    yield AllotmentNotice.year == wanted.year
    yield Allocation.state == APPROVED
    yield true() if wanted.who is None else seen_projects(wanted.who, Permission.PRINT)
    where = wanted.where
    if wanted.until is not None:
        yield Allocation.decided_on <= wanted.until
    if where.get("notice"):
        yield AllotmentNotice.document_no == where["notice"]
    if where.get("level"):
        chosen = next((level for level in FundLevel if where["level"] in (level.code, level.label)), None)
        if chosen is None:
            raise DomainError(f"没有“{where['level']}”这个资金级次", field="where")
        yield FundSource.level == chosen
    if where.get("town"):
        yield Project.town_id == asset_queries.filter_from(session, {"town": where["town"]}).town_id
    if where.get("unit"):
        yield OwnerUnit.name == where["unit"]


def _pairs(session: Session, wanted: Wanted) -> dict[tuple[int, int], _Pair]:
    found: dict[tuple[int, int], _Pair] = {}
    given: Any = select(Allocation).where(Allocation.state == APPROVED).order_by(Allocation.decided_on, Allocation.id)
    spent: Any = select(Payment).where(Payment.state == APPROVED).order_by(Payment.paid_on, Payment.id)
    if wanted.until is not None:
        given, spent = given.where(Allocation.decided_on <= wanted.until), spent.where(Payment.paid_on <= wanted.until)
    for a in session.scalars(given):
        pair = found.setdefault((a.line_id, a.project_id), _Pair())
        if a.kind is EntryKind.ALLOCATION:
            pair.allocated += a.amount
        elif a.kind is EntryKind.RECOVERY:
            pair.recovered += a.amount
        else:
            pair.adjusted += a.amount
        pair.first_on = pair.first_on or a.decided_on
        pair.document_no = pair.document_no or a.document_no
    month = _month(session, wanted)
    for p in session.scalars(spent):
        pair = found.setdefault((p.line_id, p.project_id), _Pair())
        pair.paid += p.amount
        if month and (p.paid_on.year, p.paid_on.month) == month:
            pair.this_month += p.amount
        pair.payee, pair.voucher_no = p.payee or pair.payee, p.voucher_no or pair.voucher_no
    return found


def _month(session: Session, wanted: Wanted) -> tuple[int, int] | None:
    """The month 本月支付 speaks of: that of `until`, else the month of the year's last payment."""
    if wanted.until is not None:
        return wanted.until.year, wanted.until.month
    last = session.scalar(
        select(func.max(Payment.paid_on))
        .join(AllotmentLine, Payment.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(and_(Payment.state == APPROVED, AllotmentNotice.year == wanted.year))
    )
    return (last.year, last.month) if last else None


def ratios(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The year's ratios under LG04 (产业 65%、首位 30%、管理费 1%), each with its figures; judged on all money, not on filtered rows."""
    judged = facts(session, wanted.year, until=wanted.until, parts=("allocations", "payments"))
    found = [rule_called(code) for code in ("R65", "R30", "R01F")]
    findings = check(judged, [rule for rule in found if rule is not None])
    return tuple(f"{f.rule}　{f.message}" for f in findings)
