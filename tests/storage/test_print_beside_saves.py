"""A register that prints for seconds holds up no save."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from fundsys import printing, store
from fundsys.domain.errors import Unavailable
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.figures import Figure
from tests.storage.county_money import some_assets
from tests.storage.crowd import together
from tests.storage.test_kills import add_patrols

ALLOWED = 0.1
Reading = Callable[[float], None]


def print_register(seconds: float) -> None:
    """Compose the register and keep it open until the time is up, as a long print does."""
    end = time.monotonic() + seconds
    with printing.sheet(printing.Order("LG05")) as sheet:
        assert sheet.count
        time.sleep(max(0, end - time.monotonic()))


def nothing(seconds: float) -> None:
    """Nobody prints; the time passes."""
    time.sleep(seconds)


def print_behind_a_lock(seconds: float) -> None:
    """The control on PostgreSQL: a program that locks what it prints."""
    with store.snapshot() as session:
        session.execute(text("lock table patrol in share mode"))
        print_register(seconds)


def slowest_save(reading: Reading, seconds: float) -> float:
    """The longest that a save took, in seconds, while somebody else did this reading."""

    def office(number: int, everybody: Any) -> float:
        a_save()
        everybody.wait()
        if number == 0:
            reading(seconds)
            return 0.0
        time.sleep(seconds / 5)
        slowest, end = 0.0, time.monotonic() + seconds * 0.6
        while time.monotonic() < end:
            began = time.monotonic()
            with suppress(Unavailable):  # held up until it gave up: the time tells
                a_save()
            slowest = max(slowest, time.monotonic() - began)
        return slowest

    return float(max(together(2, office)))


def a_save() -> None:
    """One act that adds a row."""
    with act(by=None, what="巡查") as opened:
        add_patrols(opened.session, "记录", 1)


def test_a_printing_register_delays_no_save(app: Flask, full: bool, figure: Figure) -> None:
    """A busy machine slows one round, a lock slows them all: the best of three rounds counts."""
    some_assets(2000 if full else 100)
    seconds = 5.0 if full else 1.5
    rounds = []
    for _ in range(3):
        alone, beside = slowest_save(nothing, seconds), slowest_save(print_register, seconds)
        rounds.append((beside - alone, beside, alone))
        if rounds[-1][0] <= ALLOWED:
            break
    delay, beside, alone = min(rounds)
    assert delay <= ALLOWED, rounds
    assert verify().problems == []
    figure("打印期间保存", f"台账打印 {seconds:g} 秒：最慢 {beside * 1000:.0f} 毫秒，不打印时 {alone * 1000:.0f} 毫秒")


def test_control_a_print_that_locks_delays_saves(
    app: Flask, monkeypatch: pytest.MonkeyPatch, full: bool, figure: Figure
) -> None:
    some_assets(100)
    seconds = 5.0 if full else 1.5
    reading, way = print_behind_a_lock, "打印时锁表"
    if store.is_sqlite():
        store.close()
        monkeypatch.setattr(store, "sqlite_is_safe_for_wal", lambda: False)
        reading, way = print_register, "回滚日志方式"
    a_save()  # the file changes its way of writing once, before several processes open it
    delay = slowest_save(reading, seconds)
    assert delay > seconds / 4 > ALLOWED
    figure("打印期间保存的对照", f"{way}，打印 {seconds:g} 秒：最慢 {delay * 1000:.0f} 毫秒")
