"""The check report on paper says what the rules say, failures first; its list names every record that does not meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from fundsys import printing, store
from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import Outcome
from fundsys.queries import check_report
from fundsys.queries.findings import findings
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import viewer
from fundsys.reports.press.agree import agree
from tests.counties import OfficeClient, somebody
from tests.followed import allotted_to
from tests.money import approved_notice, make_projects
from tests.web.test_assets import an_asset

Clients = Callable[..., OfficeClient]


def a_county() -> None:
    """Two assets of last year that nobody looks after, and money of the year."""
    an_asset("A-1", name="甲圈舍")
    an_asset("A-2", name="乙圈舍")
    (project,) = make_projects({"wan": "900", "code": "2024-9001"})
    (line,) = approved_notice(("F101", "100"), issued_on=date(2024, 1, 5), received_on=date(2024, 1, 8))
    allotted_to(line, project, "40", date(2024, 2, 1))


def report(**where: str) -> list[check_report.CheckRow]:
    with store.snapshot() as session:
        return list(check_report.check_report(session, Wanted(2024, where)))


def test_every_finding_of_the_rules_is_one_row_and_what_has_to_be_done_comes_first(app: Flask) -> None:
    a_county()
    rows = report()
    with store.snapshot() as session:
        judged = [c.approved for c in findings(session, 2024)]
    assert sorted((r.title, r.measured, r.outcome.code) for r in rows) == sorted(
        (f.title, f.measured_words, f.outcome.code) for f in judged
    )
    order = [check_report.ORDER.index(r.outcome) for r in rows]
    assert order == sorted(order) and {Outcome.FAIL, Outcome.NO_DATA} <= {r.outcome for r in rows}


def test_the_list_names_the_records_behind_each_failure_as_many_as_the_report_counts(app: Flask) -> None:
    a_county()
    rm = next(r for r in report() if r.rule == "RM")
    with store.snapshot() as session:
        misses = list(check_report.check_misses(session, Wanted(2024, {"rule": "RM"})))
        everything = list(check_report.check_misses(session, Wanted(2024, {})))
    assert rm.outcome is Outcome.FAIL and rm.missing == len(misses) == 2
    assert all(any(name in m.record for m in misses) for name in ("A-1", "A-2"))
    assert {m.kind for m in misses} == {"资产"}
    assert len(everything) == sum(r.missing for r in report())


def test_the_report_is_asked_for_by_rule_and_by_outcome_and_refuses_what_there_is_none_of(app: Flask) -> None:
    a_county()
    assert {r.rule for r in report(rule="f079")} == {"RM"}
    failed = report(outcome="未达到")
    assert failed and failed == report(outcome="FAIL") and {r.outcome for r in failed} == {Outcome.FAIL}
    for where in ({"rule": "R999"}, {"outcome": "很好"}, {"town": "八渡镇"}):
        with pytest.raises(DomainError):
            report(**where)


@pytest.mark.parametrize("code", ["PF41", "PF42"])
def test_page_paper_workbook_and_csv_of_the_report_agree(app: Flask, tmp_path: Path, code: str) -> None:
    a_county()
    with printing.sheet(printing.Order(code, 2024)) as sheet:
        assert sheet.count
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []
        assert any("共 " in note and "未达到" in note for note in sheet.notes) is (code == "PF41")


def test_a_unit_sees_its_own_records_and_the_number_of_the_others(app: Flask, client_as: Clients) -> None:
    a_county()
    an_asset("A-3", town="天成镇", name="丙圈舍")
    town = somebody(Role.TOWN, "八渡镇人民政府")
    keeper = somebody(Role.KEEPER)
    with store.snapshot() as session:
        who, not_theirs = viewer(session, town), viewer(session, keeper)
        rows = list(check_report.check_misses(session, Wanted(2024, {"rule": "RM"}, None, who)))
        with pytest.raises(NotAllowed):
            list(check_report.check_report(session, Wanted(2024, {}, None, not_theirs)))
    told = " ".join(f"{r.record}{r.note}" for r in rows)
    assert "A-1" in told and "A-3" not in told and "其他单位的" in told
    lead = client_as(Role.LEAD)
    assert "打印检查报告" in lead.get("/checks/").get_data(as_text=True)
    assert "规则检查报告" in lead.get("/ledgers/PF41").get_data(as_text=True)
