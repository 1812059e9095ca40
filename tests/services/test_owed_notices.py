"""What the finance desk owes the public: when a result was formed, and until when it must be public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from fundsys import store
from fundsys.domain.dates import after_working_days
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.queries.owed_notices import owed_to_the_public
from tests.counties import OfficeClient
from tests.money import approved_notice, drafted, given, make_projects, submitted
from tests.pages import Page, words


@pytest.mark.parametrize(
    ("begin", "count", "end"),
    [
        (date(2024, 11, 1), 1, date(2024, 11, 4)),
        (date(2024, 11, 4), 5, date(2024, 11, 11)),
        (date(2024, 11, 4), 20, date(2024, 12, 2)),
        (date(2024, 11, 4), 0, date(2024, 11, 4)),
    ],
)
def test_working_days_leave_out_saturdays_and_sundays(begin: date, count: int, end: date) -> None:
    assert after_working_days(begin, count) == end


def test_an_approved_allocation_is_owed_from_the_day_it_was_approved(
    app: Flask, client_as: Callable[..., OfficeClient]
) -> None:
    (line,) = approved_notice(("F101", "100"))
    one, other = make_projects({"wan": "100"}, {"wan": "100"})
    given(line, [(one, "60")])
    drafted(line, other, "10")
    submitted(line)
    with store.snapshot() as session:
        (owed,) = owed_to_the_public(session, 2024)
        assert owed_to_the_public(session, 2023) == []
    assert (owed.projects, owed.amount) == (1, Money.wan("60")), MoneyState.SUBMITTED
    assert owed.due_on == after_working_days(owed.formed_on, 20)
    shown = words(Page(client_as(Role.FINANCE_ENTRY).get("/owed?year=2024").get_data(as_text=True)).one("main"))
    assert owed.document_no in shown
    assert "60.00" in shown
    assert owed.due_on.isoformat() in shown
