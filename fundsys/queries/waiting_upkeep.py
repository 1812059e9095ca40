"""What waits around maintenance: defects to put right, and defects put right that the town must look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState
from fundsys.domain.maintenance import DefectState
from fundsys.domain.rights import Permission
from fundsys.queries.maintenance import defects
from fundsys.queries.maintenance_money import may_approve, postings
from fundsys.queries.viewer import Viewer

Told = tuple[str, int, date | None, str, str]
"""Kind, id (0 for a list), the day, title, why."""

_P = Permission


def upkeep_waiting(session: Session, who: Viewer) -> Iterator[Told]:
    """What of it this person can move on."""
    if who.can(_P.PATROL):
        rows = defects(session, who, state=DefectState.OPEN, right=_P.PATROL)
        if rows:
            told = f"最早的是{rows[0].name}，{rows[0].words}"
            yield "open_defects", 0, rows[0].due_on, f"{len(rows)} 个管护问题待整改", told
    if who.can(_P.CONFIRM_PATROL):
        rows = defects(session, who, state=DefectState.FIXED, right=_P.CONFIRM_PATROL)
        if rows:
            yield "fixed_defects", 0, rows[0].due_on, f"{len(rows)} 个管护问题待销号", "到现场或看照片复核，销号或退回"
    if who.can(_P.CONFIRM_PATROL) or who.can(_P.REVIEW_MONEY):
        mine = [p for p in postings(session, who, state=MoneyState.SUBMITTED) if may_approve(who, p)]
        if mine:
            yield (
                "maintenance_money",
                0,
                None,
                f"{len(mine)} 笔管护经费待复核",
                "预算由财政局复核，支出由镇或财政局复核",
            )
