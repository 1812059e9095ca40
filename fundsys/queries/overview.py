"""全县总览: the county on one page. Every figure is the count or the sum of a list somebody can open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE
from fundsys.domain.industry import FourBatch
from fundsys.domain.maintenance import DefectState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Permission
from fundsys.domain.rules.base import ORDER, Outcome
from fundsys.domain.yearly_targets import STANDS, Stand
from fundsys.models.assets import Asset, Patrol
from fundsys.models.maintenance import Defect
from fundsys.models.office import Region
from fundsys.models.papers import Rectification
from fundsys.queries.assets import HAS_TITLE
from fundsys.queries.bench import legacy_counts
from fundsys.queries.construction_months import MonthRow
from fundsys.queries.findings import Checked, findings
from fundsys.queries.kept import kept
from fundsys.queries.legacy_follow import late_measures
from fundsys.queries.rectification import LATE_STATES
from fundsys.queries.slices import Grouping, Slice
from fundsys.queries.spending import Spending, spending
from fundsys.queries.standing import month_at_work, patrols_by_town, this_month
from fundsys.queries.suspects import Depth
from fundsys.queries.viewer import Viewer, require
from fundsys.queries.yearly_targets import TargetFilter, TargetRow, year_targets

NO_TOWN = "县级"


@dataclass(frozen=True, slots=True)
class TownAssets:
    """The assets of one town that stand in the books: how many, of those without a title; patrols asked for and overdue."""

    id: int | None
    name: str
    assets: int
    untitled: int
    cost: Money
    patrols: int
    late_patrols: int


@dataclass(frozen=True, slots=True)
class Building:
    """The year's projects by stage, and which are late, behind their plan or without a report this month."""

    month: int
    stages: tuple[tuple[ProjectStatus, int], ...]
    rows: tuple[MonthRow, ...]

    @property
    def late(self) -> list[MonthRow]:
        """Late to start or to end, the latest first."""
        return sorted((r for r in self.rows if r.is_late), key=lambda r: (-r.late_days, r.code))

    @property
    def behind(self) -> list[MonthRow]:
        """Behind the plan and not completed, the furthest first."""
        return sorted((r for r in self.rows if r.is_behind), key=lambda r: (-r.behind, r.code))

    @property
    def silent(self) -> list[MonthRow]:
        """Under construction without a report this month."""
        return [r for r in self.rows if r.is_silent]


@dataclass(frozen=True, slots=True)
class Problems:
    """Problems found, by state, and of those going on how many are past their day."""

    by_state: Mapping[FindingState, int]
    late: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The county on a day. walked: patrols of the year. defects: what patrols found, by state; late_defects: of those going on, past their day."""

    year: int
    day: date
    checked: tuple[Checked, ...]
    money: Spending
    building: Building
    classes: Mapping[FourBatch | None, int]
    late_measures: int
    towns: tuple[TownAssets, ...]
    walked: int
    defects: Mapping[DefectState, int]
    late_defects: int
    problems: Problems
    targets: tuple[TargetRow, ...]

    @property
    def policy(self) -> list[Checked]:
        """The findings of the year's policy rules, in the order of the policy page."""
        return [c for c in self.checked if c.approved.rule in ORDER]

    @property
    def failing(self) -> list[Checked]:
        """Findings not met."""
        return [c for c in self.checked if c.approved.outcome is Outcome.FAIL]

    @property
    def stands(self) -> list[tuple[Stand, int]]:
        """How many targets stand how, those that need something done first."""
        counted = Counter(row.stand for row in self.targets)
        return [(stand, counted[stand]) for stand in STANDS if counted[stand]]

    @property
    def all_towns(self) -> TownAssets:
        """All towns together."""
        t = self.towns
        return TownAssets(
            None, "合计", sum(x.assets for x in t), sum(x.untitled for x in t), sum((x.cost for x in t), ZERO),
            sum(x.patrols for x in t), sum(x.late_patrols for x in t),
        )  # fmt: skip


def overview(session: Session, who: Viewer | None, year: int, day: date, until: date | None = None) -> Overview:
    """The county on a day, for who may read the whole of it. Raises NotAllowed.

    until: business dates up to it, where the paper asks for that; what has no business date stands as it is known.
    """
    require(who, Permission.READ_OVERVIEW)
    rows = this_month(session, None, year, day)
    counted = Counter(row.status for row in rows)
    defects, late = _defects(session, day)
    return Overview(
        year=year,
        day=day,
        checked=tuple(findings(session, year, until=until, depth=Depth.FIGURES)),
        money=spending(session, None, Slice(year), Grouping.LEVEL, day),
        building=Building(month_at_work(year, day), tuple((s, counted[s]) for s in ProjectStatus if counted[s]), rows),
        classes=legacy_counts(session),
        late_measures=late_measures(session, day),
        towns=_towns(session, day),
        walked=_walked(session, year, until),
        defects=defects,
        late_defects=late,
        problems=_problems(session, day),
        targets=tuple(year_targets(session, None, TargetFilter(year), day)),
    )


def _towns(session: Session, day: date) -> tuple[TownAssets, ...]:
    """The towns in the order of their codes; what belongs to none of them comes last."""
    held = kept(session, "assets by town", frozenset({"asset"}), lambda: _held(session))
    patrols = patrols_by_town(session, None, day)
    names: Sequence[tuple[int | None, str]] = [
        *((key, name) for key, name in session.execute(
            select(Region.id, Region.name).where(Region.level == "town").order_by(Region.code)
        )),
        (None, NO_TOWN),
    ]  # fmt: skip
    return tuple(
        TownAssets(key, name, *held.get(key, (0, 0, ZERO)), *patrols.get(key, (0, 0)))
        for key, name in names
        if key in held or key in patrols
    )


def _walked(session: Session, year: int, until: date | None) -> int:
    """How many patrols of the year were walked: those of LG07."""
    last = min(until or date.max, date(year, 12, 31))
    count = select(func.count()).select_from(Patrol).where(Patrol.patrolled_on.between(date(year, 1, 1), last))
    return kept(session, ("walked", year, last), frozenset({"patrol"}), lambda: session.scalar(count) or 0)


def _held(session: Session) -> dict[int | None, tuple[int, int, Money]]:
    inner = (
        select(Asset.town_id, case((HAS_TITLE, 0), else_=1).label("untitled"), Asset.original_cost.label("cost"))
        .where(Asset.status.not_in(GONE))
        .subquery()
    )
    rows = session.execute(
        select(inner.c.town_id, func.count(), func.sum(inner.c.untitled), func.sum(inner.c.cost)).group_by(
            inner.c.town_id
        )
    )
    return {town_id: (count, int(untitled or 0), cost or ZERO) for town_id, count, untitled, cost in rows}


def _defects(session: Session, day: date) -> tuple[dict[DefectState, int], int]:
    d = Defect
    late = func.sum(case((d.due_on < day, 1), else_=0))
    rows = session.execute(select(d.state, func.count(), late).group_by(d.state)).all()
    going = sum(int(late or 0) for state, _, late in rows if state is not DefectState.CLOSED)
    return {state: count for state, count, _ in rows}, going


def _problems(session: Session, day: date) -> Problems:
    r = Rectification
    rows = session.execute(
        select(r.state, func.count(), func.sum(case((r.due_on < day, 1), else_=0))).group_by(r.state)
    ).all()
    return Problems(
        {FindingState(state): count for state, count, _ in rows},
        sum(int(late or 0) for state, _, late in rows if state in LATE_STATES),
    )
