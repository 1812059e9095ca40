"""The difference of two prints: rows more, less and changed, and a bridge of totals that closes to the 分 or says it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from fundsys import printing, store
from fundsys.domain.difference import Field, Row, Turn, bridges, compare
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.queries.registers import Wanted
from fundsys.reports import difference
from fundsys.reports.press.agree import agree
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.draws import draws
from tests.figures import Figure
from tests.storage.county_money import noon, some_assets

WAN = Money.wan
FIELDS = (Field("no", "编码"), Field("cost", "原值", "万元", True))


def a_row(no: str, fen: int) -> Row:
    return Row((no,), f"资产{no}", (no, str(fen)), (Money(fen),))


rows_of = st.lists(st.builds(a_row, st.sampled_from("ABCDEFGH"), st.integers(-5, 10**12)), max_size=12)


def totals(rows: list[Row]) -> tuple[int, Money]:
    return len(rows), sum((r.sums[0] for r in rows), Money(0))  # type: ignore[arg-type]


@given(rows_of, rows_of)
def test_the_bridge_of_any_two_prints_closes_also_where_keys_are_not_unique(old: list[Row], new: list[Row]) -> None:
    made = bridges(FIELDS[1:], old, new, totals(old), totals(new))
    assert all(bridge.closes for bridge in made)
    found = list(compare(FIELDS, old, new))
    assert len(new) - len(old) == sum(d.turn is Turn.ADDED for d in found) - sum(d.turn is Turn.REMOVED for d in found)


@given(rows_of.filter(bool), rows_of, st.integers(1, 10**6))
def test_a_doctored_row_breaks_the_bridge_by_exactly_what_was_added(old: list[Row], new: list[Row], fen: int) -> None:
    doctored = [replace(old[0], sums=(old[0].sums[0] + Money(fen),)), *old[1:]]  # type: ignore[operator]
    count, cost = bridges(FIELDS[1:], doctored, new, totals(old), totals(new))
    assert count.closes and not cost.closes and abs(cost.gap) == Money(fen)  # type: ignore[arg-type]


def printed(tmp_path: Path, code: str = "LG05", **told: object) -> str:
    return printing.print_ledger(printing.Order(code, year=2024, **told), tmp_path / "p.csv").number  # type: ignore[arg-type]


def between(old: str, new: str) -> difference.Compared:
    with store.snapshot() as session:
        return difference.asked(session, Wanted(2024, {"old": old, "new": new}))


def shaken(chance: Random, day: int) -> None:
    """A day's work in the register: costs, keepers, one more, one less."""
    with act(by=None, what="更正登记", at=noon(f"2100-03-{day:02d}")) as opened:
        assets = list(opened.session.scalars(select(Asset).order_by(Asset.id)))
        for one in chance.sample(assets, 3):
            one.original_cost = Money(chance.randrange(10**10))
            one.keeper = chance.choice(("王五", "赵六", ""))
        gone = chance.choice(assets)
        opened.session.execute(Asset.__table__.update().where(Asset.id == gone.id).values(code=f"改{day:03d}"))


def test_any_two_of_many_prints_are_made_again_as_printed_and_their_bridge_closes(
    app: Flask, tmp_path: Path, figure: Figure
) -> None:
    some_assets(12, noon("2100-03-01"))
    chance, numbers = Random(7), []
    for day in range(2, draws(6, 22)):
        numbers.append(printed(tmp_path))
        shaken(chance, day)
    pairs = [(a, b) for a in numbers for b in numbers if a != b]
    for old, new in chance.sample(pairs, min(len(pairs), draws(4, 60))):
        found = between(old, new)
        assert (found.old.proven, found.new.proven, found.closes) == (True, True, True), difference.said(found)
        assert found.differences
    figure("两次打印的差异", f"{len(numbers)} 次打印任取两次，合计逐分相符")


