"""What stands in the boxes of an allocation sheet, row by row, as the page and its live pieces show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fundsys.domain.errors import DomainError
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money, exact_wan, show_wan, total
from fundsys.queries.allotment_sheet import Cell, Sheet, SheetLine, SheetRow, Typed
from fundsys.services import funds

from .forms import SheetForm, read_wan

Texts = Mapping[str, str]
"""What stands in the boxes, by name."""


@dataclass(frozen=True)
class Box:
    """One amount as the page shows it: what stands, what was typed, what is wrong with it."""

    line: SheetLine
    cell: Cell
    name: str
    text: str
    amount: Money
    error: str
    seen: str

    @property
    def was(self) -> str:
        return exact_wan(self.cell.draft) if self.cell.draft else ""

    @property
    def is_changed(self) -> bool:
        return self.text.strip() != self.was


@dataclass(frozen=True)
class Line:
    """One project as the page shows it, and what would come of what was typed."""

    row: SheetRow
    boxes: tuple[Box, ...]
    reason: str
    document: str
    reason_error: str
    document_error: str
    hints: tuple[tuple[str, str], ...]

    @property
    def amount(self) -> Money:
        return total(box.amount for box in self.boxes)

    @property
    def after(self) -> Money:
        return self.row.given + self.amount

    @property
    def short(self) -> Money:
        return self.row.planned - self.after

    @property
    def is_beyond(self) -> bool:
        return self.amount > ZERO and self.short < ZERO

    @property
    def errors(self) -> list[Box]:
        return [box for box in self.boxes if box.error]

    @property
    def is_touched(self) -> bool:
        """Whether anything stands in it."""
        return any(box.text.strip() or box.cell.draft or box.error for box in self.boxes)

    @property
    def tone(self) -> str:
        if self.errors:
            return "bad"
        return "warn" if any(tone == "warn" for tone, _ in self.hints) else ""


def drafted(made: Sheet) -> dict[str, str]:
    """The boxes as the clerk's drafts fill them."""
    texts: dict[str, str] = {}
    for row in made.rows:
        texts |= {funds.box(c.line_id, row.project_id): exact_wan(c.draft) for c in row.cells if c.draft}
        texts |= {f"reason-{row.project_id}": row.reason, f"paper-{row.project_id}": row.document}
    return texts


def typed(made: Sheet, texts: Texts, form: SheetForm) -> dict[tuple[int, int], Money]:
    """The amounts in the boxes by line and project; boxes that cannot be read complain and count as nothing."""
    found: dict[tuple[int, int], Money] = {}
    for row in made.rows:
        for cell in row.cells:
            name = funds.box(cell.line_id, row.project_id)
            try:
                amount = read_wan(texts.get(name, "")) or ZERO
                if amount < ZERO:
                    raise DomainError("本次安排不能小于零")
                found[cell.line_id, row.project_id] = amount
            except DomainError as error:
                form.say(f"{row.name}：{error.message}", name)
    return found


def draft_rows(made: Sheet, texts: Texts, amounts: Typed) -> dict[int, list[funds.DraftRow]]:
    """The sheet as the office keeps it: the boxes that were sent, by line."""
    rows: dict[int, list[funds.DraftRow]] = {line.id: [] for line in made.lines}
    for row in made.rows:
        key = row.project_id
        reason = texts.get(f"reason-{key}", row.reason)
        document = texts.get(f"paper-{key}", row.document)
        for cell in row.cells:
            if funds.box(cell.line_id, key) in texts:
                amount = amounts.get((cell.line_id, key), ZERO)
                seen = _seen(texts.get(f"seen-{cell.line_id}-{key}", ""))
                rows[cell.line_id].append(funds.DraftRow(key, amount, reason, seen, document))
    return rows


def _seen(mark: str) -> funds.Seen:
    """The draft the clerk had before them; without a mark none was there, and a mark that cannot be read never matches."""
    parts = (mark or "0.0.0").split(".")
    if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) < 18 for p in parts):
        return funds.Seen(int(parts[0]), int(parts[1]), Money(int(parts[2])))
    return funds.Seen(-1, 0, Money(-1))


def lines_of(
    made: Sheet, texts: Texts, form: SheetForm, amounts: Typed, fees: Mapping[FundLevel, str], first: Sequence[int] = ()
) -> list[Line]:
    """Every project of the sheet: drafts and `first` on top, then those that still lack money, then by code."""
    order = sorted(
        made.rows,
        key=lambda row: (not (row.drafted or row.project_id in first), row.given >= row.planned, row.code),
    )
    return [_line(made, row, texts, form, amounts, fees) for row in order]


def _line(
    made: Sheet, row: SheetRow, texts: Texts, form: SheetForm, amounts: Typed, fees: Mapping[FundLevel, str]
) -> Line:
    key, boxes = row.project_id, []
    for line, cell in zip(made.lines, row.cells, strict=True):
        name = funds.box(line.id, key)
        amount = amounts.get((line.id, key), ZERO)
        seen = texts.get(f"seen-{line.id}-{key}", cell.mark)
        boxes.append(Box(line, cell, name, texts.get(name, ""), amount, form.row_errors.get(name, ""), seen))
    reason, paper = f"reason-{key}", f"paper-{key}"
    return Line(
        row,
        tuple(boxes),
        texts.get(reason, row.reason),
        texts.get(paper, row.document),
        form.row_errors.get(reason, ""),
        form.row_errors.get(paper, ""),
        tuple(_hints(row, boxes, fees)),
    )


def _hints(row: SheetRow, boxes: Sequence[Box], fees: Mapping[FundLevel, str]) -> Iterator[tuple[str, str]]:
    amount = total(box.amount for box in boxes)
    over = row.given + amount - row.planned
    reasons = {box.cell.return_reason for box in boxes if box.cell.state is MoneyState.RETURNED}
    for reason in sorted(reasons):
        yield "warn", f"已退回：{reason}"
    if amount > ZERO and over > ZERO:
        yield "warn", f"超计划 {exact_wan(over)}"
    if row.is_fee:
        levels = dict.fromkeys(box.line.level for box in boxes if box.amount > ZERO)
        yield from (("warn", fees[level]) for level in levels if fees.get(level))
    if row.is_work_relief:
        yield "", "以工代赈"
    for box in boxes:
        for name, other in box.cell.others:
            yield "", f"{name}拟分配 {show_wan(other)}"
