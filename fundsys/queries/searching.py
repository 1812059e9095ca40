"""One search over everything a person may see: by number, name, person in charge, or the first letters of the pinyin.

Every kind keeps one line of text a row in memory, brought up to date by the journal; looking through 62,100 of them is
a few thousandths of a second, and no database can do that for 圈舍 in the middle of a name.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import True_

from fundsys.domain.funds import MoneyState
from fundsys.domain.initials import Initials
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.desk import Contract
from fundsys.models.funds import AllotmentNotice
from fundsys.models.industry import LegacyProject
from fundsys.models.office import Person, Region, Unit
from fundsys.models.papers import Rectification
from fundsys.models.projects import Project
from fundsys.queries.facts import work_year
from fundsys.queries.funds import seen_notices
from fundsys.queries.kept import kept, kept_rows
from fundsys.queries.legacy_records import labels
from fundsys.queries.rectification import seen_findings
from fundsys.queries.viewer import Viewer, seen_assets, seen_legacy, seen_projects

_P = Permission
_LETTERS = re.compile(r"[a-z]{2,}[a-z0-9]*")
"""What may be first letters."""
_STATES = {state.code: state.label for state in FindingState}
Town, Village, Owner = aliased(Region), aliased(Region), aliased(Unit)
_SIGHT = frozenset({"allocation", "allotment_line", "project", "region", "unit"})
"""The tables that decide, beside the record's own, who sees it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. rows: id, code and name first; also: further fields that are looked through.

    about: a few words of a row. sees: the condition of what somebody may see. beside: tables joined to the record's own.
    """

    key: str
    label: str
    rights: tuple[Permission, ...]
    table: str
    rows: Any
    about: Callable[[Any, Mapping[str, str]], Iterable[str]]
    sees: Callable[[Viewer], ColumnElement[bool]]
    also: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    id: int
    code: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: how many in all, and one page of them, the likeliest first."""

    key: str
    label: str
    total: int
    hits: list[Hit]


def _places(table: Any, *columns: Any) -> Any:
    """Rows of a record that lies in a town and a village."""
    return (
        select(*columns, Town.name.label("town"), Village.name.label("village"))
        .select_from(table)
        .outerjoin(Town, table.town_id == Town.id)
        .outerjoin(Village, table.village_id == Village.id)
    )


def _place(row: Any) -> str:
    return f"{row.town or ''}{row.village or ''}"


_N, _PR, _A, _L, _C, _R = AllotmentNotice, Project, Asset, LegacyProject, Contract, Rectification
KINDS = (
    Kind(
        "notices", "指标文", (_P.READ_MONEY,), "allotment_notice",
        select(_N.id, _N.document_no.label("code"), _N.title.label("name"), _N.year, _N.issuing_unit),
        lambda row, _: (f"{row.year}年", row.issuing_unit),
        seen_notices,
        ("issuing_unit",),
    ),
    Kind(
        "projects", "项目", (_P.READ_PROJECTS,), "project",
        _places(
            _PR, _PR.id, _PR.code, _PR.name, _PR.library_code, _PR.responsible, _PR.contractor, _PR.status,
            Owner.name.label("owner"),
        ).join(Owner, _PR.owner_unit_id == Owner.id),
        lambda row, _: (_place(row), row.owner, row.status.label),
        seen_projects,
        ("library_code", "responsible", "contractor", "owner", "town", "village"),
        frozenset({"region", "unit"}),
    ),
    Kind(
        "assets", "资产", (_P.READ_ASSETS,), "asset",
        _places(_A, _A.id, _A.code, _A.name, _A.keeper, _A.owner_name, _A.asset_class, _A.status),
        lambda row, _: (_place(row), row.asset_class.label, row.status.label),
        seen_assets,
        ("keeper", "owner_name", "town", "village"),
        frozenset({"region"}),
    ),
    Kind(
        "legacy", "产业项目", (_P.READ_LEGACY,), "legacy_project",
        _places(_L, _L.id, _L.code, _L.name, _L.operator, _L.responsible, _L.year, _L.batch),
        lambda row, called: (f"{row.year}年", _place(row), called[row.batch.code] if row.batch else "未定"),
        seen_legacy,
        ("operator", "responsible", "town", "village"),
        frozenset({"region"}),
    ),
    Kind(
        "contracts", "合同", (_P.READ_MONEY,), "contract",
        select(
            _C.id, _C.contract_no.label("code"), _C.name, _C.payee, _C.state, _PR.name.label("project")
        ).join(Project, _C.project_id == _PR.id),
        lambda row, _: (row.payee, row.project),
        lambda who: _seen_contracts(who),
        ("payee", "project"),
        frozenset({"project"}),
    ),
    Kind(
        "problems", "问题整改", (_P.READ_FINDINGS,), "rectification",
        select(
            _R.id, _R.paper_no.label("code"), _R.problem.label("name"), _R.source, _R.state, Unit.name.label("unit")
        ).join(Unit, _R.unit_id == Unit.id),
        lambda row, _: (row.source, row.unit, _STATES[row.state]),
        seen_findings,
        ("source", "unit"),
        frozenset({"unit"}),
    ),
    Kind(
        "people", "账号", (_P.MANAGE_USERS, _P.MANAGE_RIGHTS), "person",
        select(
            Person.id, Person.login.label("code"), Person.name, Person.role, Person.active, Unit.name.label("unit")
        ).join(Unit, Person.unit_id == Unit.id),
        lambda row, _: (row.unit, row.role.label, "" if row.active else "已停用"),
        lambda _: true(),
        ("unit",),
        frozenset({"unit"}),
    ),
)  # fmt: skip
"""Everything that is searched, in the order of the page."""


