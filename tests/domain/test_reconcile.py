"""Our payments beside the treasury's list."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.money import Money, total
from fundsys.domain.reconcile import BY_PAYMENT, BY_VOUCHER, Agreement, Entry, Pair, plain_voucher, reconcile

DAY = date(2024, 6, 3)
A, B = "陇县兴农建设有限公司", "陇县 绿源合作社"


def paid(number: int, yuan: str, voucher: str = "", payee: str = A, on: date | None = DAY) -> Entry:
    """A payment of either side."""
    return Entry(number, voucher, payee, Money.yuan(yuan), on)


def only(pairs: list[Pair]) -> Pair:
    """The one pair there is."""
    assert len(pairs) == 1, pairs
    return pairs[0]


def told(pairs: list[Pair]) -> list[tuple[Agreement, list[int], list[int]]]:
    """What was found, in few words."""
    return [(p.agreement, [e.id for e in p.ours], [e.id for e in p.theirs]) for p in pairs]


def test_the_same_voucher_with_the_same_money_payee_and_day_agrees() -> None:
    pair = only(reconcile([paid(1, "100.00", "00123")], [paid(7, "100", "第123号")]))
    assert (pair.agreement, pair.by, pair.differences) == (Agreement.AGREES, BY_VOUCHER, ())


def test_one_voucher_split_over_projects_is_compared_in_sum() -> None:
    ours = [paid(1, "60.01", "123"), paid(2, "39.99", "123")]
    assert only(reconcile(ours, [paid(7, "100", "123")])).agreement is Agreement.AGREES
    pair = only(reconcile(ours, [paid(7, "100.01", "123")]))
    assert pair.agreement is Agreement.DIFFERS
    assert [(d.field, d.ours, d.theirs) for d in pair.differences] == [("金额", "100.00 元", "100.01 元")]


def test_every_field_that_differs_is_named_with_both_sides() -> None:
    pair = only(reconcile([paid(1, "100", "123")], [paid(7, "99", "123", B, date(2024, 6, 4))]))
    assert [d.field for d in pair.differences] == ["金额", "收款人", "支付日期"]
    assert pair.differences[2].theirs == "2024-06-04"


def test_without_a_voucher_payee_amount_and_day_find_it_whatever_the_spaces() -> None:
    pair = only(reconcile([paid(1, "100", payee="陇县绿源合作社")], [paid(7, "100", "556", B)]))
    assert (pair.agreement, pair.by) == (Agreement.AGREES, BY_PAYMENT)


def test_another_voucher_number_for_the_same_payment_differs() -> None:
    pair = only(reconcile([paid(1, "100", "124")], [paid(7, "100", "142")]))
    assert [d.field for d in pair.differences] == ["凭证号"]


def test_several_of_ours_make_one_of_theirs_where_there_is_no_voucher() -> None:
    ours = [paid(1, "60"), paid(2, "40"), paid(3, "5", payee=B)]
    assert told(reconcile(ours, [paid(7, "100")])) == [
        (Agreement.AGREES, [2, 1], [7]),
        (Agreement.ONLY_HERE, [3], []),
    ]


def test_what_one_side_lacks_stands_alone() -> None:
    found = told(reconcile([paid(1, "100", "1")], [paid(7, "30", "2", B)]))
    assert found == [(Agreement.ONLY_THERE, [], [7]), (Agreement.ONLY_HERE, [1], [])]


def test_a_day_the_list_does_not_give_is_not_compared_under_a_voucher() -> None:
    assert only(reconcile([paid(1, "100", "9")], [paid(7, "100", "9", on=None)])).agreement is Agreement.AGREES


def test_a_returned_payment_is_netted_under_its_voucher() -> None:
    ours = [paid(1, "100", "123"), paid(2, "-100", "123")]
    assert only(reconcile(ours, [paid(7, "0", "123")])).agreement is Agreement.AGREES


def test_voucher_numbers_are_read_as_people_write_them() -> None:
    for text in ("凭证第0０123号", " 123", "（123）", "00123"):
        assert plain_voucher(text) == "123", text
    assert plain_voucher("ZF-2024-001") == "ZF2024001"


entries = st.builds(
    Entry,
    id=st.integers(1, 10**6),
    voucher_no=st.sampled_from(["", "1", "02", "3号", "X-4"]),
    payee=st.sampled_from([A, B, "陇县绿源合作社"]),
    amount=st.integers(-300, 300).map(Money),
    paid_on=st.sampled_from([None, DAY, date(2024, 6, 4)]),
)
lists = st.lists(entries, max_size=12, unique_by=lambda e: e.id)


@given(lists, lists, st.randoms())
def test_every_entry_stands_in_one_pair_both_sums_add_up_and_order_does_not_matter(
    ours: list[Entry], theirs: list[Entry], chance: object
) -> None:
    pairs = reconcile(ours, theirs)
    assert sorted(e.id for p in pairs for e in p.ours) == sorted(e.id for e in ours)
    assert sorted(e.id for p in pairs for e in p.theirs) == sorted(e.id for e in theirs)
    assert total(p.our_sum for p in pairs) == total(e.amount for e in ours)
    assert total(p.their_sum for p in pairs) == total(e.amount for e in theirs)
    for pair in pairs:
        if pair.agreement is Agreement.AGREES:
            assert pair.our_sum == pair.their_sum
    mixed_here, mixed_there = list(ours), list(theirs)
    chance.shuffle(mixed_here)  # type: ignore[attr-defined]
    chance.shuffle(mixed_there)  # type: ignore[attr-defined]
    assert reconcile(mixed_here, mixed_there) == pairs
