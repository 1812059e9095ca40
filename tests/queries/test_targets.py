"""LG14 says what the rules find, and the finance desk's forms what was approved."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from fundsys import printing, store
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import Money
from fundsys.models.funds import Allocation
from fundsys.models.office import PolicyValue
from fundsys.queries import forms, spending, targets
from fundsys.queries.registers import Wanted
from fundsys.queries.targets import monthly_targets
from fundsys.reports.press.agree import agree
from fundsys.reports.registry import ledger
from fundsys.services.acts import act
from tests.followed import allotted_to
from tests.money import approved_notice, drafted, entry_clerk, make_projects, reviewer

EARLY = {"issued_on": date(2024, 1, 5), "received_on": date(2024, 1, 8)}
WAN = Money.wan


def rows_by_rule(year: int = 2024) -> dict[str, targets.TargetRow]:
    with store.snapshot() as session:
        return {row.item.split("（")[-1].split("，")[0]: row for row in monthly_targets(session, Wanted(year, {}))}


@pytest.mark.usefixtures("app")
def test_sixty_five_of_a_hundred_meets_the_ratio_and_one_fen_less_does_not() -> None:
    industry, other = make_projects({"wan": "900"}, {"wan": "900", "type": "PT030101"})
    (line,) = approved_notice(("F101", "100.000002"), **EARLY)
    allotted_to(line, industry, "65", date(2024, 2, 1))
    allotted_to(line, other, "35", date(2024, 2, 1))
    met = rows_by_rule()["R65"]
    assert (met.target, met.actual, met.status) == ("≥ 65%", "65.00%", "是")
    assert (met.num, met.den, met.gap) == (Decimal(65), Decimal(100), Decimal(0))
    allotted_to(line, other, "0.000001", date(2024, 2, 2))
    missed = rows_by_rule()["R65"]
    assert missed.status == "否" and missed.actual != "65.00%"
    assert missed.gap is not None and missed.gap < 0


@pytest.mark.usefixtures("app")
def test_targets_follow_the_years_policy_and_a_year_without_any_says_so() -> None:
    with act(by=None, what="改目标") as opened:
        value = opened.session.scalars(
            select(PolicyValue).where(PolicyValue.year == 2024, PolicyValue.code == "legacy_target")
        ).one()
        value.value, value.version = "600", value.version + 1
    assert rows_by_rule()["R621"].target == "= 600 个"
    assert {row.target for row in rows_by_rule(2031).values()} >= {"未确认"}


@pytest.mark.usefixtures("app")
def test_forms_list_approved_entries_once_and_recoveries_above_zero(tmp_path: Path) -> None:
    (project,) = make_projects({"wan": "900"})
    (line,) = approved_notice(("F101", "100"), **EARLY)
    first = allotted_to(line, project, "60", date(2024, 2, 1), document_no="陇财农〔2024〕7号")
    drafted(line, project, "5")
    with act(by=entry_clerk(), what="收回资金") as opened:
        back = Allocation(
            line_id=line,
            project_id=project,
            kind=EntryKind.RECOVERY,
            corrects_id=first,
            amount=-WAN("12.5"),
            decided_on=date(2024, 9, 1),
            document_no="陇财农〔2024〕55号",
            remark="结算结余",
            state=MoneyState.SUBMITTED,
            entered_by=entry_clerk(),
        )
        opened.session.add(back)
    with act(by=reviewer(), what="复核收回") as opened:
        found = opened.session.get_one(Allocation, back.id)
        found.state, found.reviewed_by, found.number = MoneyState.APPROVED, reviewer(), "收回〔2024〕00001号"
    with store.snapshot() as session:
        (given,) = forms.allotment_form(session, Wanted(2024, {}))
        assert (given.allocated_amount, given.county_notice_no) == (WAN("60"), "陇财农〔2024〕7号")
        (taken,) = forms.recovery_form(session, Wanted(2024, {}))
        assert (taken.first_allocated, taken.recovered, taken.left_after) == (WAN("60"), WAN("12.5"), WAN("47.5"))
        assert list(forms.recovery_form(session, Wanted(2024, {}, date(2024, 8, 31)))) == []
        (aim,) = forms.performance_targets(session, Wanted(2024, {}))
        assert aim.allocated_amount == WAN("47.5")
    with printing.sheet(printing.Order("PF02", year=2024)) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert sheet.totals["recovered"] == WAN("12.5")
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("LG14", targets.TargetRow),
        ("PF01", forms.AllotmentFormRow),
        ("PF02", forms.RecoveryFormRow),
        ("PF03", spending.SpendingFormRow),
        ("PF04", forms.PerformanceRow),
    ],
)
def test_every_column_of_a_form_is_a_field_of_its_rows_and_none_is_left_out(code: str, row: type) -> None:
    columns = {column.key for column in ledger(code).columns} - {"serial"}
    assert columns == {field.name for field in fields(row)}
