"""Reading maintenance under 1+12: schemes as of any day, who keeps an asset when, and which patrols are due to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.assets import IN_SERVICE, AssetClass
from fundsys.domain.maintenance import DefectState, Interval, PatrolUnit, Rhythm, days_late, due_on
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, MaintenanceSector
from fundsys.models.maintenance import Defect, KeeperAssignment, MaintenanceScheme
from fundsys.models.office import Person, Region
from fundsys.queries.after_events import called_for
from fundsys.queries.kept import kept
from fundsys.queries.looking import holds
from fundsys.queries.viewer import Viewer, seen_assets

Town, Village = aliased(Region), aliased(Region)
NEEDS_PATROLS = and_(Asset.asset_class != AssetClass.HOUSEHOLD, Asset.status.in_(IN_SERVICE))
"""The assets 1+12 asks patrols of: public and operating ones in use."""


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """One version of a scheme. sector_id: None for the general one; code: "" there. to_on: the day the next one begins."""

    id: int
    version: int
    sector_id: int | None
    code: str
    from_on: date
    to_on: date | None
    name: str
    lead: str
    body: str
    keeper_post: str
    money_source: str
    patrol_every: int | None
    patrol_unit: PatrolUnit
    after_event: str
    after_hours: int | None
    document_no: str
    entered_by: str

    @property
    def interval(self) -> Interval | None:
        """How often a patrol is asked for."""
        return Interval(self.patrol_every, self.patrol_unit) if self.patrol_every else None

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


_SCHEMES = frozenset({"maintenance_scheme", "maintenance_sector", "person"})


def schemes(session: Session) -> list[SchemeRow]:
    """Every version of every scheme: the general one first, then by sector, in order of their days."""
    return kept(session, "maintenance schemes", _SCHEMES, lambda: _schemes(session))


def _schemes(session: Session) -> list[SchemeRow]:
    m = MaintenanceScheme
    rows = session.execute(
        select(
            m.id, m.version, m.sector_id, func.coalesce(MaintenanceSector.code, ""), m.from_on, m.name, m.lead,
            m.body, m.keeper_post, m.money_source, m.patrol_every, m.patrol_unit, m.after_event, m.after_hours,
            m.document_no, func.coalesce(Person.name, "系统"),
        )
        .outerjoin(MaintenanceSector, m.sector_id == MaintenanceSector.id)
        .outerjoin(Person, m.entered_by == Person.id)
    )  # fmt: skip
    told = sorted((tuple[Any, ...](row) for row in rows), key=lambda row: (row[3], row[4]))
    later = [*told[1:], None]
    ends = [after[4] if after and after[2] == row[2] else None for row, after in zip(told, later, strict=False)]
    return [SchemeRow(*(*row[:5], end, *row[5:])) for row, end in zip(told, ends, strict=True)]


def schemes_on(session: Session, day: date) -> dict[int | None, SchemeRow]:
    """The version in force on a day, by sector; None is the general one. The first version holds before its day too."""
    found: dict[int | None, SchemeRow] = {}
    for scheme in schemes(session):
        if scheme.sector_id not in found or scheme.from_on <= day:
            found[scheme.sector_id] = scheme
    return found


def rhythms(session: Session) -> dict[int | None, tuple[Rhythm, ...]]:
    """The intervals of every sector by time; None holds the general scheme's, for assets without a sector."""
    found: dict[int | None, list[Rhythm]] = {}
    for scheme in schemes(session):
        found.setdefault(scheme.sector_id, []).append(Rhythm(scheme.from_on, scheme.interval))
    return {sector: tuple(told) for sector, told in found.items()}


def next_due(
    told: Mapping[int | None, Sequence[Rhythm]],
    sector_id: int | None,
    last: date | None,
    begun: date | None,
) -> date | None:
    """When the next patrol of an asset is due: after its last one, else after it came into use; None when not known."""
    since = last or begun
    return due_on(since, told.get(sector_id, ())) if since else None


# ---------- duties ----------


