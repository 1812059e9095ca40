"""What may still be paid: each limit with the figure itself, one 分 more, and the day before and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.funds import PaymentKind
from fundsys.domain.money import Money
from fundsys.domain.payment_limits import Gone, Limit, LimitKind, Terms, Works, broken, limits, payable

DAY, FEN = date(2024, 9, 10), Money(1)
TERMS = Terms(Money.yuan("1000000"), 3000, 8000, 300, date(2025, 8, 31))
ACCEPTED = Works(10_000, accepted_on=date(2024, 9, 1))
PLENTY = Money.yuan("9000000")


def found(
    kind: PaymentKind = PaymentKind.PROGRESS,
    day: date = DAY,
    terms: Terms | None = TERMS,
    works: Works = ACCEPTED,
    gone: Gone | None = None,
    allocated: Money = PLENTY,
    used: Money | None = None,
) -> dict[LimitKind, Limit]:
    return {limit.kind: limit for limit in limits(kind, day, terms, works, gone or Gone(), allocated, used or Money(0))}


def holds_exactly(limit: Limit, room: str) -> None:
    """The figure itself may be paid, one 分 more may not."""
    assert limit.room == Money.yuan(room)
    assert broken([limit], limit.room) == []
    assert broken([limit], limit.room + FEN) == [limit]


def test_a_contract_is_paid_to_its_amount_and_no_further() -> None:
    told = found(day=date(2025, 9, 1), gone=Gone(contract=Money.yuan("999999.99")))
    holds_exactly(told[LimitKind.CONTRACT], "0.01")


def test_an_advance_ends_at_its_share_of_the_contract() -> None:
    told = found(PaymentKind.ADVANCE, works=Works(), gone=Gone(Money.yuan("100000"), Money.yuan("100000")))
    holds_exactly(told[LimitKind.ADVANCE], "200000")
    assert LimitKind.PROGRESS not in told


def test_before_acceptance_progress_is_paid_by_the_share_of_what_is_built() -> None:
    told = found(works=Works(6500), gone=Gone(contract=Money.yuan("300000")))
    holds_exactly(told[LimitKind.PROGRESS], "220000")


def test_the_progress_limit_ends_on_the_day_of_acceptance() -> None:
    works = Works(6500, accepted_on=DAY)
    assert LimitKind.PROGRESS not in found(works=works)
    assert LimitKind.PROGRESS in found(works=works, day=DAY - timedelta(days=1))


def test_a_settlement_before_acceptance_is_held_by_progress_too() -> None:
    assert LimitKind.PROGRESS in found(PaymentKind.SETTLEMENT, works=Works(9900))


def test_once_settled_the_whole_project_ends_at_the_settled_amount() -> None:
    works = replace(ACCEPTED, settled_on=DAY, settled_amount=Money.yuan("950000"))
    told = found(PaymentKind.SETTLEMENT, works=works, gone=Gone(Money.yuan("800000"), project=Money.yuan("850000")))
    holds_exactly(told[LimitKind.SETTLEMENT], "100000")
    assert told[LimitKind.RETENTION].ceiling == Money.yuan("921500")


def test_the_retention_stays_unpaid_through_the_last_day_of_the_warranty() -> None:
    last = date(2025, 8, 31)
    told = found(PaymentKind.SETTLEMENT, day=last, gone=Gone(contract=Money.yuan("800000")))
    holds_exactly(told[LimitKind.RETENTION], "170000")
    assert LimitKind.RETENTION not in found(PaymentKind.RETENTION, day=last + timedelta(days=1))


def test_without_a_last_day_of_the_warranty_the_retention_stays() -> None:
    assert LimitKind.RETENTION in found(terms=replace(TERMS, retention_due_on=None), day=date(2030, 1, 1))
    assert LimitKind.RETENTION not in found(terms=replace(TERMS, retention_due_on=None, retention_bp=0))


def test_a_subsidy_without_a_contract_is_held_by_the_allocation_alone() -> None:
    told = found(PaymentKind.SUBSIDY, terms=None, allocated=Money.yuan("50000"), used=Money.yuan("20000"))
    assert list(told) == [LimitKind.ALLOCATION]
    holds_exactly(told[LimitKind.ALLOCATION], "30000")


def test_no_exception_goes_beyond_the_allocation() -> None:
    assert [kind for kind in LimitKind if not kind.may_be_passed] == [LimitKind.ALLOCATION]


def test_the_sentence_of_a_refusal_gives_every_figure() -> None:
    told = found(works=Works(5000), gone=Gone(contract=Money.yuan("350000.01")))[LimitKind.PROGRESS]
    assert told.sentence(Money.yuan("60000")) == (
        "超过进度款比例：验收前按形象进度 50% 的 80% 付款，上限 400000.00 元，已付和待复核 350000.01 元，"
        "还可付 49999.99 元，超出 10000.01 元"
    )


@given(
    kind=st.sampled_from([k for k in PaymentKind if k is not PaymentKind.REVERSAL]),
    amount=st.integers(1, 10**10),
    shares=st.tuples(*[st.integers(0, 10_000)] * 4),
    gone=st.integers(0, 10**10),
    days=st.integers(-400, 800),
)
def test_what_is_payable_breaks_nothing_and_one_fen_more_breaks_something(
    kind: PaymentKind, amount: int, shares: tuple[int, int, int, int], gone: int, days: int
) -> None:
    advance, progress, retention, done = shares
    terms = Terms(Money(amount), advance, progress, retention, date(2025, 8, 31))
    told = limits(
        kind,
        DAY + timedelta(days),
        terms,
        Works(done),
        Gone(Money(gone), Money(gone), Money(gone)),
        PLENTY,
        Money(gone),
    )
    room, tightest = payable(told)
    if room:
        assert broken(told, room) == []
    assert tightest in broken(told, room + FEN)
    for limit in told:
        assert limit.ceiling <= max(terms.amount, PLENTY)


@pytest.mark.parametrize(("progress", "paid"), [(3333, "266640"), (1, "80")])
def test_the_share_of_a_share_is_cut_never_rounded_up(progress: int, paid: str) -> None:
    assert found(works=Works(progress))[LimitKind.PROGRESS].ceiling == Money.yuan(paid)
