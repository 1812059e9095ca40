"""`fundsys check`: the contract's JSON, both names of a rule, both pasts, exit 0 whatever is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.cli import main as command
from fundsys.models.funds import Allocation
from tests.money import approved_notice, drafted, given, make_projects, submitted

OF_EVERY_YEAR = ("F111", "F114")
"""Rules on places and numbers, which belong to no year."""
Run = Callable[..., tuple[int, str, str]]
KEYS = {
    "rule", "aliases", "outcome", "unit", "measured", "required", "numerator_fen", "denominator_fen", "distance_fen",
    "basis", "rows", "left_out", "message",
}  # fmt: skip


@pytest.fixture
def run(app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("check", "--json")`: exit code, output and complaint of the command on this county."""
    settings = store.settings()
    monkeypatch.setenv("FUNDSYS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FUNDSYS_INSTANCE", str(settings.instance))

    def call(*args: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            command.main(list(args))
        except SystemExit as leave:
            code = int(leave.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def results(run: Run, *args: str) -> list[dict[str, Any]]:
    """The results of a check as JSON, which must be all that is printed."""
    code, out, err = run("check", "--json", *args)
    assert (code, err) == (0, "")
    return list(json.loads(out)["results"])


def sixty_four_percent() -> None:
    """One 分 less than 65 % for industry, approved; ten more 万元 submitted for industry."""
    (line,) = approved_notice(("F101", "200"))
    goats, road, more = make_projects({"type": "PT010102"}, {"type": "PT020101"}, {"type": "PT010102"})
    given(line, [(goats, "64.999999"), (road, "35.000001")])
    drafted(line, more, "10")
    submitted(line)


def test_the_answer_has_the_keys_of_the_contract(run: Run) -> None:
    sixty_four_percent()
    code, out, err = run("check", "--json", "--year", "2024", "--rule", "R65")
    told = json.loads(out)
    assert (code, err, told["year"], told["until"]) == (0, "", 2024, None)
    date.fromisoformat(told["as_at"])
    (share,) = told["results"]
    assert set(share) >= KEYS
    assert (share["rule"], share["aliases"], share["outcome"], share["unit"]) == ("R65", ["F001"], "FAIL", "ratio")
    assert (share["measured"], share["required"]) == ("0.6499999900", ">=0.65")
    assert (share["numerator_fen"], share["denominator_fen"], share["distance_fen"]) == (64_999_999, 100_000_000, 1)
    assert sum(r["amount_fen"] for r in share["rows"] if r["in_numerator"]) == 64_999_999
    assert sum(r["amount_fen"] for r in share["rows"] if r["in_denominator"]) == 100_000_000
    assert [left["amount_fen"] for left in share["left_out"]] == [10_000_000]
    assert share["with_submitted"]["outcome"] == "PASS"
    assert share["with_submitted"]["denominator_fen"] == 110_000_000


def test_a_count_has_plain_numbers_and_no_fen(run: Run) -> None:
    sixty_four_percent()
    (relief,) = results(run, "--rule", "RWR")
    assert (relief["unit"], relief["measured"], relief["numerator"], relief["distance"]) == ("count", "0", 0, 10)
    assert relief["numerator_fen"] is relief["denominator_fen"] is relief["distance_fen"] is None


def test_both_names_of_a_rule_answer_once(run: Run) -> None:
    assert [r["rule"] for r in results(run, "--rule", "F001")] == ["R65"]
    assert [r["rule"] for r in results(run, "--rule", "f001", "--rule", "R65")] == ["R65"]


def test_without_a_rule_every_rule_of_the_work_year_answers(run: Run) -> None:
    rules = [r["rule"] for r in results(run)]
    assert {"R123", "R65", "R30", "R01F", "RWR", "RA23", "RM", "R621"} <= set(rules)
    assert len([r for r in rules if r == "R65"]) == 1


def test_an_unknown_rule_is_refused_with_a_sentence(run: Run) -> None:
    code, out, err = run("check", "--json", "--rule", "R999")
    assert (code, out) == (1, "")
    assert "没有规则“R999”" in err


def test_a_day_that_is_none_is_wrong_usage(run: Run) -> None:
    code, out, err = run("check", "--as-at", "2024-02-30")
    assert (code, out) == (2, "")
    assert "2024-02-30" in err


def test_before_the_first_act_nothing_was_known(run: Run) -> None:
    sixty_four_percent()
    (share,) = results(run, "--rule", "R65", "--as-at", "1999-12-31", "--year", "2024")
    assert (share["outcome"], share["measured"], share["rows"]) == ("NO_DATA", None, [])


def test_until_counts_business_days_up_to_and_with_that_day(run: Run) -> None:
    sixty_four_percent()
    with store.snapshot() as session:
        day = max(session.scalars(select(Allocation.decided_on)))
    (share,) = results(run, "--rule", "R65", "--until", day.isoformat())
    assert share["denominator_fen"] == 100_000_000
    (none,) = results(run, "--rule", "R65", "--until", "2023-12-31")
    assert none["outcome"] == "NO_DATA"


def test_people_get_a_table_with_the_exact_figure(run: Run) -> None:
    sixty_four_percent()
    code, out, err = run("check", "--rule", "R65")
    assert (code, err) == (0, "")
    assert "产业发展资金占比" in out and "未达到" in out and "64.999" in out
    assert "待复核的一并计入：通过" in out


@pytest.mark.only_on("sqlite")
def test_another_year_has_nothing_to_judge(run: Run) -> None:
    sixty_four_percent()
    told = [r for r in results(run, "--year", "2023") if r["rule"] not in OF_EVERY_YEAR]
    assert {r["outcome"] for r in told} <= {"NO_DATA", "REVIEW"}


def test_a_run_is_kept_beside_the_same_answer_and_compared_with_the_one_before(run: Run) -> None:
    sixty_four_percent()
    plain = results(run, "--rule", "R65")
    assert results(run, "--rule", "R65", "--keep") == plain
    code, out, _ = run("check", "--rule", "R65", "--keep")
    assert code == 0 and out.splitlines()[-1] == "已保留第 2 次检查：问题 1 个，新增 0 个，消除 0 个"
    assert run("check", "--keep", "--until", "2024-06-30")[0] == 2
    code, _, err = run("check", "--keep", "--as", "nobody")
    assert code == 1 and "没有登录名" in err
