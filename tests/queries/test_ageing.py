"""How long money has lain, both sides of each limit, and where the year's money flows: every column the same whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rights import Role
from fundsys.models.funds import AllotmentLine
from fundsys.models.office import PolicyValue
from fundsys.queries.ageing import Ageing, ageing
from fundsys.queries.money_flow import money_flow, ratio_lines
from fundsys.queries.slices import Slice, Station, sum_of
from fundsys.queries.viewer import viewer
from fundsys.services.acts import act
from tests.counties import somebody
from tests.followed import allotted_to, paid_out
from tests.money import approved_notice, make_projects

pytestmark = pytest.mark.usefixtures("app")
WAN = Money.wan
CAME = date(2024, 1, 8)
EARLY = {"issued_on": date(2024, 1, 5), "received_on": CAME}


def on(day: date, year: int = 2024) -> Ageing:
    with store.snapshot() as session:
        return ageing(session, None, year, day)


def test_the_thirtieth_day_is_within_the_limit_and_the_next_is_late() -> None:
    (line,) = approved_notice(("F101", "100"), **EARLY)
    (project,) = make_projects({"wan": "900"})
    allotted_to(line, project, "60", CAME + timedelta(days=31))
    within, late = on(CAME + timedelta(days=30)), on(CAME + timedelta(days=31))
    assert (within.lines[0].balance, within.lines[0].days) == (WAN("100"), 30)
    assert within.lines[0].state(within.day) == ("期限内，还有 0 天", "plain")
    assert late.lines[0].balance == WAN("40")
    assert late.lines[0].state(late.day) == ("超过分解期限 1 天", "bad")
    line_row = late.lines[0]
    assert line_row.state(line_row.zero_on)[0].endswith("天")
    assert line_row.state(line_row.zero_on + timedelta(days=1))[0].endswith("已过零分日")


def test_money_counts_as_idle_on_the_day_after_the_countys_limit() -> None:
    (line,) = approved_notice(("F101", "100"), **EARLY)
    (project,) = make_projects({"wan": "900"})
    given = date(2024, 2, 1)
    allotted_to(line, project, "60", given)
    allotted_to(line, project, "30", given + timedelta(days=50))
    paid_out(line, project, "20.000001", given + timedelta(days=10))
    still, idle = on(given + timedelta(days=90)), on(given + timedelta(days=91))
    assert still.projects[0].idle == ZERO and still.projects[0].amount == WAN("69.999999")
    assert idle.projects[0].idle == WAN("39.999999") and idle.projects[0].days == 91
    assert total(idle.sums) == WAN("69.999999")
    with act(by=None, what="改阈值") as opened:
        value = opened.session.scalars(
            select(PolicyValue).where(PolicyValue.year == 2024, PolicyValue.code == "idle_days")
        ).one()
        value.value, value.version = "30", value.version + 1
    assert on(given + timedelta(days=50)).projects[0].idle == WAN("39.999999")


def test_a_balance_carried_for_two_years_is_named_and_one_of_last_year_is_not() -> None:
    (first,) = approved_notice(("F101", "100"), year=2022, issued_on=date(2022, 1, 5), received_on=date(2022, 1, 8))
    (second,) = approved_notice(("F101", "50"), year=2023, issued_on=date(2023, 1, 5), received_on=date(2023, 1, 8))
    (third,) = approved_notice(("F101", "30"), year=2024, issued_on=date(2024, 1, 5), received_on=date(2024, 1, 8))
    day = date(2024, 6, 1)
    assert [(o.first_year, o.undistributed) for o in on(day).old] == [(2022, WAN("100"))]
    with act(by=None, what="结转") as opened:
        row = opened.session.get_one(AllotmentLine, third)
        row.origin_id, row.version = first, row.version + 1
    assert [(o.first_year, o.undistributed) for o in on(day).old] == [(2022, WAN("100")), (2022, WAN("30"))]
    assert [line.first_year for line in on(day).lines] == [2022, 2023, 2022]
    assert second and on(date(2023, 6, 1), 2023).old == ()


def test_a_unit_sees_its_own_projects_and_no_lines() -> None:
    (line,) = approved_notice(("F101", "100"), **EARLY)
    (project,) = make_projects({"wan": "900"})
    allotted_to(line, project, "60", date(2024, 2, 1))
    with store.snapshot() as session:
        owner = viewer(session, somebody(Role.OWNER))
        assert owner is not None
        found = ageing(session, replace(owner, unit_id=-1), 2024, date(2024, 6, 1))
    assert (found.lines, found.projects, found.old) == ((), (), ())


def test_every_column_of_the_flow_sums_to_the_whole_and_every_part_to_its_rows() -> None:
    industry, works, far = make_projects({"wan": "900"}, {"wan": "900", "type": "PT030101"}, {"wan": "900"})
    central, province = approved_notice(("F101", "100"), ("F201", "50"), **EARLY)
    allotted_to(central, industry, "60.000001", date(2024, 2, 1))
    allotted_to(central, works, "20", date(2024, 2, 1))
    allotted_to(province, works, "30", date(2024, 5, 1))
    allotted_to(province, far, "1", date(2024, 7, 1))
    cut = Slice(2024, until=date(2024, 6, 30))
    with store.snapshot() as session:
        found = money_flow(session, None, cut)
        assert found.whole == WAN("110.000001")
        for column in (found.sources, found.kinds, found.towns):
            assert total(place.amount for place in column) == found.whole
            for place in column:
                assert sum_of(session, Station.ALLOCATED, place.cut, None) == place.amount
        sources = {place.key for place in found.sources}
        assert total(leg.amount for leg in found.legs if leg.origin in sources) == found.whole
        for leg in found.legs:
            assert sum_of(session, Station.ALLOCATED, leg.cut, None) == leg.amount
        assert money_flow(session, None, Slice(2023)).whole == ZERO
        (r65, r30) = ratio_lines(session, 2024)
        assert (r65.code, r30.code) == ("R65", "R30")
        assert [month for month, _ in r65.points] == list(range(1, 13))
        january, may = r65.points[0][1], r65.points[4][1]
        assert january.measured is None and may.measured == (WAN("60.000001")).share_of(WAN("110.000001"))
