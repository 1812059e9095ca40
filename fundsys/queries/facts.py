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
    whole: bool = True,
) -> Facts:
    """The county's year as this session shows it (the present, or a past view of `fundsys.queries.past`).

    as_at: the day on which things are judged (overdue, not yet decided); the past view's day or today unless said.
    until: business dates up to and including it; it is then the day of judgement. parts: which parts to read.
    not whole: of assets and incomes only those a rule may find fault with; the others are counted as unread.
    """
    day = as_at or county_today(session)
    found = money_facts(session, year, day, until=until)
    if not whole and until is None:
        found = suspects.suspect_facts(session, found, parts)
    else:
        found = replace(
            found,
            assets=asset_facts.asset_facts(session, until) if "assets" in parts else (),
            incomes=income_told.income_facts(session, year, until) if "incomes" in parts else (),
        )
    return replace(
        found,
        twins=asset_records.twins(session) if "twins" in parts else (),
        legacy=legacy_facts(session) if "legacy" in parts else (),
        public_duties=publicity.duty_facts(session, year, until) if "public_duties" in parts else (),
        public_notices=publicity.notice_facts(session, year, until) if "public_notices" in parts else (),
        relief=relief_facts.relief_facts(session, year, until) if "relief" in parts else (),
        labor=relief_facts.labor_facts(session, year, until) if "labor" in parts else (),
        problems=rectification.problem_facts(session, year, until) if "problems" in parts else (),
        project_records=project_records.record_facts(session, year, until, day) if "project_records" in parts else (),
        stations=income_told.station_facts(session, year, until) if "stations" in parts else (),
        notices=notice_records.notice_facts(session, until) if "notices" in parts else (),
        operated=income_told.operated_facts(session, until) if "operated" in parts else (),
        differences=count_facts.difference_facts(session, until) if "differences" in parts else (),
        disposed=asset_records.disposed_facts(session) if "disposed" in parts else (),
        given=money_pace.given_facts(session, until) if "given" in parts else (),
        pace=money_pace.pace_facts(session, year, until) if "pace" in parts else (),
        likenesses=library.likeness_facts(session, year) if "likenesses" in parts else (),
        pictures=same_pictures.picture_facts(session, until) if "pictures" in parts else (),
        **_further(session, year, until, parts),
    )


def _further(session: Session, year: int, until: date | None, parts: Collection[str]) -> dict[str, Any]:
    """What the rules on uses, tenders, titles and entries that cannot be right look at; only the parts asked for."""
    asked: dict[str, Callable[[], Any]] = {
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
    return {name: read() for name, read in asked.items() if name in parts}


def legacy_facts(session: Session) -> tuple[LegacyFact, ...]:
    """The industry projects of earlier years with the class that stands; a later decision is judged by its day."""
    rows = session.execute(
        select(
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
    )
    return tuple(
        LegacyFact(number, code, name, year, (batch,) if batch else (), *of_decision)
        for number, code, name, year, batch, *of_decision in rows
    )
