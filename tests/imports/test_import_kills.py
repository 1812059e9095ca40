"""A process killed while it imports: all rows or none, no half journal, and the same file again is safe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.models.assets import Asset
from fundsys.models.journal import Act, Change
from fundsys.models.papers import ImportRecord
from fundsys.services.verification import verify
from tests.figures import Figure
from tests.imports.books import ASSET, book, taken

CODE = """
import sys
from pathlib import Path
from fundsys import create_app, store
from fundsys.imports.intake import Asked, check, take_in
from fundsys.services.acts import act

app = create_app({"instance": Path(sys.argv[1]), "database_url": sys.argv[2]})
with app.app_context(), store.in_county(store.HOME_COUNTY):
    asked = Asked("assets", Path(sys.argv[3]), "assets.xlsx")
    print("begun", flush=True)
    found = check(asked, None)
    print("checked", flush=True)
    with act(by=None, what="导入资产") as opened:
        take_in(found, asked, act=opened, progress=lambda done, whole: print("row", done, flush=True))
        print("written", flush=True)
    print("done", flush=True)
"""


def figures() -> tuple[int, int, int]:
    """Assets, import records, changes without an act."""
    with store.snapshot() as session:
        orphans = select(func.count()).select_from(Change).where(Change.act_seq.not_in(select(Act.seq)))
        return (
            session.scalar(select(func.count()).select_from(Asset)) or 0,
            session.scalar(select(func.count()).select_from(ImportRecord)) or 0,
            session.scalar(orphans) or 0,
        )


def killed_import(path: Path, word: str, wait: float) -> bool:
    """Start an import, kill it some time after it says a word; whether it had said that it was done."""
    settings = store.settings()
    child = subprocess.Popen(
        [sys.executable, "-c", CODE, str(settings.instance), settings.database_url, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert child.stdout is not None
    said = ""
    with child.stdout as out:
        for line in out:
            said = line.strip()
            if said.startswith(word):
                break
        time.sleep(wait)
        os.kill(child.pid, signal.SIGKILL)
        rest = out.read().split()
    child.wait()
    return "done" in (said, *rest)


MOMENTS = (("begun", 1.5), ("checked", 0.3), ("row", 0.5), ("written", 0.1), ("done", 0.0))
"""What the import has said when it is about to be killed, and the longest wait after it, in seconds at ten thousand rows."""


def test_a_killed_import_leaves_all_its_rows_or_none(app: Flask, tmp_path: Path, full: bool, figure: Figure) -> None:
    rows, kills = (10_000, 40) if full else (1_500, 5)
    chance = Random(11)
    outcomes: Counter[str] = Counter()
    stored, path = 0, a_workbook(tmp_path, 0, rows)
    for number in range(kills):
        word, longest = MOMENTS[number % len(MOMENTS)]
        store.close()
        done = killed_import(path, word, chance.random() * longest * rows / 10_000)
        assets, records, orphans = figures()
        assert (assets, records, orphans) in {(n * rows, n, 0) for n in (stored, stored + 1)}, word
        assert records == stored + 1 or not done, "what was acknowledged is gone"
        outcomes["存下" if records > stored else "没有"] += 1
        if records > stored:  # the next import has something to do again
            stored, path = records, a_workbook(tmp_path, records, rows)
    assert outcomes["存下"] and outcomes["没有"]
    assert taken("assets", path) == (rows, 0, 0)
    assert taken("assets", path) == (0, 0, rows)
    assert figures() == ((stored + 1) * rows, stored + 1, 0)
    assert verify().problems == []
    told = f"{outcomes['没有']} 次一行没有，{outcomes['存下']} 次 {rows} 行都在，半截 0，重复 0"
    figure("导入时断杀", f"{kills} 次，每份 {rows} 行：{told}")


def a_workbook(folder: Path, number: int, rows: int) -> Path:
    """A workbook of so many assets that no other workbook has."""
    names = ((f"K{number}-{n:05d}", f"第{number}批第{n}项") for n in range(rows))
    return book(folder / f"assets-{number}.xlsx", "assets", [ASSET | {"code": c, "name": name} for c, name in names])


@pytest.mark.only_on("sqlite")
def test_the_control_a_write_of_single_rows_is_cut_in_half(app: Flask, tmp_path: Path) -> None:
    """What the test above would find in a program that commits row by row."""
    import sqlite3

    file = tmp_path / "control.db"
    code = (
        "import sqlite3,sys\n"
        "c=sqlite3.connect(sys.argv[1],isolation_level=None)\n"
        "c.execute('create table t(n)')\n"
        "for n in range(100000):\n c.execute('insert into t values(?)',(n,))\n print(n,flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout as out:
        for line in out:
            if int(line) >= 20:
                break
        os.kill(child.pid, signal.SIGKILL)
        out.read()
    child.wait()
    connection = sqlite3.connect(file)
    (kept,) = connection.execute("select count(*) from t").fetchone()
    connection.close()
    assert 20 < kept < 100_000
