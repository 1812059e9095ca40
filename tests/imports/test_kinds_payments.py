"""Payments from workbooks: the clerk's drafts that wait for review, never more than is approved, once and no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import NotAllowed
from fundsys.domain.funds import MoneyState, PaymentKind, PeriodState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.registry import kind_of
from fundsys.imports.template import write_template
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import AllotmentLine, AllotmentNotice, Payment
from fundsys.models.projects import Project
from fundsys.services.acts import act
from fundsys.services.funds import payouts
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.imports.books import acts, book, count, faults, taken
from tests.money import entry_clerk, second_clerk
from tests.payouts import a_contract, a_project, reviewed


def names(line_id: int, project_id: int) -> tuple[str, str]:
    """(document number, project code)."""
    with store.snapshot() as session:
        number = session.scalars(
            select(AllotmentNotice.document_no).join(AllotmentLine).where(AllotmentLine.id == line_id)
        ).one()
        return number, session.get_one(Project, project_id).code


def row(line_id: int, project_id: int, **changed: Any) -> dict[str, Any]:
    """One payment as a treasury's list tells it."""
    number, code = names(line_id, project_id)
    told = {
        "notice_no": number.replace("〔", "(").replace("〕", ")"),
        "project_code": code,
        "voucher_no": "2024-11-0031",
        "paid_on": "2024年11月1日",
        "amount": 60000.05,
        "payee": "一卡通发放",
        "kind": "补助到户",
    }
    return told | changed


def payments() -> list[Payment]:
    with store.snapshot() as session:
        found = list(session.scalars(select(Payment).order_by(Payment.id)))
        session.expunge_all()
        return found


def test_payments_become_the_clerks_drafts_and_go_through_review(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    told = book(
        tmp_path / "p.xlsx", "payments", [row(line, project), row(line, project, voucher_no="0032", amount="3万元")]
    )
    assert taken("payments", told, entry_clerk()) == (2, 0, 0)
    first, second = payments()
    assert (first.state, first.entered_by, first.amount) == (MoneyState.DRAFT, entry_clerk(), Money.yuan("60000.05"))
    assert (first.kind, first.paid_on, second.amount) == (PaymentKind.SUBSIDY, date(2024, 11, 1), Money.wan(3))
    with act(by=entry_clerk(), what="提交支付") as opened:
        payouts.submit_payments({first.id: 1, second.id: 1}, act=opened)
    reviewed({first.id: 2, second.id: 2})
    assert verify().problems == []


def test_the_same_file_twice_changes_nothing_at_any_station(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    told = book(tmp_path / "p.xlsx", "payments", [row(line, project)])
    taken("payments", told, entry_clerk())
    before = acts()
    assert taken("payments", told, entry_clerk()) == (0, 0, 1)
    assert acts() == before
    with act(by=entry_clerk(), what="提交支付") as opened:
        payouts.submit_payments({1: 1}, act=opened)
    assert taken("payments", told, entry_clerk()) == (0, 0, 1)
    reviewed({1: 2})
    assert taken("payments", told, second_clerk()) == (0, 0, 1)
    assert count(Payment) == 1


def test_a_changed_row_changes_the_own_draft_and_never_what_stands(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    taken("payments", book(tmp_path / "p.xlsx", "payments", [row(line, project)]), entry_clerk())
    changed = book(tmp_path / "q.xlsx", "payments", [row(line, project, amount=50000)])
    assert taken("payments", changed, entry_clerk()) == (0, 1, 0)
    assert payments()[0].amount == Money.yuan(50000)
    with act(by=entry_clerk(), what="提交支付") as opened:
        payouts.submit_payments({1: payments()[0].version}, act=opened)
    told = book(tmp_path / "r.xlsx", "payments", [row(line, project, amount=49999.99)])
    assert any(
        "已登记 50000.00 元（待复核），与本行不同" in message for message in faults("payments", told, entry_clerk())
    )


def test_rows_together_end_at_what_is_approved_to_the_fen(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    rows = [row(line, project, amount=60000), row(line, project, voucher_no="0032", amount=40000.01)]
    (message,) = faults("payments", book(tmp_path / "p.xlsx", "payments", rows), entry_clerk())
    assert "只有 100000.00 元，第 2、3 行共 100000.01 元，超出 0.01 元" in message
    rows[1]["amount"] = 40000
    assert taken("payments", book(tmp_path / "q.xlsx", "payments", rows), entry_clerk()) == (2, 0, 0)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"notice_no": "无此文号〔2024〕1号"}, "没有已复核的指标文"),
        ({"project_code": "9999"}, "没有编号为“9999”的项目"),
        ({"amount": 0}, "应大于零"),
        ({"amount": "-5"}, "不能是负数"),
        ({"kind": "红字冲销"}, "退汇和冲销请从原支付办理"),
        ({"paid_on": "2100-01-01"}, "晚于今天"),
        ({"voucher_no": None}, "没有填写，请填写支付凭证号"),
        ({"contract_no": "没有的合同"}, "没有编号为“没有的合同”的已确认合同"),
    ],
)
def test_a_row_that_does_not_agree_is_refused_at_its_cell(
    app: Flask, tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    project, (line,) = a_project("10")
    told = faults("payments", book(tmp_path / "p.xlsx", "payments", [row(line, project, **changed)]), entry_clerk())
    assert any(sentence in message for message in told), told
    assert count(Payment) == 0


def test_nothing_is_imported_into_a_closed_month(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    with act(by=None, what="结账") as opened:
        opened.session.add(
            AccountingPeriod(
                year=2024, month=11, first_day=date(2024, 11, 1), last_day=date(2024, 11, 30), state=PeriodState.CLOSED
            )
        )
    (message,) = faults("payments", book(tmp_path / "p.xlsx", "payments", [row(line, project)]), entry_clerk())
    assert "2024年11月结账" in message
    later = [row(line, project, paid_on="2024-12-02")]
    assert taken("payments", book(tmp_path / "q.xlsx", "payments", later), entry_clerk()) == (1, 0, 0)


@pytest.mark.only_on("sqlite")
def test_the_only_contract_is_taken_and_several_must_be_told_apart(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("50")
    key = a_contract(project)
    rows = [row(line, project, kind="进度款")]
    assert taken("payments", book(tmp_path / "p.xlsx", "payments", rows), entry_clerk()) == (1, 0, 0)
    assert payments()[0].contract_id == key
    a_contract(project, contract_no="二号合同")
    rows = [row(line, project, kind="进度款", voucher_no="0099")]
    assert "请填写合同编号" in faults("payments", book(tmp_path / "q.xlsx", "payments", rows), entry_clerk())[0]


@pytest.mark.only_on("sqlite")
def test_only_the_finance_clerk_imports_payments(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    told = book(tmp_path / "p.xlsx", "payments", [row(line, project)])
    for role in (Role.FINANCE_REVIEW, Role.LEAD, Role.OWNER):
        with pytest.raises(NotAllowed):
            taken("payments", told, somebody(role))


@pytest.mark.only_on("sqlite")
def test_what_is_written_out_comes_back_with_no_change(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    taken(
        "payments",
        book(tmp_path / "p.xlsx", "payments", [row(line, project, bank="农信社", remark="第一批")]),
        entry_clerk(),
    )
    kind = kind_of("payments")
    with store.snapshot() as session:
        told = told_for(kind, None, session)
        assert write_template(kind, told, tmp_path / "out.xlsx", kind.known(session, told)) == 1
    assert taken("payments", tmp_path / "out.xlsx", entry_clerk()) == (0, 0, 1)
