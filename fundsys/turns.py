"""A queue of processes kept in a file: each gets its turn in the order it came, and a killed one holds up nobody."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NUMBERING, _DESK, _FIRST_PLACE, _TO_THE_END = 0, 1, 2, 0
_FLOCK = struct.Struct("hhqqi4x")


@contextmanager
def turn(file: Path) -> Iterator[None]:
    """Wait until everybody who came before has left, then be alone inside the block. Raises OSError.

    Everybody draws a number, locks the place of that number and waits for the place before it: only the next in line
    waits for any one lock, so nobody can slip in while the woken one is still getting up (with one lock for all, busy
    processors let a few go round and round while the others wait for seconds). Who is killed leaves the places he
    held, and the one behind moves up too early; so being next is not yet being alone, and the desk has its own lock.
    The locks belong to the open file, so threads queue as processes do; they are given back by name, because a child
    forked in between still has the file open.
    """
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        number = _drawn(opened)
        if number:
            _lock(opened, _FIRST_PLACE + number - 1)
        _lock(opened, _DESK)
        yield
    finally:
        _set(opened, fcntl.F_UNLCK, 0, _TO_THE_END)
        os.close(opened)


def _drawn(opened: int) -> int:
    """The next number, with its place already taken."""
    _lock(opened, _NUMBERING)
    number = int.from_bytes(os.pread(opened, 8, 0), "big")
    os.pwrite(opened, (number + 1).to_bytes(8, "big"), 0)
    _lock(opened, _FIRST_PLACE + number)
    _set(opened, fcntl.F_UNLCK, _NUMBERING, 1)
    return number


def _lock(opened: int, place: int) -> None:
    _set(opened, fcntl.F_WRLCK, place, 1)


def _set(opened: int, kind: int, first: int, length: int) -> None:
    fcntl.fcntl(opened, fcntl.F_OFD_SETLKW, _FLOCK.pack(kind, os.SEEK_SET, first, length, 0))
