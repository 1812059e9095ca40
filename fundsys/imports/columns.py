"""The columns of one table: headings, fields, units, and which column is the amount allotted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from .doubts import rivals
from .grid import Cell, address, column_letter
from .headings import (
    TOTAL_LEAF,
    bare_heading,
    is_fiscal,
    is_fiscal_group,
    is_lone_money_word,
    is_money_word,
    is_part_group,
    later_field,
    money_rank,
    says_total,
    text_field,
)
from .layout import Region, View, heading_path
from .parsers import SHOWN_UNIT, UNIT_FEN, clean, heading_unit, is_amount_like, read_amount, squash

_YEAR = re.compile(r"(?:19|20)\d\d年?")
_YEAR_IN = re.compile(r"20\d\d(?=年)")
_GIVES_DIVIDENDS = re.compile(r"分红|收益.{0,4}(?:分配|发放|兑付|兑现)")
_DIVIDEND = re.compile(r"(?:应|实|本次|合计)?(?:分红|分配收益|发放收益|收益分配|收益分红|收益)(?:金额|资金|款|额)?")
_TAKEN_OFF = re.compile(r"扣|核减")
_NAMELIKE = ("project_name", "village", "town", "place", "unit")


@dataclass(slots=True, eq=False)
class Column:
    """One column: number, its headings from top to leaf, its unique heading, its field and its own money unit."""

    number: int
    path: tuple[str, ...]
    heading: str
    field: str | None = None
    unit: str | None = None
    money: bool = False
    rank: float = 9
    part: str | None = None


@dataclass(slots=True)
class Columns:
    """The columns of a table. amount: what is allotted; parts: columns that should add up to it."""

    all: list[Column]
    amount: Column | None = None
    parts: list[Column] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    added: bool = False
    units: Column | None = None

    def unit_in(self, cells: dict[int, Cell], column: Column) -> str | None:
        """The unit of a column in one row: its own, else what the row's unit cell says, else None."""
        return column.unit or self.unit_said(cells)

    def unit_said(self, cells: dict[int, Cell]) -> str | None:
        """The money unit that a row's cell in the column of units says, None when there is none."""
        if self.units is None or self.units.number not in cells:
            return None
        word = squash(cells[self.units.number].text)
        return SHOWN_UNIT.get(word, word) if word in UNIT_FEN else None

    def of(self, name: str) -> Column | None:
        """The first column of a field."""
        return next((column for column in self.all if column.field == name), None)


def read_columns(view: View, region: Region, details: list[int], table_unit: str | None) -> Columns:
    """Name every column and choose the amount. details: the rows that may be records, for judging by content."""
    found = [_column(view, region, number, details) for number in range(region.left, region.right + 1)]
    columns = Columns([column for column in found if column.path or _filled(view, column.number, details)])
    _add_stray_columns(view, region, columns, details)
    _make_unique(columns.all)
    _guess_seq(view, columns, details)
    columns.units = _units_column(view, columns, details)
    _give_dividends(view, region, columns, details)
    money = [column for column in columns.all if column.money] or _in_words(view, columns, details)
    if not money and table_unit:
        money = _unnamed_money(view, columns, details)
    if money:
        _Chooser(view, region, columns, money, details).choose()
    return columns


def _filled(view: View, number: int, rows: list[int]) -> bool:
    return any(number in view.row(row) for row in rows)


def _column(view: View, region: Region, number: int, details: list[int]) -> Column:
    path = heading_path(view, region.heading_rows, number, region.left)
    column = Column(number, path, "/".join(path))
    if not path:
        return column
    leaf = path[-1]
    column.unit = next((unit for step in reversed(path) if (unit := heading_unit(step))), None)
    column.field = text_field(leaf)
    if column.field in ("quantity", "percent", "remark") and bare_heading(leaf) in ("计", "小计"):
        column.field = None
    grouped = any(is_money_word(step) or is_part_group(step) for step in path[:-1])
    speaks = column.field is None and (
        is_money_word(leaf) or is_lone_money_word(leaf) or grouped or column.unit is not None
    )
    if column.field == "source" and not re.search("来源|级次|渠道|性质|类|名称|科目|用途|文件", leaf):
        speaks = True
    if speaks and _holds_money(view, number, details, certain=column.unit is not None or is_money_word(leaf)):
        column.money, column.field = True, "money"
        place = money_rank(path)
        column.rank, column.part = place.rank, place.part
    elif column.field is None:
        column.field = later_field(leaf)
    return column