@dataclass(frozen=True, slots=True)
class PatrolDuty:
    """One asset that must be patrolled. due: None where no day is known, or no patrol is asked for.

    event: the event after which it must be looked at, with no patrol since."""

    asset_id: int
    code: str
    name: str
    town: str
    village: str
    location: str
    sector_id: int | None
    sector: str
    body: str
    keeper: str
    last_on: date | None
    due: date | None
    public_post: bool = False
    event: str = ""

    def days_late(self, today: date) -> int:
        """Days past the due day; due today is not overdue."""
        return days_late(self.due, today)


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """Which duties. until: due by this day; keeper: exact name; late: overdue ones only; ids: these assets only."""

    text: str = ""
    town_id: int | None = None
    village_id: int | None = None
    sector_id: int | None = None
    keeper: str = ""
    until: date | None = None
    late: bool = False
    ids: tuple[int, ...] | None = None


def duties(
    session: Session, who: Viewer | None, wanted: DutyFilter, today: date, right: Permission = Permission.READ_ASSETS
) -> list[PatrolDuty]:
    """The patrols due to what this person may see, the longest overdue first; then in the order of the places."""
    told, called = rhythms(session), called_for(session)
    rows = session.execute(
        select(
            Asset.id, Asset.code, Asset.name, func.coalesce(Town.name, ""), func.coalesce(Village.name, ""),
            Asset.location, Asset.sector_id, func.coalesce(MaintenanceSector.name, ""), Asset.maintenance_body,
            Asset.keeper, Asset.public_post, Asset.last_patrol_on, Asset.in_use_on, Asset.registered_on,
        )
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .outerjoin(MaintenanceSector, Asset.sector_id == MaintenanceSector.id)
        .where(NEEDS_PATROLS, seen_assets(who, right) if who else true(), *_tests(wanted))
        .order_by(Village.code, Asset.code)
    )  # fmt: skip
    found = []
    for row in rows:
        *front, public_post, last, in_use_on, registered_on = tuple[Any, ...](row)
        begun = min((day for day in (in_use_on, registered_on) if day), default=None)
        due, call = next_due(told, front[6], last, begun), called.get(front[0])
        if call:
            due = min(due, call.due_on) if due else call.due_on
        duty = PatrolDuty(*(*front, last, due, public_post, call.name if call else ""))
        if wanted.until is not None and (duty.due is None or duty.due > wanted.until):
            continue
        if not wanted.late or duty.days_late(today):
            found.append(duty)
    return sorted(found, key=lambda d: d.due or date.max)


def duties_by_town(session: Session, who: Viewer | None, today: date) -> dict[int | None, tuple[int, int]]:
    """By town: how many patrols are asked for in all, and how many are overdue; the rows are those of `duties`."""
    told, called = rhythms(session), called_for(session)
    rows = session.execute(
        select(
            Asset.id, Asset.town_id, Asset.sector_id, Asset.last_patrol_on, Asset.in_use_on, Asset.registered_on
        ).where(NEEDS_PATROLS, seen_assets(who) if who else true())
    )  # fmt: skip
    known: dict[Any, date | None] = {}
    found: dict[int | None, tuple[int, int]] = {}
    for key, town_id, sector_id, last, in_use_on, registered_on in rows:
        since = last or min((day for day in (in_use_on, registered_on) if day), default=None)
        asked = sector_id, since
        if asked not in known:
            known[asked] = next_due(told, sector_id, since, None)
        due, call = known[asked], called.get(key)
        if call:
            due = min(due, call.due_on) if due else call.due_on
        count, late = found.get(town_id, (0, 0))
        found[town_id] = count + 1, late + bool(days_late(due, today))
    return found


