"""Which projects count towards the year's work relief, which do not, and why: what rule RWR says, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.facts import ReliefFact
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.domain.rules.base import Finding, rule_called
from fundsys.domain.rules.work_relief import share_paid, short_by
from fundsys.domain.work_relief import ReliefState
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project
from fundsys.models.work_relief import ReliefPlan, ReliefRoster
from fundsys.queries.findings import findings
from fundsys.queries.relief_facts import relief_facts
from fundsys.queries.viewer import Viewer, seen_projects


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A work-relief project of the year. counts: towards the number; why: the reason where it does not.

    share, min_share: labor pay paid out by the base, and the project's own minimum; None without an approved plan.
    """

    id: int
    code: str
    name: str
    town: str
    owner: str
    status: ProjectStatus
    counts: bool
    why: str
    transition: Money | None
    paid: Money
    share: Fraction | None
    min_share: Fraction | None
    short: Money
    plan: ReliefState | None
    waiting: int
    last_month: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows this person may see, and the county's finding."""

    rows: tuple[CountedRow, ...]
    finding: Finding


def counted(session: Session, who: Viewer, year: int) -> Counted:
    """Every work-relief project of the year this person may see, those that count first."""
    rule = rule_called("RWR")
    assert rule is not None
    finding = findings(session, year, rules=[rule])[0].approved
    given = {row.id: row.amount for row in finding.rows}
    left = {x.id: (x.why, x.amount) for x in finding.left_out if x.id is not None}
    facts = {fact.id: fact for fact in relief_facts(session, year)}
    wanted = (
        select(Project.id, Project.code, Project.name, Region.name, Unit.name, Project.status)
        .join(Unit, Project.owner_unit_id == Unit.id)
        .outerjoin(Region, Project.town_id == Region.id)
        .where(Project.id.in_({*given, *left, *facts}), seen_projects(who, Permission.READ_PROJECTS))
        .order_by(Project.code)
    )
    plans = _newest_plans(session)
    months = _months(session)
    rows = []
    for key, code, name, town, owner, status in session.execute(wanted):
        fact = facts.get(key) or ReliefFact(key, name, False)
        why, amount = left.get(key, ("", given.get(key)))
        waiting, last = months.get(key, (0, ""))
        rows.append(
            CountedRow(
                key, code, name, town or "", owner, status, key in given, why, amount, fact.paid, share_paid(fact),
                fact.min_share, short_by(fact), plans.get(key), waiting, last,
            )
        )  # fmt: skip
    return Counted(tuple(sorted(rows, key=lambda r: (not r.counts, r.code))), finding)


def _newest_plans(session: Session) -> dict[int, ReliefState]:
    told = select(ReliefPlan.project_id, ReliefPlan.state).where(ReliefPlan.state != ReliefState.REPLACED)
    return dict(session.execute(told.order_by(ReliefPlan.id)).all())


def _months(session: Session) -> dict[int, tuple[int, str]]:
    """By project: rosters that wait for approval, and the last approved month."""
    found: dict[int, tuple[int, str]] = {}
    r = ReliefRoster
    for project_id, month, state in session.execute(select(r.project_id, r.month, r.state)):
        waiting, last = found.get(project_id, (0, ""))
        if state is ReliefState.APPROVED:
            last = max(last, month)
        found[project_id] = (waiting + (state is ReliefState.SUBMITTED), last)
    return found
