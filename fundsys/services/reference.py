"""Loading the reference data of the package into tables the county edits; what the county edited is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from fundsys.domain.policy import Policy
from fundsys.domain.policy.thresholds import WORK_PLAN
from fundsys.models.assets import MaintenanceSector
from fundsys.models.base import Base
from fundsys.models.funds import FundSource
from fundsys.models.maintenance import MaintenanceScheme
from fundsys.models.office import County, DictionaryEntry, PolicyValue, Region, Unit
from fundsys.models.papers import ExportLayout
from fundsys.models.projects import ProjectType
from fundsys.models.publicity import PublicationDuty
from fundsys.models.yearly_targets import TargetUnit, YearTarget
from fundsys.services import reference_rows as rows
from fundsys.services.acts import NothingToDo, act

HOME = "610327"
WHAT = "装入参考数据"
LEAD_BUREAU = "U03"
"""The office of the leading group reports what the plan asks of “各成员单位” together. Source: 工作要点 第19条."""
FIRST_SCHEMES = date(2013, 1, 1)
"""From when the first version of every maintenance scheme holds: before the county's first recorded patrol."""


def load(county: str, name: str | None = None, at: datetime | None = None) -> int:
    """Add or update reference rows as 系统, in one act; none when nothing changes. Returns how many rows changed.

    county: the six-digit code. name: what a county without a file of regions is called.
    at: the moment of the act, now unless a demo begins in the past.
    """
    changed = 0
    with act(by=None, what=WHAT, subject=county, at=at) as open_act:
        changed = _load(open_act.session, county, name)
        if not changed:
            raise NothingToDo
        open_act.answer = f"参考数据新增或更新 {changed} 条"
    return changed


def open_year(session: Session, year: int, home: bool = True) -> int:
    """Give a year its starting thresholds and bases, inside an open act. Returns how many rows changed.

    home: whether the county's own work plan speaks; another county starts without its figures.
    """
    kinds = Policy.kinds()
    starting = Policy.starting(year).settings
    values = [
        {
            "year": year,
            "code": code,
            "value": kinds[code].write(setting.value),
            "clause": setting.clause,
            "document": setting.document,
            "state": "approved",
        }
        for code, setting in starting.items()
        if home or setting.document != WORK_PLAN
    ]
    if home:
        values += [
            {
                "year": year,
                "code": code,
                "value": value,
                "clause": kinds[code].clause,
                "document": WORK_PLAN,
                "state": "approved",
            }
            for code, value in rows.year_targets(year)
        ]
    return _merge(session, PolicyValue, ("year", "code"), values)


def _load(session: Session, code: str, name: str | None) -> int:
    places = rows.places(code)
    changed = _county(session, code, name or places.name)
    changed += _merge(session, Region, ("code",), places.county_row(name))
    for level_rows in (places.towns, places.villages):
        changed += _merge(session, Region, ("code",), _with_ids(session, level_rows, "parent", "parent_id"))
    changed += _merge(session, Unit, ("code",), _with_ids(session, rows.units(places), "region", "region_id"))
    changed += _merge(session, FundSource, ("code",), rows.fund_sources())
    changed += _merge(session, ProjectType, ("code",), rows.project_types())
    changed += _merge(session, MaintenanceSector, ("code",), rows.sectors(places))
    changed += _first_schemes(session, places)
    if places.is_home:
        changed += _yearly_targets(session)
    changed += _merge(session, PublicationDuty, ("occasion", "level"), rows.publication_duties())
    changed += _merge(session, DictionaryEntry, ("kind", "code"), rows.dictionary(places))
    changed += _merge(session, ExportLayout, ("code",), rows.export_layouts())
    return changed + open_year(session, rows.plan_year(), home=places.is_home)


def _first_schemes(session: Session, places: rows.Places) -> int:
    """Give every sector, and the county, a first scheme where there is none yet: what the sector's row says now."""
    there = set(session.scalars(select(MaintenanceScheme.sector_id)))
    sectors = {s.code: s for s in session.scalars(select(MaintenanceSector))}
    made = []
    for told in rows.schemes(places):
        sector = sectors.get(told.pop("code"))
        if (sector.id if sector else None) in there:
            continue
        if sector is not None:
            told |= {name: getattr(sector, name) for name in ("name", "lead", "body", "money_source", "after_event")}
            told |= {"sector_id": sector.id, "patrol_every": sector.patrol_days}
        made.append(told | {"from_on": FIRST_SCHEMES})
    session.add_all(MaintenanceScheme(**told) for told in made)
    session.flush()
    return len(made)


def _yearly_targets(session: Session) -> int:
    """Give the plan's year its targets and the units that answer for them; what the county has edited stays."""
    changed = _merge(session, YearTarget, ("year", "code"), rows.yearly_targets())
    units = {name: key for key, name in session.execute(select(Unit.id, Unit.name))}
    office = session.scalars(select(Unit.id).where(Unit.code == LEAD_BUREAU)).first()
    linked = set(session.scalars(select(TargetUnit.target_id).distinct()))
    named = rows.target_units()
    links = []
    query = select(YearTarget).where(YearTarget.year == rows.plan_year(), ~YearTarget.edited)
    for target in session.scalars(query):
        if target.confirmed_on is None:
            target.confirmed_on = date(target.year, 1, 1)
        if target.id in linked:
            continue
        names = named.get(target.code, [])
        fed = target.rule or target.figure or target.policy_code
        if target.kind.is_reported and not fed:
            target.reporting_unit_id = units.get(names[0], office) if names else office
        links += [
            {"target_id": target.id, "position": place, "unit_id": units.get(name), "phrase": "" if name in units else name}
            for place, name in enumerate(names, 1)
        ]  # fmt: skip
    session.flush()
    if links:
        session.execute(insert(TargetUnit), links)
    return changed + len(links)


def _county(session: Session, code: str, name: str) -> int:
    if session.scalar(select(County.id).limit(1)) is not None:
        return 0
    session.execute(
        insert(County),
        [
            {
                "code": code,
                "name": name,
                "reporting_unit": f"{name}乡村振兴局",
                "work_year": rows.plan_year(),
                "lead_industry": rows.lead_industry() if code == HOME else "",
            }
        ],
    )
    return 1


def _with_ids(session: Session, made: Iterable[dict[str, Any]], by_code: str, by_id: str) -> list[dict[str, Any]]:
    """The rows with the code of a region in one key replaced by its id in another."""
    ids: dict[str, int] = {code: key for code, key in session.execute(select(Region.code, Region.id))}  # noqa: C416
    return [
        {key: value for key, value in row.items() if key != by_code} | {by_id: ids.get(row[by_code])} for row in made
    ]


def _merge(session: Session, model: type[Base], keys: tuple[str, ...], wanted: Iterable[Mapping[str, Any]]) -> int:
    """Insert what is missing, update what differs and was not edited by the county. Returns how many rows changed."""
    there = {tuple(getattr(found, key) for key in keys): found for found in session.scalars(select(model))}
    missing: list[dict[str, Any]] = []
    changed = 0
    for row in wanted:
        found: Any = there.get(tuple(row[key] for key in keys))
        if found is None:
            missing.append(dict(row))
        elif not found.edited and any(getattr(found, key) != value for key, value in row.items()):
            for key, value in row.items():
                setattr(found, key, value)
            found.version += 1
            changed += 1
    session.flush()
    if missing:
        session.execute(insert(model), missing)
    return changed + len(missing)