def _holds_money(view: View, number: int, rows: list[int], certain: bool) -> bool:
    cells = [cell for row in rows if (cell := view.row(row).get(number)) is not None]
    if not cells:
        return certain
    stored = ("error", "percent", "date") if certain else ("error",)
    fit = sum(is_amount_like(cell) or cell.kind in stored or _doubtful_figure(cell) for cell in cells)
    if all(read_amount(cell, "元").dash for cell in cells):
        return certain
    return fit * (3 if certain else 2) >= len(cells)


def _doubtful_figure(cell: Cell) -> bool:
    """A short text that is mostly a figure, though no plain amount: 约50, 30-40."""
    text = squash(cell.text)
    return (
        len(text) <= 12
        and re.search(r"\d", text) is not None
        and re.search(r"[^\d.,约元万亿~\-—至以上下左右]", text) is None
    )


def _add_stray_columns(view: View, region: Region, columns: Columns, rows: list[int]) -> None:
    """Columns right of the headings that still hold something: kept in the values, without a field."""
    known = {column.number for column in columns.all}
    for number in range(region.right + 1, region.right + 4):
        if (
            number not in known
            and _filled(view, number, rows)
            and not any(number in view.row(r) for r in region.heading_rows)
        ):
            columns.all.append(Column(number, (), ""))
        else:
            break


def _make_unique(columns: list[Column]) -> None:
    seen: set[str] = set()
    for column in columns:
        heading = column.heading or f"{column_letter(column.number)}列"
        if heading in seen:
            heading = f"{heading}（{column_letter(column.number)}列）"
        seen.add(heading)
        column.heading = heading


def _guess_seq(view: View, columns: Columns, rows: list[int]) -> None:
    """A leftmost column without a heading that counts 1 2 3 is the sequence."""
    first = columns.all[0] if columns.all else None
    if first is None or columns.of("seq") or first.field or first.path:
        return
    values = [clean(cell.text) for row in rows if (cell := view.row(row).get(first.number))]
    if values and all(re.fullmatch(r"\d{1,4}|[一二三四五六七八九十]+", value) for value in values):
        first.field = "seq"


def _give_dividends(view: View, region: Region, columns: Columns, rows: list[int]) -> None:
    """Where the title says that 收益 or 分红 are given out, the column of what each got is money given."""
    titles = "".join(squash(cell.text) for row in region.preamble for cell in view.row(row).values())
    if not _GIVES_DIVIDENDS.search(titles):
        return
    for column in columns.all:
        given = column.field == "income" and _DIVIDEND.fullmatch(bare_heading(column.path[-1]))
        if given and _holds_money(view, column.number, rows, certain=True):
            column.money, column.field, column.rank = True, "money", 1


def _units_column(view: View, columns: Columns, rows: list[int]) -> Column | None:
    """A column of nothing but money units, 元 in some rows and 万元 in others: each row's amount is in its unit."""
    for column in columns.all:
        words = [squash(cell.text) for row in rows if (cell := view.row(row).get(column.number))]
        if not column.money and words and all(word in UNIT_FEN for word in words):
            column.field = "measure_unit"
            return column
    return None


def _in_words(view: View, columns: Columns, rows: list[int]) -> list[Column]:
    """A single column of amounts in capital characters, in a table that gives them in no other way."""
    found = [c for c in columns.all if c.field == "in_words" and _holds_money(view, c.number, rows, certain=True)]
    if len(found) != 1:
        return []
    found[0].money, found[0].field = True, "money"
    return found


def _unnamed_money(view: View, columns: Columns, rows: list[int]) -> list[Column]:
    """With a money unit stated but no money heading: columns of numbers under headings that mean nothing to us."""
    found = [
        c for c in columns.all
        if c.field is None and c.path and (cells := [x for r in rows if (x := view.row(r).get(c.number))])
        and all(is_amount_like(cell) for cell in cells) and not all(_YEAR.fullmatch(squash(cell.text)) for cell in cells)
    ]  # fmt: skip
    for column in found:
        column.money, column.field, column.rank = True, "money", 2
    if len(found) == 1:
        where = address(view.rows[0], found[0].number)
        columns.problems.append((where, f"“{found[0].heading}”按金额列读取（表内写明了金额单位），请核对。"))
    return found


