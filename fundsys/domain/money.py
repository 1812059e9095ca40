"""Money: whole 分 inside, 万元 and 元 only at the edges. Rounding lives in the show_ functions and nowhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction

from .errors import NotAnAmount

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")


class Money:
    """An amount of money in whole 分. Exact, hashable, comparable with Money only."""

    __slots__ = ("fen",)
    fen: int

    def __init__(self, fen: int = 0) -> None:
        if type(fen) is not int:
            raise TypeError(f"Money is made of whole 分, not {type(fen).__name__}")
        object.__setattr__(self, "fen", fen)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Money does not change")

    def __reduce__(self) -> tuple[type[Money], tuple[int]]:
        return (Money, (self.fen,))

    @classmethod
    def wan(cls, amount: str | int | Decimal) -> Money:
        """An amount written in 万元 (up to 6 decimals). Raises NotAnAmount."""
        return cls(_exact_fen(amount, FEN_PER_WAN, "万元", 6))

    @classmethod
    def yuan(cls, amount: str | int | Decimal) -> Money:
        """An amount written in 元 (up to 2 decimals). Raises NotAnAmount."""
        return cls(_exact_fen(amount, FEN_PER_YUAN, "元", 2))

    def share_of(self, whole: Money) -> Fraction | None:
        """This amount as an exact part of the whole; None when the whole is nothing."""
        return Fraction(self.fen, whole.fen) if whole.fen else None

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen) if isinstance(other, Money) else NotImplemented

    def __abs__(self) -> Money:
        return Money(abs(self.fen))

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __mul__(self, times: int) -> Money:
        return Money(self.fen * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.fen == other.fen

    def __lt__(self, other: Money) -> bool:
        return self.fen < other.fen if isinstance(other, Money) else NotImplemented

    def __le__(self, other: Money) -> bool:
        return self.fen <= other.fen if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: Money) -> bool:
        return self.fen > other.fen if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: Money) -> bool:
        return self.fen >= other.fen if isinstance(other, Money) else NotImplemented

    def __hash__(self) -> int:
        return hash((Money, self.fen))

    def __bool__(self) -> bool:
        return self.fen != 0

    def __repr__(self) -> str:
        return f"Money({self.fen})"


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum; nothing gives zero."""
    return Money(sum(a.fen for a in amounts))


