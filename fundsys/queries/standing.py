"""What a bench tells beside what waits: how construction, titles, patrols, classes, problems and targets stand for this person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.maintenance import DefectState
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import Stand
from fundsys.models.assets import Asset
from fundsys.models.industry import LegacyProject
from fundsys.models.maintenance import Defect
from fundsys.queries.assets import AssetFilter, condition
from fundsys.queries.construction_months import MonthRow, month_end, month_rows
from fundsys.queries.kept import kept
from fundsys.queries.legacy_follow import stand_counts
from fundsys.queries.maintenance import duties_by_town
from fundsys.queries.rectification import ProblemFilter, problems
from fundsys.queries.viewer import Viewer, reach, seen_assets, seen_legacy
from fundsys.queries.yearly_targets import TargetFilter, year_targets

_P = Permission
PATROLS_READ_FROM = frozenset({"asset", "event_call", "event_duty", "maintenance_scheme"})
MONTHS_READ_FROM = frozenset(
    {"project", "extension", "progress_report", "project_step", "payment", "policy_value", "unit", "region"}
)


@dataclass(frozen=True, slots=True)
class BenchCounts:
    """Counts of lists this person may open; None where the role has nothing to do with them."""

    late_projects: int | None = None
    behind_projects: int | None = None
    silent_projects: int | None = None
    untitled: int | None = None
    patrols: int | None = None
    late_patrols: int | None = None
    open_defects: int | None = None
    undecided: int | None = None
    late_measures: int | None = None
    open_problems: int | None = None
    late_problems: int | None = None
    short_targets: int | None = None


def standing(session: Session, who: Viewer, year: int, today: date) -> BenchCounts:
    """How it stands for this person, of the year's projects and of all assets they see."""
    told: dict[str, int] = {}
    if who.can(_P.READ_PROJECTS):
        rows = this_month(session, who, year, today)
        told["late_projects"] = sum(1 for r in rows if r.is_late)
        told["behind_projects"] = sum(1 for r in rows if r.is_behind)
        told["silent_projects"] = sum(1 for r in rows if r.is_silent)
    if who.can(_P.READ_ASSETS):
        told |= _assets(session, who, today)
    if who.can(_P.READ_LEGACY):
        told["undecided"] = (
            session.scalar(
                select(func.count()).select_from(LegacyProject).where(LegacyProject.batch.is_(None), seen_legacy(who))
            )
            or 0
        )
        told["late_measures"] = stand_counts(session, who, today)["late"]
    if who.can(_P.READ_FINDINGS):
        found = problems(session, who, ProblemFilter(size=1), today)
        told["late_problems"] = found.late
        told["open_problems"] = sum(n for state, n in found.by_state.items() if state is FindingState.OPEN)
    if who.can(_P.READ_TARGETS):
        targets = year_targets(session, who, TargetFilter(year), today)
        told["short_targets"] = sum(1 for row in targets if row.stand is Stand.SHORT)
    return BenchCounts(**told)


def _assets(session: Session, who: Viewer, today: date) -> dict[str, int]:
    mine = reach(who, _P.READ_ASSETS)

    def untitled() -> int:
        test = condition(AssetFilter(titled="no", on_books=True))
        return session.scalar(select(func.count()).select_from(Asset).where(test, seen_assets(who))) or 0

    by_town = patrols_by_town(session, who, today)
    going = select(func.count()).select_from(Defect).join(Asset, Defect.asset_id == Asset.id)
    return {
        "untitled": kept(session, ("untitled", mine), frozenset({"asset"}), untitled),
        "patrols": sum(count for count, _ in by_town.values()),
        "late_patrols": sum(late for _, late in by_town.values()),
        "open_defects": session.scalar(going.where(Defect.state == DefectState.OPEN, seen_assets(who))) or 0,
    }


def patrols_by_town(session: Session, who: Viewer | None, today: date) -> dict[int | None, tuple[int, int]]:
    """By town: how many patrols are asked for in all, and how many are overdue. who: None for the whole county."""
    mine = reach(who, _P.READ_ASSETS) if who else None
    return kept(
        session, ("patrols by town", mine, today), PATROLS_READ_FROM, lambda: duties_by_town(session, who, today)
    )


def this_month(session: Session, who: Viewer | None, year: int, today: date) -> tuple[MonthRow, ...]:
    """The year's projects at the end of the month at work: the one of today, or the year's nearest."""
    month = month_at_work(year, today)
    mine = reach(who, _P.READ_PROJECTS) if who else None

    def read() -> tuple[MonthRow, ...]:
        return tuple(month_rows(session, who, year, month_end(year, month), today))

    return kept(session, ("month rows", mine, year, today), MONTHS_READ_FROM, read)


def month_at_work(year: int, today: date) -> int:
    """The month of the year that is at work on a day: January before the year, December after it."""
    return 1 if today.year < year else 12 if today.year > year else today.month
