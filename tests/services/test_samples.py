"""Samples: drawn by hashes alone, the same for anybody who knows seed and frame, kept so that they can be proven."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from fundsys import printing, store
from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.samples import Candidate, LookOutcome, RiskFactor, SampleMethod, SampleSubject, draw
from fundsys.models.assets import Asset
from fundsys.models.papers import Rectification
from fundsys.queries import samples as queries
from fundsys.queries.frames import Scope
from fundsys.services import samples
from fundsys.services.acts import SHANGHAI, act
from fundsys.services.rectification import FindingEntry
from fundsys.services.samples import LookTold, SampleOrder
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.draws import draws
from tests.services.test_rectification import unit_of
from tests.stocktakes import TODAY, elsewhere, town_assets, town_places
from tests.upkeep import make_assets

_M, _F = SampleMethod, RiskFactor


def drawn(by: Role = Role.INSPECTOR, **told: Any) -> int:
    """Id of a sample."""
    usual: dict[str, Any] = {
        "title": "年终抽查",
        "subject": SampleSubject.ASSET,
        "method": _M.RANDOM,
        "seed": "20241118",
        "size": 3,
        "register_on": TODAY,
    }
    with act(by=somebody(by), what="抽样") as opened:
        return samples.draw_sample(SampleOrder(**(usual | told)), act=opened).id


def codes(sample_id: int) -> list[str]:
    with store.snapshot() as session:
        return [row.code for row in queries.items(session, None, (sample_id,))]


def proven(sample_id: int) -> samples.Proof:
    with store.snapshot() as session:
        return samples.draw_again(session, None, sample_id)


def frame(count: int, *risky: int) -> list[Candidate]:
    """Candidates 0 … count-1; those named are of great value."""
    return [Candidate(n, f"A{n:04d}", frozenset({_F.VALUE} if n in risky else ())) for n in range(count)]


def test_the_sample_is_what_anybody_computes_from_seed_code_and_lot() -> None:
    told = [d.candidate.code for d in draw(frame(30), 5, "种子", 1)]
    by_hand = sorted((hashlib.sha256(f"种子|A{n:04d}|1".encode()).hexdigest(), f"A{n:04d}") for n in range(30))
    assert told == [code for _, code in by_hand[:5]]
    assert told == [d.candidate.code for d in draw(reversed(frame(30)), 5, "种子", 1)]
    assert told != [d.candidate.code for d in draw(frame(30), 5, "种子", 2)]
    assert told != [d.candidate.code for d in draw(frame(30), 5, "种子2", 1)]
    longer = [d.candidate.code for d in draw(frame(30), 9, "种子", 1)]
    assert longer[:5] == told


def test_a_record_with_three_tickets_comes_first_three_times_as_often() -> None:
    rounds = draws(3000, 20_000)
    first = Counter(draw(frame(4, 2), 1, f"s{n}", 1, {_F.VALUE: 2})[0].candidate.id for n in range(rounds))
    assert first[2] / rounds == pytest.approx(0.5, abs=0.035)  # 3 of 6 tickets
    assert all(first[n] / rounds == pytest.approx(1 / 6, abs=0.035) for n in (0, 1, 3))
    plain = Counter(draw(frame(4, 2), 1, f"s{n}", 1)[0].candidate.id for n in range(rounds))
    assert plain[2] / rounds == pytest.approx(0.25, abs=0.035)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [((frame(3), 4, "s", 1), "抽 1 到 3 条"), ((frame(3), 0, "s", 1), "抽 1 到 3 条"), ((frame(3), 1, "", 1), "随机种子"),
     ((frame(3), 1, "a|b", 1), "竖线"), ((frame(3), 1, "s", 0), "批次"), (([], 1, "s", 1), "没有可抽")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(told: Any, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        draw(*told)


def test_the_same_seed_on_the_same_frame_draws_the_same_and_can_be_proven_after_the_register_changed(
    app: Flask,
) -> None:
    town_assets(12)
    one, other = drawn(), drawn()
    assert codes(one) == codes(other) and len(codes(one)) == 3
    assert codes(drawn(lot=2)) != codes(one)
    with act(by=None, what="改登记") as opened:
        opened.session.execute(update(Asset).values(name="改了名", original_cost=Money(1)))
    town_assets(5)
    again = proven(one)
    assert again.same_frame and again.same_rows and again.frame_count == 12
    assert verify().ok


def test_a_frame_of_a_past_day_is_the_register_of_that_day(app: Flask) -> None:
    ids = town_assets(4)
    tomorrow = datetime.combine(TODAY + timedelta(days=1), time(9), tzinfo=SHANGHAI)
    with act(by=None, what="处置", at=tomorrow) as opened:
        opened.session.get_one(Asset, ids[0]).status = AssetStatus.DISPOSED
    whole, left = drawn(size=4), drawn(size=3, register_on=TODAY + timedelta(days=1))
    assert set(codes(left)) < set(codes(whole)) and proven(whole).same_rows and proven(left).same_rows


def test_recorded_risks_weigh_as_the_inspector_says_and_stand_on_the_paper(app: Flask) -> None:
    past = TODAY - timedelta(days=400)
    town_assets(1, original_cost=Money.wan("300"), in_use_on=past, registered_on=past)
    town_assets(1, status=AssetStatus.IDLE, in_use_on=TODAY, registered_on=TODAY)
    make_assets(1, in_use_on=TODAY, registered_on=TODAY, **elsewhere())
    points = {_F.VALUE: 2, _F.PATROL: 3, _F.IDLE: 4, _F.TITLE: 1}
    number = drawn(method=_M.WEIGHTED, points=points)
    with store.snapshot() as session:
        told = {row.tickets: row.why for row in queries.items(session, None, (number,))}
        found = queries.sample(session, None, number)
    assert told == {7: "金额大、巡查超期、未确权", 6: "闲置低效、未确权", 2: "未确权"} or told == {
        7: "金额大、巡查超期、未确权", 6: "未确权、闲置低效", 2: "未确权",
    }  # fmt: skip
    assert found.ticket_count == 15 and proven(number).same_rows
    with printing.sheet(printing.Order("PF36", where={"sample": found.number})) as sheet:
        notes = "".join(sheet.notes)
    assert "金额大 2" in notes and "20241118" in notes and found.frame_digest in notes and "15 票" in notes
    with pytest.raises(DomainError, match="至少有一项"):
        drawn(method=_M.WEIGHTED)
    with pytest.raises(DomainError, match="权重从 0 到 9"):
        drawn(method=_M.WEIGHTED, points={_F.VALUE: 10})
    town, _ = town_places()
    assert len(codes(drawn(size=2, scope=Scope(towns=(town,))))) == 2
    with pytest.raises(NotAllowed):
        drawn(by=Role.LEAD)


def test_what_was_seen_becomes_a_problem_once_and_is_corrected_by_a_new_look(app: Flask) -> None:
    town_assets(3)
    with store.snapshot() as session:
        one, two, _ = queries.items(session, None, (drawn(),))

    def look(told: LookTold) -> None:
        with act(by=somebody(Role.INSPECTOR), what="登记抽样查看") as opened:
            samples.record_look(told, act=opened)

    with pytest.raises(DomainError, match="请写明情况"):
        look(LookTold(one.id, LookOutcome.DIFFERS, TODAY))
    look(LookTold(one.id, LookOutcome.FITS, TODAY))
    problem = FindingEntry("audit", "", unit_of(somebody(Role.TOWN)), TODAY + timedelta(days=30))
    look(LookTold(one.id, LookOutcome.DIFFERS, TODAY, "标识牌缺失", problem))
    with pytest.raises(DomainError, match="已登记成问题"):
        look(LookTold(one.id, LookOutcome.FITS, TODAY))
    with pytest.raises(DomainError, match="有问题的才登记问题"):
        look(LookTold(two.id, LookOutcome.FITS, TODAY, "", problem))
    with store.snapshot() as session:
        row = queries.item(session, None, one.id)
        finding = session.get_one(Rectification, row.finding_id)
        assert finding.problem == f"{one.code} {one.name}：标识牌缺失"
        assert queries.sample(session, None, one.sample_id).wrong == 1
    assert verify().ok


TAMPERED = {
    "update sample set seed = 'x'": "与种子算出的次序不符",
    "update sample_item set code = 'x' where position = 2": "与种子算出的次序不符",
    "delete from sample_item where position = 3": "应抽 3 条，现有 2 条",
    "update sample_item set tickets = 2 where position = 1": "与种子算出的次序不符",
}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("statement", list(TAMPERED))
def test_verify_names_a_sample_that_was_tampered_with(app: Flask, statement: str) -> None:
    town_assets(5)
    drawn()
    assert verify().ok
    with act(by=None, what="篡改") as opened:
        opened.session.execute(text(statement))
    told = [p.message for p in verify().problems if p.check == "sample"]
    assert any(TAMPERED[statement] in said for said in told), told


def test_control_a_sample_of_another_frame_or_with_another_row_is_no_proof(app: Flask) -> None:
    town_assets(6)
    number, other = drawn(), drawn()
    with act(by=None, what="篡改") as opened:
        opened.session.execute(text("update sample set frame_digest = 'x' where id = :id"), {"id": number})
        told = "update sample_item set code = 'x' where sample_id = :id and position = 1"
        opened.session.execute(text(told), {"id": other})
    assert (proven(number).same_frame, proven(number).same_rows) == (False, True)
    assert (proven(other).same_frame, proven(other).same_rows) == (True, False)
