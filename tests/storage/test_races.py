"""Many clerks at once: a notice never gives more than it has, its last 分 can be spent, a form counts once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from fundsys import store
from fundsys.domain.errors import OverCommitted
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.journal import Act, Change
from fundsys.queries.line_money import line_money
from fundsys.services.acts import Repeated, act
from fundsys.services.verification import verify
from tests.figures import Figure
from tests.storage.county_money import a_notice, a_project
from tests.storage.crowd import together

LINE_FEN = 100
TRY_FEN = 30


def lines_of_100_fen(rounds: int) -> list[int]:
    """A line of one hundred 分 for every round."""
    with act(by=None, what="登记指标文") as opened:
        source = opened.session.scalars(select(FundSource.id).order_by(FundSource.id).limit(1)).one()
        notice = AllotmentNotice(
            document_no="宝财农〔2024〕9号",
            title="最后一笔",
            year=2024,
            issued_on=date(2024, 1, 10),
            received_on=date(2024, 1, 12),
            stated_total=Money(LINE_FEN * rounds),
        )
        lines = [
            AllotmentLine(notice=notice, position=n + 1, source_id=source, amount=Money(LINE_FEN))
            for n in range(rounds)
        ]
        opened.session.add_all([notice, *lines])
        opened.session.flush()
        return [line.id for line in lines]


def spend(line: int, project: int, fen: int, look_first: bool = True) -> bool:
    """Try to reserve money of a line as the services do, or blindly; whether it was given."""
    try:
        with act(by=None, what="提交分配") as opened:
            if look_first and Money(fen) > line_money(opened.session, line).remaining:
                raise OverCommitted("该指标剩余不够本次分配")
            opened.session.add(
                Allocation(
                    line_id=line,
                    project_id=project,
                    amount=Money(fen),
                    state=MoneyState.SUBMITTED,
                    decided_on=date(2024, 2, 1),
                )
            )
    except OverCommitted:
        return False
    return True


def given() -> dict[int, int]:
    """What each line has given, in 分."""
    with store.snapshot() as session:
        rows = session.execute(select(Allocation.line_id, func.sum(Allocation.amount)).group_by(Allocation.line_id))
        return {line: amount.fen for line, amount in rows}


@pytest.mark.parametrize(("crowd", "look_first"), [(8, True), (8, False), (64, True)])
def test_the_last_hundred_fen_are_given_once_and_to_the_last_fen(
    app: Flask, crowd: int, look_first: bool, full: bool, figure: Figure
) -> None:
    rounds = 200 if full else 6
    project, lines = a_project(), lines_of_100_fen(rounds)

    def clerk(number: int, everybody: Any) -> int:
        won = 0
        for line in lines:
            everybody.wait()
            won += spend(line, project, TRY_FEN, look_first)
        return won

    won = sum(together(crowd, clerk))
    assert won == rounds * (LINE_FEN // TRY_FEN)
    assert set(given().values()) == {LINE_FEN // TRY_FEN * TRY_FEN}
    for line in lines[:3]:
        assert not spend(line, project, 11, look_first) and spend(line, project, 10, look_first)
        assert not spend(line, project, 1, look_first)
        assert given()[line] == LINE_FEN
    assert verify().problems == []
    way = "先看余额" if look_first else "不看余额"
    figure("争用最后 100 分", f"{crowd} 人{way}，{rounds} 轮：给出 {won} 次，多分 0 轮")


# ---------- the controls: how it goes without our storage ----------


def without_guards(file: Path, copy: Path) -> None:
    """The county's file copied, without triggers: what a program with ordinary settings would write to."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        for (name,) in target.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            target.execute(f'drop trigger "{name}"')
        target.commit()


def naive_spend(connection: Connection, line: int, project: int) -> str:
    """Check, think, insert: in one transaction of whatever kind the connection makes."""
    try:
        with connection.begin():
            taken = connection.execute(
                text("select coalesce(sum(amount_fen), 0) from allocation where line_id = :line"), {"line": line}
            ).scalar_one()
            time.sleep(0.002)
            if taken + TRY_FEN > LINE_FEN:
                return "refused"
            connection.execute(
                text(
                    "insert into allocation (version, line_id, project_id, kind, decided_on, document_no,"
                    " beyond_plan_reason, amount_fen, state, return_reason, remark)"
                    " values (1, :line, :project, 'allocation', '2024-02-01', '', '', :fen, 'submitted', '', '')"
                ),
                {"line": line, "project": project, "fen": TRY_FEN},
            )
    except OperationalError as error:
        assert "database is locked" in str(error)
        return "locked"
    return "given"


