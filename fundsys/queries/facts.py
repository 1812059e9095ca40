"""All the facts of a county's year, for every rule. The money part is in money_facts.py; assets and legacy projects here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.facts import Facts, LegacyFact
from fundsys.models.industry import LegacyProject
from fundsys.models.office import County
from fundsys.queries import (
    asset_facts,
    asset_records,
    count_facts,
    income_told,
    library,
    money_pace,
    notice_records,
    project_records,
    publicity,
    rectification,
    relief_facts,
    same_pictures,
    spending_records,
    suspects,
    tender_facts,
    wrong_entries,
)
from fundsys.queries.money_facts import money_facts
from fundsys.queries.past import told
from fundsys.queries.plain_rows import plain_rows
from fundsys.queries.suspects import Depth

PARTS = frozenset(
    [
        "allocations",
        "payments",
        "projects",
        "assets",
        "twins",
        "legacy",
        "public_duties",
        "public_notices",
        "relief",
        "labor",
        "problems",
        "project_records",
        "stations",
        "notices",
        "incomes",
        "operated",
        "differences",
        "disposed",
        "given",
        "likenesses",
        "pace",
        "pictures",
        *("spendings", "entries", "sums", "asset_sums", "works", "contracts"),
        *("titles", "operators", "places", "codes", "capitals"),
    ]
)
OFFICE_ZONE = timezone(timedelta(hours=8))


def office_today() -> date:
    """Today in Asia/Shanghai."""
    return datetime.now(OFFICE_ZONE).date()


def county_today(session: Session) -> date:
    """The day at work: today in Asia/Shanghai; a demo county stands still on the day it shows, a past view on its own."""
    view = told(session)
    if view:
        return view.day
    return session.scalar(select(County.demo_day).where(County.is_demo).limit(1)) or office_today()


def work_year(session: Session) -> int:
    """The county's year at work; this year before the county has been set up."""
    return session.scalar(select(County.work_year).limit(1)) or office_today().year


def facts(
    session: Session,
    year: int,
    as_at: date | None = None,
    until: date | None = None,
    parts: Collection[str] = PARTS,
    depth: Depth = Depth.EVERY,
) -> Facts:
    """The county's year as this session shows it (the present, or a past view of `fundsys.queries.past`).

    as_at: the day on which things are judged (overdue, not yet decided); the past view's day or today unless said.
    until: business dates up to and including it; it is then the day of judgement, and everything is read. parts: which
    parts to read. depth: how many of their records; the others are counted as unread.
    """
    day = as_at or county_today(session)
    found = money_facts(session, year, day, until=until)
    some = suspects.SUSPECTS if depth is not Depth.EVERY and until is None else frozenset[str]()
    counted = suspects.to_count(found) if depth is Depth.FIGURES and until is None else frozenset[str]()
    readers = _readers(session, year, until, counted) | _further(session, year, until, day, counted)
    found = replace(found, **{name: read() for name, read in readers.items() if name in parts and name not in some})
    return suspects.suspect_facts(session, found, some.intersection(parts), counted.intersection(parts))


def _readers(session: Session, year: int, until: date | None, counted: Collection[str]) -> dict[str, Callable[[], Any]]:
    """How each part beside money is read. counted: parts of which only the number is wanted."""
    return {
        "assets": lambda: asset_facts.asset_facts(session, until),
        "twins": lambda: () if "twins" in counted else asset_records.twins(session),
        "incomes": lambda: income_told.income_facts(session, year, until),
        "operated": lambda: income_told.operated_facts(session, until),
        "stations": lambda: income_told.station_facts(session, year, until, rest="stations" not in counted),
        "legacy": lambda: legacy_facts(session),
        "public_duties": lambda: () if "public_duties" in counted else publicity.duty_facts(session, year, until),
        "public_notices": lambda: publicity.notice_facts(session, year, until),
        "relief": lambda: relief_facts.relief_facts(session, year, until),
        "labor": lambda: relief_facts.labor_facts(session, year, until),
        "problems": lambda: rectification.problem_facts(session, year, until),
        "differences": lambda: count_facts.difference_facts(session, until),
        "disposed": lambda: asset_records.disposed_facts(session),
        "pictures": lambda: same_pictures.picture_facts(session, until),
    }


def _further(
    session: Session, year: int, until: date | None, day: date, counted: Collection[str]
) -> dict[str, Callable[[], Any]]:
    """How what the rules on uses, tenders, titles and entries that cannot be right look at is read."""
    return {
        "project_records": lambda: project_records.record_facts(session, year, until, day),
        "notices": lambda: notice_records.notice_facts(session, until),
        "given": lambda: () if "given" in counted else money_pace.given_facts(session, until),
        "pace": lambda: money_pace.pace_facts(session, year, until),
        "likenesses": lambda: library.likeness_facts(session, year),
        "spendings": lambda: spending_records.spending_facts(session, year, until),
        "entries": lambda: spending_records.entry_facts(session, year, until),
        "sums": lambda: spending_records.sum_facts(session, year, until),
        "asset_sums": lambda: spending_records.asset_sums(session),
        "works": lambda: tender_facts.works_facts(session, year, until),
        "contracts": lambda: tender_facts.contract_facts(session, year, until),
        "titles": lambda: wrong_entries.title_facts(session, until),
        "operators": lambda: wrong_entries.operator_facts(session),
        "places": lambda: wrong_entries.place_faults(session),
        "codes": lambda: wrong_entries.code_faults(session),
        "capitals": lambda: wrong_entries.capitals_faults(session, until),
    }


def legacy_facts(session: Session) -> tuple[LegacyFact, ...]:
    """The industry projects of earlier years with the class that stands; a later decision is judged by its day."""
    return tuple(
        LegacyFact(number, code, name, year, (batch,) if batch else (), *of_decision)
        for number, code, name, year, batch, *of_decision in plain_rows(session, _LEGACY)
    )


_LEGACY: Any = select(
    LegacyProject.id,
    LegacyProject.code,
    LegacyProject.name,
    LegacyProject.year,
    LegacyProject.batch,
    LegacyProject.batch_reason,
    LegacyProject.decided_by,
    LegacyProject.decided_on,
    LegacyProject.measure,
    LegacyProject.due_on,
    LegacyProject.responsible,
    LegacyProject.run_state,
    LegacyProject.done_on,
).order_by(LegacyProject.id)
