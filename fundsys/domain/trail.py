"""The way of money from the notice to the asset, step by step, and what is missing on it."""

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


@dataclass(frozen=True, slots=True)
class Way:
    """How far a project's money has come. settled: None before the settlement; asset_count: assets registered from it.

    is_completed: the works are done; makes_assets: projects of its kind leave an asset behind.
    """

    sums: Mapping[Step, Money]
    settled: Money | None
    asset_count: int
    is_completed: bool
    is_accepted: bool
    makes_assets: bool

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
    if way.makes_assets and not way.asset_count and (way.is_accepted or way.settled is not None):
        yield Gap(Step.ASSETS, "已验收或结算，未登记资产")


def _after_settlement(way: Way, settled: Money, net: Money, paid: Money) -> Iterator[Gap]:
    if paid > settled:
        yield Gap(Step.SETTLED, "支付多于结算", paid - settled)
    if paid < settled:
        yield Gap(Step.SETTLED, "结算后未付清", settled - paid)
    if net > settled:
        yield Gap(Step.SETTLED, "结余未收回", net - settled)
    made = way.at(Step.ASSETS)
    if way.makes_assets and way.asset_count and made != settled:
        more = made > settled
        yield Gap(Step.ASSETS, "资产原值多于结算" if more else "结算中未形成资产（须写明费用化）", abs(made - settled))