class _Chooser:
    """Chooses the amount among the money columns and names the parts."""

    def __init__(self, view: View, region: Region, columns: Columns, money: list[Column], rows: list[int]) -> None:
        self.view, self.region, self.columns, self.money, self.rows = view, region, columns, money, rows
        self.where = region.heading_rows[-1]
        self.read: dict[int, list[Decimal | None]] = {}

    def choose(self) -> None:
        """Sets amount, parts and fields; a choice that is not certain becomes a problem."""
        totals = [column for column in self.money if column.part is None]
        known = len(self.columns.problems)
        amount = self._best(totals) if totals else None
        if amount is not None and amount.rank >= 3:
            amount = self._fiscal_part(amount) or (None if self.columns.added else amount)
        if amount is None and not self.columns.added:
            amount = self._from_parts(self.money)
        if amount is not None:
            chosen, amount = amount, self._after_deduction(amount)
            if chosen is not amount:
                del self.columns.problems[known:]
        self.columns.amount = amount
        if amount is not None:
            self.columns.parts = self._parts(amount)
            self._name_rivals(amount)
        self._name_fields(amount)

    def _name_rivals(self, amount: Column) -> None:
        """A column beside the amount that may be meant as well is named, unless a doubt about the choice is named already."""
        if self.columns.problems:
            return
        others = [column for column in self.columns.all if column is not amount]
        if found := rivals(amount, others, self._figures, self._titles()):
            names = "、".join(f"“{column.heading}”" for column in found)
            self.columns.problems.append(
                (
                    address(self.where, amount.number),
                    f"金额按“{amount.heading}”读取；同表还有{names}，看不出以哪个为准，请核对。",
                )
            )

    def _after_deduction(self, amount: Column) -> Column:
        """What is left of the amount in a column of its own, where another says what was taken off: 奖励 - 扣减 = 兑现."""
        for taken in self.money:
            if taken is amount or not _TAKEN_OFF.search(bare_heading(taken.path[-1])):
                continue
            left = [c for c in self.money if c not in (amount, taken) and self._adds_up(amount, [taken, c])]
            if len(left) == 1:
                return left[0]
        return amount

    def _best(self, totals: list[Column]) -> Column | None:
        if (dated := self._of_the_year(totals)) is not None:
            return dated
        best = min(column.rank for column in totals)
        tied = [column for column in totals if column.rank == best]
        if best >= 4 and (parts := [c for c in self.money if c.part and c.rank < 4]):
            return self._from_parts(parts)
        tied = [c for c in tied if not (says_total(c.path) and self._shared(c))] or tied
        plain = [c for c in totals if c.rank < 3 and not _is_total(c)]
        if len(plain) > 1 and (whole := self._whole_of(plain, totals)) is not None:
            return whole
        if len(tied) == 1:
            return tied[0]
        said = [column for column in tied if says_total(column.path)]
        if len(said) == 1:
            return said[0]
        adding = [column for column in said or tied if self._adds_up(column, [c for c in tied if c is not column])]
        if len(adding) == 1:
            return adding[0]
        if said:
            outer = [c for c in said if len(c.path) == min(len(s.path) for s in said)]
            if len(outer) == 1:
                return outer[0]
        return self._tie(said or tied)

    def _of_the_year(self, totals: list[Column]) -> Column | None:
        """Of columns that give money in several years (2024年安排, 2025年拟安排) their total, or that of the title's year."""
        dated = [(c, found[0]) for c in totals if c.rank < 1.5 and (found := _YEAR_IN.search("".join(c.path)))]
        columns = [column for column, _ in dated]
        if len({year for _, year in dated}) < 2:
            return None
        titles = self._titles()
        titled = [column for column, year in dated if year in titles]
        whole = self._whole_of(columns, totals)
        return whole or (titled[0] if len(titled) == 1 else self._tie(columns))

    def _titles(self) -> str:
        return "".join(cell.text for row in self.region.preamble for cell in self.view.row(row).values())

    def _whole_of(self, parts: list[Column], totals: list[Column]) -> Column | None:
        """The one column called total that is the sum of the others: 岗位补贴 + 社保补贴 = 合计."""
        whole = [c for c in totals if c.rank < 3 and _is_total(c) and c not in parts and self._adds_up(c, parts)]
        return whole[0] if len(whole) == 1 else None

    def _tie(self, tied: list[Column]) -> Column | None:
        """Several columns speak alike: groups with the same leaf are parts; otherwise the plainest words, as a problem."""
        leaves = {bare_heading(column.path[-1]) for column in tied}
        groups = {column.path[0] for column in tied}
        if len(leaves) == 1 and len(groups) == len(tied) and all(len(column.path) > 1 for column in tied):
            return self._from_parts(tied)
        plainest = sorted(tied, key=lambda c: (self._shared(c), len(c.path), _plainness(c), c.number))
        first = plainest[0]
        if self._shared(plainest[1]) or len({(len(c.path), _plainness(c)) for c in plainest[:2]}) == 1:
            names = "、".join(f"“{column.heading}”" for column in tied)
            self.columns.problems.append(
                (address(self.where, first.number), f"{names}都可能是本表安排的金额，按“{first.heading}”读取，请核对。")
            )
        return first

    def _shared(self, column: Column) -> bool:
        """Whether several rows share a figure of the column: merged over them, or their sum over blank cells."""
        merges = (self.view.merge(row, column.number) for row in self.rows)
        if any(merge is not None and merge.bottom > merge.top for merge in merges):
            return True
        return any(self._gathers(column, other) for other in self.money if other is not column)

    def _gathers(self, column: Column, other: Column) -> bool:
        """Whether each figure of a column is the sum of another's in its row and the rows below that leave it blank."""
        groups: list[tuple[Decimal, list[Decimal]]] = []
        for whole, part in zip(self._figures(column), self._figures(other), strict=True):
            if part is None or whole is None and not groups:
                return False
            if whole is not None:
                groups.append((whole, []))
            groups[-1][1].append(part)
        return any(len(parts) > 1 for _, parts in groups) and all(whole == sum(parts) for whole, parts in groups)

    def _fiscal_part(self, amount: Column) -> Column | None:
        """Under a whole investment, the one column of public money is what the table allots."""
        if (group := self._fiscal_group()) is not None:
            self._add(group)
            return None
        parts = [column for column in self.money if column.part and column.rank < 4]
        fiscal = [column for column in parts if is_fiscal(column.path[-1])]
        if len(fiscal) == 1 and bare_heading(amount.path[-1]) not in ("投入", "投入资金"):
            return fiscal[0]
        grouped = [
            column
            for column in self.money
            if column.rank <= 2 and column is not amount and TOTAL_LEAF.fullmatch(bare_heading(column.path[-1]))
        ]
        return grouped[0] if len(grouped) == 1 else None

    def _fiscal_group(self) -> list[Column] | None:
        """The columns of the one group of public money that has no total of its own: 财政补助资金（中央、省级）."""
        groups: dict[tuple[str, ...], list[Column]] = {}
        for column in self.money:
            group = column.path[:-1]
            if group and is_fiscal_group(group[-1]):
                groups.setdefault(group, []).append(column)
        open_groups = [
            found for found in groups.values()
            if len(found) > 1 and all(c.part and not _is_total(c) for c in found)
        ]  # fmt: skip
        return open_groups[0] if len(open_groups) == 1 else None

    def _add(self, parts: list[Column]) -> None:
        names = "、".join(f"“{column.heading}”" for column in parts)
        self.columns.problems.append((address(self.where, parts[0].number), f"没有合计列，金额按{names}相加，请核对。"))
        self.columns.parts, self.columns.added = parts, True

    def _from_parts(self, parts: list[Column]) -> Column | None:
        """No total column: one part is the amount; several are added row by row, which is a problem to look at."""
        if len(parts) == 1:
            return parts[0]
        total = [c for c in parts if self._adds_up(c, [p for p in parts if p is not c])]
        if len(total) == 1:
            return total[0]
        current = [c for c in parts if c.rank < 4] or parts
        self._add(current)
        return None

    def _parts(self, amount: Column) -> list[Column]:
        """The columns that should add up to the amount: declared parts, or columns alike in other groups."""
        group = amount.path[:-1]
        inside = [c for c in self.money if c is not amount and group and c.path[: len(group)] == group]
        declared = inside if TOTAL_LEAF.fullmatch(bare_heading(amount.path[-1])) and inside else [
            c for c in self.money if c is not amount and c.part and not _spent(c)
        ]  # fmt: skip
        declared = _outermost(declared)
        if self._are_siblings(amount, declared):
            return []
        for side in (
            [c for c in declared if c.number < amount.number],
            [c for c in declared if c.number > amount.number],
        ):
            if len(side) >= 2 and not self._adds_up(amount, declared) and self._adds_up(amount, side):
                return side
        if len(declared) >= 2 and (self._adds_up(amount, declared) or sum(c.part != "other" for c in declared) >= 2):
            return declared
        alike = [
            c
            for c in self.money
            if c is not amount and c.rank < 4 and bare_heading(c.path[-1]) == bare_heading(amount.path[-1])
        ]
        others = [c for c in self.money if c is not amount and c.rank < 3 and not _spent(c)]
        for candidate in (alike, declared, _outermost(others)):
            if len(candidate) >= 2 and self._adds_up(amount, candidate):
                return candidate
        return []

    def _are_siblings(self, amount: Column, parts: list[Column]) -> bool:
        """Whether the amount and the others together are the whole investment: then they are no parts of the amount."""
        whole = [c for c in self.money if c.rank >= 3 and c not in parts and c is not amount]
        return len(parts) >= 2 and any(self._adds_up(column, [amount, *parts]) for column in whole)

    def _figures(self, column: Column) -> list[Decimal | None]:
        """The figures of a column in the rows that may be records, each read once."""
        if column.number not in self.read:
            self.read[column.number] = [_figure(self.view.row(row).get(column.number)) for row in self.rows]
        return self.read[column.number]

    def _adds_up(self, amount: Column, parts: list[Column]) -> bool:
        """Whether most rows that have both agree: amount = sum of the parts (at least two rows, or the only one)."""
        agree = both = 0
        beside = [self._figures(part) for part in parts]
        for place, whole in enumerate(self._figures(amount)):
            figures = [figure for each in beside if (figure := each[place]) is not None]
            if whole is None or not figures:
                continue
            both += 1
            agree += whole == sum(figures)
        return both > 0 and agree * 5 >= both * 3 and len(parts) >= 1

    def _name_fields(self, amount: Column | None) -> None:
        for column in self.money:
            if column is amount:
                column.field = "amount"
            elif column.part:
                column.field = column.part
            elif column.rank >= 5:
                column.field = "previous"
            elif column.rank >= 4:
                column.field = "spent"
            elif 3 <= column.rank < 3.4:
                column.field = "total_investment"