def parse_number(text: str) -> Decimal:
    """A number as people type it: full-width digits, thousands commas and spaces around. Raises NotAnAmount.

    No sign of doubt is passed over: anything but one plain decimal number is refused.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        raise NotAnAmount(f"“{text.strip()}”不是金额，请填写数字，例如 1,234.50")
    return Decimal(plain.replace(",", ""))


def _exact_fen(amount: str | int | Decimal, unit_fen: int, unit: str, places: int) -> int:
    if isinstance(amount, str):
        number = parse_number(amount)
    elif type(amount) is int or isinstance(amount, Decimal):
        number = Decimal(amount)
    else:
        raise TypeError(f"Money is not made from {type(amount).__name__}")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise NotAnAmount(f"“{amount}”不是金额，请填写数字，例如 1,234.50")
    with localcontext() as exact:
        exact.prec = 80
        fen = number * unit_fen
        if fen != fen.to_integral_value():
            raise NotAnAmount(f"“{amount}”{unit}精确不到分，{unit}最多 {places} 位小数")
    if abs(fen) >= 10**17:
        raise NotAnAmount(f"“{amount}”{unit}过大，请核对单位")
    return int(fen)


def _half_up(fen: int, unit_fen: int) -> str:
    """Two decimals of a unit, half up on the absolute value, with thousands commas."""
    cents = (abs(fen) * 200 + unit_fen) // (2 * unit_fen)
    sign = "-" if fen < 0 and cents else ""
    return f"{sign}{cents // 100:,}.{cents % 100:02d}"


def show_wan(amount: Money) -> str:
    """Two decimals of 万元 for ledgers and statistics, half up: "1,234.50"."""
    return _half_up(amount.fen, FEN_PER_WAN)


def show_yuan(amount: Money) -> str:
    """元 with two decimals for vouchers: "1,234.50". Never rounds."""
    return _half_up(amount.fen, FEN_PER_YUAN)


def floor_wan(amount: Money) -> str:
    """What may still be given, in 万元, never more than the truth: two decimals cut, all digits below 0.01."""
    cents = amount.fen // (FEN_PER_WAN // 100)
    return exact_wan(amount) if not cents and amount else _cents(cents)


def ceil_wan(amount: Money) -> str:
    """What is still missing, in 万元, never less than the truth: two decimals up, all digits below 0.01."""
    cents = -(-amount.fen // (FEN_PER_WAN // 100))
    return exact_wan(amount) if cents == 1 else _cents(cents)


def _cents(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def exact_wan(amount: Money) -> str:
    """Every digit in 万元, at least two decimals, no commas: for edit boxes and messages about limits."""
    sign = "-" if amount.fen < 0 else ""
    whole, rest = divmod(abs(amount.fen), FEN_PER_WAN)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"


def exact_yuan(amount: Money) -> str:
    """Every digit in 元, two decimals, no commas: for edit boxes."""
    sign = "-" if amount.fen < 0 else ""
    return f"{sign}{abs(amount.fen) // 100}.{abs(amount.fen) % 100:02d}"


def cut_ratio(share: Fraction, digits: int = 10) -> str:
    """An exact share as a decimal string cut (never rounded) at so many digits: "0.6412345678"."""
    scaled = abs(share.numerator) * 10**digits // share.denominator
    sign = "-" if share < 0 and scaled else ""
    return f"{sign}{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


def show_percent(share: Fraction | None, limit: Fraction | None = None) -> str:
    """A share as "65.54%", half up; with a limit it never looks as if it met a limit it misses, or missed one it meets.

    Where the rounded figure would stand on the limit or beyond it though the share does not, digits are added, cut
    not rounded: 64.999% and not 65.00%. None (nothing allotted) is "无数据".
    """
    if share is None:
        return "无数据"
    hundredths = (abs(share.numerator) * 20000 + share.denominator) // (2 * share.denominator)
    sign = "-" if share < 0 and hundredths else ""
    text = f"{sign}{hundredths // 100}.{hundredths % 100:02d}%"
    shown = Fraction(-hundredths if share < 0 else hundredths, 10000)
    if limit is None or _side(shown, limit) == _side(share, limit):
        return text
    for digits in range(3, 18):
        scaled = abs(share.numerator) * 100 * 10**digits // share.denominator
        shown = Fraction(-scaled if share < 0 else scaled, 100 * 10**digits)
        if _side(shown, limit) == _side(share, limit):
            return f"{'-' if share < 0 else ''}{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}%"
    return f"{'略高于' if share > limit else '略低于'} {show_limit(limit)}"


def _side(share: Fraction, limit: Fraction) -> int:
    return (share > limit) - (share < limit)


def show_limit(limit: Fraction) -> str:
    """A limit as the clause writes it, with no more digits than it has: "65%", "0.5%"."""
    digits = cut_ratio(limit * 100, 10).rstrip("0").rstrip(".")
    return f"{digits}%"


def split_by_largest_remainder(amount: Money, weights: dict[int, int]) -> dict[int, Money]:
    """Split an amount by integer weights so that the parts sum to it exactly, whatever the order.

    weights: key → weight ≥ 0, at least one above zero. Ties of remainders go to the smaller key.
    """
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("weights must be zero or more, and not all zero")
    parts = {key: amount.fen * weight // whole for key, weight in weights.items()}
    left = amount.fen - sum(parts.values())
    order = sorted(weights, key=lambda key: (-(amount.fen * weights[key] % whole), key))
    for key in order[:left]:
        parts[key] += 1
    return {key: Money(fen) for key, fen in parts.items()}
