"""Figures that changed after they were printed: by which act, and what was changed past all acts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flask import Flask

from fundsys import printing, store, tasks
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.queries.drift import drift_waiting, last_watch
from fundsys.queries.ledgers import kept_print
from fundsys.queries.viewer import viewer
from fundsys.reports import drift
from fundsys.services import jobs
from fundsys.services.acts import act
from tests.cli.test_check import Run, run
from tests.counties import OfficeClient, somebody
from tests.figures import Figure
from tests.followed import allotted_to, paid_out, passed_on
from tests.money import approved_notice, make_projects
from tests.storage.county_money import noon, some_assets
from tests.storage.hand import reaching_into

__all__ = ["run"]
EARLY = {"issued_on": date(2024, 1, 5), "received_on": date(2024, 1, 8)}


def printed(tmp_path: Path, code: str = "LG05", **told: object) -> str:
    return printing.print_ledger(printing.Order(code, year=2024, **told), tmp_path / "p.csv").number  # type: ignore[arg-type]


def moved(number: str) -> drift.Drift:
    with store.snapshot() as session:
        return drift.drift(session, kept_print(session, None, number))


def watch_them() -> None:
    jobs.do_now("watch", {})
    assert tasks.watch_prints


def test_nothing_moved_where_nothing_was_done(app: Flask, tmp_path: Path) -> None:
    some_assets(2)
    assert moved(printed(tmp_path)).rows == ()


def test_a_payment_posted_late_and_dated_back_is_told_with_the_act_that_did_it(
    app: Flask, tmp_path: Path, figure: Figure
) -> None:
    first, second = make_projects({"wan": "900", "code": "2024-9001"}, {"wan": "900", "code": "2024-9002"})
    (line,) = approved_notice(("F101", "100"), **EARLY)
    for project in (first, second):
        allotted_to(line, project, "40", date(2024, 2, 1))
        passed_on(line, project, "30", date(2024, 3, 1))
        paid_out(line, project, "10", date(2024, 3, 10))
    number = printed(tmp_path, "LG04", until=date(2024, 3, 31))
    paid_out(line, first, "5.000001", date(2024, 3, 20), voucher_no="2024-03-记-0099")
    paid_out(line, second, "1", date(2024, 4, 20))
    found = moved(number)
    (row,) = [r for r in found.rows if r.difference.is_figure]
    assert row.difference.key[-1] == "2024-9001" and not row.tampered
    paid = next(c for c in row.difference.cells if c.field.key == "paid_total")
    assert (paid.before, paid.after) == ("10.00", "15.000001")
    assert {a.what for a in row.acts} == {"登记支付", "复核支付"} and row.why == "有办理记录"
    assert found.compared.closes and found.compared.old.proven
    figure("打印后变动", "补记 5.000001 万元，说出是哪一次办理")


def test_a_cell_changed_past_the_acts_of_the_office_is_named_as_such(app: Flask, tmp_path: Path) -> None:
    first, second = some_assets(2, noon("2100-03-01"))
    number = printed(tmp_path)
    with act(by=None, what="更正原值", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, second).original_cost = Money.wan(11)
    with reaching_into(store.settings().database_url) as hand:
        hand.run(f"update asset set original_cost_fen = 999 where id = {first}")
    found = moved(number)
    assert [(r.difference.key, r.tampered) for r in found.rows] == [(("ZC00001",), True), (("ZC00002",), False)]
    assert found.rows[0].why == "与办理日志不符，没有办理记录" and found.rows[0].acts == ()
    assert [a.what for a in found.rows[1].acts] == ["更正原值"]
    assert (found.figures, found.tampered) == (2, 1)


def test_a_row_registered_later_but_dated_back_and_one_taken_out_are_seen(app: Flask, tmp_path: Path) -> None:
    first, _ = some_assets(2, noon("2100-03-01"))
    number = printed(tmp_path)
    with act(by=None, what="改编码", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, first).code = "ZC99999"
    found = moved(number)
    assert [r.difference.turn.label for r in found.rows] == ["减少", "增加"]
    assert [[a.what for a in r.acts] for r in found.rows] == [["改编码"], ["改编码"]]


def test_the_watch_is_kept_for_the_bench_and_says_nothing_when_all_stands(app: Flask, tmp_path: Path) -> None:
    (first,) = some_assets(1, noon("2100-03-01"))
    number = printed(tmp_path)
    ids = [somebody(role) for role in (Role.LEAD, Role.OWNER)]
    with store.snapshot() as session:
        lead, owner = (viewer(session, key) for key in ids)
    assert lead is not None and owner is not None
    watch_them()
    with store.snapshot() as session:
        assert list(drift_waiting(session, lead)) == []
    with act(by=None, what="更正原值", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, first).original_cost = Money.wan(12)
    watch_them()
    with store.snapshot() as session:
        told = last_watch(session)
        assert told is not None
        assert [(p.number, p.figures, p.tampered) for p in told.prints] == [(number, 1, 0)]
        (waiting,) = drift_waiting(session, lead)
        assert waiting[3] == "1 份已打印台账的数字后来有变动"
        assert list(drift_waiting(session, owner)) == []


def test_the_pages_show_the_prints_and_each_row_and_the_same_form_three_times_looks_once(
    app: Flask, client_as: Callable[..., OfficeClient], tmp_path: Path
) -> None:
    (first,) = some_assets(1, noon("2100-03-01"))
    number = printed(tmp_path)
    with act(by=None, what="更正原值", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, first).original_cost = Money.wan(12)
    inspector = client_as(Role.INSPECTOR)
    assert "还没有核对" in inspector.get("/ledgers/changed/").get_data(as_text=True)
    watch_them()
    page = inspector.get("/ledgers/changed/").get_data(as_text=True)
    assert number in page and "数字有变动" in page
    one = inspector.get(f"/ledgers/changed/{number}").get_data(as_text=True)
    assert "10.00 → 12.00" in one and "更正原值" in one
    assert "1 份已打印台账的数字后来有变动" in inspector.get("/?all=1").get_data(as_text=True)
    inspector.thrice("/ledgers/changed/")
    assert client_as(Role.OWNER).get("/ledgers/changed/").status_code == 403


def test_the_command_for_the_nights_tells_what_it_found(run: Run, app: Flask, tmp_path: Path) -> None:
    some_assets(1)
    number = printed(tmp_path)
    code, out, _ = run("watch", "--json")
    told = {"print": number, "figures": 0, "words": 0, "without_act": 0}
    assert code == 0 and json.loads(out) == {"prints": [told]}
    assert "核对 1 份打印，0 份的数字后来有变动" in run("watch")[1]
