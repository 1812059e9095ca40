"""What a kind of threshold is: its unit, how its text is read, written and shown. The kinds: thresholds.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Generic, Self, TypeVar, overload

from ..errors import DomainError
from ..money import Money, exact_wan, parse_number, show_limit

T = TypeVar("T")
Default = Callable[[int], T]


class BadThreshold(DomainError):
    """A text that is not a value of its kind of threshold."""


class Unit(Enum):
    """What a threshold is measured in."""

    SHARE = "share"
    COUNT = "count"
    DAYS = "days"
    YEAR = "year"
    MONEY = "money"
    YES_NO = "yes_no"
    CHOICE = "choice"


_SUFFIX = {Unit.COUNT: " 个", Unit.DAYS: " 日", Unit.YEAR: "年"}


class Threshold(Generic[T]):
    """One kind of threshold: read as an attribute of a year's Policy, where it is None when the year has no value.

    code: the attribute's name, stored with each value. label: what the policy page calls it.
    clause: the document and article, or “默认值，待县确认” where no document says it.
    years: first and last year the default holds for, both inclusive; None is open.
    """

    code: str

    def __init__(
        self,
        label: str,
        unit: Unit,
        default: Default[T],
        clause: str,
        years: tuple[int, int | None],
        *,
        editable: bool = True,
        choices: Mapping[str, str] | None = None,
    ) -> None:
        self.label = label
        self.unit = unit
        self.default = default
        self.clause = clause
        self.years = years
        self.editable = editable
        self.choices = dict(choices or {})

    def __set_name__(self, owner: type, name: str) -> None:
        self.code = name

    @overload
    def __get__(self, policy: None, owner: type) -> Self: ...
    @overload
    def __get__(self, policy: PolicyValues, owner: type) -> T | None: ...
    def __get__(self, policy: PolicyValues | None, owner: type) -> Self | T | None:
        if policy is None:
            return self
        setting = policy.settings.get(self.code)
        return None if setting is None else setting.value

    def holds_in(self, year: int) -> bool:
        """Whether the default holds for the year."""
        first, last = self.years
        return first <= year and (last is None or year <= last)

    def read(self, text: str) -> T:
        """The value a text of the policy page or table means: "65%", "0.65", "123", "是". Raises BadThreshold."""
        try:
            value: T = _READ[self.unit](text.strip(), self.choices)
        except (ValueError, ArithmeticError, DomainError):
            raise BadThreshold(f"“{text.strip()}”不是{self.label}，请填写{_EXAMPLE[self.unit]}。", self.code) from None
        return value

    def write(self, value: T) -> str:
        """The text to store, which `read` gives back exactly."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Money):
            return exact_wan(value)
        return str(value)

    def show(self, value: T | None) -> str:
        """The value as people read it: "65%", "123 个", "是"; “未确认” when the year has none."""
        if value is None:
            return "未确认"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Fraction):
            return show_limit(value)
        if isinstance(value, Money):
            return f"{exact_wan(value)} 万元"
        return self.choices.get(str(value), f"{value}{_SUFFIX.get(self.unit, '')}")


@dataclass(frozen=True, slots=True)
class Setting:
    """A year's value of one threshold, its clause, and the county's paper that sets it (empty when there is none)."""

    value: Any
    document: str
    clause: str


class PolicyValues:
    """The values of a year; the kinds are the attributes of the class `Policy`."""

    def __init__(self, year: int, settings: Mapping[str, Setting]) -> None:
        self.year = year
        self.settings = dict(settings)


def _share(text: str, _: Mapping[str, str]) -> Fraction:
    if re.fullmatch(r"\d+/\d+", text):
        share = Fraction(text)
    elif text.endswith(("%", "％")):
        share = Fraction(parse_number(text[:-1])) / 100
    else:
        share = Fraction(parse_number(text))
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def _whole(text: str, _: Mapping[str, str]) -> int:
    number = parse_number(text)
    if number != number.to_integral_value() or not 0 <= number < Decimal(10**9):
        raise ValueError(text)
    return int(number)


def _year(text: str, _: Mapping[str, str]) -> int:
    year = _whole(text.removesuffix("年"), _)
    if not 1949 <= year <= 2200:
        raise ValueError(text)
    return year


def _yes_no(text: str, _: Mapping[str, str]) -> bool:
    if text not in _WORDS:
        raise ValueError(text)
    return _WORDS[text]


def _choice(text: str, choices: Mapping[str, str]) -> str:
    found = text if text in choices else next((code for code, label in choices.items() if label == text), None)
    if found is None:
        raise ValueError(text)
    return found


def _money(text: str, _: Mapping[str, str]) -> Money:
    amount = Money.wan(text)
    if amount < Money(0):
        raise ValueError(text)
    return amount


_WORDS = {"true": True, "false": False, "是": True, "否": False}
_READ: dict[Unit, Callable[[str, Mapping[str, str]], Any]] = {
    Unit.SHARE: _share,
    Unit.COUNT: _whole,
    Unit.DAYS: _whole,
    Unit.YEAR: _year,
    Unit.MONEY: _money,
    Unit.YES_NO: _yes_no,
    Unit.CHOICE: _choice,
}
_EXAMPLE = {
    Unit.SHARE: "0 至 100% 的比例，例如 65%",
    Unit.COUNT: "不小于零的整数，例如 123",
    Unit.DAYS: "天数，例如 30",
    Unit.YEAR: "四位年份，例如 2024",
    Unit.MONEY: "万元金额，例如 5.00",
    Unit.YES_NO: "“是”或“否”",
    Unit.CHOICE: "列出的口径之一",
}
