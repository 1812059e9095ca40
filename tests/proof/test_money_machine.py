"""The invariants of the county's money hold after every random history of the finance desk.

At the end `verify`, and a script that shares no code with the product, look at the county. The controls write behind the
guards: both must find it.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import make_url, select, text

from fundsys import store
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.rules.base import rule_called
from fundsys.models.funds import Allocation, AllotmentLine
from fundsys.queries.money_facts import money_facts
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import county_app
from tests.figures import Figure
from tests.money import approved_notice, make_projects

from . import independent
from .desk import Desk

BUSY = ("复核分配", "复核指标文", "复核拨付支付", "核减指标", "冲销分配", "复核调整收回", "复核退回上级", "提交结账")
"""Acts without which a history would prove little."""


def plain_connection(url: str) -> Any:
    """The county's database through the bare driver, nothing of the product between."""
    if url.startswith("sqlite"):
        return sqlite3.connect(f"file:{store.sqlite_file(store.HOME_COUNTY)}?mode=ro", uri=True)
    where = make_url(url).set(drivername="postgresql")
    connection = psycopg.connect(where.render_as_string(hide_password=False), autocommit=True)
    connection.execute(f'set search_path to "{store.schema(store.HOME_COUNTY)}"')
    return connection


def look(url: str) -> None:
    """Nothing is broken, by `verify` and by the script, and both work out the same shares."""
    assert verify().problems == []
    connection = plain_connection(url)
    try:
        assert independent.faults(connection) == []
        shares = independent.shares(connection)
    finally:
        connection.close()
    with store.snapshot() as session:
        facts = money_facts(session, 2024, date.today())
    for code, (part, whole) in shares.items():
        judge = rule_called(code)
        assert judge is not None
        (finding,) = judge(facts)
        if whole <= 0:
            assert finding.outcome.name == "NO_DATA", code
            continue
        assert (finding.numerator, finding.denominator) == (Money(part), Money(whole)), code
        assert (finding.outcome.name == "PASS") == (part * 100 >= whole * {"R65": 65, "R30": 30}[code]), code
        assert finding.measured_words.startswith(independent.share_words(part, whole)), code


@contextmanager
def fresh_desk(new_database: Callable[[str], str], kind: str, folder: Path, tally: Counter[str]) -> Iterator[Desk]:
    """A desk over a county of its own; looked at when the history is over."""
    url = f"sqlite:///{folder / 'fundsys.db'}" if kind == "sqlite" else new_database(kind)
    with county_app(url, folder / "instance"):
        yield Desk(tally)
        look(url)


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 20))]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_money_holds_after_a_long_random_history(
    seed: int, database: str, new_database: Callable[[str], str], tmp_path: Path, full: bool, figure: Figure
) -> None:
    steps = 2000 if full else 300
    tally: Counter[str] = Counter()
    r = random.Random(f"{database} {seed}")
    with fresh_desk(new_database, database, tmp_path / "desk", tally) as desk:
        for _ in range(steps):
            desk.move(r)
    refused = sum(n for what, n in tally.items() if what.endswith("拒绝"))
    done = sum(tally.values()) - refused
    figure(
        "资金随机历史", f"第 {seed} 段 {steps} 步：办成 {done}，按规矩拒绝 {refused}，核对和另写的脚本都没有发现问题"
    )
    assert min(tally[what] for what in BUSY) > 0, tally
    assert refused > 0


def test_short_histories_drawn_by_hypothesis_hold_too(
    new_database: Callable[[str], str], tmp_path: Path, full: bool
) -> None:
    count = iter(range(10**6))
    tally: Counter[str] = Counter()

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.county = fresh_desk(new_database, "sqlite", tmp_path / f"short{next(count)}", tally)
            self.desk = self.county.__enter__()

        @rule(seeds=st.lists(st.integers(0, 2**32), min_size=1, max_size=8))
        def some_moves(self, seeds: list[int]) -> None:
            for seed in seeds:
                self.desk.move(random.Random(seed))

        def teardown(self) -> None:
            self.county.__exit__(None, None, None)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=60 if full else 6,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
    assert sum(tally.values()) > 0


@pytest.mark.only_on("sqlite")
def test_what_is_written_behind_the_guards_is_found_by_both(app: Any, database_url: str) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    with act(by=None, what="绕过规矩") as opened:
        opened.session.execute(text("drop trigger guard_line_not_over_committed_insert"))
        opened.session.add(
            Allocation(
                line_id=line,
                project_id=project,
                amount=Money.wan(101),
                decided_on=date(2024, 11, 1),
                state=MoneyState.APPROVED,
                number="分配〔2024〕00002号",
            )
        )
    connection = plain_connection(database_url)
    told = " ".join(independent.faults(connection))
    connection.close()
    assert "I01 line" in told
    assert "I16 allocation" in told
    assert {"I01", "I16"} <= {problem.check for problem in verify().problems}


@pytest.mark.only_on("sqlite")
def test_a_table_changed_behind_the_journal_is_found_by_the_script(app: Any, database_url: str) -> None:
    approved_notice(("F101", "100"))
    with act(by=None, what="绕过规矩") as opened:
        opened.session.execute(text("drop trigger journal_allotment_line_update"))
        line = opened.session.scalars(select(AllotmentLine)).one()
        line.amount = Money.wan(99)
    connection = plain_connection(database_url)
    assert any(told.startswith("I12 allotment_line") for told in independent.faults(connection))
    connection.close()
