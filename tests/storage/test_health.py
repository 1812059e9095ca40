"""A disk that is full, broken or read-only; settings that would lose saves in a power cut; an old SQLite."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from fundsys import store
from fundsys.domain.errors import Unavailable
from fundsys.models.assets import Asset, Patrol
from fundsys.services.acts import act
from fundsys.services.health import Sign, is_well, store_health
from fundsys.services.verification import verify
from tests.counties import county_app
from tests.storage.county_money import some_assets
from tests.storage.crowd import together
from tests.storage.test_kills import add_patrols


def a_save(rows: int = 1) -> None:
    """One act that adds rows."""
    with act(by=None, what="巡查") as opened:
        add_patrols(opened.session, "记录" * 50, rows)


def patrols() -> int:
    """How many patrols there are."""
    with store.snapshot() as session:
        return session.scalars(select(func.count()).select_from(Patrol)).one()


@contextmanager
def every_connection(pragma: str) -> Iterator[None]:
    """Each connection to the county's file is opened with this pragma."""
    store.close()
    engine = store.engine(store.HOME_COUNTY)
    event.listen(engine, "connect", lambda dbapi, _: dbapi.execute(f"pragma {pragma}"))
    try:
        yield
    finally:
        store.close()


def refused(rows: int = 2000) -> str:
    """What a clerk is told when a save of many rows is not stored."""
    with pytest.raises(Unavailable) as refusal:
        a_save(rows)
    return refusal.value.message


@pytest.mark.only_on("sqlite")  # the next test is about PostgreSQL
def test_a_full_disk_refuses_the_save_and_lets_people_read(app: Flask) -> None:
    some_assets(1)
    a_save()
    with store.snapshot() as session:
        pages = session.execute(text("pragma page_count")).scalar_one()
    with every_connection(f"max_page_count={pages + 5}"):
        for _ in range(3):
            assert refused().startswith("磁盘已满，这次没有保存")
            assert patrols() == 1
    a_save(2000)
    assert patrols() == 2001 and verify().problems == []


@pytest.mark.only_on("sqlite")  # the files of a PostgreSQL server are not ours
@pytest.mark.parametrize("room", [0, 4096, 40_000, 200_000])
def test_a_file_that_cannot_grow_refuses_the_save_whole(app: Flask, room: int) -> None:
    some_assets(1)
    a_save()
    file = store.sqlite_file(store.HOME_COUNTY)

    def clerk(number: int, everybody: object) -> tuple[str, int]:
        largest = max(file.stat().st_size, Path(f"{file}-wal").stat().st_size if Path(f"{file}-wal").exists() else 0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room, resource.RLIM_INFINITY))
        told = refused(8000)  # more than the log of writes may grow, which starts empty beside a file of some MB
        still = patrols()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        a_save()
        return told, still

    ((told, still),) = together(1, clerk)
    assert "这次没有保存" in told and still == 1
    assert patrols() == 2 and verify().problems == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("挂载小磁盘需要 root 和 mount；不能写大的文件另有测试")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"这里不许挂载磁盘：{done.stderr.strip()}；不能写大的文件另有测试")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.only_on("sqlite")  # the files of a PostgreSQL server are not ours
def test_a_really_full_and_then_a_read_only_disk(small_disk: Path) -> None:
    with county_app(f"sqlite:///{small_disk / 'fundsys.db'}", small_disk / "instance"):
        some_assets(1)
        a_save()
        with pytest.raises(Unavailable) as refusal:
            for _ in range(200):
                a_save(300)
        assert refusal.value.message.startswith("磁盘已满")
        there = patrols()
        assert not is_well(store_health())
        assert (there - 1) % 300 == 0 and verify().problems == []
        subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
        a_save()
        assert patrols() == there + 1
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        with pytest.raises(Unavailable):
            a_save()
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        a_save()
        assert patrols() == there + 2 and verify().problems == []


@pytest.mark.only_on("postgresql")  # the errors are those of PostgreSQL
@pytest.mark.parametrize(
    ("state", "told", "sentence"),
    [
        ("disk_full", 'could not extend file "base/1": No space left on device', "磁盘已满"),
        ("lock_not_available", "canceling statement due to lock timeout", "正被占用"),
        ("io_error", "could not read block: Input/output error", "磁盘读写出错"),
        ("read_only_sql_transaction", "cannot execute INSERT in a read-only transaction", "只能读"),
    ],
)
def test_what_postgresql_cannot_do_is_said_in_chinese(app: Flask, state: str, told: str, sentence: str) -> None:
    some_assets(1)
    with store.engine(store.HOME_COUNTY).begin() as connection:
        connection.execute(
            text(
                "create function ill() returns trigger language plpgsql as $$"
                f"begin raise exception using errcode = '{state}', message = '{told}'; end $$"
            )
        )
        connection.execute(text("create trigger ill before insert on patrol execute function ill()"))
    assert refused().startswith(sentence) or sentence in refused()
    with store.engine(store.HOME_COUNTY).begin() as connection:
        connection.execute(text("drop function ill cascade"))
    a_save()
    assert patrols() == 1 and verify().problems == []


