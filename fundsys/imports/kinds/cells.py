"""Parsers of a column's cells: each distinct value once, to the plain value a table stores, or a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from fundsys.domain.coded import Coded
from fundsys.domain.credit_code import credit_code_fault
from fundsys.domain.dates import parse_day
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError
from fundsys.domain.money import FEN_PER_WAN, FEN_PER_YUAN, Money, exact_wan
from fundsys.domain.plain_input import UNSEEN

from ..grid import Cell
from ..numbers import exact_decimal, plain
from ..parsers import BIDI, read_amount

if TYPE_CHECKING:
    from .base import Told

Value = str | int | float | None
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*(?:[户人个处座村口年]|人次)?")
_MONTH = re.compile(r"((?:19|20)\d\d)(?:[-./]|年)(\d{1,2})月?")
_YES = {"是": True, "否": False, "√": True, "✓": True, "×": False, "Y": True, "N": False, "TRUE": True, "FALSE": False}
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,4})?|12317")
_DASHES = frozenset({"-", "—", "－", "–", "/", "／", "无", "——"})


class Bad(DomainError):
    """What is wrong with one cell, without its address: “十二”不是金额."""


def shown(value: Value) -> str:
    """A cell's text as a person sees it, short."""
    text = written(value)
    line = " ".join(text.split())
    return line if len(line) <= 30 else line[:30] + "……"


def written(value: Value) -> str:
    """A cell's text: numbers by their shortest decimal."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int):
        return str(value)
    exact = exact_decimal(repr(value))
    return plain(exact[0]) if exact else repr(value)


def wan(fen: int) -> str:
    """An amount in 分 as messages say it: 万元, every digit."""
    return exact_wan(Money(fen))


@dataclass(frozen=True)
class Parser:
    """Base: `one` reads a cell that holds something; `nothing` is what an empty cell means."""

    nothing: ClassVar[Any] = None

    def one(self, value: Value, told: Told) -> Any:
        """The plain value of one cell. Raises Bad."""
        raise NotImplementedError

    def many(self, values: Sequence[Value], told: Told, unit: str | None) -> tuple[list[Any], dict[int, str]]:
        """Every distinct value of a column, and the sentence for each that is wrong, by position."""
        bad: dict[int, str] = {}
        read = []
        one = self.bound(told, unit)
        for place, value in enumerate(values):
            if value is None:
                read.append(self.nothing)
                continue
            try:
                read.append(one(value))
            except DomainError as wrong:
                bad[place] = wrong.message
                read.append(self.nothing)
        return read, bad

    def bound(self, told: Told, unit: str | None) -> Callable[[Value], Any]:
        """The reader of one cell for this workbook."""
        return lambda value: self.one(value, told)

    def show(self, value: Any, told: Told) -> str:
        """The value as people read it, for before → after."""
        return "" if value is None else str(value)

    def same(self, new: Any, old: Any) -> bool:
        """Whether two plain values that are not equal say the same."""
        return False

    def export(self, value: Any, told: Told) -> Any:
        """The value as a cell of a filled template."""
        return value

    def choices(self, told: Told) -> list[str]:
        """What may be chosen, for the list of the template's column; empty when it is free."""
        return []

    @property
    def sort(self) -> str:
        """text, wan, date or count: how the template shows the column."""
        return "text"


@dataclass(frozen=True)
class Text(Parser):
    """Words, at most `limit` characters; `lines` keeps line breaks."""

    limit: int = 120
    lines: bool = False
    nothing: ClassVar[Any] = ""

    def many(self, values: Sequence[Value], told: Told, unit: str | None) -> tuple[list[Any], dict[int, str]]:
        texts = [v.strip() if type(v) is str else written(v) for v in values]
        if max(map(len, texts), default=0) <= self.limit and not UNSEEN.search("\n".join(texts)):
            return (texts if self.lines else [" ".join(t.split()) if "\n" in t else t for t in texts]), {}
        return super().many(values, told, unit)

    def one(self, value: Value, told: Told) -> str:
        text = written(value)
        if BIDI.search(text):
            raise Bad(f"“{shown(UNSEEN.sub('', text))}”含有改变文字方向的隐藏字符，请清除后重新填写")
        text = UNSEEN.sub("", text)
        if len(text) > self.limit:
            raise Bad(f"有 {len(text)} 个字，最多 {self.limit} 个字，请缩短")
        return " ".join(text.split()) if "\n" in text and not self.lines else text