def _plainness(column: Column) -> int:
    """Fewer special words is plainer: 金额, 资金 before 整合资金 before 少数民族发展资金."""
    return (
        0
        if bare_heading(column.path[-1]) in ("资金", "金额", "补助资金", "补助金额", "安排资金", "资金金额", "资金规模")
        else 1
    )


def _is_total(column: Column) -> bool:
    return TOTAL_LEAF.fullmatch(bare_heading(column.path[-1])) is not None


def _spent(column: Column) -> bool:
    return column.rank >= 4


def _outermost(parts: list[Column]) -> list[Column]:
    """Where a group of parts has its own 小计, only that one counts."""
    groups = {c.path[:-1] for c in parts if len(c.path) > 1 and TOTAL_LEAF.fullmatch(bare_heading(c.path[-1]))}
    return [
        c for c in parts
        if not any(c.path[: len(g)] == g and not TOTAL_LEAF.fullmatch(bare_heading(c.path[-1])) for g in groups)
    ]  # fmt: skip


def _figure(cell: Cell | None) -> Decimal | None:
    """A figure to compare, its own unit followed; None when the cell says nothing certain."""
    reading = read_amount(cell, "元")
    return None if reading.fen is None or reading.dash else Decimal(reading.fen)


Shown = Callable[[Column], str]


def name_columns(columns: Columns) -> list[Column]:
    """The columns left of the money that name a record, the sequence excluded."""
    named = [c for c in columns.all if c.field in _NAMELIKE and not c.money]
    return named or [c for c in columns.all if not c.money and c.field != "seq"][:2]


def heading_words(columns: Columns) -> set[str]:
    """The squashed leaf headings of a table."""
    return {squash(column.path[-1]) for column in columns.all if column.path}
