"""Receipts of income from workbooks: the unit's drafts that wait for approval, never more than is due, once and no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.asset_matters import MatterState
from fundsys.domain.errors import NotAllowed
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.registry import kind_of
from fundsys.imports.template import write_template
from fundsys.models.income import IncomeReceipt
from fundsys.models.matters import AssetMatter
from fundsys.queries.viewer import viewer
from fundsys.services import matters
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.imports.books import acts, book, faults, taken
from tests.income import DUE, came_in, incomes, leased, taken_back
from tests.matters import an_asset, settled, the_asset
from tests.publicity import owner

pytestmark = pytest.mark.usefixtures("app")
LATER = date(2025, 3, 31)


def row(asset: int, **changed: Any) -> dict[str, Any]:
    """One receipt as a village's bookkeeper tells it: due on 2024-09-30, ten thousand 元."""
    told = {
        "code": the_asset(asset).code,
        "due_on": "2024年9月30日",
        "amount": "4,000.50",
        "happened_on": "2024.10.8",
        "document_no": "村收2024-018",
    }
    return told | changed


def receipts() -> list[tuple[AssetMatter, IncomeReceipt]]:
    """The receipts there are, the older first."""
    with store.snapshot() as session:
        wanted = select(AssetMatter, IncomeReceipt).join(IncomeReceipt, IncomeReceipt.matter_id == AssetMatter.id)
        found = [(m, r) for m, r in session.execute(wanted.order_by(IncomeReceipt.id))]
        session.expunge_all()
        return found


def test_receipts_become_the_units_drafts_and_count_once_approved(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    told = book(
        tmp_path / "收益.xlsx",
        "income",
        [row(asset), row(asset, document_no="村收2024-019", amount=5999.5, words="尾款")],
    )
    assert taken("income", told, owner()) == (2, 0, 0)
    (first, one), (second, two) = receipts()
    assert (first.state, first.entered_by, one.amount) == (MatterState.DRAFT, owner(), Money.yuan("4000.50"))
    assert (one.received_on, first.document_no, second.words) == (date(2024, 10, 8), "村收2024-018", "尾款")
    assert incomes(asset)[0].received == Money(0), "a draft is no money"
    for made in (first, second):
        settled(made.id)
    assert incomes(asset)[0].received == Money.yuan("10000")
    assert verify().problems == []


def test_the_same_file_twice_changes_nothing_at_any_station(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    told = book(tmp_path / "收益.xlsx", "income", [row(asset)])
    assert taken("income", told, owner()) == (1, 0, 0)
    before = acts()
    assert taken("income", told, owner()) == (0, 0, 1)
    assert acts() == before
    settled(receipts()[0][0].id)
    assert taken("income", told, owner()) == (0, 0, 1)
    assert len(receipts()) == 1


def test_a_changed_row_changes_the_own_draft_and_never_what_was_approved(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    assert taken("income", book(tmp_path / "1.xlsx", "income", [row(asset)]), owner()) == (1, 0, 0)
    more = book(tmp_path / "2.xlsx", "income", [row(asset, amount="5000")])
    assert taken("income", more, owner()) == (0, 1, 0)
    ((paper, receipt),) = receipts()
    assert (receipt.amount, paper.amount) == (Money.yuan("5000"), Money.yuan("5000"))
    settled(paper.id)
    again = book(tmp_path / "3.xlsx", "income", [row(asset, amount="5000.01")])
    assert faults("income", again, owner()) == [
        "E2 回单或收款凭证号：凭证“村收2024-018”已登记到账 5000.00 元（已审定），与本行不同，请核对"
    ]


def test_rows_together_end_at_what_is_due_to_the_fen(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    came_in(incomes(asset)[0].id, "1000")
    whole = [row(asset, amount="8999.99"), row(asset, amount="0.01", document_no="村收2024-020")]
    over = book(tmp_path / "1.xlsx", "income", [whole[0], whole[1] | {"amount": "0.02"}])
    (told,) = faults("income", over, owner())
    assert "还没有到账的是 9000.00 元（在办的已扣除），第 2、3 行共 9000.01 元，超出了" in told
    assert taken("income", book(tmp_path / "2.xlsx", "income", whole), owner()) == (2, 0, 0)
    third = book(tmp_path / "3.xlsx", "income", [row(asset, amount="0.01", document_no="村收2024-021")])
    assert "还没有到账的是 0.00 元" in faults("income", third, owner())[0], "papers under way count"


def test_the_only_open_due_is_taken_and_several_must_be_told_apart(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    unsaid = book(tmp_path / "1.xlsx", "income", [row(asset, due_on=None)])
    assert faults("income", unsaid, owner()) == [
        "B2 应收日期：有几笔还没有收齐，请填写应收日期：2024-09-30、2025-03-31"
    ]
    came_in(incomes(asset)[0].id, "10000")
    assert taken("income", unsaid, owner()) == (1, 0, 0)
    assert receipts()[-1][1].income_id == next(i.id for i in incomes(asset) if i.due_on == LATER)
    wrong = book(tmp_path / "2.xlsx", "income", [row(asset, due_on="2024-09-29", document_no="村收2024-022")])
    assert "没有 2024-09-29 的应收，这项资产的应收日期有：2024-09-30、2025-03-31" in faults("income", wrong, owner())[0]


def test_a_receipt_taken_back_may_come_again(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    told = book(tmp_path / "收益.xlsx", "income", [row(asset)])
    taken("income", told, owner())
    settled(receipts()[0][0].id)
    assert taken("income", told, owner()) == (0, 0, 1)
    taken_back(receipts()[0][0].id)
    assert taken("income", told, owner()) == (1, 0, 0)
    assert verify().problems == []


def test_strangers_assets_and_assets_without_income_look_the_same(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    bare = an_asset()
    told = book(tmp_path / "收益.xlsx", "income", [row(asset), row(bare), row(asset, name="别的资产", document_no="2")])
    assert ["没有应收收益，或者不在您的管理范围内" in f for f in faults("income", told, owner())] == [True, False]
    stranger = somebody(Role.OWNER, "县水利局", "shuili")
    assert all("没有应收收益，或者不在您的管理范围内" in f for f in faults("income", told, stranger))
    with pytest.raises(NotAllowed):
        faults("income", told, somebody(Role.INSPECTOR))


def test_one_voucher_twice_for_one_due_is_named(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    told = book(tmp_path / "收益.xlsx", "income", [row(asset), row(asset, amount=1)])
    assert faults("income", told, owner()) == ["E3 回单或收款凭证号：与第 2 行是同一笔应收的同一张凭证，请合并成一行"]


def test_what_is_written_out_comes_back_with_no_change(tmp_path: Path) -> None:
    asset = an_asset()
    leased(asset)
    came_in(incomes(asset)[0].id, "1234.56")
    with act(by=owner(), what="登记") as opened:
        matters.draft_receipt(
            incomes(asset)[1].id, matters.ReceiptEntry(DUE, Money.yuan("7"), "村收2024-030", "定金"), act=opened
        )
    kind, path = kind_of("income"), tmp_path / "导出.xlsx"
    with store.snapshot() as session:
        told = told_for(kind, viewer(session, owner()), session)
        write_template(kind, told, path, kind.known(session, told))
    assert taken("income", path, owner()) == (0, 0, 2)
