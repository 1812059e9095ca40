"""The records behind a layout: which there are of our words, and the value each record has for every column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from fundsys.domain.coded import Coded
from fundsys.domain.errors import DomainError, Refusals
from fundsys.domain.exchange import LayoutColumn, read_lines
from fundsys.domain.rights import Permission
from fundsys.queries.exchange import LayoutShown, type_groups
from fundsys.queries.import_lists import Lists, journal_head
from fundsys.queries.viewer import Viewer, require
from fundsys.services.acts import SHANGHAI

from ..kinds.base import Column, Kind, Told
from ..kinds.registry import kind_of


class Subject(Coded):
    """What a layout is about."""

    PROJECTS = "projects", "项目"
    ASSETS = "assets", "资产"
    LEGACY = "legacy", "历年产业项目"


_RIGHTS = {"projects": Permission.READ_PROJECTS, "assets": Permission.READ_ASSETS, "legacy": Permission.READ_LEGACY}
_YEARS = {"projects": "year", "assets": "project_year", "legacy": "year"}
Record = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """One word of ours a column may be taken from. column: of the KIND, where it is one; told: its text, where derived."""

    word: str
    column: Column | None = None
    told: Callable[[Record, Told], str] | None = None

    def value(self, record: Record, told: Told) -> Any:
        """The plain value: 分, codes, days; a text for what is derived."""
        if self.column is None:
            return self.told(record, told) if self.told else None
        if self.column.attr in ("town", "village"):
            return told.lists.region_name(record[f"{self.column.attr}_id"])
        return record.get(self.column.attr)

    def shown(self, value: Any, told: Told) -> Any:
        """The value as a cell of ours shows it: money in 万元, words for codes."""
        return value if self.column is None else self.column.read.export(value, told)

    @property
    def is_money(self) -> bool:
        """Whether the value is an amount in 分."""
        return self.column is not None and self.column.read.sort == "wan"


@dataclass(frozen=True)
class Bound:
    """A layout's column with the source behind it."""

    column: LayoutColumn
    source: Source | None


def sources(subject: str) -> dict[str, Source]:
    """Every word of ours a layout about this subject may use."""
    found = {column.label: Source(column.label, column) for column in kind_of(subject).columns}
    derived: dict[str, Callable[[Record, Told], str]] = {
        "县名": lambda record, told: told.lists.county[1],
        "县代码": lambda record, told: told.lists.county[0],
        "镇代码": lambda record, told: told.lists.region_code(record["town_id"]),
        "村代码": lambda record, told: told.lists.region_code(record["village_id"]),
    }
    if subject == "projects":
        derived |= {"项目类别": _group(0), "项目大类": _group(1)}
    return found | {word: Source(word, None, call) for word, call in derived.items()}


def _group(place: int) -> Callable[[Record, Told], str]:
    """The category (0) or group (1) of a project's type, read once."""
    known: dict[int, tuple[str, str]] = {}

    def told_of(record: Record, told: Told) -> str:
        known.update({} if known else type_groups(told.lists.session))
        return known[record["type_id"]][place]

    return told_of


def bind(subject: str, text: str) -> list[Bound]:
    """The columns of a layout with their sources. Raises Refusals naming each word that is none of ours."""
    known = sources(subject)
    found, wrong = [], []
    for column in read_lines(text):
        source = known.get(column.source)
        if column.source and source is None:
            wrong.append(
                DomainError(
                    f"“{column.heading}”取自“{column.source}”，本系统没有这个词；没有的写“无”，可以用的：{'、'.join(known)}",
                    field="lines",
                )
            )
        elif column.unit and (source is None or not source.is_money):
            wrong.append(DomainError(f"“{column.heading}”不是金额，不写单位", field="lines"))
        found.append(Bound(column, source))
    if wrong:
        raise Refusals(wrong)
    return found


@dataclass
class Opened:
    """A layout open for one person: its columns, and what is known of the county."""

    layout: LayoutShown
    kind: Kind
    columns: list[Bound]
    told: Told
    session: Session

    def records(self, year: int | None = None) -> Iterator[Record]:
        """The records this person may read, of one year where one is asked for."""
        by = _YEARS[self.layout.subject]
        for record in self.kind.known(self.session, self.told):
            if year is None or record.get(by) == year:
                yield record

    def bound(self, attr: str) -> Bound | None:
        """The column that is taken from this attribute of ours."""
        return next((b for b in self.columns if b.source and b.source.column and b.source.column.attr == attr), None)


def open_layout(session: Session, layout: LayoutShown, who: Viewer | None) -> Opened:
    """A layout for who may read its subject. Raises NotAllowed, Refusals."""
    permission = _RIGHTS[layout.subject]
    require(who, permission)
    lists = Lists(session)
    _, last_day = journal_head(session)
    day = datetime.now(UTC).astimezone(SHANGHAI).date()
    told = Told(who, permission, max(day, last_day or day), lists, lists.county[0], "foreign")
    return Opened(layout, kind_of(layout.subject), bind(layout.subject, layout.lines), told, session)
