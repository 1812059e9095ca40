"""Dated versions of the maintenance schemes: a new one holds from its day on and leaves the past as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.maintenance import Interval, PatrolUnit
from fundsys.domain.rights import Permission
from fundsys.models.assets import MaintenanceSector
from fundsys.models.maintenance import MaintenanceScheme
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance import schemes_on
from fundsys.services.acts import Act
from fundsys.services.funds.common import need


@dataclass(frozen=True, slots=True)
class SchemeEntry:
    """A scheme as it is to be from a day on. patrol_every: None where no interval is set."""

    from_on: date
    name: str
    lead: str = ""
    body: str = ""
    keeper_post: str = ""
    money_source: str = ""
    patrol_every: int | None = None
    patrol_unit: PatrolUnit = PatrolUnit.DAY
    after_event: str = ""
    after_hours: int | None = None
    document_no: str = ""


def revise_scheme(sector_id: int | None, entry: SchemeEntry, *, act: Act) -> MaintenanceScheme:
    """Give a sector, or the county (None), a scheme from today or a later day on.

    A version that has not begun yet is replaced by one of the same day. Raises: NotAllowed, NotFound, DomainError.
    """
    need(act, Permission.EDIT_DICTIONARY)
    today = county_today(act.session)
    if sector_id is not None and act.session.get(MaintenanceSector, sector_id) is None:
        raise NotFound("没有这个管护行业，请从管护办法进入")
    if entry.from_on < today:
        raise DomainError("新办法只能从今天或以后起执行，过去的记录按当时的办法算", field="from_on")
    if not entry.name.strip():
        raise DomainError("请填写名称", field="name")
    found = act.session.scalars(
        select(MaintenanceScheme).where(
            MaintenanceScheme.sector_id.is_(None) if sector_id is None else MaintenanceScheme.sector_id == sector_id,
            MaintenanceScheme.from_on == entry.from_on,
        )
    ).one_or_none()
    if found is not None and found.from_on <= today:
        raise DomainError("今天已经有一版在执行，不能改写；请从明天起另定一版", field="from_on")
    made = found or MaintenanceScheme(sector_id=sector_id, from_on=entry.from_on)
    for name in ("name", "lead", "body", "keeper_post", "money_source", "after_event", "document_no"):
        setattr(made, name, getattr(entry, name).strip())
    made.patrol_every, made.patrol_unit, made.after_hours = entry.patrol_every, entry.patrol_unit, entry.after_hours
    made.entered_by = act.person_id
    if found is None:
        act.session.add(made)
    else:
        made.version += 1
    act.session.flush()
    keep_up(act)
    act.subject = f"{made.name} {made.from_on.isoformat()} 起"
    return made


def keep_up(act: Act) -> None:
    """Let every sector's own row say what its scheme of today says: the word lists and ledgers show."""
    told = schemes_on(act.session, county_today(act.session))
    for sector in act.session.scalars(select(MaintenanceSector)):
        scheme = told.get(sector.id)
        if scheme is None:
            continue
        now = {name: getattr(scheme, name) for name in ("name", "lead", "body", "money_source", "after_event")}
        now |= {"patrol_days": _days(scheme.interval, sector.patrol_days)}
        if any(getattr(sector, name) != value for name, value in now.items()):
            for name, value in now.items():
                setattr(sector, name, value)
            sector.edited = True
            sector.version += 1
    act.session.flush()


def _days(interval: Interval | None, before: int) -> int:
    """About how many days an interval is: only for lists sorted by it; due days are reckoned from the scheme."""
    if interval is None:
        return before
    return interval.every * (30 if interval.unit is PatrolUnit.MONTH else 1)
