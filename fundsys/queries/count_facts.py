"""What the rules on stocktakes look at: the last count of every asset, and differences with how they are treated."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.facts import DifferenceFact
from fundsys.domain.stocktakes import DIFFERENCES, CountResult, TreatmentState
from fundsys.models.stocktakes import CountEntry, CountSurplus, CountTreatment, Stocktake, StocktakeLine
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.stocktakes import FOUND_STANDS, STANDS

COUNTS_READ_FROM = frozenset({"count_entry", "stocktake_line"})
DIFFERENCES_READ_FROM = COUNTS_READ_FROM | {"count_surplus", "count_treatment", "stocktake"}


@built_once
def last_counts(until: date | None = None) -> Select[int, date]:
    """Asset id and the day a stocktake last came to it; one that could not be counted was not come to."""
    return (
        select(StocktakeLine.asset_id, func.max(CountEntry.counted_on))
        .join(CountEntry, CountEntry.line_id == StocktakeLine.id)
        .where(
            STANDS,
            CountEntry.result != CountResult.UNCOUNTED,
            CountEntry.counted_on <= until if until else true(),
        )
        .group_by(StocktakeLine.asset_id)
    )


def difference_facts(session: Session, until: date | None = None) -> tuple[DifferenceFact, ...]:
    """The differences that stand, of every campaign; a treatment that was sent back is none."""
    made = [
        DifferenceFact("asset", asset, f"{code} {name} {result.label}", closed_on or due_on, _treatment(kind, state))
        for asset, code, name, result, due_on, closed_on, kind, state in plain_rows(session, _of_lines(until))
    ]
    return (
        *made,
        *(
            DifferenceFact("count_surplus", number, f"{name} 盘盈", closed_on or due_on, _treatment(kind, state))
            for number, name, due_on, closed_on, kind, state in plain_rows(session, _surpluses(until))
        ),
    )


@built_once
def _of_lines(until: date | None) -> Select[*tuple[Any, ...]]:
    s, line, e, t = Stocktake, StocktakeLine, CountEntry, CountTreatment
    return (
        select(line.asset_id, line.asset_code, line.asset_name, e.result, s.due_on, s.closed_on, t.kind, t.state)
        .join(line, line.stocktake_id == s.id)
        .join(e, e.line_id == line.id)
        .outerjoin(t, t.entry_id == e.id)
        .where(STANDS, e.result.in_(DIFFERENCES), e.counted_on <= until if until else true())
        .order_by(e.id)
    )


@built_once
def _surpluses(until: date | None) -> Select[*tuple[Any, ...]]:
    """What was found beside the register."""
    s, found, t = Stocktake, CountSurplus, CountTreatment
    return (
        select(found.id, found.name, s.due_on, s.closed_on, t.kind, t.state)
        .join(s, found.stocktake_id == s.id)
        .outerjoin(t, t.surplus_id == found.id)
        .where(FOUND_STANDS, found.found_on <= until if until else true())
        .order_by(found.id)
    )


def _treatment(kind: object, state: object) -> str:
    if kind is None or state is None or state is TreatmentState.RETURNED:
        return ""
    return f"{kind.label}，{state.label}"  # type: ignore[attr-defined]
