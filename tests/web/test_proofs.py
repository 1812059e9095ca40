"""Proving a paper: by its QR, by typing its numbers, and without a network; what changed since is named."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from fundsys import printing, store
from fundsys.domain import proof_list
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.papers import PrintRecord
from fundsys.queries.kept_files import ROWS, kept_file
from fundsys.services.acts import act
from tests.browser import Browser, Desk
from tests.cli.test_check import Run, run
from tests.counties import OfficeClient
from tests.figures import Figure
from tests.storage.county_money import noon
from tests.storage.hand import reaching_into
from tests.web.test_assets import an_asset

__all__ = ["run"]
Clients = Callable[..., OfficeClient]


def pressed(folder: Path, code: str = "LG05", **told: object) -> PrintRecord:
    return printing.print_ledger(printing.Order(code, **told), folder / "out.csv")  # type: ignore[arg-type]


def read_by(client: object, record: PrintRecord) -> str:
    answer = client.get(f"/prints/{record.number}?c={record.check_code}")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_an_untouched_paper_is_the_record_to_the_last_cell_and_shows_no_content(app: Flask, tmp_path: Path) -> None:
    an_asset("A-1")
    record = pressed(tmp_path)
    page = read_by(app.test_client(), record)
    assert "与记录一致" in page and "186.40" in page and record.row_digest in page
    assert "印出以后有变动" not in page and "号圈舍" not in page


def test_a_cell_changed_by_an_act_is_named_with_its_row_and_the_act(
    app: Flask, client_as: Clients, tmp_path: Path, figure: Figure
) -> None:
    an_asset("A-1")
    second = an_asset("A-2", name="李四家圈舍")
    record = pressed(tmp_path)
    with act(by=None, what="更正原值", at=noon("2100-03-02")) as opened:
        asset = opened.session.get_one(Asset, second)
        asset.original_cost, asset.name = Money.wan("99.000001"), "王五家圈舍"
        asset.version += 1
    page = read_by(app.test_client(), record)
    assert "印出以后有变动" in page and "纸面第 2 行" in page and "A-2" in page and "A-1" not in page
    assert "原值（万元）" in page and "186.40 → 99.000001" in page
    assert "2100-03-02 更正原值" in page and "与纸面的核验码相符" in page
    assert "李四" not in page and "王五" not in page and "内容不公开" in page
    known = read_by(client_as(Role.INSPECTOR), record)
    assert "李四家圈舍 → 王五家圈舍" in known and "系统更正原值" in known
    figure("扫码核验", "印后改一格，说出第几行、哪一栏、从多少到多少、哪一次办理；未动的一份逐格相同")


def test_the_change_is_named_alike_from_the_kept_rows_and_from_the_journal(app: Flask, tmp_path: Path) -> None:
    second = [an_asset(f"A-{n}") for n in range(3)][1]
    record = pressed(tmp_path)
    with act(by=None, what="更正", at=noon("2100-03-02")) as opened:
        asset = opened.session.get_one(Asset, second)
        asset.original_cost, asset.net_value, asset.version = Money.wan("7"), None, asset.version + 1
    kept = kept_file(record.number, ROWS)
    assert hashlib.sha256(gzip.decompress(kept.read_bytes())).hexdigest() == record.row_digest
    quick = read_by(app.test_client(), record)
    assert "与纸面的核验码相符" in quick and "186.40 → 7" in quick and "164.65 → " in quick
    kept.write_bytes(gzip.compress(b"forged"))
    assert read_by(app.test_client(), record) == quick
    kept.unlink()
    assert read_by(app.test_client(), record) == quick


def test_a_cell_changed_past_the_office_is_named_as_such(app: Flask, tmp_path: Path) -> None:
    first = an_asset("A-1")
    record = pressed(tmp_path)
    with reaching_into(store.settings().database_url) as hand:
        hand.run(f"update asset set original_cost_fen = 999 where id = {first}")
    page = read_by(app.test_client(), record)
    assert "有改动没有办理记录" in page and "186.40 → 0.000999" in page and "纸面第 1 行" in page


def test_a_print_record_changed_by_hand_is_told_by_its_own_code(app: Flask, tmp_path: Path) -> None:
    an_asset("A-1")
    record = pressed(tmp_path)
    with reaching_into(store.settings().database_url) as hand:
        hand.run(f"update print_record set row_digest = '{'0' * 64}' where number = '{record.number}'")
    assert "打印记录被动过" in read_by(app.test_client(), record)


def test_the_numbers_may_be_typed_as_people_type_them(app: Flask, tmp_path: Path) -> None:
    an_asset("A-1")
    record = pressed(tmp_path)
    stranger = app.test_client()
    wide = record.number.translate({ord(c): ord(c) + 0xFEE0 for c in "LG0123456789-"})
    typed = {"number": f" {wide} ", "c": record.check_code.replace("-", " ").lower()}
    answer = stranger.get("/prints/", query_string=typed, follow_redirects=True)
    assert "与记录一致" in answer.get_data(as_text=True)
    wrong = stranger.get("/prints/", query_string={"number": record.number, "c": "0000"}, follow_redirects=True)
    assert wrong.status_code == 404 and "请核对纸上的号码" in wrong.get_data(as_text=True)
    assert stranger.get("/prints/?number=LG05").status_code == 422
    assert stranger.get("/prints/").status_code == 200


def test_a_town_that_did_not_print_it_sees_what_everybody_sees(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    an_asset("A-1", town="天成镇")
    record = pressed(tmp_path)
    town = read_by(client_as(Role.TOWN, "八渡镇人民政府"), record)
    assert "打印人" not in town and "这里只有编号、栏名和数字" in town
    assert "打印人" in read_by(client_as(Role.INSPECTOR), record)


def test_what_people_typed_as_a_filter_is_not_told_to_everybody(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    an_asset("A-1", name="赵六家圈舍")
    record = pressed(tmp_path, where={"q": "赵六", "town": "八渡镇"})
    page = read_by(app.test_client(), record)
    assert "赵六" not in page and "镇 八渡镇" in page and "查找 （已隐去）" in page
    assert "查找 赵六" in read_by(client_as(Role.INSPECTOR), record)


def test_a_long_print_is_not_made_again_for_a_stranger(
    app: Flask, client_as: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_asset("A-1")
    record = pressed(tmp_path)
    monkeypatch.setattr("fundsys.web.proofs.LONG", 0)
    assert "不在这里逐行重算" in read_by(app.test_client(), record)
    assert "与记录一致" in read_by(client_as(Role.INSPECTOR), record)


# ---------- without a network ----------


def the_list(client: OfficeClient) -> str:
    return str(client.get("/ledgers/proofs.txt").get_data(as_text=True))


def test_the_published_list_proves_a_paper_and_gives_nothing_away(
    app: Flask, client_as: Clients, tmp_path: Path, figure: Figure
) -> None:
    an_asset("A-1")
    first, second = pressed(tmp_path), pressed(tmp_path, public=True)
    text = the_list(client_as(Role.INSPECTOR))
    for record in (first, second):
        assert record.number in text
        assert record.row_digest not in text and record.check_code not in text and "186.4" not in text
    published = proof_list.read(text)
    told = proof_list.prove(published, first.number, first.check_code.lower())
    assert (told.row_count, told.row_digest, told.edition) == (1, first.row_digest, "内部版")
    assert ("原值（万元）", "186.40") in told.totals
    with pytest.raises(NotFound, match="核验码与这个打印号不符"):
        proof_list.prove(published, second.number, first.check_code)
    with pytest.raises(NotFound, match="清单里没有打印号"):
        proof_list.prove(published, "LG05-2026-999999", first.check_code)
    figure("离线核验", "公布的清单逐份加锁，凭纸上的核验码打开，不用网络")


def test_a_list_with_one_letter_changed_or_one_print_missing_is_refused(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    an_asset("A-1")
    pressed(tmp_path)
    text = the_list(client_as(Role.INSPECTOR))
    lines = text.splitlines(keepends=True)
    flipped = lines[1][:-3] + ("0" if lines[1][-3] != "0" else "1") + lines[1][-2:]
    for wrong in ("".join([lines[0], flipped, *lines[2:]]), "".join([lines[0], *lines[2:]]), "x", ""):
        with pytest.raises(DomainError):
            proof_list.read(wrong)


def test_the_page_without_a_network_holds_list_program_and_looks_and_asks_nobody(
    app: Flask, client_as: Clients, tmp_path: Path, chromium: Browser
) -> None:
    an_asset("A-1")
    record = pressed(tmp_path)
    answer = client_as(Role.INSPECTOR).get("/ledgers/proofs.html")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment") and record.number in page
    assert not re.search(r"(src|href)=|https?:|fetch\(", page)
    assert app.test_client().get("/ledgers/proofs.txt").status_code in (302, 401, 403)
    kept = tmp_path / "核验.html"
    kept.write_bytes(answer.data)
    desk = Desk(chromium, offline=True)
    sheet = desk.page()
    sheet.goto(kept.as_uri())
    assert "清单完整" in sheet.inner_text("#whole")
    for code, said in ((record.check_code.lower(), "有这次打印"), ("0000-0000-0000", "核验码不符")):
        sheet.fill("input[name=number]", record.number)
        sheet.fill("input[name=code]", code)
        sheet.click("button")
        assert said in sheet.inner_text("#answer h2")
        assert ("186.40" in sheet.inner_text("#answer")) is (said == "有这次打印")
        assert (record.row_digest in sheet.inner_text("#answer")) is (said == "有这次打印")
    desk.close()


def test_the_commands_write_the_list_and_prove_a_paper_with_no_database_at_hand(
    run: Run, app: Flask, tmp_path: Path
) -> None:
    an_asset("A-1")
    record = pressed(tmp_path)
    code, out, _ = run("proofs", "--out", str(tmp_path / "list.txt"))
    assert code == 0 and "1 份打印" in out
    code, out, _ = run("prove", str(tmp_path / "list.txt"), record.number, record.check_code)
    assert code == 0 and "合计 原值（万元） 186.40" in out and record.row_digest in out
    code, _, said = run("prove", str(tmp_path / "list.txt"), record.number, "1111-2222-3333")
    assert code == 1 and "核验码与这个打印号不符" in said
    assert run("proofs", "--out", str(tmp_path / "list.doc"))[0] == 1
