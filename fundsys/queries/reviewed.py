"""Everything that one person enters and another decides, found from the tables themselves: one list for all who need it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import String, Table, select, type_coerce
from sqlalchemy.orm import Session

from fundsys.domain.funds import LineEntryKind
from fundsys.domain.money import Money
from fundsys.domain.record_words import table_name
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.working import OPEN, WAITING
from fundsys.models.industry import LegacyProject
from fundsys.models.journal import business_tables
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.models.types import Code
from fundsys.queries.viewer import Viewer, seen_legacy, seen_projects

_ENTERERS = ("entered_by", "proposed_by", "submitted_by")
_MORE = {"accounting_period": "reopen_reason", "policy_value": ""}
_P = Permission
_MONEY = (
    "allotment_notice", "allocation", "disbursement", "payment", "correction", "line_posting",
    "contract", "payment_request",
)  # fmt: skip
_READS = {
    **dict.fromkeys(_MONEY, _P.READ_MONEY),
    "class_decision": _P.READ_LEGACY,
    "public_notice": _P.PUBLISH,
    "accounting_period": _P.READ_PERIODS,
    "policy_value": _P.EDIT_POLICY,
    "asset_matter": _P.READ_ASSETS,
    "year_target": _P.READ_TARGETS,
    "target_report": _P.READ_TARGETS,
    "policy_document": _P.EDIT_POLICY,
    "waiver": _P.PROPOSE_WAIVER,
}
_BESIDE = ("contract_no", "month")
"""What is said of a record beside the name of its project."""
_NAMES = ("contract_no", "document_no", "title", "number", "code", "month", "name")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One kind of reviewed record. enterer, reason: its columns; parent: column of the project it belongs to, "" for none."""

    table: Table
    word: str
    enterer: str
    parent: str
    reason: str
    reads: Permission

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.table.name)

    @property
    def is_legacy(self) -> bool:
        """Whether its project is one of 2013–2022."""
        return self.parent != "" and any(
            key.column.table.name == "legacy_project" for key in self.table.c[self.parent].foreign_keys
        )

    def state_label(self, code: str) -> str:
        """The word of a state."""
        kind = self.table.c.state.type
        return str(kind.kind(code).label) if isinstance(kind, Code) else ""


@cache
def reviewed() -> dict[str, Reviewed]:
    """Every kind of reviewed record by its table: whatever has a state, an enterer and a reason to be sent back."""
    return {kind.name: kind for kind in _kinds()}


def _kinds() -> Iterator[Reviewed]:
    for table in business_tables():
        enterer = next((name for name in _ENTERERS if name in table.c), None)
        if enterer is None or "state" not in table.c or not ("return_reason" in table.c or table.name in _MORE):
            continue
        reason = _MORE.get(table.name, "return_reason")
        parent = "project_id" if "project_id" in table.c else ""
        reads = _READS.get(table.name, _P.READ_PROJECTS)
        yield Reviewed(table, table_name(table.name), enterer, parent, reason, reads)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A record that somebody entered and that is not decided yet."""

    about: str
    id: int
    version: int
    name: str
    state: str
    waits: bool
    parent_id: int | None


def open_work(session: Session, person_id: int, *, waiting_only: bool = False) -> list[OpenWork]:
    """What this person entered and nobody has decided: on the own desk, or waiting for another."""
    found = []
    codes = WAITING if waiting_only else OPEN | WAITING
    for kind in reviewed().values():
        t = kind.table
        if waiting_only and kind.name == "allocation":
            query = select(t).where(t.c.correction_id.is_(None))
        else:
            query = select(t)
        state = type_coerce(t.c.state, String)
        rows = session.connection().execute(
            query.where(t.c[kind.enterer] == person_id, state.in_(codes)).order_by(t.c.id)
        )
        facts = [dict(row._mapping) for row in rows]
        names = names_of(session, kind, facts)
        for row in facts:
            code = getattr(row["state"], "code", row["state"])
            parent = row.get(kind.parent) if kind.parent else None
            label = kind.state_label(code) or "待批准"
            found.append(
                OpenWork(kind.name, row["id"], row.get("version", 1), names[row["id"]], label, code in WAITING, parent)
            )
    return found


def names_of(session: Session, kind: Reviewed, rows: Collection[dict[str, Any]]) -> dict[int, str]:
    """What each record is called: by its project, and by the best of its own numbers."""
    projects: dict[int, str] = {}
    wanted = {row[kind.parent] for row in rows if kind.parent and row.get(kind.parent)}
    if wanted:
        table = LegacyProject if kind.is_legacy else Project
        projects = dict(session.execute(select(table.id, table.name).where(table.id.in_(wanted))).all())
    told = {}
    for row in rows:
        own = next((str(row[name]) for name in (_BESIDE if row.get(kind.parent) else _NAMES) if row.get(name)), "")
        if kind.name == "accounting_period":
            own = f"{row['year']}年{row['month']}月"
        parts = [projects.get(row.get(kind.parent) or 0, "") if kind.parent else "", own]
        told[row["id"]] = " ".join(part for part in parts if part) or kind.word
    return told


def visible(session: Session, who: Viewer, about: str, ids: Collection[int]) -> set[int]:
    """Which of these records this person may see now."""
    kind = reviewed().get(about)
    if about == "project":
        return set(session.scalars(select(Project.id).where(Project.id.in_(ids), seen_projects(who))))
    if kind is None or not who.can(kind.reads):
        return set()
    t = kind.table
    query = select(t.c.id).where(t.c.id.in_(ids))
    if kind.parent and kind.is_legacy:
        query = query.join(LegacyProject, t.c[kind.parent] == LegacyProject.id).where(seen_legacy(who, kind.reads))
    elif kind.parent and not t.c[kind.parent].nullable:
        query = query.join(Project, t.c[kind.parent] == Project.id).where(seen_projects(who, kind.reads))
    elif who.scope(kind.reads) is not Scope.ALL:
        query = (
            query.where(t.c.unit_id == who.unit_id) if "unit_id" in t.c else query.where(t.c[kind.enterer] == who.id)
        )
    return set(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Paper:
    """A record that waits for a decision, as lists of several show it."""

    id: int
    version: int
    about: str
    name: str
    words: str
    amount: Money | None
    enterer: str
    enterer_id: int | None
    since: datetime | date | None
    parent_id: int | None


def waiting_papers(session: Session, about: str) -> list[Paper]:
    """All records of a table that wait for a decision, the oldest first. Only for those who see all of them."""
    kind = reviewed()[about]
    t = kind.table
    query = (
        select(t, Person.name.label("enterer_name"))
        .outerjoin(Person, t.c[kind.enterer] == Person.id)
        .where(type_coerce(t.c.state, String) == "submitted")
        .order_by(t.c.id)
    )
    if about == "line_posting":
        query = query.where(t.c.kind != LineEntryKind.CARRYOVER)
    rows = [dict(row._mapping) for row in session.connection().execute(query)]
    names = names_of(session, kind, rows)
    return [
        Paper(
            row["id"],
            row["version"],
            about,
            names[row["id"]],
            next((str(row[key]) for key in ("title", "payee", "reason") if row.get(key)), ""),
            next((row[key] for key in ("stated_total_fen", "amount_fen") if row.get(key)), None),
            row["enterer_name"] or "系统",
            row[kind.enterer],
            row.get("submitted_at") or row.get("proposed_on"),
            row.get(kind.parent) if kind.parent else None,
        )
        for row in rows
    ]
