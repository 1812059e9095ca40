"""The invariants of the county's assets hold after every random history: from settled project to disposal and back.

On several days of a history its register is kept. At the end `verify`, a script that shares no code with the product, the
register as at each of those days, the ledgers in every form and what each unit sees are held against each other.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import printing, store
from fundsys.domain.asset_income import SharingUse
from fundsys.domain.maintenance import Condition
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.journal import Act as ActRow
from fundsys.models.office import Person
from fundsys.queries import facts
from fundsys.queries.viewer import seen_assets, viewer_of
from fundsys.selftest import selftest
from fundsys.services import maintenance
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import county_app
from tests.figures import Figure
from tests.imports.books import taken
from tests.income import an_income, share, shared_out
from tests.matters import titled
from tests.publicity import owner
from tests.storage.county_money import noon
from tests.storage.hand import reaching_into
from tests.upkeep import sector_id

from . import independent_assets as independent
from .estate import Estate
from .test_money_machine import plain_connection

BUSY = ("审定资产形成", "审定确权移交", "审定经营合同", "落实管护责任", "巡查", "登记盘点")
"""Acts without which even a short history would prove little."""
LONG = (
    "审定资产评估",
    "审定资产拆分",
    "审定资产合并",
    "审定资产处置",
    "审定处置冲销",
    "审定收益到账",
    "审定收益分配",
    "审定收益冲销",
    "报送整改",
)
"""Acts without which a long one would."""
LEDGERS = ("LG05", "LG06", "LG08", "LG15", "LG17")
DAYS = 5


class Kept(NamedTuple):
    """A day of the history: its register as printed and as it stood, its last act, and the journal up to it."""

    day: date
    printed: str
    stood: list[tuple[Any, ...]]
    seq: int
    journal: tuple[int, str]


def printed(as_at: date | None = None) -> str:
    """The register in canonical form."""
    with printing.sheet(printing.Order("LG05", as_at=as_at)) as sheet:
        lines = [[str(value) for value in one.values] for one in sheet.lines() if one.kind == "row"]
    return json.dumps(lines, ensure_ascii=False)


@contextmanager
def bare(url: str) -> Iterator[Any]:
    """The county's database without the product."""
    connection = plain_connection(url)
    try:
        yield connection
    finally:
        connection.close()


def kept(url: str, day: date) -> Kept:
    """What a day leaves to be found again."""
    with store.snapshot() as session:
        seq = session.scalar(select(func.max(ActRow.seq)))
    assert seq is not None
    with bare(url) as connection:
        return Kept(day, printed(), independent.register_now(connection), seq, independent.prefix(connection))


def look(url: str, days: list[Kept], folder: Path) -> None:
    """Nothing is broken, by `verify` and by the script; every day kept is found again; ledgers and units agree."""
    assert verify().problems == []
    with bare(url) as connection:
        assert independent.faults(connection) == []
        for one in days:
            assert independent.register_at(connection, one.seq) == one.stood, one.day
            assert independent.prefix(connection, one.journal[0]) == one.journal, one.day
        by_unit = independent.sums_by_unit(connection)
    for one in days:
        assert printed(one.day) == one.printed, one.day
    assert [(t.code, t.differences, t.left_out) for t in selftest(LEDGERS) if t.differences or t.left_out] == []
    assert _seen_by_unit() == by_unit
    book = folder / "register.xlsx"
    with printing.sheet(printing.Order("LG05")) as sheet:
        printing.press(sheet, book)
        assert taken("assets", book) == (0, 0, sheet.count)
        upside_down(book)
        assert taken("assets", book) == (0, 0, sheet.count)


def upside_down(book: Path) -> None:
    """The records of a printed register in the opposite order, each in another's place."""
    opened = openpyxl.load_workbook(book)
    page = opened.worksheets[0]
    records = [row for row in page.iter_rows() if isinstance(row[0].value, int)]
    values = [[cell.value for cell in row] for row in records]
    for row, told in zip(records, reversed(values), strict=True):
        for cell, value in zip(row, told, strict=True):
            cell.value = value
    opened.save(book)


