"""One picture used for two matters: found by its SHA-256. Source: audit finding F037 同一影像资料重复使用."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from sqlalchemy import Select, func, select, true, tuple_
from sqlalchemy.orm import Session

from fundsys.domain.facts import PictureFact
from fundsys.domain.record_words import table_name
from fundsys.models.office import Person
from fundsys.models.papers import Attachment
from fundsys.queries.plain_rows import built_once, plain_rows


@dataclass(frozen=True, slots=True)
class Use:
    """Where a picture was kept: for which record, when, by whom."""

    attachment_id: int
    table: str
    row_id: int
    name: str
    kept_at: datetime
    kept_by: str


@dataclass(frozen=True, slots=True)
class SamePicture:
    """A picture with all its uses, the first one first."""

    sha256: str
    uses: tuple[Use, ...]


def same_pictures(session: Session, tables: Collection[str] = (), images_only: bool = True) -> list[SamePicture]:
    """Pictures kept for two records or more. tables: only those with a use among these tables; none named: all.

    Basis: the file's SHA-256; one picture kept twice for one record is stored once and is no finding.
    """
    a = Attachment
    test = [a.media_type.startswith("image/")] if images_only else []
    if tables:
        test.append(a.sha256.in_(select(a.sha256).where(a.table_name.in_(tables))))
    places = select(a.sha256, a.table_name, a.row_id).where(*test).distinct().subquery()
    twice = select(places.c.sha256).group_by(places.c.sha256).having(func.count() > 1)
    return _with_uses(session, list(session.scalars(twice)))


def also_used_for(session: Session, table: str, row_id: int) -> list[SamePicture]:
    """The pictures of one record that were kept for another record too."""
    a = Attachment
    mine = select(a.sha256).where(a.table_name == table, a.row_id == row_id, a.media_type.startswith("image/"))
    others = select(a.sha256).where(a.sha256.in_(mine), tuple_(a.table_name, a.row_id) != (table, row_id)).distinct()
    return _with_uses(session, list(session.scalars(others)))


def picture_facts(session: Session, until: date | None = None) -> tuple[PictureFact, ...]:
    """Every picture once, with the records it was kept for. until: kept up to and including it, by the office's clock."""
    first: dict[str, tuple[int, str]] = {}
    uses: dict[str, dict[tuple[str, int], None]] = {}
    for sha256, number, name, table, row_id in plain_rows(session, _pictures(until)):
        first.setdefault(sha256, (number, name))
        uses.setdefault(sha256, {})[table, row_id] = None
    return tuple(
        PictureFact(*first[key], tuple(f"{table_name(table)} {row_id}" for table, row_id in told))
        for key, told in uses.items()
    )


@built_once
def _pictures(until: date | None) -> Select[str, int, str, str, int]:
    a = Attachment
    return (
        select(a.sha256, a.id, a.name, a.table_name, a.row_id)
        .where(a.media_type.startswith("image/"), a.kept_at < _after(until) if until else true())
        .order_by(a.id)
    )


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)


SHANGHAI = timezone(timedelta(hours=8))


def _with_uses(session: Session, found: list[str]) -> list[SamePicture]:
    a = Attachment
    rows = session.execute(
        select(a.sha256, a.id, a.table_name, a.row_id, a.name, a.kept_at, Person.name)
        .outerjoin(Person, a.kept_by == Person.id)
        .where(a.sha256.in_(found))
        .order_by(a.id)
    )
    uses: dict[str, list[Use]] = {}
    for sha256, key, table, row_id, name, at, by in rows:
        uses.setdefault(sha256, []).append(Use(key, table, row_id, name, at, by or "系统"))
    return [SamePicture(sha256, tuple(told)) for sha256, told in uses.items()]
