"""A process killed at any moment: what was acknowledged is stored, what is stored was attempted, nothing is half."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import insert, select

from fundsys import config, store
from fundsys.domain.errors import Unavailable
from fundsys.models.assets import Patrol
from fundsys.models.journal import Act
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests import postgres
from tests.counties import county_app
from tests.figures import Figure
from tests.storage.county_money import PATROL_DAY, some_assets

WRITERS = 2
BULK = 10_000


def save(token: str, tell: Callable[[str], None]) -> None:
    """One small save, acknowledged after the commit."""
    with act(by=None, what="巡查", subject=token) as opened:
        add_patrols(opened.session, token, 2)
    tell(f"stored {token}")


def save_in_bulk(token: str, tell: Callable[[str], None]) -> None:
    """Ten thousand rows in one act."""
    with act(by=None, what="导入巡查", subject=token) as opened:
        tell("inside")
        add_patrols(opened.session, token, BULK)
    tell(f"stored {token}")


def save_and_boast(token: str, tell: Callable[[str], None]) -> None:
    """The control: acknowledged before the commit."""
    with act(by=None, what="巡查", subject=token) as opened:
        add_patrols(opened.session, token, 2)
        opened.session.flush()
        tell(f"stored {token}")
        time.sleep(0.05)


def add_patrols(session, token: str, count: int) -> None:  # type: ignore[no-untyped-def]
    """So many rows that carry the token."""
    row = {"asset_id": 1, "patrolled_on": PATROL_DAY, "patroller": "张三", "words": token}
    session.execute(insert(Patrol), [row] * count)


def writer(pipe: int, name: str, work: Callable[[str, Callable[[str], None]], None]) -> None:
    """Save and save, telling each attempt before and each success after; runs until killed."""

    def tell(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())

    store.after_fork()
    number = 0
    while True:
        number += 1
        token = f"{name}-{number}"
        tell(f"attempted {token}")
        try:
            work(token, tell)
        except Unavailable:
            tell(f"refused {token}")


def killed_round(
    name: str, work: Callable[[str, Callable[[str], None]], None], crowd: int, wait: Callable[[int], bytes]
) -> tuple[set[str], set[str]]:
    """Let writers run, kill them all at the moment `wait` chooses. Answers (attempted, acknowledged)."""
    store.close()
    reading, writing = os.pipe()
    children = []
    for number in range(crowd):
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                writer(writing, f"{name}-{number}", work)
            finally:
                os._exit(1)
        children.append(child)
    os.close(writing)
    told = [os.read(reading, 1 << 16), wait(reading)]
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    while part := os.read(reading, 1 << 16):
        told.append(part)
    os.close(reading)
    lines = b"".join(told).decode().splitlines()
    return (
        {line.split(" ", 1)[1] for line in lines if line.startswith("attempted ")},
        {line.split(" ", 1)[1] for line in lines if line.startswith("stored ")},
    )


def stored(rows_each: int) -> set[str]:
    """Tokens that stand in the county, each with all its rows and its act, or the test fails."""
    with store.snapshot() as session:
        words: dict[str, int] = {}
        for token in session.scalars(select(Patrol.words)):
            words[token] = words.get(token, 0) + 1
        acts = list(session.scalars(select(Act.subject).where(Act.subject.like("k%"))))
    assert set(words.values()) <= {rows_each}, "有的办理只存了一半"
    assert sorted(acts) == sorted(words), "业务数据与办理记录不是同一批"
    return set(words)


def settled(attempted: set[str], acknowledged: set[str], rows_each: int) -> set[str]:
    """What must hold after every restart. Answers what is stored."""
    there = stored(rows_each)
    assert acknowledged <= there, f"已答复却没有存下：{acknowledged - there}"
    assert there <= attempted, f"没有人办过却存下了：{there - attempted}"
    assert verify().problems == []
    return there


def test_killed_saves_lose_nothing_acknowledged(app: Flask, full: bool, figure: Figure) -> None:
    some_assets(1)
    dice = random.Random(7)
    attempted: set[str] = set()
    acknowledged: set[str] = set()
    rounds = 100 if full else 6
    for number in range(rounds):
        warm = number % 2 == 0
        tried, told = killed_round(f"k{number}", save, WRITERS, lambda pipe, w=warm: a_moment(pipe, dice, w))  # type: ignore[misc]
        attempted, acknowledged = attempted | tried, acknowledged | told
        settled(attempted, acknowledged, 2)
    there = stored(2)
    assert acknowledged
    told = f"办理 {len(attempted)}，答复 {len(acknowledged)}，存下 {len(there)}"
    figure("保存时断杀", f"{rounds} 次（{WRITERS} 人同时）：{told}，丢失 0，半截 0")


def test_killed_bulk_saves_are_whole_or_absent(app: Flask, full: bool, figure: Figure) -> None:
    some_assets(1)
    dice = random.Random(8)
    attempted: set[str] = set()
    acknowledged: set[str] = set()
    rounds = 40 if full else 3
    for number in range(rounds):
        longest = 0.2 + 2.2 * number / rounds
        tried, told = killed_round(f"k{number}", save_in_bulk, 1, lambda _, s=longest: after(dice.uniform(s / 2, s)))  # type: ignore[misc]
        attempted, acknowledged = attempted | tried, acknowledged | told
        there = settled(attempted, acknowledged, BULK)
    killed_round("k-last", save_in_bulk, 1, until_stored)
    assert "k-last-0-1" in stored(BULK)
    told = f"办理 {len(attempted)}，存下 {len(there)}，半截 0，重复 0"
    figure("整批存入时断杀", f"{rounds} 次，每批 {BULK} 行：{told}")


def until_stored(pipe: int) -> bytes:
    """Wait until a writer tells a success; answers what was read."""
    told = b""
    while b"stored " not in told:
        told += os.read(pipe, 1 << 16)
    return told


def after(seconds: float) -> bytes:
    """Wait; nothing is read."""
    time.sleep(seconds)
    return b""


def a_moment(pipe: int, dice: random.Random, warm: bool) -> bytes:
    """Up to 50 ms after the first attempt, or after the first success."""
    told = until_stored(pipe) if warm else b""
    time.sleep(dice.uniform(0, 0.05))
    return told


def test_control_a_success_told_before_the_commit_is_caught(app: Flask) -> None:
    some_assets(1)
    _, acknowledged = killed_round("k0", save_and_boast, 1, until_stored)
    lost = acknowledged | {"k0-0-1"}
    assert not lost <= stored(2)
    assert verify().problems == []


@pytest.mark.only_on("postgresql")  # what happens to the server itself; SQLite has none
def test_a_server_that_loses_power_keeps_what_it_acknowledged(
    database_url: str, tmp_path: Path, full: bool, figure: Figure
) -> None:
    server = postgres.PostgresServer(settings={})
    try:
        url = server.create()
        dice = random.Random(9)
        cuts = 10 if full else 2
        with county_app(url, tmp_path / "instance"):
            some_assets(1)
            attempted: set[str] = set()
            acknowledged: set[str] = set()
            for number in range(cuts):

                def cut(pipe: int) -> bytes:
                    told = until_stored(pipe)
                    time.sleep(dice.uniform(0, 0.1))
                    server.stop(signal.SIGKILL)
                    return told

                tried, told = killed_round(f"k{number}", save, WRITERS, cut)
                attempted, acknowledged = attempted | tried, acknowledged | told
                restarted(server)
                settled(attempted, acknowledged, 2)
            assert acknowledged
            figure("数据库服务断电", f"{cuts} 次：办理 {len(attempted)}，答复 {len(acknowledged)}，丢失 0")
    finally:
        server.destroy()


def restarted(server: postgres.PostgresServer) -> None:
    """Start a killed server again; its orphans must let go of the folder first."""
    for _ in range(100):
        try:
            server.start()
            return
        except (RuntimeError, psycopg.OperationalError):
            time.sleep(0.1)
    raise AssertionError("PostgreSQL 没有再起来")


def test_work_goes_on_after_the_connection_is_cut(app: Flask) -> None:
    if store.is_sqlite():
        store.close()
    else:
        url = re.sub(
            r"^postgresql\+psycopg",
            "postgresql",
            config.load({"database_url": store.settings().database_url}).database_url,
        )
        some_assets(1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                " and datname = current_database()"
            )
    with act(by=None, what="核对") as opened:
        assert opened.seq > 1
