"""Entries of money cut one way or another: which are meant, what they sum to, and the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.coded import Coded
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Disbursement, FundSource, Payment
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.viewer import Viewer, seen_projects

Town, Owner = aliased(Region), aliased(Unit)
UNKNOWN = "没有填写"
TRANSITION = (FundLevel.CENTRAL, FundLevel.PROVINCIAL, FundLevel.CITY, FundLevel.COUNTY)
"""The levels that give 财政衔接资金."""
PAGE_SIZE = 50


class Station(Coded):
    """Where money stands on its way to the payee."""

    ALLOCATED = "allocated", "已分配", "plain"
    DISBURSED = "disbursed", "已拨付", "plain"
    PAID = "paid", "已支付", "plain"

    @property
    def table(self) -> Any:
        return {"allocated": Allocation, "disbursed": Disbursement, "paid": Payment}[self.code]

    @property
    def day(self) -> Any:
        """The column with the business date of an entry."""
        return {"allocated": Allocation.decided_on, "disbursed": Disbursement.disbursed_on, "paid": Payment.paid_on}[
            self.code
        ]


class Grouping(Coded):
    """By what money is added up."""

    NOTICE = "notice", "指标文", "plain"
    SOURCE = "source", "资金来源", "plain"
    LEVEL = "level", "资金级次", "plain"
    UNIT = "unit", "项目主管单位", "plain"
    TOWN = "town", "镇", "plain"
    MONTH = "month", "月份", "plain"


@dataclass(frozen=True, slots=True)
class Slice:
    """Which approved entries of the year's notices: None leaves a side open, and 0 or "-" means “not filled”.

    since, until: business dates, both inclusive. kind: the code of a category of project types; who: sees only their own.
    transition: the levels of 财政衔接资金 alone, without cooperation money and the like.
    """

    year: int
    until: date | None = None
    since: date | None = None
    notice: int | None = None
    source: int | None = None
    level: FundLevel | None = None
    unit: int | None = None
    town: int | None = None
    kind: str | None = None
    project: int | None = None
    transition: bool = False

    def arguments(self) -> dict[str, str]:
        """The slice as arguments of an address."""
        told: dict[str, Any] = {
            "until": self.until, "since": self.since, "notice": self.notice, "source": self.source,
            "level": self.level.code if self.level else None, "unit": self.unit, "town": self.town, "kind": self.kind,
            "project": self.project, "transition": "1" if self.transition else None,
        }  # fmt: skip
        return {"year": str(self.year)} | {key: str(value) for key, value in told.items() if value is not None}

    def narrowed(self, grouping: Grouping, key: Any) -> Slice:
        """The slice of one group. Months are cut by days instead."""
        return replace(self, **{grouping.code: key})


def slice_from(args: Mapping[str, str], year: int) -> Slice:
    """The slice an address asks for. Raises DomainError for what cannot be read."""

    def number(name: str) -> int | None:
        text = args.get(name, "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise DomainError(f"地址里的“{text}”不是编号，请从页面上的链接进入", field=name)
        return int(text)

    level = next((m for m in FundLevel if m.code == args.get("level")), None)
    since, until = (parse_day(args[k]) if args.get(k, "").strip() else None for k in ("since", "until"))
    return Slice(
        number("year") or year,
        until,
        since,
        number("notice"),
        number("source"),
        level,
        number("unit"),
        number("town"),
        args.get("kind", "").strip() or None,
        number("project"),
        args.get("transition") == "1",
    )


def joined(station: Station, *columns: Any) -> Any:
    """A select over the entries of a station with everything they are cut by."""
    table = station.table
    return (
        select(*columns)
        .select_from(table)
        .join(AllotmentLine, table.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(Project, table.project_id == Project.id)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .join(Owner, Project.owner_unit_id == Owner.id)
        .outerjoin(Town, Project.town_id == Town.id)
    )


def conditions(station: Station, cut: Slice, who: Viewer | None) -> Iterator[ColumnElement[bool]]:
    """What an approved entry must meet to belong to the slice."""
    yield AllotmentNotice.year == cut.year
    yield station.table.state == MoneyState.APPROVED
    if who is not None:
        yield seen_projects(who, Permission.READ_MONEY)
    if cut.until is not None:
        yield station.day <= cut.until
    if cut.since is not None:
        yield station.day >= cut.since
    for column, wanted in (
        (AllotmentNotice.id, cut.notice),
        (FundSource.id, cut.source),
        (FundSource.level, cut.level),
        (Project.owner_unit_id, cut.unit),
        (Project.id, cut.project),
        (ProjectType.category, cut.kind),
    ):
        if wanted is not None:
            yield column == wanted
    if cut.transition:
        yield FundSource.level.in_(TRANSITION)
    if cut.town is not None:
        yield Project.town_id == cut.town if cut.town else Project.town_id.is_(None)


def keys_of(grouping: Grouping) -> tuple[Any, Any]:
    """The columns of a grouping: its key and its name. Months have none."""
    return {
        Grouping.NOTICE: (AllotmentNotice.id, AllotmentNotice.document_no),
        Grouping.SOURCE: (FundSource.id, FundSource.name),
        Grouping.LEVEL: (FundSource.level, FundSource.level),
        Grouping.UNIT: (Project.owner_unit_id, Owner.name),
        Grouping.TOWN: (func.coalesce(Project.town_id, 0), func.coalesce(Town.name, UNKNOWN)),
    }[grouping]


def sum_of(session: Session, station: Station, cut: Slice, who: Viewer | None) -> Money:
    """What the entries of the slice sum to."""
    total = joined(station, func.sum(station.table.amount)).where(*conditions(station, cut, who))
    return session.scalar(total) or ZERO


@dataclass(frozen=True, slots=True)
class Entry:
    """One approved entry behind a figure. url_id: the allocation's id, for the way to its page; None otherwise."""

    id: int
    station: Station
    number: str | None
    on: date
    amount: Money
    notice_id: int
    notice_no: str
    source: str
    project_id: int
    project_code: str
    project: str
    unit: str
    town: str
    words: str


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of entries with how many there are and their sum."""

    rows: list[Entry]
    count: int
    sum: Money


def entries(session: Session, station: Station, cut: Slice, who: Viewer | None, page: int = 1) -> Entries:
    """The entries of the slice, latest first; count and sum are those of all of them."""
    table = station.table
    met = list(conditions(station, cut, who))
    count, amount = session.execute(joined(station, func.count(), func.sum(table.amount)).where(*met)).one()
    words = table.payee if station is Station.PAID else table.document_no
    rows = session.execute(
        joined(
            station, table.id, table.number, station.day, table.amount, AllotmentNotice.id, AllotmentNotice.document_no,
            FundSource.name, Project.id, Project.code, Project.name, Owner.name, func.coalesce(Town.name, ""), words,
        )
        .where(*met)
        .order_by(station.day.desc(), table.id.desc())
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )  # fmt: skip
    return Entries([Entry(row[0], station, *row[1:]) for row in rows], count, amount or ZERO)


def told(session: Session, cut: Slice) -> Iterator[tuple[str, str, str]]:
    """What the slice is cut by, in words: (name, value, argument)."""
    looked = (
        ("指标文", AllotmentNotice.document_no, AllotmentNotice.id, cut.notice, "notice"),
        ("资金来源", FundSource.name, FundSource.id, cut.source, "source"),
        ("主管单位", Unit.name, Unit.id, cut.unit, "unit"),
        ("镇", Region.name, Region.id, cut.town, "town"),
        ("项目", Project.name, Project.id, cut.project, "project"),
    )
    for word, column, key, wanted, name in looked:
        if wanted is not None:
            yield word, session.scalar(select(column).where(key == wanted)) or UNKNOWN, name
    for word, value, name in (
        ("级次", cut.level.label if cut.level else None, "level"),
        ("项目类型", cut.kind, "kind"),
        ("资金", "财政衔接资金" if cut.transition else None, "transition"),
        ("起", cut.since.isoformat() if cut.since else None, "since"),
        ("截至", cut.until.isoformat() if cut.until else None, "until"),
    ):
        if value is not None:
            yield word, value, name
