"""Who is asking, and which rows they may see: the one place where a role's scope becomes a WHERE clause."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, or_, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, join

from fundsys.domain.errors import NotAllowed, NotFound
from fundsys.domain.rights import Permission, Role, Scope, may
from fundsys.models.assets import Asset
from fundsys.models.industry import LegacyProject
from fundsys.models.office import Credential, Person, Region, Unit, is_open
from fundsys.models.projects import Project

WHOLE_COUNTY = frozenset({Permission.READ_BUSINESS_TRAIL, Permission.READ_OVERVIEW})
"""Readings of the county as one: they go with the whole of it only."""


@dataclass(frozen=True)
class Viewer:
    """The person asking: role, unit, and the town or village the unit stands for.

    scope_towns, scope_units: where an inspector is sent to (ids); both empty is the whole county.
    only: the rights an access token was given out of the person's; None for all of them.
    """

    id: int
    login: str
    name: str
    role: Role
    unit_id: int
    unit_name: str
    town_id: int | None
    village_id: int | None
    rights_no: int
    scope_towns: tuple[int, ...] = ()
    scope_units: tuple[int, ...] = ()
    only: frozenset[Permission] | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether this is an inspector sent to a part of the county."""
        return self.role is Role.INSPECTOR and bool(self.scope_towns or self.scope_units)

    def scope(self, permission: Permission) -> Scope:
        """How far the person's right reaches; what cannot be told apart by place is not a bounded inspector's."""
        if self.only is not None and permission not in self.only:
            return Scope.NONE
        whole = may(self.role, permission)
        if whole is Scope.ALL and self.is_bounded:
            return Scope.NONE if permission in WHOLE_COUNTY else Scope.OWN
        return whole

    def can(self, permission: Permission) -> bool:
        """Whether the person may do this at all."""
        return self.scope(permission) is not Scope.NONE


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account as the sign-in knows it: who they are, until when, and the number of their secret."""

    who: Viewer
    active: bool
    first_day: date | None
    last_day: date | None
    secret_no: int
    one_time: bool

    def may_sign_in(self, day: date) -> bool:
        """Whether the account is open on this day (first and last day included)."""
        return is_open(self.active, self.first_day, self.last_day, day)


_WHO = (
    Person.id,
    Person.login,
    Person.name,
    Person.role,
    Person.rights_no,
    Unit.id,
    Unit.name,
    Region.id,
    Region.level,
    Region.parent_id,
    Person.scope_towns,
    Person.scope_units,
)
_FROM = join(join(Person, Unit, Person.unit_id == Unit.id), Region, Unit.region_id == Region.id, isouter=True)
_VIEWER = select(*_WHO).select_from(_FROM).where(Person.id == bindparam("person"))
_ACCOUNT = (
    select(*_WHO, Person.active, Person.first_day, Person.last_day, Credential.secret_no, Credential.one_time)
    .select_from(join(_FROM, Credential, Credential.person_id == Person.id))
    .where(Person.id == bindparam("person"))
)


held_to: ContextVar[tuple[int, frozenset[Permission]] | None] = ContextVar("held_to", default=None)
"""The person whose access token asks, and the rights it was given: also the acts of this request have no other."""


def bounded_by_token(who: Viewer) -> Viewer:
    """The person with the rights of the access token in use; the person as they are without one."""
    held = held_to.get()
    return replace(who, only=held[1]) if held is not None and held[0] == who.id else who


def viewer(session: Session, person_id: int) -> Viewer | None:
    """The person as a viewer; None when there is no such person."""
    row = session.execute(_VIEWER, {"person": person_id}).first()
    return None if row is None else _viewer(*tuple[Any, ...](row))


def account(reading: Connection, person_id: int) -> Account | None:
    """The account of a person, in one query because every request asks it; None when there is none with a secret."""
    row = reading.execute(_ACCOUNT, {"person": person_id}).first()
    if row is None:
        return None
    told = tuple[Any, ...](row)
    return Account(_viewer(*told[: len(_WHO)]), *told[len(_WHO) :])


def viewer_of(person: Person) -> Viewer:
    """The person of an open act as a viewer."""
    unit, region = person.unit, person.unit.region
    place = (region.id, region.level, region.parent_id) if region else (None, None, None)
    account = (person.id, person.login, person.name, person.role, person.rights_no)
    told: tuple[Any, ...] = (*account, unit.id, unit.name, *place, person.scope_towns, person.scope_units)
    return _viewer(*told)


def _viewer(
    person_id: int,
    login: str,
    name: str,
    role: Role,
    rights_no: int,
    unit_id: int,
    unit_name: str,
    region_id: int | None,
    level: str | None,
    parent_id: int | None,
    scope_towns: tuple[str, ...],
    scope_units: tuple[str, ...],
) -> Viewer:
    who = Viewer(
        id=person_id,
        login=login,
        name=name,
        role=role,
        unit_id=unit_id,
        unit_name=unit_name,
        town_id=region_id if level == "town" else parent_id if level == "village" else None,
        village_id=region_id if level == "village" else None,
        rights_no=rights_no,
        scope_towns=tuple(map(int, scope_towns)),
        scope_units=tuple(map(int, scope_units)),
    )
    return bounded_by_token(who)


def seen_projects(who: Viewer, permission: Permission = Permission.READ_PROJECTS) -> ColumnElement[bool]:
    """The projects this person may do this to: all, their own unit's or town's, or none."""
    units = who.scope_units if who.is_bounded else (who.unit_id,)
    own: list[ColumnElement[bool]] = [Project.owner_unit_id.in_(units), Project.implementing_unit_id.in_(units)]
    return _rows(who, permission, Project, own)


def seen_assets(who: Viewer, permission: Permission = Permission.READ_ASSETS) -> ColumnElement[bool]:
    """The assets this person may do this to; a keeper sees those kept in their name."""
    own: list[ColumnElement[bool]] = [Asset.owner_unit_id.in_(who.scope_units if who.is_bounded else (who.unit_id,))]
    if who.role is Role.KEEPER:
        return (Asset.keeper == who.name) & (
            own[0] | (Asset.village_id == who.village_id) | (Asset.town_id == who.town_id)
        )
    return _rows(who, permission, Asset, own)


def seen_legacy(who: Viewer, permission: Permission = Permission.READ_LEGACY) -> ColumnElement[bool]:
    """The legacy projects this person may do this to."""
    names = select(Unit.name).where(Unit.id.in_(who.scope_units))
    ours = LegacyProject.responsible_unit
    own: list[ColumnElement[bool]] = [ours.in_(names) if who.is_bounded else ours == who.unit_name]
    return _rows(who, permission, LegacyProject, own)


def _rows(who: Viewer, permission: Permission, table: Any, own: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    scope = who.scope(permission)
    if scope is Scope.ALL:
        return true()
    if scope is Scope.NONE:
        return false()
    if who.scope_towns and who.is_bounded:
        own = [*own, table.town_id.in_(who.scope_towns)]
    if who.role is Role.TOWN and who.town_id is not None:
        own = [*own, table.town_id == who.town_id]
    if who.role is Role.VILLAGE and who.village_id is not None:
        own = [*own, table.village_id == who.village_id]
    return or_(*own)


def seen_units(who: Viewer) -> ColumnElement[bool]:
    """The units of a bounded inspector's scope: those named, and those of its towns and their villages. Unit must be there."""
    places = select(Region.id).where(or_(Region.id.in_(who.scope_towns), Region.parent_id.in_(who.scope_towns)))
    return or_(Unit.id.in_(who.scope_units), Unit.region_id.in_(places))