def test_a_row_more_a_row_less_and_a_changed_cell_are_told_with_both_values(app: Flask, tmp_path: Path) -> None:
    first, second, _ = some_assets(3, noon("2100-03-01"))
    old = printed(tmp_path)
    with act(by=None, what="更正登记", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, first).original_cost = WAN("10.000001")
        opened.session.get_one(Asset, second).code = "ZC90001"
    new = printed(tmp_path)
    found = between(old, new)
    assert [(d.turn, d.key) for d in found.differences] == [
        (Turn.REMOVED, ("ZC00002",)),
        (Turn.CHANGED, ("ZC00001",)),
        (Turn.ADDED, ("ZC90001",)),
    ]
    (cell,) = found.differences[1].cells
    assert (cell.field.label, cell.before, cell.after) == ("原值", "10.00", "10.000001")
    cost = next(b for b in found.bridges if b.label == "原值")
    assert cost.said == "原值：原 30.00 ＋ 增加 10.00 － 减少 10.00 ＋ 变动 0.000001 ＝ 新 30.000001 万元，相符"
    with printing.sheet(printing.Order("PF52", year=2024, where={"old": old, "new": new})) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"d.{suffix}")
        assert agree(sheet, tmp_path / "d.pdf", tmp_path / "d.xlsx", tmp_path / "d.csv") == []
        assert sheet.count == 3 and any("相符" in note for note in sheet.notes)


def test_a_doctored_print_record_does_not_close_and_is_not_taken_for_what_was_printed(
    app: Flask, tmp_path: Path
) -> None:
    some_assets(2, noon("2100-03-01"))
    old, new = printed(tmp_path), printed(tmp_path)
    found = between(old, new)
    with store.snapshot() as session:
        kept = difference.kept_print(session, None, old)
        forged = difference.of_print(
            session, replace(kept, totals=kept.totals | {"original_cost": 1}, row_digest="0" * 64)
        )
    wrong = difference.compared(forged, found.new)
    assert forged.proven is False and not wrong.closes
    assert any("校验值不同" in words for words in difference.said(wrong))
    assert [b.label for b in wrong.bridges if not b.closes] == ["原值"]


def test_two_days_are_compared_as_they_were_known(app: Flask) -> None:
    some_assets(2, noon("2100-03-01"))
    with act(by=None, what="更正登记", at=noon("2100-03-05")) as opened:
        opened.session.scalars(select(Asset).limit(1)).one().quantity = Decimal(3)
    with store.snapshot() as session:
        told = {"ledger": "LG05", "from": "2100-03-01", "to": "2100-03-05"}
        found = difference.asked(session, Wanted(2024, told))
        assert [(d.turn, [c.field.label for c in d.cells]) for d in found.differences] == [(Turn.CHANGED, ["数量"])]
        assert found.closes and found.old.proven is None
        same = difference.asked(session, Wanted(2024, told | {"from": "2100-03-02", "to": "2100-03-04"}))
        assert same.differences == ()


def test_prints_of_another_scope_are_refused_in_words(app: Flask, tmp_path: Path) -> None:
    some_assets(1, noon("2100-03-01"))
    whole, some = printed(tmp_path), printed(tmp_path, where={"class": "OPR"})
    with pytest.raises(DomainError, match="不能比较"):
        between(whole, some)
    with pytest.raises(DomainError, match="两次不同的打印"):
        between(whole, whole)
    with pytest.raises(DomainError, match="没有打印号"):
        between(whole, "LG05-2024-999999")


def test_the_page_finds_the_other_prints_and_a_town_does_not_see_anothers(
    app: Flask, client_as: Callable[..., OfficeClient], tmp_path: Path
) -> None:
    some_assets(1, noon("2100-03-01"))
    old, new = printed(tmp_path), printed(tmp_path)
    lead = client_as(Role.LEAD)
    assert f"old={old}&amp;new={new}" in lead.get(f"/ledgers/differences/?new={new}").get_data(as_text=True)
    page = lead.get(f"/ledgers/differences/?old={old}&new={new}").get_data(as_text=True)
    assert "两次完全相同" in page and "打印差异表" in page
    assert lead.get("/ledgers/differences/").status_code == 200
    assert client_as(Role.TOWN).get(f"/ledgers/differences/?old={old}&new={new}").status_code == 422
