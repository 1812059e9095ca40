"""W1: 32 writers on one county file, beside the disk's own rate in the same run. python -m tests.bench.w1_writers

Wait is the time from asking for the writers' queue to holding it (`wait_*`), the figure of the goal; hold is the time from
there until the commit is on the disk and the turn is given back; the whole save is the sum with what comes before and
after (`p50_ms`, `p99_ms`, `max_ms`). Everybody saves once before the clock starts: a process's first save makes its
connection. 32 processes are the crowd of the goal; a server has as many workers as processors.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from fundsys import config, store
from fundsys.domain.errors import Unavailable
from fundsys.extensions import db, migrate
from fundsys.models.office import Region
from fundsys.services import counties
from fundsys.services.acts import act

WRITERS = 32
SECONDS = float(os.environ.get("FUNDSYS_BENCH_SECONDS", "3"))
HOME = store.HOME_COUNTY
JOB = "insert into job (kind, parameters, state, done, total, message, result, asked_at) values ('w', '', '', 0, 0, ?, '', '')"


def disk_rate(folder: Path, seconds: float = 0.7) -> float:
    """4 KiB writes with fdatasync in a second: what the disk allows one writer, measured around each run."""
    file = os.open(folder / "raw", os.O_CREAT | os.O_WRONLY)
    os.write(file, bytes(1 << 20))
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        os.pwrite(file, os.urandom(4096), (done % 200) * 4096)
        os.fdatasync(file)
        done += 1
    os.close(file)
    return done / seconds


def bare(dice: random.Random) -> None:
    """A save as small as can be on the county's own connection, in its turn: read, change, note."""
    connection = bare.connection = getattr(bare, "connection", None) or store.engine(HOME).raw_connection()
    cursor = connection.cursor()
    with store.turn(HOME):
        cursor.execute("begin immediate")
        number = dice.randint(1, 2000)
        done = cursor.execute("select done from job where id = ?", (number,)).fetchone()[0]
        cursor.execute("update job set done = ?, message = ? where id = ?", (done + 1, "备注" * 20, number))
        cursor.execute(JOB, (f"{number} {done}" * 5,))
        cursor.execute("commit")


def session(dice: random.Random) -> None:
    """The same save through the writing session."""
    with store.writing(HOME) as opened:
        number = dice.randint(1, 2000)
        done = opened.execute(text("select done from job where id = :id"), {"id": number}).scalar_one()
        opened.execute(
            text("update job set done = :d, message = :m where id = :id"),
            {"d": done + 1, "m": "备注" * 20, "id": number},
        )
        opened.connection().exec_driver_sql(JOB, (f"{number} {done}" * 5,))


def an_act(dice: random.Random) -> None:
    """One act that changes one record: journaled, sealed, anchored."""
    with act(by=None, what="核对", county=HOME) as opened:
        row = opened.session.get_one(Region, dice.randint(1, 100))
        row.note, row.version = f"第{opened.seq}号", row.version + 1


class Queue:
    """Stands before the writers' queue and notes how long each waited for it and how long each held it."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.holds: list[float] = []
        self._turn, store.turn = store.turn, self.turn

    @contextmanager
    def turn(self, county: str) -> Iterator[None]:
        """The turn of the store, timed."""
        asked = time.perf_counter()
        with self._turn(county):
            held = time.perf_counter()
            yield
        self.waits.append(held - asked)
        self.holds.append(time.perf_counter() - held)


def writer(save: Callable[[random.Random], None], seed: int, go: Any, told: Any, settings: config.Settings) -> None:
    """One process that saves until the time is up; tells how long each save, its wait and its hold took."""
    store.use(settings)
    dice, took, errors = random.Random(seed), [], 0
    save(dice)
    queue = Queue()
    go.wait()
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        began = time.perf_counter()
        try:
            save(dice)
            took.append(time.perf_counter() - began)
        except Unavailable:
            errors += 1
    told.put((took, queue.waits, queue.holds, errors))


def run(name: str, save: Callable[[random.Random], None], writers: int, settings: config.Settings) -> None:
    """Let so many writers save at once and print what came of it, beside the disk's rate before and after."""
    before = disk_rate(settings.instance)
    go = mp.Barrier(writers)
    told: Any = mp.Queue()
    crowd = [mp.Process(target=writer, args=(save, n, go, told, settings)) for n in range(writers)]
    for each in crowd:
        each.start()
    parts = [told.get() for _ in crowd]
    for each in crowd:
        each.join()
    took, waits, holds = (sorted(one for part in parts for one in part[kind]) for kind in range(3))
    rate, raw = len(took) / SECONDS, (before + disk_rate(settings.instance)) / 2
    line = {
        "what": name,
        "writers": writers,
        "saves_per_s": round(rate),
        "raw_per_s": round(raw),
        "of_raw": round(rate / raw, 3),
        "lock_errors": sum(part[3] for part in parts),
        "wait_p99_ms": round(waits[int(len(waits) * 0.99)] * 1e3, 1),
        "wait_max_ms": round(waits[-1] * 1e3, 1),
        "hold_p50_ms": round(holds[len(holds) // 2] * 1e3, 2),
        "hold_max_ms": round(holds[-1] * 1e3, 1),
        "p50_ms": round(took[len(took) // 2] * 1e3, 2),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1e3, 1),
        "max_ms": round(took[-1] * 1e3, 1),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def main() -> None:
    """Make a county, run every kind of save with 1, 8 and 32 writers."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        settings = config.Settings(Path(folder), f"sqlite:///{folder}/fundsys.db", county=HOME)
        store.use(settings)
        app = Flask("bench")
        app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
        db.init_app(app)
        migrate.init_app(app, db, directory=str(config.room("migrations")))
        with app.app_context(), store.in_county(HOME):
            counties.init()
        with store.writing(HOME) as opened:
            for _ in range(2000):
                opened.connection().exec_driver_sql(JOB, ("",))
        store.close()
        for name, save in (("bare storage path", bare), ("writing session", session), ("act", an_act)):
            for writers in (1, 8, WRITERS):
                run(name, save, writers, settings)
        reader_beside_savers(settings)


def reader_beside_savers(settings: config.Settings) -> None:
    """The slowest save without a reader, and while a register is read for five seconds."""
    for name, reads in (("act, nobody reads", False), ("act, a register is being read", True)):
        store.use(settings)
        slowest, saves, dice = 0.0, 0, random.Random(1)
        with store.snapshot(HOME) as reading:
            if reads:
                reading.execute(text('select count(*) from "change"')).scalar_one()
            end = time.perf_counter() + 5
            while time.perf_counter() < end:
                began = time.perf_counter()
                an_act(dice)
                slowest, saves = max(slowest, time.perf_counter() - began), saves + 1
        store.close()
        print(
            json.dumps({"what": name, "saves": saves, "max_ms": round(slowest * 1e3, 1)}, ensure_ascii=False),
            flush=True,
        )


if __name__ == "__main__":
    main()
