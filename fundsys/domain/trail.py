"""The way of money from the notice to the asset and its income, step by step, and what is missing on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .coded import Coded
from .money import ZERO, Money, exact_wan


class Step(Coded):
    """The steps money takes, in order."""

    ALLOTTED = "allotted", "下达", "plain"
    ALLOCATED = "allocated", "分配", "plain"
    CORRECTED = "corrected", "调整收回", "plain"
    DISBURSED = "disbursed", "拨付", "plain"
    PAID = "paid", "支付", "plain"
    SETTLED = "settled", "结算", "plain"
    ASSETS = "assets", "资产", "plain"
    EXPENSED = "expensed", "不形成资产", "plain"
    DUE = "due", "应收收益", "plain"
    RECEIVED = "received", "实收收益", "plain"
    SHARED = "shared", "收益分配", "plain"
    PAID_OUT = "paid_out", "分配支付", "plain"


@dataclass(frozen=True, slots=True)
class Way:
    """How far a project's money has come. settled: None before the settlement; asset_count: assets registered from it.

    arrears: income due and not received; payable: distributed income that is to be paid out and is not. is_completed: the
    works are done; makes_assets: projects of its kind leave an asset behind.
    """

    sums: Mapping[Step, Money]
    settled: Money | None
    asset_count: int
    is_completed: bool
    is_accepted: bool
    makes_assets: bool
    arrears: Money = ZERO
    payable: Money = ZERO

    def at(self, step: Step) -> Money:
        """What stands at a step."""
        return self.sums.get(step, ZERO)

    @property
    def net(self) -> Money:
        """Allocated less what was adjusted away or taken back."""
        return self.at(Step.ALLOCATED) + self.at(Step.CORRECTED)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing at a step. amount: how much, None where it is no matter of money."""

    step: Step
    words: str
    amount: Money | None = None

    @property
    def said(self) -> str:
        """The gap in a sentence with its amount to the 分."""
        return self.words if self.amount is None else f"{self.words} {exact_wan(self.amount)} 万元"


def gaps(way: Way, whole: bool = True) -> Iterator[Gap]:
    """What is missing on a project's way, in the order of the steps.

    whole: the sums are all the project's money; of one notice alone nothing is compared with settlement and assets.
    """
    net, disbursed, paid = way.net, way.at(Step.DISBURSED), way.at(Step.PAID)
    if not net:
        yield Gap(Step.ALLOCATED, "没有已复核的分配")
    if net > disbursed:
        yield Gap(Step.DISBURSED, "已分配未拨付", net - disbursed)
    if paid > disbursed:
        yield Gap(Step.DISBURSED, "支付多于拨付", paid - disbursed)
    if disbursed > paid:
        yield Gap(Step.PAID, "已拨付未支付", disbursed - paid)
    if paid > net:
        yield Gap(Step.PAID, "支付多于分配", paid - net)
    if way.settled is None and way.is_completed:
        yield Gap(Step.SETTLED, "已完工未结算")
    if whole and way.settled is not None:
        yield from _after_settlement(way, way.settled, net, paid)
    if (
        way.makes_assets
        and not way.asset_count
        and not way.at(Step.EXPENSED)
        and (way.is_accepted or way.settled is not None)
    ):
        yield Gap(Step.ASSETS, "已验收或结算，未登记资产")
    yield from _of_income(way)


def _after_settlement(way: Way, settled: Money, net: Money, paid: Money) -> Iterator[Gap]:
    if paid > settled:
        yield Gap(Step.SETTLED, "支付多于结算", paid - settled)
    if paid < settled:
        yield Gap(Step.SETTLED, "结算后未付清", settled - paid)
    if net > settled:
        yield Gap(Step.SETTLED, "结余未收回", net - settled)
    made = way.at(Step.ASSETS) + way.at(Step.EXPENSED)
    if way.makes_assets and (way.asset_count or way.at(Step.EXPENSED)) and made != settled:
        more = made > settled
        yield Gap(Step.ASSETS, "资产原值多于结算" if more else "结算中未形成资产（须写明费用化）", abs(made - settled))


def _of_income(way: Way) -> Iterator[Gap]:
    """What is behind on the income of the assets: dues come in, what came in is distributed, what is distributed is paid."""
    received, shared = way.at(Step.RECEIVED), way.at(Step.SHARED)
    if way.arrears > ZERO:
        yield Gap(Step.RECEIVED, "收益到期未收", way.arrears)
    if received > shared:
        yield Gap(Step.SHARED, "收益已收未分配", received - shared)
    if shared > received:
        yield Gap(Step.SHARED, "分配多于实收", shared - received)
    if way.payable > ZERO:
        yield Gap(Step.PAID_OUT, "收益已分配未支付", way.payable)
    if way.payable < ZERO:
        yield Gap(Step.PAID_OUT, "支付多于分配", -way.payable)
