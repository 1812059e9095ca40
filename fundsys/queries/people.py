"""Accounts as the administrators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Role
from fundsys.models.office import Credential, Person, Unit
from fundsys.queries.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Account:
    """One account: who, role, unit, state, its days and scope (ids), and last sign-in (None: never)."""

    id: int
    version: int
    login: str
    name: str
    role: Role
    unit: str
    active: bool
    first_day: date | None
    last_day: date | None
    scope_towns: tuple[str, ...]
    scope_units: tuple[str, ...]
    last_sign_in_at: datetime | None
    one_time: bool


_COLUMNS = (
    Person.id,
    Person.version,
    Person.login,
    Person.name,
    Person.role,
    Unit.name,
    Person.active,
    Person.first_day,
    Person.last_day,
    Person.scope_towns,
    Person.scope_units,
    Credential.last_sign_in_at,
    Credential.one_time,
)


def accounts(session: Session, who: Viewer) -> list[Account]:
    """All accounts in order of unit and name."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Unit, Person.unit_id == Unit.id)
        .join(Credential, Credential.person_id == Person.id)
        .order_by(Unit.code, Person.login)
    )
    return [Account(*tuple[Any, ...](row)) for row in rows]


def account(session: Session, who: Viewer, person_id: int) -> Account:
    """One account. Raises NotFound."""
    row = session.execute(
        select(*_COLUMNS)
        .join(Unit, Person.unit_id == Unit.id)
        .join(Credential, Credential.person_id == Person.id)
        .where(Person.id == person_id)
    ).first()
    if row is None:
        raise NotFound("没有这个账号")
    return Account(*tuple[Any, ...](row))


def unit_names(session: Session) -> list[str]:
    """Names of the units in use, for the list beside a box."""
    return list(session.scalars(select(Unit.name).where(Unit.active).order_by(Unit.code)))


def unit_names_of(session: Session, ids: tuple[str, ...]) -> list[str]:
    """Names of units by id, in order of code."""
    return list(session.scalars(select(Unit.name).where(Unit.id.in_([int(u) for u in ids])).order_by(Unit.code)))
