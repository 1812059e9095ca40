"""What a disk was told by SQLite, call by call, and what a power cut after any call may leave of it.

Recorded inside SQLite's own storage layer (its VFS): every write, truncation and flush of the county's file and its log
reaches the disk as always and is noted on the way. Needs the pysqlite3 wheel, which shows `sqlite3_vfs_find`; no
compiler, no privileges. An image keeps what was flushed and draws lots for every later sector of 512 bytes, so unflushed
writes are lost, torn and reordered. Not modelled: sectors torn inside, disks that flush without writing, lost renames.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysqlite3 import _sqlite3

SECTOR = 512
_POINTER, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_METHODS = 19
_WRITE, _TRUNCATE, _SYNC = 3, 4, 5
"""Places in sqlite3_io_methods, counted in pointers; the first holds its version."""
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
# The name is passed on as the pointer it came as: SQLite keeps it, and names the shared memory by it.
_WRITES = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG)
_TRUNCATES = ctypes.CFUNCTYPE(_INT, _POINTER, _LONG)
_SYNCS = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", _INT),
        ("file_size", _INT),
        ("path_length", _INT),
        ("next", _POINTER),
        ("name", ctypes.c_char_p),
        ("data", _POINTER),
        ("open", _POINTER),
    )


@dataclass(frozen=True)
class Told:
    """One thing that happened: `kind` is write, truncate, sync, or a word of the test's own."""

    kind: str
    file: str = ""
    place: int = 0
    data: bytes = b""
    word: str = ""


@contextmanager
def recorded(names: tuple[str, ...]) -> Iterator[list[Told]]:
    """Note what SQLite tells the disk about files of these names, opened inside the block."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    told: list[Told] = []
    kept: list[Any] = []
    usual = _OPEN(vfs.open)

    def opened(self: int, name: int | None, file: int, flags: int, out: int) -> int:
        result = int(usual(self, name, file, flags, out))
        short = Path(ctypes.string_at(name).decode()).name if name else ""
        if result == 0 and short in names:
            slot = ctypes.cast(file, ctypes.POINTER(_POINTER))
            methods = (_POINTER * _METHODS)()
            ctypes.memmove(methods, slot[0] or 0, ctypes.sizeof(methods))
            for place, method in _noting(short, told, methods).items():
                kept.append(method)
                methods[place] = ctypes.cast(method, _POINTER)
            kept.append(methods)
            slot[0] = ctypes.addressof(methods)
        return result

    ours, theirs = _OPEN(opened), vfs.open
    vfs.open = ctypes.cast(ours, _POINTER)
    try:
        yield told
    finally:
        vfs.open = theirs
        _ALWAYS.extend(kept)


_ALWAYS: list[Any] = []
"""What a connection still open may call."""


def _noting(name: str, told: list[Told], methods: Any) -> dict[int, Any]:
    write, truncate, sync = _WRITES(methods[_WRITE]), _TRUNCATES(methods[_TRUNCATE]), _SYNCS(methods[_SYNC])

    def writes(file: int, data: int, length: int, place: int) -> int:
        told.append(Told("write", name, place, ctypes.string_at(data, length)))
        return int(write(file, data, length, place))

    def truncates(file: int, size: int) -> int:
        told.append(Told("truncate", name, size))
        return int(truncate(file, size))

    def syncs(file: int, flags: int) -> int:
        result = int(sync(file, flags))
        told.append(Told("sync", name))
        return result

    return {_WRITE: _WRITES(writes), _TRUNCATE: _TRUNCATES(truncates), _SYNC: _SYNCS(syncs)}


Survives = Callable[[], bool]
"""Whether the next unflushed sector reached the disk before the power went."""


def luck(dice: random.Random) -> Survives:
    """Everything, nothing, or each sector by its own lot."""
    share = dice.choice((0.0, 1.0, 0.1, 0.5, 0.9))
    return lambda: dice.random() < share


def image(before: bytes, told: list[Told], name: str, survives: Survives) -> bytes:
    """What a file holds after a power cut that followed the last thing told."""
    mine = [one for one in told if one.file == name]
    flushed = max((n for n, one in enumerate(mine) if one.kind == "sync"), default=-1)
    held = bytearray(before)
    for number, one in enumerate(mine):
        safe = number <= flushed
        if one.kind == "truncate" and (safe or survives()):
            held[one.place :] = bytes(max(0, one.place - len(held)))
        elif one.kind == "write":
            start = one.place
            while start < one.place + len(one.data):
                end = min((start // SECTOR + 1) * SECTOR, one.place + len(one.data))
                if safe or survives():
                    held.extend(bytes(max(0, end - len(held))))
                    held[start:end] = one.data[start - one.place : end - one.place]
                start = end
    return bytes(held)
