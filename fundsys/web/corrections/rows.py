"""The boxes of an adjustment or recovery: what each row said, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from fundsys.domain.errors import DomainError
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.queries.corrections import StandingRow
from fundsys.services.funds.corrections import Move
from fundsys.web.funds.forms import read_wan

from .forms import PaperForm


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it. typed: the amount after; change: what that means, zero while it cannot be read."""

    row: StandingRow
    typed: str
    change: Money
    error: str = ""

    @property
    def was(self) -> str:
        return exact_wan(self.row.standing.allocated)

    @property
    def tone(self) -> str:
        return "bad" if self.error else "warn" if self.change < ZERO else ""


def lines_of(rows: Sequence[StandingRow], form: PaperForm, after: Mapping[tuple[int, int], Money]) -> list[Line]:
    """The rows with what was typed; on first sight with the paper's amounts. Complaints stand in the form."""
    posted, made = request.method == "POST", []
    for row in rows:
        standing = row.standing
        box = f"after-{row.key}"
        stored = exact_wan(after.get((standing.line_id, standing.project_id), standing.allocated))
        typed = request.form.get(box, stored) if posted else stored
        change = ZERO
        try:
            wanted = read_wan(typed)
            change = ZERO if wanted is None else wanted - standing.allocated
            if wanted is not None and wanted < ZERO:
                raise DomainError("金额不能小于零")
        except DomainError as error:
            form.say(f"“{row.name}”：{error.message}", box)
        made.append(Line(row, typed, change, form.row_errors.get(box, "")))
    return made


def moves_of(lines: Sequence[Line]) -> list[Move]:
    """What the rows ask for, with what the clerk saw."""
    return [
        Move(line.row.standing.line_id, line.row.standing.project_id, line.change, _seen(line.row))
        for line in lines
        if line.change
    ]


def _seen(row: StandingRow) -> Money:
    text = request.form.get(f"seen-{row.key}", "")
    plain = text.removeprefix("-")
    return Money(int(text)) if plain.isascii() and plain.isdigit() and len(plain) < 16 else row.standing.allocated
