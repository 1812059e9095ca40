"""Several processes at once on one county: forked, each with connections of its own."""

from __future__ import annotations

import multiprocessing as mp
import traceback
from collections.abc import Callable
from typing import Any

from fundsys import store

_fork = mp.get_context("fork")


def shared_event() -> Any:
    """An event that all processes of a crowd see."""
    return _fork.Event()


def together(crowd: int, work: Callable[[int, Any], Any]) -> list[Any]:
    """Run `work(number, barrier)` in so many processes; answers what each returned, in order.

    The barrier holds everybody until all are there; it can be passed again and again.
    """
    store.close()
    barrier = _fork.Barrier(crowd)
    pipes = [_fork.Pipe(duplex=False) for _ in range(crowd)]
    processes = [
        _fork.Process(target=_work, args=(work, number, barrier, pipe[1]), daemon=True)
        for number, pipe in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    answers = []
    for (ours, theirs), process in zip(pipes, processes, strict=True):
        theirs.close()
        answers.append(ours.recv())
        ours.close()
        process.join()
    failed = [answer.told for answer in answers if isinstance(answer, _Failed)]
    if failed:
        raise AssertionError(next((told for told in failed if "BrokenBarrierError" not in told), failed[0]))
    return answers


class _Failed:
    def __init__(self, told: str) -> None:
        self.told = told


def _work(work: Callable[[int, Any], Any], number: int, barrier: Any, pipe: Any) -> None:
    store.after_fork()
    try:
        answer = work(number, barrier)
    except BaseException:
        barrier.abort()
        answer = _Failed(traceback.format_exc())
    pipe.send(answer)
    pipe.close()
    store.close()
