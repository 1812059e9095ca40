"""What waits around stocktakes: lines to count, campaigns to end, differences to treat and to decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from fundsys.domain.rights import Permission, Scope
from fundsys.domain.stocktakes import StocktakeState, TreatmentState
from fundsys.queries.stocktakes import stocktakes, treatments
from fundsys.queries.viewer import Viewer

Told = tuple[str, int, date | None, str, str]
"""Kind, id (0 for a list), the day, title, why."""
_P = Permission


def stocktakes_waiting(session: Session, who: Viewer) -> Iterator[Told]:
    """What of it this person can move on."""
    counts, opens = who.can(_P.STOCKTAKE), who.scope(_P.OPEN_STOCKTAKE)
    if not counts and opens is Scope.NONE:
        return
    for one in stocktakes(session, who):
        is_open = one.state is StocktakeState.OPEN
        if is_open and one.left and who.scope(_P.STOCKTAKE) is Scope.OWN:
            yield "stocktake", one.id, one.due_on, f"{one.name}还有 {one.left} 项未盘", "照盘点表录入，或者用手机盘点"
        ours = one.unit_id == who.unit_id and opens is not Scope.NONE
        if is_open and not one.left and ours:
            yield "end_stocktake", one.id, one.due_on, f"{one.name}都已盘完，待结束", "核对差异后结束"
        if one.untreated and who.scope(_P.STOCKTAKE) is Scope.OWN:
            yield (
                "differences",
                one.id,
                one.due_on,
                f"{one.name} {one.untreated} 项差异待提出处理",
                "盘点差异没有处理意见的，审计按账实不符列问题",
            )
    if who.can(_P.DECIDE_DIFFERENCE):
        rows = [t for t in treatments(session, who, state=TreatmentState.PROPOSED) if t.proposed_id != who.id]
        if rows:
            yield "treatments", 0, None, f"{len(rows)} 项盘点差异处理待审定", f"最近的是{rows[0].difference}"
    if counts:
        back = [t for t in treatments(session, who, state=TreatmentState.RETURNED) if t.proposed_id == who.id]
        if back:
            yield "treatments_back", 0, None, f"{len(back)} 项盘点差异处理退回待改", back[0].return_reason
