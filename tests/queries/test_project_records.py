"""What the rules on recorded projects are given: money, assets and days as the office's papers made them, and as they were."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from flask import Flask

from fundsys import store
from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.funds import PaymentKind
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.queries.project_records import record_facts
from tests.builders import only
from tests.construction import building
from tests.matters import REGISTERED, formed, line, settled_project
from tests.payouts import PAID, SIGNED, a_contract, a_project, a_request, accepted, asks, reviewed


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


def test_contracts_and_payments_are_the_confirmed_and_the_reviewed_ones(app: Flask) -> None:
    project, (line_id,) = a_project()
    contract = a_contract(project)
    waiting = accepted(a_request(project, asks(contract, "240000", PaymentKind.ADVANCE)), {line_id: "240000"})
    assert only(records()).paid == Money(0)
    reviewed(waiting)
    fact = only(records())
    assert (fact.contracted, fact.retained, fact.paid) == (Money.wan(80), Money.wan("2.4"), Money.wan(24))
    assert (fact.retentions, fact.progress) == ((("LXSL-2024-016", Fraction(3, 100)),), Fraction(1, 2))
    assert only(records(until=PAID - timedelta(days=1))).paid == Money(0)
    assert only(records(until=SIGNED - timedelta(days=1))).contracted is None


def test_what_was_taken_out_is_left_out_and_what_is_not_planned_is_marked(app: Flask) -> None:
    building("2024-0001", S.REMOVED)
    building("2024-0002", S.ADMITTED)
    building("2023-0003", S.UNDER_WAY, year=2023)
    assert [(r.label[:9], r.is_planned) for r in records()] == [("2024-0002", False)]
