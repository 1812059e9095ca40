"""Calls after an event: which assets must be looked at by when, and how far each call has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.models.assets import Asset
from fundsys.models.maintenance import EventCall, EventDuty
from fundsys.models.office import Person
from fundsys.queries.viewer import Viewer, seen_assets

_STILL_TO_DO = or_(Asset.last_patrol_on.is_(None), Asset.last_patrol_on < EventCall.happened_on)
"""No patrol since the event: the first one does the duty."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a call asks of one asset."""

    due_on: date
    happened_on: date
    name: str


def called_for(session: Session) -> dict[int, Called]:
    """By asset: the first day by which a call still asks for a patrol. Withdrawn calls ask for nothing."""
    rows = session.execute(
        select(EventDuty.asset_id, EventDuty.due_on, EventCall.happened_on, EventCall.name)
        .join(EventCall, EventDuty.call_id == EventCall.id)
        .join(Asset, EventDuty.asset_id == Asset.id)
        .where(EventCall.withdrawn == "", _STILL_TO_DO)
        .order_by(EventDuty.due_on.desc(), EventDuty.id.desc())
    )
    return {asset_id: Called(due_on, happened_on, name) for asset_id, due_on, happened_on, name in rows}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call with the duties this person sees. late: not patrolled and past the day."""

    id: int
    version: int
    name: str
    happened_on: date
    document_no: str
    called_on: date
    called_by: int | None
    caller: str
    withdrawn: str
    last_due_on: date
    duties: int
    done: int
    late: int


def calls(session: Session, who: Viewer | None, today: date) -> list[CallRow]:
    """The calls that touch what this person sees, the newest first."""
    c = EventCall
    to_do = case((_STILL_TO_DO, 1), else_=0)
    rows = session.execute(
        select(
            c.id, c.version, c.name, c.happened_on, c.document_no, c.called_on, c.called_by,
            func.coalesce(Person.name, "系统"), c.withdrawn, func.max(EventDuty.due_on), func.count(EventDuty.id),
            func.count(EventDuty.id) - func.sum(to_do),
            func.sum(case((and_(_STILL_TO_DO, EventDuty.due_on < today), 1), else_=0)),
        )
        .join(EventDuty, EventDuty.call_id == c.id)
        .join(Asset, EventDuty.asset_id == Asset.id)
        .outerjoin(Person, c.called_by == Person.id)
        .where(seen_assets(who) if who else true())
        .group_by(
            c.id, c.version, c.name, c.happened_on, c.document_no, c.called_on, c.called_by, Person.name, c.withdrawn
        )
        .order_by(c.id.desc())
    )  # fmt: skip
    return [CallRow(*tuple[Any, ...](row)) for row in rows]
