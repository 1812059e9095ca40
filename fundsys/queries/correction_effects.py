"""What an adjustment or recovery would do to the rules, before anything is saved and before it is approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.effect import Effect, effects
from fundsys.domain.facts import AllocationFact
from fundsys.domain.funds import EntryKind, FundLevel, MoneyState
from fundsys.domain.money import Money
from fundsys.models.funds import AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.money_facts import _ABOUT as ABOUT
from fundsys.queries.money_facts import COUNTED_STATES, money_facts, policy_of
from fundsys.queries.money_facts import _bases as bases
from fundsys.queries.money_facts import _counts as counts

Moved = tuple[int, int, Money]
"""(line, project, by how much)."""


def moved_effects(session: Session, year: int, moves: Iterable[Moved], today: date) -> tuple[Effect, ...]:
    """The year's rules now (approved and reserved) and with these moves; moves of other years' lines are left out."""
    facts = money_facts(session, year, today, states=COUNTED_STATES).with_submitted()
    base = bases(session, policy_of(session, year))
    changes = [fact for number, move in enumerate(moves, 1) if (fact := _fact(session, year, move, -number, base))]
    return tuple(effects(facts, changes))


def paper_effects(
    session: Session, year: int, ids: Iterable[int], moves: Iterable[Moved], today: date
) -> tuple[Effect, ...]:
    """The year's rules now (approved alone) and with a paper's entries (ids) counted, each exactly once."""
    facts = money_facts(session, year, today, states=(MoneyState.APPROVED,))
    base = bases(session, policy_of(session, year))
    changes = [fact for number, move in enumerate(moves, 1) if (fact := _fact(session, year, move, -number, base))]
    return tuple(effects(facts, changes, replaces=set(ids)))


def _fact(session: Session, year: int, move: Moved, number: int, base: dict[str, bool]) -> AllocationFact | None:
    line_id, project_id, amount = move
    row = session.execute(
        select(*ABOUT)
        .select_from(AllotmentLine)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(Project, Project.id == project_id)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .where(AllotmentLine.id == line_id, AllotmentNotice.year == year)
    ).first()
    if row is None:
        return None
    told = _Row({**row._mapping, "id": number, "amount": amount, "state": MoneyState.DRAFT})
    return AllocationFact(**counts(told, base), kind=EntryKind.ADJUSTMENT, task=row.task, notice=row.notice)


class _Row:
    """A row with what the change adds to it."""

    def __init__(self, told: dict[str, object]) -> None:
        self.__dict__.update(told)


def levels_of(session: Session, line_ids: Iterable[int]) -> list[FundLevel]:
    """The levels of these lines' sources, each once, in the order of levels."""
    found = set(
        session.scalars(
            select(FundSource.level)
            .join(AllotmentLine, AllotmentLine.source_id == FundSource.id)
            .where(AllotmentLine.id.in_(set(line_ids)))
        )
    )
    return [level for level in FundLevel if level in found]
