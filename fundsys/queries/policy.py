"""The thresholds and bases of a year as people read them: in force, proposed, by whom, from which paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.policy import Policy, Threshold
from fundsys.domain.rules.base import Rule, all_rules
from fundsys.models.office import Person, PolicyValue

Proposer, Approver = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One threshold of a year. id, version: None and 0 where the year has no row yet. value, proposed: as shown."""

    kind: Threshold[object]
    id: int | None
    version: int
    value: str
    stored: str
    clause: str
    document: str
    proposed: str
    proposed_document: str
    proposed_by: int | None
    proposer: str
    approver: str
    edited: bool
    rules: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def is_set(self) -> bool:
        """Whether the year has a value in force."""
        return bool(self.stored)


def policy_rows(session: Session, year: int) -> list[ValueRow]:
    """Every kind of threshold with the year's value, in the order of the policy page."""
    found = {
        row[0].code: row
        for row in session.execute(
            select(PolicyValue, Proposer.name, Approver.name)
            .outerjoin(Proposer, PolicyValue.proposed_by == Proposer.id)
            .outerjoin(Approver, PolicyValue.approved_by == Approver.id)
            .where(PolicyValue.year == year)
        )
    }
    judged = _judged_by()
    return [_row(kind, found.get(code), judged.get(code, ())) for code, kind in Policy.kinds().items()]


def policy_row(session: Session, year: int, code: str) -> ValueRow | None:
    """One threshold of a year; None when there is no such kind."""
    return next((row for row in policy_rows(session, year) if row.code == code), None)


def years_with_values(session: Session) -> list[int]:
    """The years that have values, latest first."""
    return list(session.scalars(select(PolicyValue.year).distinct().order_by(PolicyValue.year.desc())))


def _judged_by() -> dict[str, tuple[str, ...]]:
    rules: dict[str, list[Rule]] = {}
    for r in all_rules():
        rules.setdefault(r.threshold, []).append(r)
    return {code: tuple(r.code for r in those) for code, those in rules.items()}


def _row(kind: Threshold[object], found: Any, rules: tuple[str, ...]) -> ValueRow:
    if found is None:
        return ValueRow(kind, None, 0, kind.show(None), "", kind.clause, "", "", "", None, "", "", False, rules)
    row, proposer, approver = found
    return ValueRow(
        kind=kind,
        id=row.id,
        version=row.version,
        value=kind.show(kind.read(row.value) if row.value else None),
        stored=row.value,
        clause=row.clause or kind.clause,
        document=row.document,
        proposed=kind.show(kind.read(row.proposed_value)) if row.proposed_value else "",
        proposed_document=row.proposed_document,
        proposed_by=row.proposed_by,
        proposer=proposer or "",
        approver=approver or "",
        edited=row.edited,
        rules=rules,
    )
