"""Waivers as people see them: asked for, approved, expired; what each is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.kept_checks import WaiverState, holds
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.rules.base import rule_called
from fundsys.models.office import Person, Unit
from fundsys.models.papers import Waiver
from fundsys.queries.viewer import Viewer

TABLE = "waiver"


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """One waiver. label: the record it is for, empty for the whole rule."""

    id: int
    version: int
    rule: str
    subject: str
    year: int
    reason: str
    document_no: str
    expires_on: date
    label: str
    state: WaiverState
    proposed_on: date | None
    decided_on: date | None
    return_reason: str
    proposed_id: int | None
    proposed_by: str
    approved_by: str
    unit: str

    @property
    def title(self) -> str:
        """What the rule is called."""
        found = rule_called(self.rule)
        return found.title if found else self.rule

    @property
    def about(self) -> str:
        """What it is for, in words."""
        return self.label or "整条规则"

    def standing(self, day: date) -> tuple[str, str]:
        """How it stands on a day: (word, tone)."""
        if self.state is WaiverState.APPROVED:
            return ("生效中", "warn") if holds(self.state, self.expires_on, day) else ("已到期，不再计入", "plain")
        return self.state.label, self.state.tone


def waivers(
    session: Session, who: Viewer, *, standing: str = "", day: date, page: int = 1, size: int = 50
) -> tuple[list[WaiverRow], int]:
    """The waivers this person may see, the newest first; how many there are. standing: waiting, valid, expired or closed."""
    w = Waiver
    tests: dict[str, ColumnElement[bool]] = {
        "waiting": w.state == WaiverState.SUBMITTED,
        "valid": (w.state == WaiverState.APPROVED) & (w.expires_on >= day),
        "expired": (w.state == WaiverState.APPROVED) & (w.expires_on < day),
        "closed": w.state.in_((WaiverState.RETURNED, WaiverState.WITHDRAWN)),
    }
    test = [seen_waivers(who), tests.get(standing, true())]
    rows = session.execute(_rows().where(*test).order_by(w.id.desc()).limit(size).offset((page - 1) * size))
    whole = session.scalar(select(func.count()).select_from(w).where(*test)) or 0
    return [_row(row) for row in rows], whole


def waiver(session: Session, who: Viewer, waiver_id: int) -> WaiverRow:
    """One waiver. Raises NotFound."""
    row = session.execute(_rows().where(Waiver.id == waiver_id, seen_waivers(who))).one_or_none()
    if row is None:
        raise NotFound("没有这项豁免，或者不在您的管理范围内")
    return _row(row)


def _rows() -> Any:
    w, proposer, approver = Waiver, aliased(Person), aliased(Person)
    return (
        select(
            w.id, w.version, w.rule, w.subject, w.year, w.reason, w.document_no, w.expires_on, w.label, w.state,
            w.proposed_on, w.decided_on, w.return_reason, w.proposed_by, func.coalesce(proposer.name, "系统"),
            func.coalesce(approver.name, ""), func.coalesce(Unit.name, ""),
        )
        .outerjoin(proposer, w.proposed_by == proposer.id)
        .outerjoin(approver, w.approved_by == approver.id)
        .outerjoin(Unit, w.unit_id == Unit.id)
    )  # fmt: skip


def _row(row: Any) -> WaiverRow:
    return WaiverRow(*tuple(row))


def seen_waivers(who: Viewer) -> ColumnElement[bool]:
    """The waivers this person may see: all for whoever reads all rules, else those of the own unit and of whole rules."""
    scope = who.scope(Permission.READ_RULES)
    if scope is not Scope.OWN:
        return true() if scope is Scope.ALL else false()
    return or_(Waiver.unit_id == who.unit_id, Waiver.subject.not_like("%:%"))