def naive_rounds(copy: Path, lines: list[int], project: int, prepare: Callable[[Any], None]) -> tuple[int, int]:
    """(lines that gave too much, saves that failed as locked) with eight clerks."""

    def clerk(number: int, everybody: Any) -> int:
        engine = create_engine(f"sqlite:///{copy}", connect_args={"timeout": 0.3})
        prepare(engine)
        locked = 0
        with engine.connect() as connection:
            for line in lines:
                everybody.wait()
                locked += naive_spend(connection, line, project) == "locked"
        engine.dispose()
        return locked

    locked = sum(together(8, clerk))
    with closing(sqlite3.connect(copy)) as connection:
        sums = connection.execute("select sum(amount_fen) from allocation group by line_id").fetchall()
    return sum(fen > LINE_FEN for (fen,) in sums), locked


@pytest.mark.only_on("sqlite")  # the finding is about the SQLite driver
def test_control_the_drivers_default_gives_the_same_money_twice(
    app: Flask, tmp_path: Path, full: bool, figure: Figure
) -> None:
    project, lines = a_project(), lines_of_100_fen(40 if full else 10)
    without_guards(store.sqlite_file(store.HOME_COUNTY), tmp_path / "copy.db")
    over, _ = naive_rounds(tmp_path / "copy.db", lines, project, lambda engine: None)
    assert over > 0
    figure("争用的对照：驱动默认事务", f"{len(lines)} 轮中 {over} 轮多分")


@pytest.mark.only_on("sqlite")  # the finding is about the SQLite driver
def test_control_a_deferred_begin_gives_errors_instead(app: Flask, tmp_path: Path, full: bool, figure: Figure) -> None:
    from sqlalchemy import event

    def deferred(engine: Any) -> None:
        event.listen(engine, "connect", lambda dbapi, _: setattr(dbapi, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

    project, lines = a_project(), lines_of_100_fen(40 if full else 10)
    without_guards(store.sqlite_file(store.HOME_COUNTY), tmp_path / "copy.db")
    over, locked = naive_rounds(tmp_path / "copy.db", lines, project, deferred)
    assert over == 0 and locked > 0
    figure("争用的对照：延迟开始的事务", f"{len(lines)} 轮中 {over} 轮多分，{locked} 次“database is locked”")


# ---------- forms, readers ----------


def test_twenty_copies_of_one_form_are_one_act_with_one_answer(app: Flask) -> None:
    line, project = a_notice(Money(LINE_FEN)), a_project()
    with store.snapshot() as session:
        before = session.scalars(select(func.max(Act.seq))).one()

    def copy(number: int, everybody: Any) -> str:
        everybody.wait()
        try:
            with act(by=None, what="提交分配", form_id="form-1") as opened:
                opened.session.add(
                    Allocation(line_id=line, project_id=project, amount=Money(1), decided_on=date(2024, 2, 1))
                )
                opened.answer = f"第{number}份先到"
        except Repeated as repeated:
            return repeated.answer
        return opened.answer

    answers = together(20, copy)
    assert len(set(answers)) == 1
    with store.snapshot() as session:
        assert session.scalars(select(func.max(Act.seq))).one() == before + 1
        assert session.scalars(select(func.count()).select_from(Allocation)).one() == 1


def test_a_register_being_read_holds_up_no_save(app: Flask, figure: Figure) -> None:
    line, project = a_notice(Money(LINE_FEN)), a_project()
    with store.snapshot() as reading:
        seen = reading.scalars(select(func.count()).select_from(Change)).one()

        def clerk(number: int, everybody: Any) -> float:
            slowest = 0.0
            for _ in range(10):
                began = time.monotonic()
                assert spend(line, project, 1)
                slowest = max(slowest, time.monotonic() - began)
            return slowest

        engine_at_work = store._open.engines.copy()
        store._open.engines.clear()
        slowest = max(together(4, clerk))
        store._open.engines.update(engine_at_work)
        assert reading.scalars(select(func.count()).select_from(Change)).one() == seen
    assert sum(given().values()) == 40
    figure("读取期间保存", f"40 次，都存下，最慢 {slowest * 1000:.0f} 毫秒")
