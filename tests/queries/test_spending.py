"""Spending of the year on a day: each grouping sums to the same whole, and each figure to its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Role
from fundsys.models.office import Region
from fundsys.queries.checkpoints import checkpoints_of
from fundsys.queries.facts import facts
from fundsys.queries.registers import Wanted
from fundsys.queries.slices import Grouping, Slice, Station, entries, sum_of
from fundsys.queries.spending import spending, spending_form
from fundsys.queries.viewer import viewer
from tests.counties import somebody
from tests.followed import allotted_to, paid_out, passed_on
from tests.money import approved_notice, drafted, make_projects

pytestmark = pytest.mark.usefixtures("app")
WAN = Money.wan
EARLY = {"issued_on": date(2024, 1, 5), "received_on": date(2024, 1, 8)}
JUNE = date(2024, 6, 30)


def two_projects() -> tuple[int, int, int, int]:
    """Two lines, a project in a town and one without."""
    with store.snapshot() as session:
        town = session.scalars(select(Region.id).where(Region.level == "town").order_by(Region.id)).first()
    a, b = make_projects({"wan": "900", "town_id": town}, {"wan": "900", "type": "PT010101"})
    central, province = approved_notice(("F101", "100"), ("F201", "50.000001"), **EARLY)
    allotted_to(central, a, "60", date(2024, 2, 1))
    allotted_to(province, b, "40", date(2024, 5, 1))
    passed_on(central, a, "50", date(2024, 3, 1))
    paid_out(central, a, "30", date(2024, 3, 31))
    paid_out(province, b, "10.000001", JUNE)
    paid_out(province, b, "5", date(2024, 7, 1))
    return central, province, a, b


@pytest.mark.parametrize("grouping", list(Grouping), ids=lambda g: g.code)
def test_every_grouping_sums_to_the_whole_and_every_figure_to_its_rows(grouping: Grouping) -> None:
    two_projects()
    with store.snapshot() as session:
        found = spending(session, None, Slice(2024), grouping, JUNE)
        assert (found.whole.allocated, found.whole.disbursed) == (WAN("100"), WAN("50"))
        assert found.whole.paid == WAN("40.000001")
        rows = found.rows[-1:] if grouping is Grouping.MONTH else found.rows
        for station, name in zip(Station, ("allocated", "disbursed", "paid"), strict=True):
            figures = [getattr(row, name) for row in rows]
            assert sum(figures, ZERO) == getattr(found.whole, name)
            for row, figure in zip(rows, figures, strict=True):
                assert sum_of(session, station, row.cut, None) == figure
                behind = entries(session, station, row.cut, None)
                assert behind.sum == figure == sum((e.amount for e in behind.rows), ZERO)
        if grouping in (Grouping.NOTICE, Grouping.SOURCE, Grouping.LEVEL):
            assert sum((row.allotted or ZERO for row in rows), ZERO) == WAN("150.000001") == found.whole.allotted


def test_the_day_of_a_payment_counts_and_the_day_before_does_not() -> None:
    two_projects()
    with store.snapshot() as session:
        assert spending(session, None, Slice(2024), Grouping.LEVEL, date(2024, 3, 31)).whole.paid == WAN("30")
        assert spending(session, None, Slice(2024), Grouping.LEVEL, date(2024, 3, 30)).whole.paid == ZERO


def test_months_are_cumulated_and_judged_at_their_ends() -> None:
    two_projects()
    with store.snapshot() as session:
        rows = spending(session, None, Slice(2024), Grouping.MONTH, date(2024, 7, 15)).rows
        assert [row.label for row in rows] == [f"{n}月" for n in range(1, 8)]
        assert [row.paid for row in rows] == [
            ZERO,
            ZERO,
            WAN("30"),
            WAN("30"),
            WAN("30"),
            WAN("40.000001"),
            WAN("45.000001"),
        ]
        assert (rows[2].standing.word, rows[5].standing.word) == ("达到", "落后")
        assert rows[5].standing.behind == WAN("9.999999")


def test_drafts_and_other_years_count_in_nothing() -> None:
    central, _, a, _ = two_projects()
    drafted(central, a, "7")
    with store.snapshot() as session:
        assert spending(session, None, Slice(2024), Grouping.UNIT, JUNE).whole.allocated == WAN("100")
        empty = spending(session, None, Slice(2023), Grouping.NOTICE, JUNE)
        assert (empty.rows, empty.whole.allocated, empty.whole.rate) == ((), ZERO, None)


def test_a_town_sees_its_own_projects_and_no_notice_totals() -> None:
    _, _, a, _ = two_projects()
    with store.snapshot() as session:
        town = viewer(session, somebody(Role.TOWN))
        assert town is not None
        found = spending(session, replace(town, town_id=-1, unit_id=-1), Slice(2024), Grouping.NOTICE, JUNE)
        assert (found.rows, found.whole.allotted) == ((), None)


def test_the_checkpoints_are_those_of_the_dictionary() -> None:
    with store.snapshot() as session:
        points = checkpoints_of(session, 2024)
    assert [p.words for p in points] == ["3月31日 30%", "6月30日 50%", "9月30日 75%", "11月30日 90%", "12月31日 99%"]


def test_the_printed_table_says_what_is_missing_to_the_fen() -> None:
    two_projects()
    with store.snapshot() as session:
        rows = list(spending_form(session, Wanted(2024, {"by": "资金级次"}, JUNE)))
    assert [(r.group_name, r.checkpoint_state, r.behind_amount) for r in rows] == [
        ("中央", "达到", ZERO),
        ("省级", "落后", WAN("9.999999")),
    ]


def test_the_rules_look_at_the_figures_of_this_page() -> None:
    _, _, a, b = two_projects()
    with store.snapshot() as session:
        found = facts(session, 2024, parts={"given", "pace"})
        for point in found.pace:
            whole = spending(session, None, Slice(2024), Grouping.LEVEL, point.on).whole
            assert (point.allocated, point.paid) == (whole.allocated, whole.paid)
        assert [p.on for p in found.pace] == [c.on for c in checkpoints_of(session, 2024)]
        early = facts(session, 2024, until=JUNE, parts={"given", "pace"})
    assert {g.id: ([e.amount for e in g.given], g.paid) for g in found.given} == {
        a: ([WAN("60")], WAN("30")),
        b: ([WAN("40")], WAN("15.000001")),
    }
    assert {g.id: g.paid for g in early.given}[b] == WAN("10.000001")
    assert all(p.on <= JUNE for p in early.pace)
