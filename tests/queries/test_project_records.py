"""What the rules on recorded projects are given: money, assets and days as the office's papers made them, and as they were."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from fundsys import store
from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.queries.project_records import record_facts
from tests.builders import only
from tests.construction import building
from tests.matters import REGISTERED, formed, line, settled_project


def records(until: date | None = None) -> tuple[ProjectRecordFact, ...]:
    with store.snapshot() as session:
        return record_facts(session, 2024, until)


def test_a_settled_project_shows_what_was_given_and_what_it_left_behind(app: Flask) -> None:
    project = settled_project("100", ("F101", "60"), ("F201", "50"), households=3, people=9, poor_households=1)
    formed(project, line("羊舍", "80"), line("水井", "12.5"), line("临时用工", "7.5", expense="其他", asset_class=None))
    fact = only(records())
    assert (fact.given, fact.planned, fact.settled) == (Money.wan(110), Money.wan(500), Money.wan(100))
    assert (fact.assets, fact.assets_cost, fact.expensed) == (2, Money.wan("92.5"), Money.wan("7.5"))
    assert fact.forms_assets and fact.is_planned
    assert (fact.households, fact.people, fact.poor_households) == (3, 9, 1)
    assert dict(fact.days)["结算"] == date(2024, 6, 10)


def test_a_day_that_has_not_come_is_not_there_yet(app: Flask) -> None:
    project = settled_project("100", ("F101", "60"))
    formed(project, line("羊舍", "100"))
    before = only(records(until=REGISTERED - timedelta(days=11)))
    assert (before.settled, before.settled_on, before.given, before.assets) == (None, None, Money(0), 0)
    assert before.accepted_on == date(2024, 6, 1)


def test_what_was_taken_out_is_left_out_and_what_is_not_planned_is_marked(app: Flask) -> None:
    building("2024-0001", S.REMOVED)
    building("2024-0002", S.ADMITTED)
    building("2023-0003", S.UNDER_WAY, year=2023)
    assert [(r.label[:9], r.is_planned) for r in records()] == [("2024-0002", False)]
