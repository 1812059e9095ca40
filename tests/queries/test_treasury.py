"""The treasury's list beside our payments: read by meaning, kept once, and both sums add up whatever differs."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.money import Money
from fundsys.domain.reconcile import Agreement
from fundsys.domain.rights import Role
from fundsys.imports.treasury import ListRefused, read_list
from fundsys.models.desk import TreasuryList
from fundsys.models.journal import Act
from fundsys.queries.registers import Wanted
from fundsys.queries.treasury import reconcile_form, reconciliation
from fundsys.services.acts import act
from fundsys.services.treasury import ListedPayment, take_list
from tests.counties import somebody
from tests.followed import allotted_to, paid_out
from tests.money import approved_notice, entry_clerk, make_projects

DAY = date(2024, 10, 10)
HEADS = ("序号", "支付日期", "支付凭证号", "收款人全称", "收款人账号", "支付金额", "摘要")


def a_book(path: Path, *rows: tuple[Any, ...], heads: tuple[str, ...] = HEADS, unit: str = "单位：元") -> Path:
    """A workbook as a treasury writes one: title, unit line, heads, rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("国库集中支付明细表",), (unit,), heads, *rows):
        sheet.append(row)
    book.save(path)
    return path


def test_columns_are_known_by_their_meaning_and_sums_are_no_payments(tmp_path: Path) -> None:
    book = a_book(
        tmp_path / "list.xlsx",
        (1, DAY, "2024-10-记-0001", "千河水利工程有限公司", "6217000000000001", 1234.5, "进度款"),
        (2, "2024.10.11", "2024-10-记-0002", "关山路桥工程有限公司", "6217000000000002", "-100.05", "退款"),
        ("合计", "", "", "", "", 1134.45, ""),
    )
    read = read_list(book, "list.xlsx")
    assert [(r.voucher_no, r.payee, r.amount, r.paid_on, r.words) for r in read.rows] == [
        ("2024-10-记-0001", "千河水利工程有限公司", Money.yuan("1234.5"), DAY, "进度款"),
        ("2024-10-记-0002", "关山路桥工程有限公司", Money.yuan("-100.05"), date(2024, 10, 11), "退款"),
    ]
    assert (read.total, read.doubts) == (Money.yuan("1134.45"), ())
    assert [meaning for meaning, _, _ in read.columns] == ["voucher_no", "payee", "paid_on", "amount", "words"]


def test_a_list_of_other_words_without_a_unit_is_read_when_the_unit_is_said(tmp_path: Path) -> None:
    rows = [("0001", "甲公司", 12.5, "2024-10-10"), ("0002", "乙公司", 7, "2024-10-12")]
    book = a_book(
        tmp_path / "a.xlsx", *rows, heads=("支付令编号", "收款单位名称", "实付金额", "清算日期"), unit="陇县国库"
    )
    with pytest.raises(ListRefused, match="没有写明是元还是万元"):
        read_list(book, "a.xlsx")
    assert read_list(book, "a.xlsx", unit="元").total == Money.yuan("19.5")
    assert read_list(book, "a.xlsx", unit="万元").total == Money.wan("19.5")


def test_every_bad_cell_is_named_and_a_wrong_total_is_told(tmp_path: Path) -> None:
    book = a_book(
        tmp_path / "b.xlsx",
        (1, "2024-10-10", "0001", "甲公司", "", 12.5, ""),
        (2, "2024-13-40", "0002", "乙公司", "", 7, ""),
        (3, "2024-10-12", "0003", "丙公司", "", "约五十", ""),
    )
    with pytest.raises(ListRefused) as refused:
        read_list(book, "b.xlsx")
    assert "B5 " in refused.value.message and "F6 " in refused.value.message and "2 处" in refused.value.message
    good = a_book(
        tmp_path / "c.xlsx",
        (1, DAY, "0001", "甲", "", 12.5, ""),
        (2, DAY, "2", "乙", "", 1, ""),
        ("合计", "", "", "", "", 99, ""),
    )
    assert "99.00 元" in read_list(good, "c.xlsx").doubts[0]


def test_a_table_that_is_no_payment_list_is_refused(tmp_path: Path) -> None:
    book = a_book(tmp_path / "d.xlsx", ("八渡镇", 12), ("温水镇", 13), heads=("镇", "户数"))
    with pytest.raises(DomainError, match="没有认出支付清单|没有读到"):
        read_list(book, "d.xlsx")