@pytest.mark.only_on("sqlite")  # SQLite's pragma; PostgreSQL's read-only error is above
def test_a_read_only_database_can_be_read(app: Flask) -> None:
    some_assets(1)
    with every_connection("query_only=on"):
        assert refused().startswith("数据库现在只能读")
        with store.snapshot() as session:
            assert session.scalars(select(Asset.id)).all() == [1]
    a_save()


def test_a_county_in_order_is_well(app: Flask) -> None:
    some_assets(1)
    signs = {sign.label: sign for sign in store_health()}
    assert signs["办理记录"].ok and signs["磁盘剩余"].ok and signs["密钥"].ok
    if store.is_sqlite():
        assert (signs["日志方式"].value, signs["写盘方式"].value) == ("wal", "FULL")
        assert is_well(list(signs.values()))
    else:  # the server of the tests forgets a power cut, and the page says so
        assert signs["fsync"].ok is False and "断电" in signs["fsync"].advice


@pytest.mark.only_on("sqlite")  # PostgreSQL's settings are the server's; they are reported, see above
def test_a_setting_that_loses_saves_in_a_power_cut_is_reported(app: Flask) -> None:
    with every_connection("synchronous=normal"):
        signs = store_health()
        assert Sign("写盘方式", "NORMAL", False, "断电可能丢失已保存的数据，请重新启动系统") in signs
        assert not is_well(signs)
    assert is_well(store_health())


def test_a_database_that_cannot_be_opened_is_a_sign_and_no_error(app: Flask) -> None:
    store.close()
    if store.is_sqlite():
        store.sqlite_file(store.HOME_COUNTY).write_bytes(b"x" * 8192)
    else:
        with store.engine(None).begin() as connection:
            connection.execute(text("drop schema county_610327 cascade"))
    assert not is_well(store_health())


def test_a_forgotten_head_is_a_sign(app: Flask) -> None:
    some_assets(1)
    (file,) = (store.settings().instance / "anchors").glob("*.head")
    file.write_text(f"{999:012d} {'0' * 64}\n")
    sign = next(s for s in store_health() if s.label == "办理记录")
    assert sign.ok is False and "verify" in sign.advice


OLD = """
import sys
sys.modules["pysqlite3"] = None
from flask import Flask
from pathlib import Path
from fundsys import config, store
from fundsys.extensions import db, migrate
from fundsys.services import counties, health
from fundsys.services.acts import act
from fundsys.services.verification import verify
folder = Path(sys.argv[1])
store.use(config.Settings(folder, f"sqlite:///{folder}/fundsys.db", county="610327"))
app = Flask("old")
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db.init_app(app)
migrate.init_app(app, db, directory=str(config.room("migrations")))
with app.app_context():
    counties.init()
with act(by=None, what="核对") as opened:
    pass
safe = store.sqlite_is_safe_for_wal()
signs = {s.label: s.value for s in health.store_health()}
print(safe, signs["日志方式"], signs["写盘方式"], len(verify().problems), health.is_well(health.store_health()))
"""


@pytest.mark.only_on("sqlite")  # it is about the SQLite library
def test_an_old_sqlite_works_in_rollback_mode_and_says_so(database_url: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", OLD, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[-2] in ("False delete FULL 0 True", "True wal FULL 0 True")


@pytest.mark.only_on("sqlite")  # PostgreSQL's lock timeout is told above
def test_a_county_locked_by_another_program_refuses_in_time_and_saves_again_after(app: Flask) -> None:
    some_assets(1)
    file = store.sqlite_file(store.HOME_COUNTY)
    other = subprocess.Popen([sys.executable, "-c", LOCKED, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdin is not None and other.stdout is not None
    assert other.stdout.readline() == b"locked\n"
    assert refused().startswith("数据库正被占用，这次没有保存")
    assert patrols() == 0
    other.communicate(b"go")
    a_save()
    assert patrols() == 1


# another process: two SQLite libraries in one process do not see each other's locks
LOCKED = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("locked", flush=True)
sys.stdin.read()
"""
