"""The smallest re-allocation of the demo county: asked of 123 projects, written as adjustments, judged by the rules."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import CorrectionKind
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import Outcome, check
from fundsys.models.funds import AllotmentLine
from fundsys.models.office import Person, PolicyValue
from fundsys.queries.facts import county_today
from fundsys.queries.money_facts import money_facts
from fundsys.queries.rebalance import Proposal, Wish, of_year
from fundsys.services import demo
from fundsys.services.acts import act
from fundsys.services.funds import corrections
from fundsys.solver import Verdict
from tests.counties import county_app
from tests.figures import Figure

pytestmark = pytest.mark.only_on("sqlite")  # one county, read by queries that other tests prove on both


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Flask]:
    """A small demo county."""
    with county_app(f"sqlite:///{tmp_path / 'fundsys.db'}", tmp_path / "instance") as app:
        demo.build(100, 7)
        yield app


def asks(share: str) -> None:
    """Let the county's limit of the industry share be another one."""
    with act(by=None, what="改阈值") as opened:
        limit = select(PolicyValue).where(PolicyValue.year == 2024, PolicyValue.code == "industry_share_min")
        opened.session.scalars(limit).one().value = share


def proposal(wish: Wish | None = None) -> tuple[Proposal, date]:
    """What the county is told, and its day."""
    with store.snapshot() as session:
        today = county_today(session)
        return of_year(session, 2024, today, wish or Wish()), today


def somebody(role: Role) -> int:
    """Id of somebody of this role."""
    with store.snapshot() as session:
        return session.scalars(select(Person.id).where(Person.role == role).order_by(Person.id)).first() or 0


def written(found: Proposal, today: date) -> None:
    """The offer as papers of adjustment, one a notice, entered by one person and approved by another."""
    by_notice: dict[int, list[corrections.Move]] = defaultdict(list)
    with store.snapshot() as session:
        notice = dict(session.execute(select(AllotmentLine.id, AllotmentLine.notice_id)).all())
    for move in found.moves:
        by_notice[notice[move.line.id]].append(corrections.Move(move.line.id, move.cell.project_id, move.change))
    for moves in by_notice.values():
        entry = corrections.CorrectionEntry(CorrectionKind.ADJUSTMENT, moves, today, "陇财农〔2024〕77号", "达到比例")
        with act(by=somebody(Role.FINANCE_ENTRY), what="调整") as opened:
            paper = corrections.save_correction(entry, act=opened)
            corrections.submit_correction(paper.id, act=opened)
        with act(by=somebody(Role.FINANCE_REVIEW), what="复核调整") as opened:
            corrections.approve_correction(paper.id, version=paper.version, act=opened)


def test_an_offer_that_is_written_meets_every_rule(county: Flask, figure: Figure) -> None:
    assert proposal()[0].verdict is Verdict.STANDS
    asks("0.685")
    begun = time.process_time()
    found, today = proposal()
    figure("最小调整，演示县全年", f"{len(found.question.cells)} 格，处理器 {time.process_time() - begun:.2f} 秒")
    assert found.is_offer
    assert found.answer.least
    assert found.movement > Money(0)
    share = next(e.after for e in found.effects if e.rule == "R65")
    assert share.distance == Money(0)  # one 分 less would miss it
    assert all(t.sentence.endswith("。") and t.amount > Money(0) for t in found.transfers)
    written(found, today)
    with store.snapshot() as session:
        facts = money_facts(session, 2024, today).with_submitted()
    told = {(f.rule, f.scope): f for f in check(facts) if f.rule in ("R65", "R30", "R01F", "RWR", "R123")}
    assert {f.outcome for f in told.values()} <= {Outcome.PASS, Outcome.REVIEW}
    assert told["R65", ""].outcome is Outcome.PASS
    assert proposal()[0].verdict is Verdict.STANDS
    more_than_can_be_moved()


def more_than_can_be_moved() -> None:
    """A limit nobody can reach is refused with the most there is."""
    asks("0.9")
    found, _ = proposal()
    assert found.verdict is Verdict.CONFLICT
    assert [reach.demand.rule for reach in found.answer.conflict] == ["R65"]
    assert "最多只能到" in found.why[0]
    assert "要求 ≥ 90%" in found.why[0]
    assert not found.moves
