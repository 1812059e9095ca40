"""The facts of a year as the database holds them: money by state, assets, legacy projects, days and past views."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.facts import Facts
from fundsys.domain.funds import MoneyState
from fundsys.domain.industry import FourBatch
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome, check
from fundsys.models.assets import Asset, AssetCost, MaintenanceSector, Patrol
from fundsys.models.funds import Allocation, FundSource
from fundsys.models.industry import LegacyProject
from fundsys.queries.facts import facts
from fundsys.queries.past import past
from fundsys.services.acts import act
from tests.money import approved_notice, drafted, given, make_projects, submitted
from tests.storage.county_money import noon

pytestmark = pytest.mark.usefixtures("app")


def facts_now(**told: Any) -> Facts:
    """The facts of 2024 as the database stands."""
    with store.snapshot() as session:
        return facts(session, 2024, **told)


def an_asset(code: str, source: str = "F101", **told: Any) -> int:
    """A registered asset paid by one source; answers its id."""
    with act(by=None, what="登记资产", at=told.pop("at", None)) as opened:
        session = opened.session
        values: dict[str, Any] = {
            "code": code,
            "name": "供水管网",
            "asset_class": AssetClass.PUBLIC,
            "form": AssetForm.FIXED,
            "project_year": 2023,
            "quantity": Decimal("1"),
            "quantity_unit": "处",
            "original_cost": Money.wan(10),
            "owner_type": OwnerType.COLLECTIVE,
            "status": AssetStatus.IN_USE,
            "registered_on": date(2024, 3, 1),
        }
        asset = Asset(**(values | told))
        session.add(asset)
        session.flush()
        source_id = session.scalars(select(FundSource.id).where(FundSource.code == source)).one()
        session.add(AssetCost(asset_id=asset.id, source_id=source_id, amount=asset.original_cost))
        return asset.id


def test_money_comes_with_its_state_and_a_draft_counts_in_nothing() -> None:
    (line,) = approved_notice(("F101", "100"))
    goats, road, well = make_projects({"type": "PT010102", "is_lead_industry": True}, {"type": "PT020101"}, {})
    given(line, [(goats, "50")])
    drafted(line, road, "20")
    submitted(line)
    drafted(line, well, "5")
    found = facts_now()
    states = {a.state: a.amount for a in found.allocations}
    assert states == {
        MoneyState.APPROVED: Money.wan(50),
        MoneyState.SUBMITTED: Money.wan(20),
        MoneyState.DRAFT: Money.wan(5),
    }
    (share,) = (f for f in check(found) if f.rule == "R65")
    (reserved,) = (f for f in check(found.with_submitted()) if f.rule == "R65")
    assert (share.numerator, share.denominator) == (Money.wan(50), Money.wan(50))
    assert (reserved.numerator, reserved.denominator) == (Money.wan(50), Money.wan(70))


def test_a_decision_after_the_closing_day_is_left_out_and_that_day_itself_counts() -> None:
    (line,) = approved_notice(("F101", "100"))
    (goats,) = make_projects({"type": "PT010102"})
    given(line, [(goats, "50")])
    with store.snapshot() as session:
        day = session.scalars(select(Allocation.decided_on)).one()
    assert len(facts_now(until=day).allocations) == 1
    assert len(facts_now(until=day - timedelta(days=1)).allocations) == 0


def test_a_work_relief_project_of_an_earlier_year_counts_with_money_of_this_one() -> None:
    (line,) = approved_notice(("F101", "100"))
    old, idle = make_projects({"year": 2023, "is_work_relief": True}, {"year": 2023, "is_work_relief": True})
    given(line, [(old, "30")])
    (relief,) = (f for f in check(facts_now()) if f.rule == "RWR")
    assert [row.id for row in relief.rows] == [old]
    assert idle not in {p.id for p in facts_now().projects}


def test_an_asset_brings_its_sector_its_title_and_whose_money_it_was() -> None:
    with store.snapshot() as session:
        sector = session.scalars(select(MaintenanceSector).order_by(MaintenanceSector.id)).first()
        assert sector
        sector_id, sector_name, days = sector.id, sector.name, sector.patrol_days
    kept = an_asset(
        "A1",
        sector_id=sector_id,
        titled_on=date(2024, 4, 1),
        title_document="陇权〔2024〕1号",
        appraisal_no="陇评〔2024〕1号",
    )
    social = an_asset("A2", source="F701")
    untitled = an_asset("A3", title_document="陇权〔2024〕3号")
    an_asset("A4", status=AssetStatus.DISPOSED)
    found = {a.id: a for a in facts_now().assets}
    assert set(found) == {kept, social, untitled}
    assert (found[kept].sector, found[kept].interval_days) == (sector_name, days)
    assert (found[kept].is_titled, found[kept].is_valued, found[kept].is_registered) == (True, True, True)
    assert found[kept].from_transition and not found[social].from_transition
    assert not found[untitled].is_titled and not found[untitled].is_valued


def test_the_closing_day_leaves_out_later_registrations_and_patrols() -> None:
    asset = an_asset("A1", last_patrol_on=date(2024, 9, 1))
    an_asset("A2", registered_on=date(2024, 6, 2))
    with act(by=None, what="登记巡查") as opened:
        opened.session.add_all(
            Patrol(asset_id=asset, patrolled_on=day) for day in (date(2024, 5, 1), date(2024, 6, 1), date(2024, 9, 1))
        )
    (early,) = facts_now(until=date(2024, 6, 1)).assets
    assert (early.id, early.last_patrol_on) == (asset, date(2024, 6, 1))
    assert len(facts_now(until=date(2024, 6, 2)).assets) == 2
    assert next(a for a in facts_now().assets if a.id == asset).last_patrol_on == date(2024, 9, 1)


def test_a_legacy_project_brings_its_class_or_none() -> None:
    with act(by=None, what="登记项目") as opened:
        opened.session.add_all(
            [
                LegacyProject(code="L1", name="甲", year=2016, batch=FourBatch.REVIVE, due_on=date(2025, 6, 30)),
                LegacyProject(code="L2", name="乙", year=2017),
            ]
        )
    first, second = facts_now().legacy
    assert (first.classes, first.deadline, second.classes) == ((FourBatch.REVIVE,), date(2025, 6, 30), ())


def test_a_past_day_shows_what_was_known_then_and_judges_by_that_day() -> None:
    asset = an_asset("A1", at=noon("2100-03-01"))
    with act(by=None, what="确权", at=noon("2100-03-02")) as opened:
        found = opened.session.get_one(Asset, asset)
        found.titled_on, found.title_document = date(2100, 3, 2), "陇权〔2100〕1号"
    with past(date(2100, 3, 1)) as session:
        then = facts(session, 2024)
    assert then.as_at == date(2100, 3, 1)
    assert not then.assets[0].is_titled
    assert facts_now(as_at=date(2100, 3, 3)).assets[0].is_titled


def test_parts_not_asked_for_are_not_read() -> None:
    an_asset("A1")
    assert facts_now(parts={"allocations"}).assets == ()


def test_an_empty_county_is_no_data_and_never_passes() -> None:
    outcomes = {f.rule: f.outcome for f in check(facts_now())}
    assert [rule for rule, outcome in outcomes.items() if outcome is Outcome.PASS] == []
    assert outcomes["R65"] is Outcome.NO_DATA
