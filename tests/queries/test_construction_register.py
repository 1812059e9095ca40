"""LG03 and PF25 against figures worked out by hand: one project with contract, payment and retention, one without anything."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from flask import Flask

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import PaymentKind
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.queries.construction_register import (
    ConstructionRow,
    MonthReportRow,
    construction_register,
    month_remarks,
    month_report,
)
from fundsys.queries.registers import Wanted
from tests.construction import building
from tests.followed import allotted_to, paid_out
from tests.money import approved_notice
from tests.payouts import PAID, a_contract, a_project, accepted, asks, reviewed
from tests.payouts import a_request as requested


def rows(until: date | None = None, **where: str) -> list[ConstructionRow]:
    """LG03 of the year."""
    with store.snapshot() as session:
        return list(construction_register(session, Wanted(2024, where, until)))


def month(told: str = "", until: date | None = None) -> tuple[list[MonthReportRow], tuple[str, ...]]:
    """PF25 of a month, and its sentence."""
    wanted = Wanted(2024, {"month": told} if told else {}, until)
    with store.snapshot() as session:
        return list(month_report(session, wanted)), month_remarks(session, wanted)


def test_contract_payment_and_retention_are_those_of_the_papers(app: Flask) -> None:
    project, (line,) = a_project(plan_document_no="陇乡振组发〔2024〕2号")
    contract = a_contract(project)
    payment = accepted(requested(project, asks(contract, "240000", PaymentKind.ADVANCE)), {line: "240000"})
    (row,) = rows()
    assert row.paid == Money(0), "a payment counts when it is reviewed"
    reviewed(payment)
    (row,) = rows()
    assert (row.budget, row.contract_amount, row.paid) == (Money.wan(1000), Money.wan(80), Money.wan(24))
    assert row.paid_rate == Fraction(24, 100)
    assert (row.contractor, row.retention) == ("陇县关山建筑工程有限公司", Money.wan("2.4"))
    assert (row.stage, row.progress) == (S.UNDER_WAY.label, Fraction(1, 2))
    (before,) = rows(until=PAID - timedelta(days=1))
    assert (before.paid, before.paid_rate) == (Money(0), Fraction(0))


def test_nothing_is_shown_where_nothing_is_and_filters_are_kept_to(app: Flask) -> None:
    building(status=S.PLANNED)
    building("2024-0002", status=S.ADMITTED)
    (row,) = rows()
    assert (row.contract_amount, row.retention, row.settled_amount, row.paid_rate) == (None, None, None, None)
    assert (row.project_code, row.budget, row.stage) == ("2024-0001", Money.wan(230), S.PLANNED.label)
    assert rows(state=S.UNDER_WAY.label) == []
    assert [r.project_code for r in rows(late="1")] == ["2024-0001"]
    with pytest.raises(DomainError, match="没有“正在建”这个环节"):
        rows(state="正在建")


def test_a_months_end_counts_payments_and_starts_up_to_that_day(app: Flask) -> None:
    start = date(2024, 9, 1)
    project = building(
        admitted_on=date(2023, 11, 6),
        plan_start_on=start,
        plan_end_on=start + timedelta(days=99),
        started_on=start,
        progress_bp=3000,
    )
    (line,) = approved_notice(("F101", "100"))
    allotted_to(line, project, "50", date(2024, 10, 22))
    paid_out(line, project, "20", date(2024, 11, 4))
    (october,), (sentence,) = month("2024-10")
    (november,), _ = month("2024-11")
    assert (october.paid, november.paid) == (Money(0), Money.wan(20))
    assert october.planned == Fraction((date(2024, 10, 31) - start).days + 1, 100)
    assert (october.investment, october.stage) == (Money.wan(230), S.UNDER_WAY.label)
    assert sentence == "截至 2024-10-31：项目 1 个，已开工 1 个，已完工 0 个，超期 0 个，当月应报未报 1 个。"
    assert month("2024-08")[1][0].startswith("截至 2024-08-31：项目 1 个，已开工 0 个")
    with pytest.raises(DomainError, match="“2024-13”不是月份"):
        month("2024-13")
