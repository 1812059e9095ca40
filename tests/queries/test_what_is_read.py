"""What is kept names every table it was read from: a table left out would be a figure that no act brings up to date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.models.base import Base
from fundsys.queries import allotment_sheet, kept, money_facts
from tests.money import approved_notice, make_projects

TODAY = date(2024, 11, 18)
NAMES = re.compile(r"(?:FROM|JOIN|,)\s+\"?([a-z_]+)\"?")
JOURNAL = {"act", "change"}


@contextmanager
def tables_read() -> Iterator[set[str]]:
    """The tables that statements name inside the block, but for the journal, by which answers are found up to date."""
    found: set[str] = set()

    def heard(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.update(set(NAMES.findall(statement)) & set(Base.metadata.tables) - JOURNAL)

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def money(session: Session, _: int) -> object:
    return money_facts.money_facts(session, 2024, TODAY)


def sheet(session: Session, line: int) -> object:
    return allotment_sheet.sheet(session, None, line)


@pytest.mark.parametrize(
    ("read", "named"),
    [(money, money_facts.MONEY_READ_FROM), (sheet, allotment_sheet.SHEET_READ_FROM)],
    ids=["money facts", "allocation sheet"],
)
def test_every_table_read_is_named(app: Flask, read: Callable[[Session, int], object], named: frozenset[str]) -> None:
    make_projects({})
    line = approved_notice(("F101", "100"))[0]
    kept._entries.clear()  # nothing that was answered before may hide what is read
    with store.snapshot() as session, tables_read() as found:
        read(session, line)
    assert {"allocation", "allotment_notice", "project", "policy_value"} <= found
    assert found <= named


def test_control_a_table_that_is_not_named_is_seen(app: Flask) -> None:
    with store.snapshot() as session, tables_read() as found:
        money(session, 0)
    assert not found <= money_facts.MONEY_READ_FROM - {"extension"}