@dataclass(frozen=True)
class CodeText(Parser):
    """A code: no spaces inside, full-width digits made plain; a number of more than 15 digits is refused."""

    limit: int = 40
    nothing: ClassVar[Any] = ""

    def many(self, values: Sequence[Value], told: Told, unit: str | None) -> tuple[list[Any], dict[int, str]]:
        texts = [v if type(v) is str else None for v in values]
        if None not in texts:
            joined = "\n".join(texts)  # type: ignore[arg-type]
            if joined.isascii() and " " not in joined and max(map(len, texts), default=0) <= self.limit:  # type: ignore[arg-type]
                return texts, {}
        return super().many(values, told, unit)

    def one(self, value: Value, told: Told) -> str:
        if isinstance(value, int | float) and abs(value) >= 10**15:
            raise Bad(f"“{shown(value)}”是超过 15 位的数字，文件里可能已经失真，请改成文本")
        text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", UNSEEN.sub("", written(value))))
        if len(text) > self.limit:
            raise Bad(f"“{shown(text)}”超过 {self.limit} 个字符，请核对")
        return text


@dataclass(frozen=True)
class DocumentNo(Parser):
    """A document number, brackets made 〔〕."""

    nothing: ClassVar[Any] = ""

    def one(self, value: Value, told: Told) -> str:
        number = tidy_document_no(UNSEEN.sub("", written(value)))
        if len(number) > 60:
            raise Bad(f"“{shown(number)}”超过 60 个字，请核对")
        return number


def _fen_per(unit: str | None) -> int:
    return FEN_PER_YUAN if unit == "元" else FEN_PER_WAN


@dataclass(frozen=True)
class Wan(Parser):
    """Money in the column's unit (万元 in our templates), whole 分. least: the smallest allowed amount in 分."""

    least: int = 0

    def used(self, told: Told, unit: str | None) -> str | None:
        """The unit a column's figures are in; None where nobody said. unit: what the column's heading says."""
        return unit or told.unit

    def many(self, values: Sequence[Value], told: Told, unit: str | None) -> tuple[list[Any], dict[int, str]]:
        used = self.used(told, unit)
        if used and set(map(type, values)) <= {int, float, type(None)}:
            each, figures = _fen_per(used), cast(Sequence[float | None], values)
            fens = [None if value is None else round(value * each) for value in figures]
            least, most = self.least, 10**15
            if all(f is None or (least <= f < most and f / each == v) for f, v in zip(fens, figures, strict=True)):
                return fens, {}
        return super().many(values, told, unit)

    def bound(self, told: Told, unit: str | None) -> Callable[[Value], int | None]:
        used = self.used(told, unit)
        each = _fen_per(used)

        def one(value: Value) -> int | None:
            if type(value) is int:
                return self._fits(value * each, value) if used else self._ask(value)
            if type(value) is float and used:
                fen = round(value * each)
                if abs(fen) < 10**15 and fen / each == value:
                    return self._fits(fen, value)
            return self._slowly(value, used)

        return one

    def _slowly(self, value: Value, used: str | None) -> int | None:
        cell = Cell(value) if isinstance(value, str) else Cell(written(value), "number", Decimal(written(value)))
        reading = read_amount(cell, used)
        if reading.blank:
            return None
        if reading.fen is None:
            if reading.needs_unit:
                return self._ask(value)
            raise Bad(reading.problem or f"“{shown(value)}”不是金额")
        return None if reading.dash else self._fits(reading.fen, value)

    def _ask(self, value: Value) -> int:
        raise Bad(f"“{shown(value)}”没有写明是元还是万元，请说明金额单位")

    def _fits(self, fen: int, value: Value) -> int:
        if fen < self.least:
            raise Bad(f"“{shown(value)}”小于零，金额不能是负数" if fen < 0 else f"“{shown(value)}”应大于零")
        if fen >= 10**15:
            raise Bad(f"“{shown(value)}”过大，请核对单位")
        return fen

    def show(self, value: Any, told: Told) -> str:
        return "" if value is None else f"{wan(value)} 万元"

    def export(self, value: Any, told: Told) -> Any:
        if value is None:
            return None
        return value // FEN_PER_WAN if value % FEN_PER_WAN == 0 else float(Decimal(value) / FEN_PER_WAN)

    @property
    def sort(self) -> str:
        return "wan"


