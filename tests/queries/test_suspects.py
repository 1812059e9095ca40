"""Figures from fewer records are those from all of them, whatever the register holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import false, select, update
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.asset_income import STATION
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.facts import Waiver
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import Money, total
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState
from fundsys.domain.rules.base import Finding, all_rules, faulty_rows, rule_called
from fundsys.models.assets import Asset, AssetCost, Income, MaintenanceSector
from fundsys.models.funds import Allocation, FundSource, Payment
from fundsys.models.office import PolicyValue, Unit
from fundsys.models.publicity import PublicationDuty, PublicNotice, PublicSubject
from fundsys.queries import owed_counted, suspect_assets, suspects
from fundsys.queries.facts import facts, work_year
from fundsys.queries.findings import LESSER, Checked, judged_anew
from fundsys.queries.suspects import Depth
from fundsys.services.acts import act
from fundsys.services.demo import Built
from tests.figures import Figure
from tests.money import approved_notice, make_projects
from tests.stocktakes import TODAY, campaign, count, lines, town_assets, town_places

YEAR = TODAY.year
BLANKS = ("", " ", "　", "\t\xa0")
RULES = [r for r in all_rules() if {*r.watches} & LESSER]


def said(finding: Finding) -> tuple[Any, ...]:
    """What a finding says, with the records that miss it and those left out."""
    faults = sorted((row.table, row.id, row.note) for row in faulty_rows(finding))
    return *figures(finding), faults, left_out(finding)


def figures(finding: Finding) -> tuple[Any, ...]:
    """What a finding says without its records; of photovoltaic money what is not distributed is then not looked at."""
    left = [] if finding.rule == "RPV" else left_out(finding)
    return finding.outcome, finding.numerator, finding.denominator, finding.message, finding.waiver, left


def left_out(finding: Finding) -> list[tuple[str, str, int]]:
    return sorted((x.label, x.why, x.id or 0) for x in finding.left_out)


Told = dict[str, list[tuple[Any, ...]]]


def both(year: int, day: date | None) -> tuple[Told, Told, int]:
    """What the rules say of all records and of the suspect ones, and how many the latter leave unlisted.

    That the figures alone are the same, and come with fewer of the faulty records, is seen here.
    """
    with store.snapshot() as session:
        whole, part, few = (judged_anew(session, year, RULES, day, depth=depth) for depth in Depth)
    assert [r.code for r in RULES if told_in_figures(whole)[r.code] != told_in_figures(few)[r.code]] == []
    told = [{code: [said(c.approved) for c in found] for code, found in way.items()} for way in (whole, part)]
    return told[0], told[1], sum(c.approved.unlisted for found in part.values() for c in found)


def told_in_figures(judged: dict[str, tuple[Checked, ...]]) -> Told:
    return {code: [figures(c.approved) for c in found] for code, found in judged.items()}


def at_random(seed: int, number: int) -> None:
    """A register of assets and incomes of which every column a rule looks at is drawn, mostly what is in order."""
    draw = random.Random(seed)

    def mostly(good: Any, *others: Any) -> Any:
        return good if draw.random() < 0.85 else draw.choice(others)

    def near(day: date) -> date:
        return day + timedelta(draw.randint(-40, 40))

    ids = town_assets(number)
    town, village = town_places()
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
                    contract_to=mostly(None, near(TODAY), TODAY - timedelta(1), TODAY, near(TODAY + timedelta(300))),
                    town_id=mostly(town, None),
                    village_id=mostly(village, None),
                    kind=mostly("畜禽圈舍", STATION),
                    name=f"圈舍{draw.randint(1, number)}",
                    location=draw.choice(["", "一组", "二组"]),
                )
            )
            if draw.random() < 0.3:
                session.add(AssetCost(asset_id=key, source_id=draw.choice(sources), amount=cost))
            incomes_at_random(draw, session, key)


def incomes_at_random(draw: random.Random, session: Session, asset: int) -> None:
    """None, one or two incomes of an asset, mostly come in and distributed."""

    def mostly(good: Any, *others: Any) -> Any:
        return good if draw.random() < 0.85 else draw.choice(others)

    for _ in range(draw.randint(0, 2)):
        due, ago = Money.yuan(1000), draw.choice([0, 90, 200]) + draw.randint(-40, 40)
        due_on = draw.choice([None, TODAY - timedelta(ago)])
        received = mostly(due, Money(0), Money.yuan(400))
        session.add(
            Income(
                asset_id=asset, year=YEAR - draw.randint(0, 1), due=due, due_on=due_on, received=received,
                received_on=due_on if received else None, distributed=mostly(received, Money(0), Money.yuan(1200)),
            )
        )  # fmt: skip


def made_public_at_random(seed: int) -> None:
    """Notices of some titles and distributed incomes, in every state, where every level owes them."""
    draw = random.Random(seed)
    with act(by=None, what="登记公示") as opened:
        session = opened.session
        unit = session.scalars(select(Unit.id)).first()
        for occasion, model in ((Occasion.TITLED, Asset), (Occasion.INCOME, Income)):
            for level in PublicLevel:
                test = {"occasion": occasion, "level": level}
                if session.scalars(select(PublicationDuty).filter_by(**test)).first() is None:
                    session.add(PublicationDuty(**test, label="公示", due_days=draw.choice([None, 0, 3, 20])))
            ids = list(session.scalars(select(model.id)))
            for number in range(len(ids) // 3):
                session.add(
                    PublicNotice(
                        occasion=occasion, level=draw.choice(list(PublicLevel)), unit_id=unit, year=YEAR, first_on=TODAY,
                        title="公示", number=f"{occasion.code}{number}", state=draw.choice(list(PublicState)),
                        subjects=[PublicSubject(table_name=occasion.table, row_id=draw.choice(ids))],
                    )
                )  # fmt: skip


def money_at_random(seed: int) -> None:
    """Projects given money over three years, some of it taken back, and paid more or less of it."""
    draw = random.Random(seed)
    (line,) = approved_notice(("F101", "900000"))
    projects = make_projects(*({"wan": "900"} for _ in range(24)))
    with act(by=None, what="登记资金") as opened:
        for key in projects:
            given = [Money.wan(str(draw.randint(1, 90))) for _ in range(draw.randint(0, 4))]
            days = [TODAY - timedelta(draw.choice([10, 364, 365, 366, 500, 729, 730, 731, 1000])) for _ in given]
            entries = [
                Allocation(line_id=line, project_id=key, amount=amount, decided_on=day, state=MoneyState.APPROVED)
                for amount, day in zip(given, days, strict=True)
            ]
            opened.session.add_all(entries)
            opened.session.flush()
            left = total(given)
            if entries and draw.random() < 0.4:
                first, back = entries[0], Money(-draw.randint(1, left.fen))
                left += back
                opened.session.add(
                    Allocation(
                        line_id=line, project_id=key, amount=back, decided_on=TODAY - timedelta(draw.randint(0, 900)),
                        state=MoneyState.APPROVED, kind=EntryKind.REVERSAL, corrects_id=first.id,
                    )
                )  # fmt: skip
                opened.session.flush()
            if paid := draw.choice([0, 0, 25, 50, 50, 75, 100]) * left.fen // 100:
                opened.session.add(
                    Payment(
                        line_id=line, project_id=key, amount=Money(paid), paid_on=TODAY, payee="建筑公司",
                        state=draw.choice([MoneyState.APPROVED, MoneyState.APPROVED, MoneyState.DRAFT]),
                    )
                )  # fmt: skip


def counted_at_random(seed: int) -> None:
    """A stocktake that came to some of the town's assets."""
    draw = random.Random(seed)
    with store.snapshot() as session:
        here = set(session.scalars(select(Asset.id).where(Asset.town_id == town_places()[0])))
    for line in draw.sample([line for line in lines(campaign()) if line.asset_id in here], 12):
        count(line.id)


