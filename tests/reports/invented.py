"""Any ledger over rows made by chance: its own columns, groups and sums; every cell of the kind its column asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from random import Random
from typing import Any

from fundsys.domain.money import Money
from fundsys.reports.ledger import Column, Group, Ledger
from fundsys.reports.sheet import Sheet, compose
from tests.reports.registers import AGENCIES, GIVEN, KINDS, SURNAMES, TOWNS, VILLAGES, an_imprint

FIRST_DAY = date(2013, 1, 1)
RARE = ("墕头村㙘坪组", "王䶮", "=1+1", "陕财办振〔2024〕3号", "一、二组；三组（含搬迁点）")


def _text(pick: Random) -> str:
    kind = pick.randrange(12)
    if kind == 0:
        return pick.choice(RARE)
    if kind < 4:
        return pick.choice(VILLAGES) + pick.choice(KINDS)[0]
    if kind < 7:
        return pick.choice(AGENCIES)
    return pick.choice(SURNAMES) + pick.choice(GIVEN) if kind < 10 else pick.choice(TOWNS)


def _digits(length: int) -> Callable[[Random], str]:
    return lambda pick: "".join(str(pick.randrange(10)) for _ in range(length))


def _day(pick: Random) -> date:
    return FIRST_DAY + timedelta(days=pick.randrange(4_300))


_OF_KIND: dict[str, Callable[[Random], Any]] = {
    "text": _text,
    "figure": lambda pick: pick.choice((f"{pick.randrange(9_999) / 100:.2f}%", f"{pick.randrange(400)} 个")),
    "label": lambda pick: pick.choice(KINDS)[1],
    "code": lambda pick: f"610327{pick.randrange(10**6):06}-{pick.randint(2013, 2024)}-J1-{pick.randrange(10**5):05}",
    "integer": lambda pick: pick.randrange(400),
    "decimal": lambda pick: Decimal(pick.randrange(10**6)).scaleb(-2),
    "money_wan": lambda pick: Money(pick.randrange(2 * 10**9)),
    "money_to_the_fen": lambda pick: Money(pick.randrange(2 * 10**9)),
    "money_yuan": lambda pick: Money(pick.randrange(2 * 10**7)),
    "percent": lambda pick: Fraction(pick.randrange(1_500), 1_000),
    "date": _day,
    "month": _day,
    "year": lambda pick: pick.randint(2013, 2024),
    "boolean": lambda pick: pick.random() < 0.5,
    "phone": lambda pick: f"1{_digits(10)(pick)}",
    "identity": _digits(18),
    "account": _digits(19),
}
"""What stands in a cell, by the name of its kind; a new kind needs a line here."""


def cell_of(column: Column, pick: Random) -> Any:
    """What may stand in a cell of this column."""
    return _OF_KIND[column.figure.name](pick)


def sheet_of(ledger: Ledger, count: int, seed: int = 610327, **imprint: Any) -> Sheet:
    """A ledger over so many invented rows, one cell in twenty empty. A form is set as the table its workbook is."""
    pick = Random(f"{ledger.code} {seed}")
    columns = tuple(
        column if column.getter is None else replace(column, getter=itemgetter(k))
        for k, column in enumerate(ledger.columns)
    )
    levels = tuple(Group(group.title, itemgetter(len(columns) + level)) for level, group in enumerate(ledger.groups))
    over = replace(ledger, columns=columns, group_by=levels or None, form=None, bind=None)
    rows = []
    for _ in range(count):
        cells = [None if c.getter is None or pick.random() < 0.05 else cell_of(c, pick) for c in columns]
        rows.append((*cells, *(pick.choice(names) for names in (TOWNS, VILLAGES)[: len(levels)])))
    return compose(over, rows, an_imprint(**imprint))
