"""One formatter per kind of ledger cell: what is printed, and the exact figure behind it. Rounding of money stays in Money."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fundsys.domain.coded import Coded
from fundsys.domain.money import Money, cut_ratio, exact_wan, exact_yuan, show_percent, show_wan, show_yuan

ZERO_TEXT = "-"
NOT_FILLED = "未填"
NOT_VALUED = "未评估"
NO_FIGURES = "无数据"

_ORDINARY = re.compile(r"[ -~\u4e00-\u9fff\u3400-\u4dbf，。、；：（）“”《》〔〕—…·×％℃㎡①-⑳]*")
_LOOKS_EMPTY = {0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}


def plain(text: str) -> str:
    """Text as it may stand on paper: nothing hidden, nothing that reorders, one line.

    Line breaks, tabs and odd spaces become one space each. Control, format, private and unassigned characters, which
    have no shape of their own, are shown by number: “王〔U+202E〕五”. An inspector sees that something was there.
    """
    if _ORDINARY.fullmatch(text):
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\n\r\t\v\f" or category in ("Zl", "Zp") or (category == "Zs" and char != "\u3000"):
        return " "
    if category[0] == "C" or ord(char) in _LOOKS_EMPTY:
        return f"〔U+{ord(char):04X}〕"
    return char


def mask_phone(text: str) -> str:
    """A phone number without its middle four digits: 189****9241."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else _mask_all_but(text, 2, 2)


def mask_identity(text: str) -> str:
    """An identity number with its first six and last four characters."""
    return _mask_all_but(text, 6, 4)


def mask_account(text: str) -> str:
    """A bank account with its first four and last four digits."""
    return _mask_all_but(text, 4, 4)


def _mask_all_but(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


@dataclass(frozen=True, eq=False)
class Kind:
    """How one kind of cell reads.

    show: the printed text of a value that is there. exact: every digit of it, without commas (CSV and row digest).
    align: left, center or right. folds: whether the text may take several lines. style: the workbook's cell style.
    sums: whether values can be added up. mask: what public copies show instead; None when it is not personal.
    missing: what is printed where there is no value.
    """

    name: str
    show: Callable[[Any], str]
    exact: Callable[[Any], str]
    align: str = "left"
    folds: bool = True
    style: str = "text"
    sums: bool = False
    mask: Callable[[str], str] | None = None
    missing: str = NOT_FILLED

    @property
    def sums_money(self) -> bool:
        """Whether values are Money that is added up."""
        return self.style in ("wan", "yuan")


def _text(value: Any) -> str:
    if isinstance(value, Coded):
        return value.label
    if isinstance(value, float):
        raise TypeError("a ledger cell is never a float")
    return plain(value if isinstance(value, str) else str(value))


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"a whole number is needed, not {type(value).__name__}")
    return value


def _show_integer(value: Any) -> str:
    return f"{_integer(value):,}" if value else ZERO_TEXT


def _decimal(value: Any) -> Decimal:
    if type(value) is not int and not isinstance(value, Decimal):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    number = Decimal(value)
    if not number.is_finite():
        raise TypeError("a ledger cell is never infinite or NaN")
    return number


def _exact_decimal(value: Any) -> str:
    text = f"{_decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _show_decimal(value: Any) -> str:
    if not value:
        return ZERO_TEXT
    whole, dot, rest = _exact_decimal(value).partition(".")
    return f"{int(whole):,}{dot}{rest}" if not whole.startswith("-") else f"-{int(whole[1:]):,}{dot}{rest}"


def _money(value: Any) -> Money:
    if not isinstance(value, Money):
        raise TypeError(f"Money is needed, not {type(value).__name__}")
    return value


def _show_wan(value: Any) -> str:
    return show_wan(_money(value)) if value else ZERO_TEXT


def _exact_wan(value: Any) -> str:
    return exact_wan(_money(value))


def _show_exact_wan(value: Any) -> str:
    return exact_wan(_money(value)) if value else ZERO_TEXT


def _show_yuan(value: Any) -> str:
    return show_yuan(_money(value)) if value else ZERO_TEXT


def _exact_yuan(value: Any) -> str:
    return exact_yuan(_money(value))


def _share(value: Any) -> Fraction:
    if not isinstance(value, Fraction):
        raise TypeError(f"an exact share is needed, not {type(value).__name__}")
    return value


def _show_share(value: Any) -> str:
    return show_percent(_share(value))


def _exact_share(value: Any) -> str:
    text = cut_ratio(_share(value), 12).rstrip("0")
    return text + "0" if text.endswith(".") else text


def _day(value: Any) -> date:
    if type(value) is not date:
        raise TypeError(f"a day is needed, not {type(value).__name__}")
    return value


def _iso_day(value: Any) -> str:
    return _day(value).isoformat()


def _iso_month(value: Any) -> str:
    return _day(value).isoformat()[:7]


def _year(value: Any) -> str:
    return str(_integer(value))


def _yes_no(value: Any) -> str:
    if type(value) is not bool:
        raise TypeError(f"yes or no is needed, not {type(value).__name__}")
    return "是" if value else "否"


TEXT = Kind("text", _text, _text)
LABEL = Kind("label", _text, _text, align="center")
CODE = Kind("code", _text, _text, folds=False)
SERIAL = Kind("serial", _year, _year, align="center", folds=False, style="serial", missing="")
INTEGER = Kind("integer", _show_integer, lambda value: str(_integer(value)), "right", False, "integer", True)
DECIMAL = Kind("decimal", _show_decimal, _exact_decimal, "right", False, "decimal", True)
MONEY_WAN = Kind("money_wan", _show_wan, _exact_wan, "right", False, "wan", True)
MONEY_TO_THE_FEN = Kind("money_to_the_fen", _show_exact_wan, _exact_wan, "right", False, "wan", True)
"""万元 with every digit to the 分, for papers that follow each 分."""
MONEY_YUAN = Kind("money_yuan", _show_yuan, _exact_yuan, "right", False, "yuan", True)
PERCENT = Kind("percent", _show_share, _exact_share, "right", False, "percent", missing=NO_FIGURES)
DATE = Kind("date", _iso_day, _iso_day, "center", False, "date")
MONTH = Kind("month", _iso_month, _iso_month, "center", False, "month")
YEAR = Kind("year", _year, _year, "center", False, "year")
BOOLEAN = Kind("boolean", _yes_no, _yes_no, "center", False)
PHONE = Kind("phone", _text, _text, "center", False, mask=mask_phone)
IDENTITY = Kind("identity", _text, _text, "center", False, mask=mask_identity)
ACCOUNT = Kind("account", _text, _text, "center", False, mask=mask_account)

BY_UNIT = {
    "万元": MONEY_WAN,
    "元": MONEY_YUAN,
    "%": PERCENT,
    "户": INTEGER,
    "人": INTEGER,
    "日": INTEGER,
    "年": INTEGER,
}