def test_every_rule_on_many_records_has_its_suspicion() -> None:
    """A new one: say in queries/suspects.py (assets: suspect_assets.py) which records it may complain of, draw what it looks at here, name it here."""
    known = {"RA23", "RM", "F075", "F081", "F082", "F083", "F084", "F085", "F087", "F089", "F091", "F092"}
    assert {r.code for r in RULES} == known | {"RPV", "F006", "F051"}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("seed", range(3))
def test_what_is_not_suspect_misses_no_rule(seed: int, full: bool, figure: Figure) -> None:
    at_random(seed, number := 400 if full else 60)
    counted_at_random(seed)
    made_public_at_random(seed)
    money_at_random(seed)
    days = (TODAY, TODAY + timedelta(15), TODAY + timedelta(120), date(YEAR, 12, 31), date(YEAR + 1, 3, 1))
    unlisted, faults = 0, 0
    for day in days:
        whole, part, left = both(YEAR, day)
        assert part == whole, day
        unlisted += left
        faults += sum(len(one[6]) for found in whole.values() for one in found)
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


BUILT = (suspect_assets._questions, owed_counted._titles, owed_counted._incomes)


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Put something else in the place of a part of a question that is built once."""

    def instead(*told: Any) -> None:
        monkeypatch.setattr(*told)
        for question in BUILT:
            question.cache_clear()

    yield instead
    for question in BUILT:
        question.cache_clear()


@pytest.mark.usefixtures("app")
def test_control_a_suspicion_forgotten_is_seen(forget: Callable[..., None]) -> None:
    at_random(1, 120)
    both(YEAR, TODAY)
    forget(suspect_assets, "_not_all_done", lambda asked: false())
    with pytest.raises(AssertionError, match="RA23"):
        both(YEAR, TODAY)


@pytest.mark.usefixtures("app")
def test_control_notices_forgotten_are_seen_in_the_figures(forget: Callable[..., None]) -> None:
    at_random(1, 40)
    made_public_at_random(1)
    both(YEAR, TODAY)
    forget(owed_counted, "_PUBLIC", owed_counted._LATE)
    with pytest.raises(AssertionError, match="F051"):
        both(YEAR, TODAY)


@pytest.mark.usefixtures("app")
def test_where_one_record_is_waived_the_faulty_ones_are_told_apart() -> None:
    """Twins and duties are counted alone only as long as none of them is spared."""
    with store.snapshot() as session:
        year = facts(session, YEAR, parts=())
    spared = Waiver("F075", "暂缓", "陇县府〔2024〕1号", "县长", TODAY, "asset:1")
    some = suspects.to_count(year)
    assert some >= {"assets", "twins", "public_duties"}
    assert suspects.to_count(replace(year, waivers=(spared,))) == some - {"twins"}
    assert suspects.to_count(replace(year, waivers=(replace(spared, subject=""),))) == some


@pytest.mark.usefixtures("app")
def test_a_waived_asset_is_read_though_its_like_are_counted() -> None:
    """Three idle assets of which one is spared: the figure leaves it out at every depth."""
    ids = town_assets(3, status=AssetStatus.IDLE)
    spared = Waiver("F081", "待村里另行出租", "陇县府〔2024〕1号", "县长", TODAY, f"asset:{ids[1]}")
    told = []
    with store.snapshot() as session:
        for depth in Depth:
            year = replace(facts(session, YEAR, TODAY, parts=()), waivers=(spared,))
            if depth is not Depth.EVERY:
                year, unread = suspect_assets.suspect_assets(session, year, depth is Depth.FIGURES)
                year = replace(year, unread=replace(year.unread, **unread))
            else:
                year = replace(facts(session, YEAR, TODAY, parts={"assets"}), waivers=(spared,))
            (found,) = rule_called("F081")(year)  # type: ignore[misc]
            told.append((found.outcome, found.numerator, found.denominator, found.message, len(found.left_out)))
    assert told[0] == told[1] == told[2]
    assert told[0][4] == 1
