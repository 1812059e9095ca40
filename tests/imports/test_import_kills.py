"""A process killed while it imports: all rows or none, no half journal, and the same file again is safe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
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


def test_a_killed_import_leaves_all_its_rows_or_none(app: Flask, tmp_path: Path, full: bool, figure: Figure) -> None:
    rows, kills = (10_000, 40) if full else (1_500, 5)
    path = book(
        tmp_path / "assets.xlsx", "assets", [ASSET | {"code": f"K-{n:05d}", "name": f"第{n}项"} for n in range(rows)]
    )
    chance = Random(11)
    moments = [("checked", 0.0), ("row", 0.0), ("written", 0.0), ("checked", 0.15), ("done", 0.0)]
    seen = []
    for number in range(kills):
        word, least = moments[number % len(moments)]
        before = figures()
        store.close()
        done = killed_import(path, word, least + (chance.random() * 0.2 if full else 0))
        assets, records, orphans = figures()
        assert (assets, records, orphans) in {(0, 0, 0), (rows, 1, 0)}, word
        assert assets >= before[0]
        assert assets == rows or not done, "what was acknowledged is gone"
        seen.append(assets)
    assert rows in seen
    assert taken("assets", path) == (0, 0, rows)
    assert figures() == (rows, 1, 0)
    assert verify().problems == []
    told = f"之后没有一行 {seen.count(0)} 次，{rows} 行都在 {seen.count(rows)} 次，半截 0，重复 0"
    figure("导入时断杀", f"{kills} 次，每份 {rows} 行：{told}")


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