def _seen_by_unit() -> dict[int | None, tuple[int, int]]:
    """Assets and their cost as each owning unit's own people see them; all of them are what the county sees."""
    found: dict[int | None, tuple[int, int]] = {}
    with store.snapshot() as session:
        sums = select(func.count(), func.sum(Asset.original_cost))
        for person in session.scalars(select(Person).order_by(Person.id)):
            who = viewer_of(person)
            if who.role.code == "owner":
                count, cost = session.execute(sums.where(seen_assets(who, Permission.READ_ASSETS))).one()
                found[who.unit_id] = (count, (cost or Money(0)).fen)
            elif who.role.code == "lead":
                whole = session.execute(sums.where(seen_assets(who, Permission.READ_ASSETS))).one()
    assert (sum(c for c, _ in found.values()), sum(f for _, f in found.values())) == (whole[0], whole[1].fen)
    return {unit: told for unit, told in found.items() if told[0]}


def go_on(estate: Estate, r: random.Random, tally: Counter[str], wanted: tuple[str, ...], most: int) -> int:
    """Go on until each wanted act has been done, at most so many steps. Answers how many."""
    for step in range(most):
        if all(tally[what] for what in wanted):
            return step
        estate.move(r)
    return most


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 20))])
def test_the_assets_hold_after_a_long_random_history(
    seed: int,
    database: str,
    new_database: Callable[[str], str],
    tmp_path: Path,
    full: bool,
    figure: Figure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, tally, r = 2000 if full else 500, Counter[str](), random.Random(f"{database} {seed}")
    wanted = BUSY + LONG if full else BUSY
    url = f"sqlite:///{tmp_path / 'fundsys.db'}" if database == "sqlite" else new_database(database)
    with county_app(url, tmp_path / "instance"):
        estate, days = Estate(tally), []
        for day_number in range(1, DAYS + 1):
            day = facts.office_today() + timedelta(days=1)
            monkeypatch.setattr(facts, "office_today", lambda day=day: day)
            estate.at, estate.today = noon(day.isoformat()), day
            for _ in range(steps // DAYS):
                estate.move(r)
            if day_number == DAYS:
                more = go_on(estate, r, tally, wanted, steps)
            days.append(kept(url, day))
        look(url, days, tmp_path)
    refused = sum(n for what, n in tally.items() if what.endswith("拒绝"))
    done = sum(tally.values()) - refused
    figure(
        "资产随机历史",
        f"第 {seed} 段 {steps + more} 步：办成 {done}，按规矩拒绝 {refused}，{DAYS} 个日子的登记簿都能重现",
    )
    assert [what for what in wanted if not tally[what]] == []
    assert refused > 0


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("update value_entry set amount_fen = amount_fen + 1 where id = 1", "I07"),
        ("update line_part set amount_fen = amount_fen - 1 where id = 1", "I06"),
        ("update asset_cost set amount_fen = amount_fen + 1 where id = 1", "I08"),
        ("update title_holder set whole = whole + 1 where id = 1", "I27"),
        ("update asset set keeper = '别人'", "I28"),
        ("update asset set village_id = town_id", "I26"),
        ("update asset set name = '别的'", "I12"),
        ("update defect set fixed_on = '2024-08-31'", "I29"),
        ("delete from income_receipt", "income"),
        ('delete from "change" where id = (select max(id) from "change")', "I12"),
    ],
)
def test_what_is_changed_behind_the_guards_is_found_by_the_script(
    app: Flask, database_url: str, damage: str, found: str
) -> None:
    a_small_estate()
    with bare(database_url) as connection:
        assert independent.faults(connection) == []
    with reaching_into(database_url) as hand:
        hand.run(damage)
    with bare(database_url) as connection:
        told = independent.faults(connection)
    assert any(one.startswith(found) for one in told), told


def a_small_estate() -> None:
    """One asset with title, keeper, a lease that brought something in and was shared out, and a defect put right."""
    asset, _ = an_income()
    titled(asset)
    shared_out(asset, share(SharingUse.WORKS, "100"))
    with act(by=None, what="落实管护责任") as opened:
        assign = maintenance.AssignEntry(date(2024, 8, 1), "李巡护", "村股份经济合作社", "村集体收益", sector_id())
        maintenance.assign_keeper(asset, assign, act=opened)
    with act(by=None, what="巡查") as opened:
        told = maintenance.PatrolEntry(
            asset, date(2024, 9, 1), Condition.SERIOUS, words="开裂", defect_due_on=date(2024, 10, 1)
        )
        maintenance.record_patrol(told, act=opened)
    with act(by=owner(), what="整改管护问题") as opened:
        maintenance.fix_defect(1, date(2024, 9, 9), "已修补", act=opened)
