"""Yearly targets for tests: the delivered plan of 2024, reported by its units and confirmed by the lead bureau."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.yearly_targets import YearTarget
from fundsys.queries import yearly_targets as queries
from fundsys.services import target_reports, yearly_targets
from fundsys.services.acts import SHANGHAI, act
from tests.counties import somebody

YEAR = 2024
PAPER = b"%PDF-1.4 evidence "
FARMS, BRANCHES, MEETINGS, GROUP, DISPATCH = "T044", "T052", "T062", "T063", "T064"
"""Targets of people: 新建养殖场 (农业农村局), 村庄规划 (乡村振兴局), the three meetings (领导小组办公室)."""


def on(month: int, day: int, year: int = YEAR) -> datetime:
    """Nine o'clock of a day."""
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


def owner() -> int:
    """Id of the clerk of 县农业农村局."""
    return somebody(Role.OWNER, "县农业农村局")


def office() -> int:
    """Id of the clerk of the leading group's office in 县乡村振兴局."""
    return somebody(Role.LEAD, "县乡村振兴局", "banshiyuan")


def lead() -> int:
    """Id of the officer of the lead bureau who confirms."""
    return somebody(Role.LEAD)


def leader() -> int:
    """Id of the county's leader."""
    return somebody(Role.LEADER)


def target_id(code: str, year: int = YEAR) -> int:
    """Id of a target."""
    with store.snapshot() as session:
        return session.scalars(select(YearTarget.id).where(YearTarget.code == code, YearTarget.year == year)).one()


def version_of(table: type[Any], key: int) -> int:
    """The version a record has."""
    with store.snapshot() as session:
        return int(session.get_one(table, key).version)


def standing(code: str, today: date, month: int | None = None) -> queries.TargetRow:
    """How a target stands on a day."""
    with store.snapshot() as session:
        wanted = queries.TargetFilter(YEAR, month=month)
        return next(row for row in queries.year_targets(session, None, wanted, today) if row.code == code)


def reported(
    code: str, month: int, at: datetime, *, by: int | None = None, confirmed: bool = True, handed: bool = True, **told: Any
) -> int:  # fmt: skip
    """A report of a month, handed over and confirmed at a moment. Returns its id."""
    person = by or (owner() if code == FARMS else office())
    facts: dict[str, Any] = {"words": "进展正常"} | told
    if "figure" in facts and facts["figure"] is not None:
        facts["figure"] = Decimal(str(facts["figure"]))
    files = [("佐证.pdf", PAPER + f"{code} {month} {facts}".encode())]
    key = target_id(code)
    confirmer = lead()
    with act(by=person, what="填报目标月报", at=at) as opened:
        entry = target_reports.ReportEntry(month, **facts)
        made = target_reports.draft_report(key, entry, files=files, act=opened).id
        if handed or confirmed:
            target_reports.submit_report(made, act=opened)
    if confirmed:
        confirm(made, at, by=confirmer)
    return made


def confirm(report_id: int, at: datetime, *, by: int | None = None) -> None:
    """The lead bureau confirms a report."""
    from fundsys.models.yearly_targets import TargetReport

    version = version_of(TargetReport, report_id)
    with act(by=by or lead(), what="确认目标月报", at=at) as opened:
        target_reports.approve_reports({report_id: version}, act=opened)


def held(code: str, day: date, at: datetime, **told: Any) -> int:
    """Something held on a day, reported and confirmed."""
    number = f"陇乡振组纪要〔{day.year}〕{day.month}号"
    return reported(code, day.month, at, held_on=day, document_no=number, **told)


__all__ = ["yearly_targets", "target_reports"]
