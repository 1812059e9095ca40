"""What is missing on the way of money: each gap appears at one 分 and is gone without it."""

from __future__ import annotations

import pytest

from fundsys.domain.money import ZERO, Money
from fundsys.domain.trail import Step, Way, gaps


def a_way(**told: object) -> Way:
    """A project whose money has come all the way: 100 元 at each step, one asset, its income paid out."""
    hundred = Money.yuan("100")
    sums = {step: ZERO if step in (Step.CORRECTED, Step.EXPENSED) else hundred for step in Step}
    sums |= told.pop("sums", {})  # type: ignore[call-overload]
    facts: dict[str, object] = {
        "settled": hundred,
        "asset_count": 1,
        "is_completed": True,
        "is_accepted": True,
        "makes_assets": True,
    }
    return Way(sums, **(facts | told))  # type: ignore[arg-type]


def words(way: Way, whole: bool = True) -> list[str]:
    return [gap.said for gap in gaps(way, whole)]


def test_money_that_has_come_all_the_way_has_no_gap() -> None:
    assert words(a_way()) == []


@pytest.mark.parametrize(
    ("step", "fen", "said"),
    [
        (Step.DISBURSED, 9_999, ["已分配未拨付 0.000001 万元", "支付多于拨付 0.000001 万元"]),
        (Step.PAID, 9_999, ["已拨付未支付 0.000001 万元", "结算后未付清 0.000001 万元"]),
        (Step.CORRECTED, 1, ["已分配未拨付 0.000001 万元", "结余未收回 0.000001 万元"]),
        (Step.ASSETS, 9_999, ["结算中未形成资产（须写明费用化） 0.000001 万元"]),
        (Step.ASSETS, 10_001, ["资产原值多于结算 0.000001 万元"]),
        (Step.EXPENSED, 1, ["资产原值多于结算 0.000001 万元"]),
        (Step.RECEIVED, 10_001, ["收益已收未分配 0.000001 万元"]),
        (Step.SHARED, 10_001, ["分配多于实收 0.000001 万元"]),
    ],
)
def test_one_fen_makes_a_gap(step: Step, fen: int, said: list[str]) -> None:
    assert words(a_way(sums={step: Money(fen)})) == said


def test_works_that_are_done_must_be_settled_and_become_an_asset() -> None:
    unsettled = a_way(settled=None, asset_count=0, sums={Step.SETTLED: ZERO, Step.ASSETS: ZERO})
    assert words(unsettled) == ["已完工未结算", "已验收或结算，未登记资产"]
    fee = a_way(makes_assets=False, asset_count=0, sums={Step.ASSETS: ZERO})
    assert words(fee) == []


def test_works_under_way_are_asked_for_nothing_yet() -> None:
    young = a_way(settled=None, asset_count=0, is_completed=False, is_accepted=False, sums={Step.ASSETS: ZERO})
    assert words(young) == []


def test_one_notice_alone_is_not_compared_with_the_settlement_of_all_money() -> None:
    part = a_way(settled=Money.yuan("900"), sums={Step.SETTLED: Money.yuan("900")})
    assert words(part, whole=False) == []
    assert words(part)[0] == "结算后未付清 0.08 万元"


def test_a_project_without_money_says_so_first() -> None:
    assert words(a_way(sums=dict.fromkeys(Step, ZERO), settled=None, is_completed=False, is_accepted=False)) == [
        "没有已复核的分配"
    ]


def test_a_project_wholly_expensed_leaves_no_asset_to_register_and_nothing_unexplained() -> None:
    fee = a_way(asset_count=0, sums={Step.ASSETS: ZERO, Step.EXPENSED: Money.yuan("100")})
    assert words(fee) == []
    short = a_way(asset_count=0, sums={Step.ASSETS: ZERO, Step.EXPENSED: Money(9_999)})
    assert words(short) == ["结算中未形成资产（须写明费用化） 0.000001 万元"]


def test_income_that_is_late_and_distributions_that_are_not_paid_are_gaps() -> None:
    assert words(a_way(arrears=Money(1), payable=Money(2))) == [
        "收益到期未收 0.000001 万元",
        "收益已分配未支付 0.000002 万元",
    ]
    assert words(a_way(payable=Money(-1))) == ["支付多于分配 0.000001 万元"]
