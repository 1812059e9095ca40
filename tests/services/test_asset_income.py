"""Operating assets: what falls due, comes in, is distributed to the 分 and paid; corrected by reversal only."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, text

from fundsys import store
from fundsys.domain.asset_income import SharingUse, term_days
from fundsys.domain.asset_matters import MatterState
from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, StepRefused
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rights import Role
from fundsys.models.income import IncomeShare
from fundsys.services import matters
from fundsys.services.acts import act
from fundsys.services.verification import Check, Report, verify
from fundsys.services.verification.days import dates
from fundsys.services.verification.income import income as check_income
from tests.counties import somebody
from tests.draws import draws
from tests.income import (
    CAME_IN,
    DUE,
    ENDS,
    RESOLVED,
    SCAN,
    a_station,
    all_incomes,
    an_income,
    came_in,
    contract_entry,
    drafted,
    incomes,
    leased,
    paid_out,
    settlement_entry,
    share,
    shared_out,
    sharing_entry,
    sold,
    taken_back,
)
from tests.matters import an_asset, matter, settled, the_asset, titled
from tests.publicity import lead, owner

pytestmark = pytest.mark.usefixtures("app")
POSTS, WORKS, RETAINED, HOUSEHOLDS = SharingUse.POSTS, SharingUse.WORKS, SharingUse.RETAINED, SharingUse.HOUSEHOLDS
YUAN = Money.yuan


def problems() -> set[tuple[str, str]]:
    """What verification finds about income."""
    report = Report()
    with store.snapshot() as session:
        check = Check(session, store.current_county(), report)
        check_income(check)
        dates(check)
    return {(p.check, p.table) for p in report.problems}


# ---------- contracts and what is due ----------


def test_every_term_of_an_approved_contract_falls_due_and_the_register_shows_the_operator() -> None:
    asset = an_asset()
    titled(asset)
    draft = drafted(lambda a: matters.draft_contract(asset, contract_entry(), act=a))
    assert incomes(asset) == []
    settled(draft)
    assert [(i.due_on, i.due, i.received) for i in incomes(asset)] == [
        (DUE, YUAN(10000), ZERO),
        (date(2025, 3, 31), YUAN(10000), ZERO),
    ]
    shown = the_asset(asset)
    assert (shown.operator, shown.contract_no, shown.contract_to) == ("陇州奶山羊合作社", "合同2024-01", ENDS)
    assert (shown.yearly_income, shown.status) == (YUAN(20000), AssetStatus.LEASED)


def test_a_contract_without_terms_or_of_days_another_has_is_refused() -> None:
    asset = an_asset()
    entry = contract_entry(operator="", contract_no="")
    entry = matters.ContractEntry(**{f: getattr(entry, f) for f in entry.__slots__ if f != "terms"}, terms=())
    draft = drafted(lambda a: matters.draft_contract(asset, entry, act=a))
    with pytest.raises(Refusals) as refused, act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)
    assert {e.field for e in refused.value.errors} == {"operator", "contract_no", "terms"}
    with act(by=owner(), what="删除") as opened:
        matters.delete_matter(draft, act=opened)
    leased(asset)
    second = drafted(
        lambda a: matters.draft_contract(
            asset, contract_entry((ENDS, "1"), begins_on=ENDS, ends_on=date(2026, 1, 1)), act=a
        )
    )
    with pytest.raises(DomainError, match="同一时间只能有一份合同"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(second, act=opened)


def test_a_contract_that_begins_the_day_after_another_ends_is_taken() -> None:
    asset = an_asset()
    leased(asset)
    next_day = ENDS + timedelta(days=1)
    leased(asset, (date(2025, 12, 31), "100"), begins_on=next_day, ends_on=date(2026, 6, 30), contract_no="合同2")
    assert len(incomes(asset)) == 3


def test_terms_fall_due_on_the_day_of_the_first_or_the_last_day_of_a_short_month() -> None:
    assert term_days(date(2023, 8, 31), date(2024, 3, 31), 1) == [
        date(2023, 8, 31), date(2023, 9, 30), date(2023, 10, 31), date(2023, 11, 30), date(2023, 12, 31),
        date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31),
    ]  # fmt: skip
    assert term_days(date(2024, 2, 29), date(2026, 2, 28), 12)[-1] == date(2026, 2, 28)
    assert term_days(date(2024, 2, 29), date(2026, 2, 27), 12)[-1] == date(2025, 2, 28)
    with pytest.raises(DomainError):
        term_days(date(2024, 1, 1), date(2099, 1, 1), 1)


def test_nobody_approves_an_own_paper_and_another_unit_does_not_see_it() -> None:
    asset = an_asset()
    draft = drafted(lambda a: matters.draft_contract(asset, contract_entry(), act=a))
    with act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)
    with pytest.raises(NotAllowed), act(by=owner(), what="审定") as opened:
        matters.approve_matter(draft, act=opened)
    stranger = somebody(Role.OWNER, unit="县水利局", login="stranger")
    with pytest.raises(NotFound), act(by=stranger, what="登记") as opened:
        matters.draft_contract(asset, contract_entry(), act=opened)
    with pytest.raises(NotAllowed), act(by=lead(), what="登记") as opened:
        matters.draft_contract(asset, contract_entry(), act=opened)


# ---------- receipts ----------


def test_a_receipt_counts_from_its_approval_on_and_never_beyond_what_is_due() -> None:
    asset = an_asset()
    leased(asset)
    first = incomes(asset)[0]
    entry = matters.ReceiptEntry(CAME_IN, YUAN("6000.01"), "村收1")
    draft = drafted(lambda a: matters.draft_receipt(first.id, entry, act=a))
    assert incomes(asset)[0].received == ZERO
    settled(draft)
    assert incomes(asset)[0].arrears == YUAN("3999.99")
    more = matters.ReceiptEntry(CAME_IN, YUAN(4000), "村收2")
    draft = drafted(lambda a: matters.draft_receipt(first.id, more, act=a))
    with pytest.raises(DomainError, match="还没有到账的是 3999.99 元"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)
    with act(by=owner(), what="修改") as opened:
        matters.edit_receipt(draft, matters.ReceiptEntry(CAME_IN, YUAN("3999.99"), "村收2"), act=opened)
    settled(draft)
    assert incomes(asset)[0].arrears == ZERO
    assert problems() == set()


def test_a_receipt_without_voucher_or_of_a_day_to_come_is_refused() -> None:
    asset = an_asset()
    leased(asset)
    key = incomes(asset)[0].id
    draft = drafted(lambda a: matters.draft_receipt(key, matters.ReceiptEntry(CAME_IN, YUAN(1), ""), act=a))
    with pytest.raises(DomainError, match="凭证号"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)
    with pytest.raises(DomainError), act(by=owner(), what="登记") as opened:
        matters.draft_receipt(key, matters.ReceiptEntry(CAME_IN, ZERO, "1"), act=opened)


def test_due_today_is_not_owed_yet_and_tomorrow_it_is() -> None:
    asset = an_asset()
    leased(asset)
    row = incomes(asset)[0]
    assert row.stand(DUE).code == "open"
    assert row.stand(DUE + timedelta(days=1)).code == "owed"
    assert row.days_late(DUE + timedelta(days=91)) == 91


# ---------- stations ----------


def test_what_a_station_sold_falls_due_and_what_was_passed_on_has_come_in() -> None:
    station = a_station()
    sold(station, "9000", "8000")
    (row,) = incomes(station)
    assert (row.due, row.received, row.arrears) == (YUAN(9000), YUAN(8000), YUAN(1000))
    assert row.due_on == date(2024, 10, 5) + timedelta(days=60)
    came_in(row.id, "1000")
    assert incomes(station)[0].arrears == ZERO
    again = drafted(lambda a: matters.draft_settlement(station, settlement_entry(ends_on=date(2024, 7, 1)), act=a))
    with pytest.raises(DomainError, match="不能结算两次"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(again, act=opened)
    house = an_asset()
    with pytest.raises(StepRefused, match="不是光伏电站"), act(by=owner(), what="登记") as opened:
        matters.draft_settlement(house, settlement_entry(), act=opened)
    assert problems() == set()


def test_what_a_station_brings_is_for_posts_works_rewards_and_upkeep_only() -> None:
    station = a_station()
    sold(station)
    entry = sharing_entry(share(POSTS, "7000"), share(HOUSEHOLDS, "1000"))
    draft = drafted(lambda a: matters.draft_sharing(station, entry, files=SCAN, act=a))
    with pytest.raises(DomainError, match="光伏收益只能用于"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)
    shared = sharing_entry(share(POSTS, "7000"), share(WORKS, "1000"), share(SharingUse.UPKEEP, "1000"))
    with act(by=owner(), what="修改") as opened:
        matters.edit_sharing(draft, shared, act=opened)
    settled(draft)
    assert incomes(station)[0].balance == ZERO


# ---------- distribution ----------


def test_a_distribution_needs_the_resolution_its_record_and_the_town() -> None:
    asset, _ = an_income()
    entry = sharing_entry(share(WORKS, "100"), meeting="", meeting_on=None, town_opinion="")
    draft = drafted(lambda a: matters.draft_sharing(asset, entry, act=a))
    with pytest.raises(Refusals) as refused, act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)
    assert {e.field for e in refused.value.errors} == {"meeting", "papers", "town_opinion"}


def test_no_more_is_distributed_than_came_in_to_the_fen() -> None:
    asset, income = an_income("10000")
    over = drafted(lambda a: matters.draft_sharing(asset, sharing_entry(share(WORKS, "10000.01")), files=SCAN, act=a))
    with pytest.raises(DomainError, match="超出 0.01 元"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(over, act=opened)
    with act(by=owner(), what="改") as opened:
        matters.edit_sharing(over, sharing_entry(share(WORKS, "7000"), share(RETAINED, "3000")), act=opened)
    settled(over)
    assert incomes(asset)[0].balance == ZERO
    assert problems() == set()
    assert income


def test_a_distribution_takes_the_earlier_income_first_and_every_fen_once() -> None:
    asset = an_asset()
    days = [DUE + timedelta(days=k) for k in range(3)]
    leased(asset, *((day, "33.33") for day in days))
    for row in incomes(asset):
        came_in(row.id, "33.33")
    chance = Random(8)
    for _ in range(draws(3, 12)):
        left = total(r.balance for r in incomes(asset)).fen
        parts = [chance.randint(1, max(1, left // 12)) for _ in range(3)]
        sharing = shared_out(
            asset,
            *(share(use, str(Money(p).fen / 100)) for use, p in zip((POSTS, WORKS, RETAINED), parts, strict=True)),
        )
        with store.snapshot() as session:
            rows = session.scalars(select(IncomeShare).where(IncomeShare.matter_id == sharing)).all()
            by_line: dict[int, int] = {}
            for row in rows:
                by_line[row.line_id] = by_line.get(row.line_id, 0) + row.amount.fen
        assert sorted(by_line.values()) == sorted(parts)
        balances = [r.balance.fen for r in incomes(asset)]
        assert sum(balances) == left - sum(parts)
        first_open = next((k for k, b in enumerate(balances) if b), 3)
        assert all(b == 3333 for b in balances[first_open + 1 :])
    assert problems() == set()


def test_a_line_is_paid_once_and_what_is_retained_never() -> None:
    asset, _ = an_income()
    sharing = shared_out(asset, share(POSTS, "6000"), share(RETAINED, "4000"))
    paid_out(sharing, posts="2500")
    with pytest.raises(DomainError, match="不留存的各行"):
        paid_out(sharing, retained="1")
    with pytest.raises(DomainError, match="还没有支付的是 3500.00 元"):
        paid_out(sharing, posts="3500.01")


def test_a_payment_before_the_resolution_is_refused() -> None:
    asset, _ = an_income()
    sharing = shared_out(asset, share(POSTS, "6000"))
    with store.snapshot() as session:
        lines = session.get_one(type(matter(sharing)), sharing).sharing.lines  # type: ignore[union-attr]
        key = lines[0].id
    entry = matters.PayoutEntry(RESOLVED - timedelta(days=1), {key: YUAN(1)}, "村付1")
    draft = drafted(lambda a: matters.draft_payout(sharing, entry, act=a))
    with pytest.raises(DomainError, match="不能早于议定日期"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(draft, act=opened)


# ---------- reversal ----------


def test_money_is_taken_back_in_order_and_nothing_approved_is_changed() -> None:
    asset = an_asset()
    contract = leased(asset, (DUE, "10000"), (date(2025, 3, 31), "10000"))
    receipt = came_in(incomes(asset)[0].id, "10000")
    sharing = shared_out(asset, share(POSTS, "6000"), share(RETAINED, "4000"))
    payout = paid_out(sharing, posts="6000")
    with pytest.raises(StepRefused, match="先冲销支付"):
        taken_back(sharing)
    with pytest.raises(StepRefused, match="先冲销分配方案"):
        taken_back(receipt)
    with store.snapshot() as session:  # the refused drafts are in the way of a second try
        waiting = session.scalars(
            select(type(matter(sharing)).id).where(type(matter(sharing)).state == MatterState.DRAFT)
        ).all()
    for key in waiting:
        with act(by=owner(), what="删除") as opened:
            matters.delete_matter(key, act=opened)
    for one in (payout, sharing, receipt):
        taken_back(one)
        assert matter(one).state is MatterState.REVERSED
    assert [(r.received, r.distributed) for r in incomes(asset)] == [(ZERO, ZERO), (ZERO, ZERO)]
    taken_back(contract)
    assert incomes(asset) == []
    assert [i.due.fen for i in all_incomes()] == [1000000, 1000000, -1000000, -1000000]
    with pytest.raises(StepRefused, match="已有冲销|只有已审定"):
        taken_back(payout)
    assert problems() == set()
    assert verify().ok


def test_a_contract_ended_early_keeps_what_came_in_and_frees_the_days_after() -> None:
    asset = an_asset()
    contract = leased(asset)
    came_in(incomes(asset)[0].id, "10000")
    taken_back(contract, date(2024, 12, 1) if date(2024, 12, 1) < date.today() else date(2024, 11, 1), "经营主体退出")
    assert [r.due for r in incomes(asset)] == [YUAN(10000)]
    assert matter(contract).state is MatterState.APPROVED
    leased(asset, (date(2025, 5, 1), "1"), begins_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), contract_no="合同2")
    assert problems() == set()


# ---------- idle ----------


def test_an_idle_asset_has_a_remedy_with_a_deadline_and_comes_back_with_proof() -> None:
    asset = an_asset()
    bare = drafted(lambda a: matters.draft_idle(asset, matters.IdleEntry(DUE, AssetStatus.IDLE, ""), act=a))
    with pytest.raises(Refusals) as refused, act(by=owner(), what="提交") as opened:
        matters.submit_matter(bare, act=opened)
    assert {e.field for e in refused.value.errors} == {"words", "responsible", "due_on"}
    told = matters.IdleEntry(DUE, AssetStatus.IDLE, "承租方退出，公开招租", "李四", date(2024, 12, 31))
    with act(by=owner(), what="改") as opened:
        matters.edit_idle(bare, told, act=opened)
    settled(bare)
    assert the_asset(asset).status is AssetStatus.IDLE
    back = matters.IdleEntry(CAME_IN, AssetStatus.LEASED, "重新出租")
    revival = drafted(lambda a: matters.draft_idle(asset, back, act=a))
    with pytest.raises(DomainError, match="照片或合同"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(revival, act=opened)
    with act(by=owner(), what="改") as opened:
        matters.edit_idle(revival, back, files=SCAN, act=opened)
    settled(revival)
    assert the_asset(asset).status is AssetStatus.LEASED


# ---------- verification ----------


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("update income_share set amount_fen = amount_fen + 1", ("F085", "income")),
        ("update income_share set amount_fen = amount_fen - 1", ("F085", "sharing_line")),
        ("update sharing_payout set amount_fen = amount_fen + 1", ("F085", "sharing_line")),
        ("update income_receipt set amount_fen = amount_fen - 1", ("F085", "income")),
        ("update income set due_fen = due_fen - 1", ("F085", "asset_matter")),
        ("update asset_matter set reviewed_by = null where kind = 'receipt'", ("I30", "asset_matter")),
        ("update income_receipt set reverses_id = id", ("I23", "income_receipt")),
        ("update income_sharing set meeting_on = '2999-01-01'", ("I25", "income_sharing")),
    ],
)
def test_one_fen_moved_behind_the_services_is_found(tampering: str, found: tuple[str, str]) -> None:
    asset, _ = an_income("10000")
    sharing = shared_out(asset, share(POSTS, "10000"))
    paid_out(sharing, posts="10000")
    assert problems() == set()
    with act(by=None, what="篡改") as opened:
        opened.session.execute(text(tampering))
    assert found in problems()
