"""Figures from the suspect records alone are those from all of them, whatever the register holds."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import false, select, update

from fundsys import store
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Finding, all_rules, faulty_rows
from fundsys.models.assets import Asset, AssetCost, Income, MaintenanceSector
from fundsys.models.funds import FundSource
from fundsys.models.office import PolicyValue
from fundsys.queries import suspects
from fundsys.queries.facts import work_year
from fundsys.queries.findings import judged_anew
from fundsys.services.acts import act
from fundsys.services.demo import Built
from tests.figures import Figure
from tests.stocktakes import TODAY, campaign, count, lines, town_assets

YEAR = TODAY.year
BLANKS = ("", " ", "　", "\t\xa0")
RULES = [r for r in all_rules() if {*r.watches} & (suspects.SUSPECTS | {"twins"})]


def said(finding: Finding) -> tuple[Any, ...]:
    """What a finding says, with the records that miss it and those left out."""
    faults = sorted((row.table, row.id, row.note) for row in faulty_rows(finding))
    left = sorted((x.label, x.why, x.id or 0) for x in finding.left_out)
    return finding.outcome, finding.numerator, finding.denominator, finding.message, finding.waiver, faults, left


def both(year: int, day: date | None) -> tuple[dict[str, list[Any]], dict[str, list[Any]], int]:
    """What the rules on assets and incomes say of all records and of the suspect ones; how many the latter leave unlisted."""
    with store.snapshot() as session:
        whole, part = (judged_anew(session, year, RULES, day, whole=whole) for whole in (True, False))
    told = [{code: [said(c.approved) for c in found] for code, found in way.items()} for way in (whole, part)]
    return told[0], told[1], sum(c.approved.unlisted for found in part.values() for c in found)


def at_random(seed: int, number: int) -> None:
    """A register of assets and incomes of which every column a rule looks at is drawn, mostly what is in order."""
    draw = random.Random(seed)

    def mostly(good: Any, *others: Any) -> Any:
        return good if draw.random() < 0.85 else draw.choice(others)

    def near(day: date) -> date:
        return day + timedelta(draw.randint(-40, 40))

    ids = town_assets(number)
    with act(by=None, what="改登记") as opened:
        session = opened.session
        session.execute(update(PolicyValue).where(PolicyValue.year == 2024).values(year=YEAR))
        year = {"year": YEAR, "code": "new_asset_year"}
        session.execute(update(PolicyValue).filter_by(**year).values(value=str(YEAR - 1)))
        sectors = list(session.scalars(select(MaintenanceSector.id)))
        sources = list(session.scalars(select(FundSource.id)))
        for key in ids:
            words = {
                name: mostly("县农业农村局", *BLANKS)
                for name in ("supervisor", "maintenance_body", "keeper", "maintenance_fund", "owner_name")
            }
            cost = mostly(Money.wan("20"), Money(0), Money.wan("0.3"))
            days = {
                name: mostly(draw.choice([date(YEAR - 1, 6, 1), near(TODAY - timedelta(200))]), None, near(TODAY))
                for name in ("in_use_on", "registered_on", "titled_on", "handed_over_on")
            }
            session.execute(
                update(Asset)
                .where(Asset.id == key)
                .values(
                    **words,
                    **days,
                    asset_class=draw.choice(list(AssetClass)),
                    status=mostly(AssetStatus.IN_USE, *AssetStatus),
                    project_year=YEAR - draw.randint(0, 2),
                    original_cost=cost,
                    appraised_value=mostly(cost, None),
                    appraisal_no=draw.choice(["", "陇评2024-1"]),
                    title_document=mostly("陇权2024-1", ""),
                    sector_id=mostly(draw.choice(sectors), None),
                    last_patrol_on=mostly(near(TODAY - timedelta(20)), None, TODAY - timedelta(500)),
                    encumbrance=mostly("", "抵押给信用社"),
                    name=f"圈舍{draw.randint(1, number)}",
                    location=draw.choice(["", "一组", "二组"]),
                )
            )
            if draw.random() < 0.3:
                session.add(AssetCost(asset_id=key, source_id=draw.choice(sources), amount=cost))
            for _ in range(draw.randint(0, 2)):
                due, due_on = Money.yuan(1000), draw.choice([None, near(TODAY - timedelta(draw.choice([0, 90, 200])))])
                received = mostly(due, Money(0), Money.yuan(400))
                session.add(
                    Income(
                        asset_id=key, year=YEAR - draw.randint(0, 1), due=due, due_on=due_on, received=received,
                        received_on=due_on if received else None, distributed=mostly(received, Money(0), Money.yuan(1200)),
                    )
                )  # fmt: skip


def counted_at_random(seed: int) -> None:
    """A stocktake that came to some of the assets."""
    draw = random.Random(seed)
    for line in draw.sample(lines(campaign()), 12):
        count(line.id)


def test_every_rule_on_assets_and_incomes_has_its_suspicion() -> None:
    """A new one: say in queries/suspects.py which records it may complain of, draw what it looks at here, name it here."""
    known = {"RA23", "RM", "F075", "F081", "F082", "F083", "F084", "F085", "F089", "F091", "F092"}
    assert {r.code for r in RULES} == known


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("seed", range(3))
def test_what_is_not_suspect_misses_no_rule(seed: int, full: bool, figure: Figure) -> None:
    at_random(seed, number := 400 if full else 60)
    counted_at_random(seed)
    days = (TODAY, TODAY + timedelta(15), TODAY + timedelta(120), date(YEAR, 12, 31), date(YEAR + 1, 3, 1))
    unlisted, faults = 0, 0
    for day in days:
        whole, part, left = both(YEAR, day)
        assert part == whole, day
        unlisted += left
        faults += sum(len(one[5]) for found in whole.values() for one in found)
    assert unlisted > number and faults > number, "much is left unread, and much is found"
    figure("只读可疑记录与读全部记录", f"{number} 项资产，{len(days)} 天，{len(RULES)} 条规则结论、清单全同")


@pytest.mark.usefixtures("app")
def test_without_thresholds_nothing_is_judged_from_suspects_either() -> None:
    at_random(7, 30)
    for code in ("valuation_floor", "patrol_interval", "income_late_days", "income_plan_months", "new_asset_year"):
        with act(by=None, what="改阈值") as opened:
            opened.session.execute(update(PolicyValue).filter_by(year=YEAR, code=code).values(value=""))
        whole, part, _ = both(YEAR, TODAY)
        assert part == whole, code


def test_the_demo_county_says_the_same_of_both_waived_ones_too(app: Flask, demo_county: Built) -> None:
    with app.app_context(), store.in_county(store.HOME_COUNTY):
        with store.snapshot() as session:
            year = work_year(session)
        whole, part, unlisted = both(year, None)
    assert part == whole
    assert unlisted > 500
    assert any(one[4] for found in whole.values() for one in found)


@pytest.mark.usefixtures("app")
def test_control_a_suspicion_forgotten_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    at_random(1, 40)
    monkeypatch.setattr(suspects, "_not_all_done", lambda facts: false())
    whole, part, _ = both(YEAR, TODAY)
    assert {code for code in whole if whole[code] != part[code]} == {"RA23"}
