"""Drafts of every KIND are withdrawn by taking their import back; what is submitted or approved since stays."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.assets import Patrol
from fundsys.models.funds import Allocation, Payment
from fundsys.models.income import IncomeReceipt
from fundsys.models.work_relief import ReliefWorker
from fundsys.services.acts import act
from fundsys.services.funds import payouts
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.imports import test_kinds_income, test_kinds_patrols, test_kinds_payments, test_kinds_work_relief
from tests.imports.books import book, count, taken
from tests.imports.test_reversal import digest, last_import, refusal, reverse
from tests.income import leased
from tests.matters import an_asset, settled
from tests.money import approved_notice, entry_clerk, make_projects
from tests.payouts import a_project, reviewed
from tests.publicity import owner
from tests.relief import relief_project


def test_drafts_of_allocations_go_and_their_line_is_whole_again(app: Flask, tmp_path: Path) -> None:
    (line,) = approved_notice(("F101", "300"))
    (project,) = make_projects({})
    number, code = test_kinds_payments.names(line, project)
    before = digest()
    row = {"notice_no": number, "project_code": code, "amount": 120}
    assert taken("allocations", book(tmp_path / "a.xlsx", "allocations", [row]), entry_clerk()) == (1, 0, 0)
    assert (
        taken("allocations", book(tmp_path / "b.xlsx", "allocations", [row | {"amount": 100}]), entry_clerk())[1] == 1
    )
    reverse(somebody(Role.FINANCE_REVIEW))
    with store.snapshot() as session:
        assert [one.amount.fen for one in session.scalars(select(Allocation))] == [120_000_000]
    reverse(entry_clerk(), last_import() - 1)
    assert (digest(), count(Allocation)) == (before, 0)
    assert verify().problems == []


def test_drafts_of_payments_go_and_submitted_ones_stay(app: Flask, tmp_path: Path) -> None:
    project, (line,) = a_project("10")
    row = test_kinds_payments.row
    told = book(
        tmp_path / "p.xlsx", "payments", [row(line, project), row(line, project, voucher_no="0032", amount=30000)]
    )
    before = digest()
    taken("payments", told, entry_clerk())
    reverse(entry_clerk())
    assert digest() == before
    taken("payments", told, entry_clerk())
    first, second = test_kinds_payments.payments()
    with act(by=entry_clerk(), what="提交支付") as opened:
        payouts.submit_payments({second.id: 1}, act=opened)
    assert "资金支付" in refusal(entry_clerk()) and first.id != second.id
    reviewed({second.id: 2})
    assert "1 条记录又办理过" in refusal(somebody(Role.FINANCE_REVIEW))
    assert count(Payment) == 2 and verify().problems == []


def test_patrols_income_and_rosters_are_taken_back_as_well(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "巡查.xlsx"
    test_kinds_patrols.sheet_of(5, file)
    test_kinds_patrols.filled(file)
    before = digest()
    test_kinds_patrols.taken(file)
    assert count(Patrol) == 5
    reverse(somebody(Role.TOWN))
    assert (digest(), count(Patrol)) == (before, 0)
    asset = an_asset()
    leased(asset)
    before = digest()
    income = book(tmp_path / "收益.xlsx", "income", [test_kinds_income.row(asset)])
    taken("income", income, owner())
    reverse(owner())
    assert (digest(), count(IncomeReceipt)) == (before, 0)
    project = relief_project()
    before = digest()
    rows = [test_kinds_work_relief.row(project, n) for n in (1, 2, 3)]
    by = test_kinds_work_relief.owner()
    taken("work_relief", book(tmp_path / "工.xlsx", "work_relief", rows), by)
    reverse(by)
    assert (digest(), count(ReliefWorker)) == (before, 0)
    # the control: what was approved since is not taken back
    taken("income", income, owner())
    (matter, _), *_ = test_kinds_income.receipts()
    settled(matter.id)
    assert "又办理过" in refusal(owner()) and count(IncomeReceipt) == 1
    assert verify().problems == []
