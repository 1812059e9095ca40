"""The writers' queue: served in the order of coming, one at a time, and a killed one holds up nobody."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fundsys import turns


class Waiter:
    """A process of its own that asks for its turn, notes its name when it gets it, and goes."""

    def __init__(self, name: str, file: Path) -> None:
        self.served = file.with_suffix(".served")
        drawn = number(file)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                with turns.turn(file), self.served.open("a") as served:
                    served.write(name)
            finally:
                os._exit(0)
        until(lambda: number(file) > drawn)

    def kill(self) -> None:
        """Kill it where it stands."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def number(file: Path) -> int:
    """How many numbers have been drawn."""
    return int.from_bytes(file.read_bytes(), "big") if file.exists() else 0


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "等得太久"
        time.sleep(0.005)


def served(file: Path) -> str:
    """Names of those served, in order."""
    told = file.with_suffix(".served")
    return told.read_text() if told.exists() else ""


def test_who_came_first_is_served_first(tmp_path: Path) -> None:
    file = tmp_path / "queue"
    with turns.turn(file):
        waiters = [Waiter(name, file) for name in "甲乙丙丁戊己庚辛"]
        time.sleep(0.05)
        assert served(file) == ""
    for waiter in waiters:
        os.waitpid(waiter.pid, 0)
    assert served(file) == "甲乙丙丁戊己庚辛"


def alone_though_one_was_killed(file: Path) -> bool:
    """Whether nobody is served while somebody is at the desk, after one in line was killed."""
    with turns.turn(file):
        first, second = Waiter("甲", file), Waiter("乙", file)
        first.kill()
        time.sleep(0.3)
        alone = served(file) == ""
    os.waitpid(second.pid, 0)
    assert served(file) == "乙"
    return alone


def test_a_killed_one_holds_up_nobody_and_lets_nobody_in(tmp_path: Path) -> None:
    assert alone_though_one_was_killed(tmp_path / "queue")


def test_control_without_the_lock_of_the_desk_two_are_in_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = turns._lock
    monkeypatch.setattr(turns, "_lock", lambda opened, place: waiting(opened, place) if place != turns._DESK else 0)
    assert not alone_though_one_was_killed(tmp_path / "queue")


def test_a_killed_one_at_the_desk_leaves_it_free(tmp_path: Path) -> None:
    file = tmp_path / "queue"
    child = os.fork()
    if child == 0:
        with turns.turn(file):
            file.with_suffix(".in").touch()
            signal.pause()
    until(file.with_suffix(".in").exists)
    waiter = Waiter("甲", file)
    assert served(file) == ""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.waitpid(waiter.pid, 0)
    assert served(file) == "甲"