def reach(who: Viewer, permission: Permission) -> Viewer | None:
    """What the rows somebody sees depend on: None for all rows; equal reach, equal rows."""
    return None if who.scope(permission) is Scope.ALL else who


def require(who: Viewer | None, permission: Permission) -> None:
    """Refuse what the person's role may not do at all. 系统 (None) may. Raises NotAllowed."""
    if who is not None and not who.can(permission):
        raise NotAllowed(f"您的角色是“{who.role.label}”，不能{permission.label}")


def require_project(session: Session, who: Viewer | None, permission: Permission, project_id: int) -> Project:
    """The project, when this person may do this to it. Raises NotAllowed, or NotFound for hidden and missing alike."""
    require(who, permission)
    condition = true() if who is None else seen_projects(who, permission)
    found = session.scalars(select(Project).where(Project.id == project_id, condition)).one_or_none()
    if found is None:
        raise NotFound("没有这个项目，或者不在您的管理范围内")
    return found


def require_asset(session: Session, who: Viewer | None, permission: Permission, asset_id: int) -> Asset:
    """The asset, when this person may do this to it. Raises NotAllowed, or NotFound for hidden and missing alike."""
    require(who, permission)
    condition = true() if who is None else seen_assets(who, permission)
    found = session.scalars(select(Asset).where(Asset.id == asset_id, condition)).one_or_none()
    if found is None:
        raise NotFound("没有这项资产，或者不在您的管理范围内")
    return found