def _tests(wanted: DutyFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.text:
        yield holds(wanted.text, Asset.code, Asset.name, Asset.keeper)
    for column, value in (
        (Asset.town_id, wanted.town_id),
        (Asset.village_id, wanted.village_id),
        (Asset.sector_id, wanted.sector_id),
    ):
        if value is not None:
            yield column == value
    if wanted.keeper:
        yield Asset.keeper == wanted.keeper
    if wanted.ids is not None:
        yield Asset.id.in_(wanted.ids)


# ---------- keepers ----------


@dataclass(frozen=True, slots=True)
class Kept:
    """Who kept an asset in [from_on, to_on), and who said so."""

    from_on: date
    to_on: date | None
    keeper: str
    body: str
    fund: str
    sector: str
    reason: str
    document_no: str
    assigned_by: str
    public_post: bool


def keepers_of(session: Session, asset_id: int) -> list[Kept]:
    """The keepers of an asset by time, the newest first; empty while only the register names one."""
    k = KeeperAssignment
    rows = session.execute(
        select(
            k.from_on, k.to_on, k.keeper, k.maintenance_body, k.maintenance_fund,
            func.coalesce(MaintenanceSector.name, ""), k.reason, k.document_no, func.coalesce(Person.name, "系统"),
            k.public_post,
        )
        .outerjoin(MaintenanceSector, k.sector_id == MaintenanceSector.id)
        .outerjoin(Person, k.assigned_by == Person.id)
        .where(k.asset_id == asset_id)
        .order_by(k.from_on.desc())
    )  # fmt: skip
    return [Kept(*tuple[Any, ...](row)) for row in rows]


def kept_on(session: Session, day: date) -> dict[int, tuple[str, str, str]]:
    """Keeper, body and fund on a day of the assets whose keeper ever changed, by asset; others as the register says."""
    k = KeeperAssignment
    rows = session.execute(
        select(k.asset_id, k.keeper, k.maintenance_body, k.maintenance_fund).where(
            k.from_on <= day, or_(k.to_on.is_(None), k.to_on > day)
        )
    )
    return {asset_id: (keeper, body, fund) for asset_id, keeper, body, fund in rows}


# ---------- defects ----------


@dataclass(frozen=True, slots=True)
class DefectRow:
    """One defect as lists show it."""

    id: int
    version: int
    asset_id: int
    code: str
    name: str
    town: str
    village: str
    keeper: str
    patrol_id: int
    found_on: date
    condition: Any
    words: str
    needed_amount: Any
    due_on: date
    state: DefectState
    fixed_on: date | None
    fix_words: str
    repair_cost: Any
    return_reason: str
    found_by: int | None
    fixed_by: int | None
    closed_by: str

    def days_late(self, today: date) -> int:
        """Days past the deadline of one that is not closed."""
        return 0 if self.state is DefectState.CLOSED else days_late(self.due_on, today)


def defects(
    session: Session,
    who: Viewer | None,
    *,
    state: DefectState | None = None,
    late_on: date | None = None,
    ids: Collection[int] | None = None,
    asset_id: int | None = None,
    right: Permission = Permission.READ_ASSETS,
) -> list[DefectRow]:
    """The defects of what this person may see, by deadline. late_on: only open ones past it that day."""
    d, closer = Defect, aliased(Person)
    test: list[ColumnElement[bool]] = [seen_assets(who, right) if who else true()]
    if state is not None:
        test.append(d.state == state)
    if late_on is not None:
        test += [d.state != DefectState.CLOSED, d.due_on < late_on]
    if ids is not None:
        test.append(d.id.in_(ids))
    if asset_id is not None:
        test.append(d.asset_id == asset_id)
    rows = session.execute(
        select(
            d.id, d.version, d.asset_id, Asset.code, Asset.name, func.coalesce(Town.name, ""),
            func.coalesce(Village.name, ""), Asset.keeper, d.patrol_id, d.found_on, d.condition, d.words,
            d.needed_amount, d.due_on, d.state, d.fixed_on, d.fix_words, d.repair_cost, d.return_reason, d.found_by,
            d.fixed_by, func.coalesce(closer.name, ""),
        )
        .join(Asset, d.asset_id == Asset.id)
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .outerjoin(closer, d.closed_by == closer.id)
        .where(*test)
        .order_by(d.due_on, d.id)
    )  # fmt: skip
    return [DefectRow(*tuple[Any, ...](row)) for row in rows]
