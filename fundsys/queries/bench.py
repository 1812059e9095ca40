"""The figures and charts of the workbench: the year's payments by month, own projects, legacy classes, assets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import case, extract, func, select
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE, AssetClass
from fundsys.domain.funds import MoneyState
from fundsys.domain.industry import FourBatch
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource, Payment
from fundsys.models.industry import LegacyProject
from fundsys.models.journal import Act
from fundsys.models.office import DictionaryEntry, Person
from fundsys.models.papers import PrintRecord
from fundsys.models.projects import Project
from fundsys.queries.assets import HAS_TITLE
from fundsys.queries.kept import kept
from fundsys.queries.slices import TRANSITION
from fundsys.queries.viewer import Viewer, reach, seen_assets, seen_projects
from fundsys.queries.year_money import LevelMoney


@dataclass(frozen=True, slots=True)
class YearSums:
    """The year's money of several levels together."""

    notices: int
    allotted: Money
    allocated: Money
    submitted: Money
    disbursed: Money
    paid: Money


def year_sums(session: Session, year: int, levels: list[LevelMoney]) -> YearSums:
    """The sums over these levels, with the number of approved notices that brought them."""
    notices = session.scalar(
        select(func.count(AllotmentNotice.id.distinct()))
        .join(AllotmentLine, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(
            AllotmentNotice.year == year,
            AllotmentNotice.state == MoneyState.APPROVED,
            FundSource.level.in_([level.level for level in levels]),
        )
    )

    def of(name: str) -> Money:
        return sum((getattr(level, name) for level in levels), ZERO)

    return YearSums(notices or 0, of("allotted"), of("allocated"), of("submitted"), of("disbursed"), of("paid"))


def transition_only(levels: list[LevelMoney]) -> list[LevelMoney]:
    """The levels of 财政衔接资金, from central to county."""
    return [level for level in levels if level.level in TRANSITION]


def paid_by_month(session: Session, year: int, today: date) -> list[Money]:
    """Transition money of the year's notices paid by the end of each month, January first; months to come left out.

    Payments before the year stand in January, later ones in December.
    """
    rows = session.execute(
        select(extract("year", Payment.paid_on), extract("month", Payment.paid_on), func.sum(Payment.amount))
        .join(AllotmentLine, Payment.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(AllotmentNotice.year == year, Payment.state == MoneyState.APPROVED, FundSource.level.in_(TRANSITION))
        .group_by(extract("year", Payment.paid_on), extract("month", Payment.paid_on))
    )
    months = [ZERO] * 12
    for paid_year, month, amount in rows:
        place = 0 if int(paid_year) < year else 11 if int(paid_year) > year else int(month) - 1
        months[place] += amount
    last = 12 if today.year > year else today.month if today.year == year else 0
    found, so_far = [], ZERO
    for amount in months[:last]:
        so_far += amount
        found.append(so_far)
    return found


def checkpoints(session: Session) -> dict[int, Fraction]:
    """The least part that should be paid by the end of a month, by month, as the county has confirmed it."""
    rows = session.execute(
        select(DictionaryEntry.code, DictionaryEntry.facts).where(
            DictionaryEntry.kind == "checkpoint", DictionaryEntry.active
        )
    )
    return {int(code[:2]): Fraction(str(json.loads(facts)["min_rate"])) for code, facts in rows}


@dataclass(frozen=True, slots=True)
class OwnProject:
    """One of a unit's projects on its bench."""

    id: int
    name: str
    status: ProjectStatus
    progress_bp: int
    progress_on: date | None
    allocated: Money


def own_projects(session: Session, who: Viewer, year: int) -> list[OwnProject]:
    """The unit's projects of the year in the plan, furthest behind first."""
    given = (
        select(Allocation.project_id, func.sum(Allocation.amount).label("fen"))
        .where(Allocation.state == MoneyState.APPROVED)
        .group_by(Allocation.project_id)
        .subquery()
    )
    rows = session.execute(
        select(Project.id, Project.name, Project.status, Project.progress_bp, Project.progress_on, given.c.fen)
        .outerjoin(given, given.c.project_id == Project.id)
        .where(
            seen_projects(who, Permission.READ_PROJECTS),
            Project.year == year,
            Project.status.in_([s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]),
        )
        .order_by(Project.progress_bp, Project.id)
    )
    return [OwnProject(n, name, status, bp, on, given_ or ZERO) for n, name, status, bp, on, given_ in rows]


def own_money(session: Session, who: Viewer, year: int) -> tuple[Money, Money]:
    """What was allocated and what was paid to the projects this person sees, of the year's notices: the totals of those lists."""
    return _of_notices(session, who, year, Allocation), _of_notices(session, who, year, Payment)


def _of_notices(session: Session, who: Viewer, year: int, entry: type[Allocation] | type[Payment]) -> Money:
    total = session.scalar(
        select(func.sum(entry.amount))
        .join(Project, entry.project_id == Project.id)
        .join(AllotmentLine, entry.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(seen_projects(who), AllotmentNotice.year == year, entry.state == MoneyState.APPROVED)
    )
    return total or ZERO


def legacy_counts(session: Session) -> dict[FourBatch | None, int]:
    """Legacy projects by class; None for those without."""
    rows = session.execute(select(LegacyProject.batch, func.count()).group_by(LegacyProject.batch))
    return dict(rows.all())


def asset_counts(session: Session, who: Viewer) -> dict[tuple[AssetClass, bool], tuple[int, Money]]:
    """The assets a person sees by class and whether titled: how many, at what cost; disposed ones are left out."""
    question = ("asset counts", reach(who, Permission.READ_ASSETS))
    return kept(session, question, frozenset({"asset"}), lambda: _asset_counts(session, who))


def _asset_counts(session: Session, who: Viewer) -> dict[tuple[AssetClass, bool], tuple[int, Money]]:
    titled = case((HAS_TITLE, 1), else_=0)
    inner = (
        select(Asset.asset_class.label("kind"), titled.label("titled"), Asset.original_cost.label("cost"))
        .where(seen_assets(who), Asset.status.not_in(GONE))
        .subquery()
    )
    rows = session.execute(
        select(inner.c.kind, inner.c.titled, func.count(), func.sum(inner.c.cost)).group_by(
            inner.c.kind, inner.c.titled
        )
    )
    return {(kind, bool(is_titled)): (count, cost or ZERO) for kind, is_titled, count, cost in rows}


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A ledger as printed lately."""

    number: str
    ledger: str
    rows: int
    printed_at: object
    printer: str


def latest_prints(session: Session, count: int = 6) -> list[PrintRow]:
    """The last prints, latest first."""
    rows = session.execute(
        select(PrintRecord.number, PrintRecord.ledger, PrintRecord.row_count, PrintRecord.printed_at, Person.name)
        .outerjoin(Person, PrintRecord.printed_by == Person.id)
        .order_by(PrintRecord.id.desc())
        .limit(count)
    )
    return [PrintRow(number, ledger, n, at, name or "系统") for number, ledger, n, at, name in rows]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an administrator's bench tells: accounts and the journal."""

    accounts: int
    active: int
    acts: int
    last_act: str
    last_at: object


def desk(session: Session) -> Desk:
    """Figures of accounts and journal."""
    accounts, active = session.execute(
        select(func.count(), func.count().filter(Person.active)).select_from(Person)
    ).one()
    last = session.execute(select(Act.seq, Act.what, Act.at).order_by(Act.seq.desc()).limit(1)).first()
    return Desk(accounts, active, last[0] if last else 0, last[1] if last else "", last[2] if last else None)
