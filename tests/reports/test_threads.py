"""Many threads of one process ask for their first paper at the same moment: Pango, which breaks, is asked in turn."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

import pytest

from fundsys.reports.press import engine

THREADS = 8


def most_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many threads are ever laying out together, when all of them ask for fonts that nobody has asked for yet."""
    counting = threading.Lock()
    inside = most = 0

    class Stop(Exception):
        pass

    def watched(*_: Any) -> Any:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        time.sleep(0.02)
        with counting:
            inside -= 1
        raise Stop

    monkeypatch.setattr(engine, "_lay_out", watched)
    start = threading.Barrier(THREADS)

    def first() -> None:
        start.wait()
        with contextlib.suppress(Stop):
            engine._drawn_fonts([("Noto Serif CJK SC", 400)])

    threads = [threading.Thread(target=first) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most


def test_fonts_are_looked_up_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert most_at_once(monkeypatch) == 1


def test_control_without_the_lock_they_would_not_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_ONE_AT_A_TIME", contextlib.nullcontext())
    assert most_at_once(monkeypatch) > 1
