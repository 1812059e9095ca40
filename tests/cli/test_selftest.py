"""`fundsys selftest`: every output of a ledger agrees to the 分, and the API tells the same document."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from fundsys import printing
from fundsys.domain.rights import Role
from fundsys.reports.press import answer
from fundsys.reports.press.agree import agree
from tests.cli.test_check import Run, run, sixty_four_percent

__all__ = ["run"]


@pytest.fixture
def with_money(app: Flask) -> None:
    """Three allocations whose shares do not round."""
    sixty_four_percent()


def test_the_outputs_of_a_ledger_agree_and_a_form_that_asks_for_a_record_says_so(run: Run, with_money: None) -> None:
    code, out, err = run("selftest", "--ledger", "LG04", "--ledger", "PF01", "--ledger", "PF11", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["ok"] is True
    lg04, pf01, pf11 = told["ledgers"]
    assert (lg04["ledger"], lg04["row_count"], lg04["differences"]) == ("LG04", 2, [])
    assert pf01["row_count"] == 2 and len(pf01["row_digest"]) == 64
    assert "请指明" in pf11["left_out"] and pf11["row_count"] == 0


def test_a_ledger_nobody_knows_is_refused(run: Run, app: Flask) -> None:
    code, out, err = run("selftest", "--ledger", "LG99")
    assert code == 1 and out == "" and "没有名为“LG99”的台账" in err


def test_the_api_tells_the_rows_the_totals_and_the_digest_of_the_ledger(
    app: Flask, client_as: Callable[..., object], with_money: None
) -> None:
    client = client_as(Role.FINANCE_ENTRY)
    told = client.get("/api/ledgers/LG04").json  # type: ignore[attr-defined]
    with app.app_context(), printing.sheet(printing.Order("LG04")) as sheet:
        assert agree(sheet, answered=told) == []
        assert told["totals"]["allocated_amount_fen"] == 100_000_000
        assert told["row_digest"] == sheet.row_digest
    assert client.get("/api/ledgers/LG04?page=x").status_code == 422  # type: ignore[attr-defined]
    assert {one["ledger"] for one in client.get("/api/ledgers").json["ledgers"]} >= {"LG02", "LG04", "LG05"}  # type: ignore[attr-defined]


def test_control_one_fen_and_one_row_more_in_the_answer_are_noticed(app: Flask, with_money: None) -> None:
    with app.app_context(), printing.sheet(printing.Order("LG04")) as sheet:
        told = json.loads(json.dumps(answer.document(sheet)))
        assert agree(sheet, answered=told) == []
        told["rows"][0]["allocated_amount_fen"] += 1
        told["rows"].append(told["rows"][0])
        told["totals"]["allocated_amount_fen"] -= 1
        told["row_count"] += 1
        found = agree(sheet, answered=told)
    assert [word for word in ("第 1 行", "接口合计", "行数", "多余") if not any(word in said for said in found)] == []