@dataclass(frozen=True)
class Day(Parser):
    """A day in any of the ways people write it. months: a month alone is its first (or last) day."""

    months: str = ""
    past: bool = False

    def one(self, value: Value, told: Told) -> date | None:
        text = written(value)
        if text in _DASHES:
            return None
        day = self._day(text, told)
        if self.past and day > told.day:
            raise Bad(f"“{shown(value)}”晚于今天 {told.day.isoformat()}，请核对")
        return day

    def _day(self, text: str, told: Told) -> date:
        month = _MONTH.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))) if self.months else None
        if month and 1 <= int(month[2]) <= 12:
            year, number = int(month[1]), int(month[2])
            first = date(year, number, 1)
            if self.months == "first":
                return first
            return date.fromordinal(date(year + number // 12, number % 12 + 1, 1).toordinal() - 1)
        if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
            raise Bad(f"“{text}”是数字，不是日期，请把单元格设为日期格式，或写成 2024-03-01")
        return parse_day(text)

    @property
    def sort(self) -> str:
        return "date"


@dataclass(frozen=True)
class Count(Parser):
    """A whole number, zero or more, with or without its unit (382户)."""

    most: int = 10_000_000

    def one(self, value: Value, told: Told) -> int | None:
        text = unicodedata.normalize("NFKC", written(value))
        if text in _DASHES:
            return None
        found = _COUNT.fullmatch(text)
        if not found:
            raise Bad(f"“{shown(value)}”不是整数")
        number = int(found[1].replace(",", ""))
        if number > self.most:
            raise Bad(f"“{shown(value)}”过大，请核对")
        return number

    @property
    def sort(self) -> str:
        return "count"


@dataclass(frozen=True)
class Share(Parser):
    """A share as basis points: 90%, 90 or 0.9 (a figure up to 1 is a share, a greater one a percent)."""

    def one(self, value: Value, told: Told) -> int | None:
        text = unicodedata.normalize("NFKC", written(value)).replace(" ", "")
        if text in _DASHES:
            return None
        found = exact_decimal(text.removesuffix("%"))
        if not found:
            raise Bad(f"“{shown(value)}”不是比例，请写成 90%")
        number = found[0] * (100 if text.endswith("%") or found[0] > 1 else 10_000)
        if number != number.to_integral_value() or not 0 <= number <= 10_000:
            raise Bad(f"“{shown(value)}”不在 0 至 100% 之间，或多于两位小数")
        return int(number)

    def show(self, value: Any, told: Told) -> str:
        return "" if value is None else f"{value / 100:g}%"


@dataclass(frozen=True)
class Year(Parser):
    """A year of four digits from `first` to `last`."""

    first: int = 2013
    last: int = 2100

    def one(self, value: Value, told: Told) -> int:
        found = re.fullmatch(r"(\d{4})(?:\.0)?年?度?", unicodedata.normalize("NFKC", written(value)))
        if not found or not 1949 <= int(found[1]) <= 2100:
            raise Bad(f"“{shown(value)}”不是年度，请写四位年份，例如 {self.first + 10}")
        if not self.first <= int(found[1]) <= self.last:
            raise Bad(f"{found[1]} 年不在 {self.first}—{self.last} 年之间，请核对")
        return int(found[1])

    @property
    def sort(self) -> str:
        return "year"


@dataclass(frozen=True)
class Quantity(Parser):
    """A quantity with its digits as written."""

    def one(self, value: Value, told: Told) -> str:
        text = unicodedata.normalize("NFKC", written(value)).replace(",", "")
        if not re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", text):
            raise Bad(f"“{shown(value)}”不是数量")
        return plain(Decimal(text))

    def same(self, new: Any, old: Any) -> bool:
        return old is not None and Decimal(new) == Decimal(old)

    def export(self, value: Any, told: Told) -> Any:
        return None if value is None else int(value) if "." not in value else float(value)


@dataclass(frozen=True)
class Choice(Parser):
    """A coded word, by label or code. also: other words people use.

    left_out: members only a page may set, each with what is said then; unoffered: members the kind judges by itself.
    """

    kind: type[Coded] = Coded
    also: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[Coded, str], ...] = ()
    unoffered: tuple[Coded, ...] = ()
    _known: dict[str, Coded] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        for member in self.kind:
            self._known[member.label] = self._known[member.code] = member
        for word, code in self.also:
            self._known[word] = self.kind(code)

    def one(self, value: Value, told: Told) -> str | None:
        text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", written(value)))
        member = self._known.get(text) or self._known.get(text.replace("(", "（").replace(")", "）"))
        if member is None:
            raise Bad(f"“{shown(value)}”不在可选的词里（{'、'.join(m.label for m in self.kind)}）")
        for wrong, why in self.left_out:
            if member is wrong:
                raise Bad(why)
        return member.code

    def show(self, value: Any, told: Told) -> str:
        return "" if value is None else self.kind(value).label

    def export(self, value: Any, told: Told) -> Any:
        return self.show(value, told) or None

    def choices(self, told: Told) -> list[str]:
        barred = (*self.unoffered, *(member for member, _ in self.left_out))
        return [member.label for member in self.kind if member not in barred]


@dataclass(frozen=True)
class YesNo(Parser):
    """是 or 否; an empty cell says nothing."""

    def one(self, value: Value, told: Told) -> bool:
        text = unicodedata.normalize("NFKC", written(value)).upper()
        if text not in _YES:
            raise Bad(f"“{shown(value)}”请填“是”或“否”")
        return _YES[text]

    def show(self, value: Any, told: Told) -> str:
        return "" if value is None else "是" if value else "否"

    def export(self, value: Any, told: Told) -> Any:
        return self.show(value, told) or None

    def choices(self, told: Told) -> list[str]:
        return ["是", "否"]


@dataclass(frozen=True)
class Listed(Parser):
    """A record of a list the county edits, by name or code. which: towns, units, types, sources, sectors."""

    which: str = ""
    what: str = ""
    loose: bool = False

    def one(self, value: Value, told: Told) -> int | None:
        text = UNSEEN.sub("", written(value))
        found = told.lists.find(self.which, text)
        if found is None:
            if self.loose and told.way == "foreign":
                return None
            near = told.lists.near(self.which, text)
            raise Bad(
                f"“{shown(value)}”不在{self.what}里" + (f"，是不是“{near}”" if near else f"，请核对{self.what}的写法")
            )
        return found

    def show(self, value: Any, told: Told) -> str:
        return "" if value is None else told.lists.name(self.which, value)

    def export(self, value: Any, told: Told) -> Any:
        return self.show(value, told) or None

    def choices(self, told: Told) -> list[str]:
        return told.lists.names(self.which)


@dataclass(frozen=True)
class Entries(Parser):
    """Entries of a dictionary the county edits, by name or code; several stand apart by 、 and are kept as ",A,B,"."""

    nothing: ClassVar[Any] = ""
    kind: str = ""
    what: str = ""
    several: bool = False

    def one(self, value: Value, told: Told) -> str:
        words = [w for w in re.split(r"[、，,；;]+", written(value)) if w.strip() not in ("", *_DASHES)]
        codes = []
        for word in words:
            code = told.lists.entry(self.kind, word)
            if code is None:
                raise Bad(f"“{shown(word)}”不在{self.what}里，请核对{self.what}的写法")
            codes.append(code)
        if not self.several and len(codes) > 1:
            raise Bad(f"{self.what}只能填一个")
        return f",{','.join(sorted(set(codes)))}," if self.several and codes else "".join(codes)

    def show(self, value: Any, told: Told) -> str:
        names = told.lists.entry_names(self.kind)
        return "、".join(names.get(code, code) for code in (value or "").split(",") if code)

    def export(self, value: Any, told: Told) -> Any:
        return self.show(value, told) or None

    def choices(self, told: Told) -> list[str]:
        return [] if self.several else list(told.lists.entry_names(self.kind).values())


@dataclass(frozen=True)
class Phone(Parser):
    """A telephone number; a masked one (138****5678) is what our own export shows and changes nothing."""

    nothing: ClassVar[Any] = ""

    def one(self, value: Value, told: Told) -> str:
        text = re.sub(r"[\s—]+", "", unicodedata.normalize("NFKC", written(value)))
        if text in _DASHES:
            return ""
        if not _PHONE.fullmatch(text) and "*" not in text:
            raise Bad("不是电话号码，请填 11 位手机号，或区号加号码")
        return text


@dataclass(frozen=True)
class CreditCode(Parser):
    """A unified social credit code with its check digit. Source: GB 32100."""

    nothing: ClassVar[Any] = ""

    def one(self, value: Value, told: Told) -> str:
        text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", written(value))).upper()
        if text in _DASHES:
            return ""
        if wrong := credit_code_fault(text):
            raise Bad(wrong.replace(text, shown(value)))
        return text