def listed(row: int, voucher: str, payee: str, yuan: str, on: date | None = DAY) -> ListedPayment:
    return ListedPayment(row, voucher, payee, Money.yuan(yuan), on, "")


def taken(*rows: ListedPayment, name: str = "十月.xlsx", by: int | None = None, **told: Any) -> int | None:
    """Id of the list kept; None when the file was known."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    made: list[int] = []
    with act(by=by or entry_clerk(), what="收国库支付清单") as opened:
        made.append(take_list(name, digest, "Sheet1", rows, act=opened, **told).id)
    return made[0] if made else None


@pytest.mark.usefixtures("app")
def test_each_result_is_found_with_both_figures_and_the_sums_are_those_of_both_lists() -> None:
    a, b = make_projects({"wan": "900"}, {"wan": "900"})
    (line,) = approved_notice(("F101", "500"), issued_on=date(2024, 1, 5), received_on=date(2024, 1, 8))
    for project in (a, b):
        allotted_to(line, project, "100", date(2024, 2, 1))
    paid_out(line, a, "10", DAY, "甲公司", "2024-10-记-0001")
    paid_out(line, b, "5", DAY, "甲公司", "2024-10-记-0001")
    paid_out(line, a, "3", DAY, "乙公司", "2024-10-记-0002")
    paid_out(line, a, "2", DAY, "丙公司", "2024-10-记-0003")
    paid_out(line, a, "1", date(2024, 11, 20), "丁公司", "2024-11-记-0001")
    number = taken(
        listed(4, "2024-10-记-0001", "甲公司", "150000"),
        listed(5, "2024-10-记-0002", "乙公司", "30000.01"),
        listed(6, "", "戊公司", "77.77"),
    )
    assert number is not None
    with store.snapshot() as session:
        found = reconciliation(session, number)
        tally = {t.agreement: (t.count, t.ours, t.theirs) for t in found.tally}
        assert tally == {
            Agreement.AGREES: (1, Money.wan("15"), Money.wan("15")),
            Agreement.DIFFERS: (1, Money.wan("3"), Money.yuan("30000.01")),
            Agreement.ONLY_THERE: (1, Money(0), Money.yuan("77.77")),
            Agreement.ONLY_HERE: (1, Money.wan("2"), Money(0)),
        }
        assert (found.our_sum, found.their_sum) == (Money.wan("20"), found.head.total)
        split = next(r for r in found.rows if r.agreement is Agreement.AGREES)
        assert len(split.projects) == 2
        printed = list(reconcile_form(session, Wanted(2024, {})))
        assert [r.agreement for r in printed] == ["不符", "只在国库", "只在本系统"]
        assert printed[0].what_differs == "金额：30000.00 元／30000.01 元" and printed[0].amount_apart == Money(-1)
        assert len(list(reconcile_form(session, Wanted(2024, {"list": str(number), "result": "全部"})))) == 4


@pytest.mark.usefixtures("app")
def test_the_same_file_twice_changes_nothing_not_even_the_journal() -> None:
    first = taken(listed(4, "1", "甲", "5"))
    with store.snapshot() as session:
        head = session.scalar(select(func.max(Act.seq)))
    assert taken(listed(4, "1", "甲", "5")) is None
    with store.snapshot() as session:
        assert session.scalar(select(func.max(Act.seq))) == head
        assert session.scalars(select(TreasuryList.id)).all() == [first]


@pytest.mark.usefixtures("app")
def test_a_list_without_days_asks_for_them_and_the_reviewer_may_not_take_one_in() -> None:
    with pytest.raises(DomainError, match="起止日期"):
        taken(listed(4, "1", "甲", "5", None))
    assert taken(listed(4, "1", "甲", "5", None), first_day=DAY, last_day=DAY) is not None
    with pytest.raises(DomainError, match="不在清单起止日期之内"):
        taken(listed(4, "1", "甲", "5"), name="b", first_day=date(2024, 11, 1), last_day=date(2024, 11, 30))
    with pytest.raises(NotAllowed):
        taken(listed(4, "1", "甲", "5"), name="c", by=somebody(Role.FINANCE_REVIEW))
