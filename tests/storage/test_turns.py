"""The writers' queue of a county: served in the order of coming, one at a time, and a killed one holds up nobody."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from fundsys import store

pytestmark = pytest.mark.only_on("sqlite")  # PostgreSQL keeps the queue itself
GETTING_IN_LINE = 0.1
LONGEST = 20
HOME = store.HOME_COUNTY


def a_waiter(name: str, served: Path) -> int:
    """A process of its own that asks for its turn, notes its name when it gets it, and goes."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(LONGEST)
        try:
            with store.turn(HOME), served.open("a") as told:
                told.write(name)
        finally:
            os._exit(0)
    time.sleep(GETTING_IN_LINE)
    return pid


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + LONGEST / 2
    while not true():
        assert time.monotonic() < deadline, "等得太久"
        time.sleep(0.005)


def reap(waiter: int) -> None:
    """Wait until a waiter has been served and has gone."""
    try:
        until(lambda: os.waitpid(waiter, os.WNOHANG)[0] == waiter)
    except AssertionError:
        os.kill(waiter, signal.SIGKILL)
        raise


def names(served: Path) -> str:
    """Names of those served, in order."""
    return served.read_text() if served.exists() else ""


def test_who_came_first_is_served_first(app: Flask, tmp_path: Path) -> None:
    served = tmp_path / "served"
    with store.turn(HOME):
        waiters = [a_waiter(name, served) for name in "甲乙丙丁戊己"]
        assert names(served) == ""
    for waiter in waiters:
        reap(waiter)
    assert names(served) == "甲乙丙丁戊己"


def test_one_killed_in_line_holds_up_nobody_and_lets_nobody_in(app: Flask, tmp_path: Path) -> None:
    served = tmp_path / "served"
    with store.turn(HOME):
        first, second = a_waiter("甲", served), a_waiter("乙", served)
        os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
        time.sleep(GETTING_IN_LINE)
        assert names(served) == ""
    reap(second)
    assert names(served) == "乙"


def test_one_killed_while_writing_leaves_the_turn_free(app: Flask, tmp_path: Path) -> None:
    inside, served = tmp_path / "inside", tmp_path / "served"
    writer = os.fork()
    if writer == 0:
        signal.alarm(LONGEST)
        with store.turn(HOME):
            inside.touch()
            signal.pause()
    until(inside.exists)
    waiter = a_waiter("甲", served)
    assert names(served) == ""
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    reap(waiter)
    assert names(served) == "甲"


def test_a_child_forked_while_writing_keeps_nobody_waiting(app: Flask, tmp_path: Path) -> None:
    served = tmp_path / "served"
    with store.turn(HOME):
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST)
            signal.pause()
    waiter = a_waiter("甲", served)
    try:
        until(lambda: names(served) == "甲")
    finally:
        for each in (child, waiter):
            os.kill(each, signal.SIGKILL)
            os.waitpid(each, 0)