def _seen_contracts(who: Viewer) -> ColumnElement[bool]:
    seen = seen_projects(who, _P.READ_MONEY)
    if who.can(_P.RECORD_CONTRACT) or who.can(_P.APPROVE_CONTRACT):
        return seen
    return seen & Contract.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED))


def search(
    session: Session, who: Viewer, words: str, *, kind: str = "", offset: int = 0, limit: int = 10
) -> list[Found]:
    """What the words find, kind by kind, of what this person may see; every word must be in the record somewhere.

    kind: only this one. A word of letters is looked for among the first letters of names too.
    """
    asked = words.lower().split()
    if not asked:
        return []
    called = labels(session, work_year(session))
    found = []
    for one in KINDS:
        if kind not in ("", one.key) or not any(who.can(right) for right in one.rights):
            continue
        ids = _ranked(_matching(session, who, one, asked), asked[0], offset + limit)
        page = ids.first[offset:]
        if ids.total:
            found.append(Found(one.key, one.label, ids.total, _hits(session, one, page, called)))
    return found


# ---------- lines of text ----------


@cache
def _initials() -> Initials:
    text = files("fundsys").joinpath("reference", "initials.txt").read_text("utf-8")
    return Initials("".join(line for line in text.splitlines() if not line.startswith("#")))


def _lines(session: Session, kind: Kind) -> Mapping[int, str]:
    """A line a record: code, name and the other fields, then a NUL and the first letters of the name and of people."""
    key = kind.rows.selected_columns[0]

    def read(ids: Sequence[int] | None) -> dict[int, str]:
        asked = kind.rows if ids is None else kind.rows.where(key.in_(ids))
        return {row.id: _line(row, kind) for row in session.execute(asked)}

    return kept_rows(session, ("search", kind.key), kind.table, kind.beside, read)


def _line(row: Any, kind: Kind) -> str:
    told = [row.code or "", row.name or "", *(getattr(row, field) or "" for field in kind.also)]
    spelled = " ".join(_initials().of(text) for text in told[1:] if text)
    return "\n".join(told).lower() + "\0" + spelled


def _matching(session: Session, who: Viewer, kind: Kind, asked: Sequence[str]) -> list[tuple[int, str]]:
    """The records in which every word stands, of those the person may see."""
    found = list(_lines(session, kind).items())
    for word in asked:
        if _LETTERS.fullmatch(word):
            found = [(key, line) for key, line in found if word in line]
        else:
            found = [(key, line) for key, line in found if word in line and word in line.partition("\0")[0]]
    if not found or (seen := _seen(session, who, kind)) is None:
        return found
    return [(key, line) for key, line in found if key in seen]


def _seen(session: Session, who: Viewer, kind: Kind) -> Collection[int] | None:
    """The ids somebody may see; None for all."""
    may = kind.sees(who)
    if isinstance(may, True_):
        return None

    def read() -> frozenset[int]:
        return frozenset(session.scalars(kind.rows.where(may).with_only_columns(kind.rows.selected_columns[0])))

    return kept(session, ("searched", kind.key, who), frozenset({kind.table, *kind.beside}) | _SIGHT, read)


# ---------- the likeliest first ----------


@dataclass(frozen=True, slots=True)
class _Ranked:
    total: int
    first: list[int]


def _ranked(found: Sequence[tuple[int, str]], word: str, wanted: int) -> _Ranked:
    """So many of the records, in order: the number itself, numbers that begin so, names that begin so, and the others."""
    exact, name = word + "\n", "\n" + word

    def order(one: tuple[int, str]) -> tuple[int, str]:
        line = one[1]
        if line.startswith(word):
            return (0 if line.startswith(exact) else 1), line
        return (2 if line.find(name, 0, line.find("\n") + 1 + len(word)) >= 0 else 3), line

    return _Ranked(len(found), [key for key, _ in heapq.nsmallest(wanted, found, key=order)])


def _hits(session: Session, kind: Kind, ids: Sequence[int], called: Mapping[str, str]) -> list[Hit]:
    key = kind.rows.selected_columns[0]
    rows = {row.id: row for row in session.execute(kind.rows.where(key.in_(ids)))}
    return [
        Hit(row.id, row.code or "-", row.name, "，".join(word for word in kind.about(row, called) if word))
        for row in (rows[number] for number in ids)
    ]
