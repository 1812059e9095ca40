"""Problems: found by an inspector, put right by the unit with papers, closed by somebody else, opened again with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.rights import Role
from fundsys.models.office import Person
from fundsys.models.papers import Rectification
from fundsys.queries.facts import county_today, facts
from fundsys.services import rectification
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import somebody

PAPER = ("整改照片.pdf", b"%PDF-1.4 put right")


def unit_of(person: int) -> int:
    with store.snapshot() as session:
        return session.scalars(select(Person.unit_id).where(Person.id == person)).one()


def found(unit_id: int | None = None, files: Any = (), **told: Any) -> int:
    """Id of a problem an inspector found at the owner's."""
    with store.snapshot() as session:
        today = county_today(session)
    usual: dict[str, Any] = {
        "source": "audit",
        "problem": "标识牌缺失",
        "unit_id": unit_id or unit_of(somebody(Role.OWNER)),
        "due_on": today + timedelta(days=30),
    }
    with act(by=somebody(Role.INSPECTOR), what="登记问题") as opened:
        return rectification.record_finding(rectification.FindingEntry(**(usual | told)), files=files, act=opened).id


def do(service: Any, finding_id: int, words: str = "", by: Role = Role.INSPECTOR, **more: Any) -> None:
    with act(by=somebody(by), what="办理问题") as opened:
        service(finding_id, words, act=opened, **more)


def answered(**told: Any) -> int:
    finding_id = found(**told)
    do(rectification.answer_finding, finding_id, "已补挂标识牌", Role.OWNER, files=[PAPER])
    return finding_id


def state(finding_id: int) -> tuple[str, bool]:
    with store.snapshot() as session:
        row = session.get_one(Rectification, finding_id)
        return row.state, row.closed_by is not None


def broken() -> list[str]:
    return [p.message for p in verify().problems if p.check == "I29"]


def test_a_problem_goes_from_found_to_closed_and_back_with_a_reason(app: Flask) -> None:
    finding_id = answered()
    do(rectification.close_out, finding_id, "核对无误")
    assert state(finding_id) == ("closed", True)
    with pytest.raises(DomainError, match="写明原因"):
        do(rectification.reopen_finding, finding_id, " ")
    do(rectification.reopen_finding, finding_id, "现场仍缺")
    assert state(finding_id) == ("open", False)
    do(rectification.answer_finding, finding_id, "再次补挂", Role.OWNER)
    do(rectification.keep_lasting, finding_id, "每季核对")
    assert state(finding_id) == ("lasting", False)
    assert verify().ok


def test_no_problem_jumps_a_step(app: Flask) -> None:
    finding_id = found()
    for service in (rectification.close_out, rectification.keep_lasting, rectification.return_finding):
        with pytest.raises(StepRefused):
            do(service, finding_id, "材料齐全")
    with pytest.raises(StepRefused):
        do(rectification.reopen_finding, finding_id, "再看")
    assert state(finding_id) == ("open", False)


def test_a_problem_is_not_answered_without_papers_of_the_unit(app: Flask) -> None:
    finding_id = found(files=[("现场.pdf", b"%PDF-1.4 what was found")])
    with pytest.raises(DomainError, match="佐证材料"):
        do(rectification.answer_finding, finding_id, "已补挂", Role.OWNER)
    do(rectification.answer_finding, finding_id, "已补挂", Role.OWNER, files=[PAPER])


def test_the_unit_itself_never_closes_its_problem(app: Flask) -> None:
    finding_id = answered()
    with pytest.raises(NotAllowed):
        do(rectification.close_out, finding_id, "好了", Role.OWNER)
    inspector = somebody(Role.INSPECTOR)
    own = found(unit_id=unit_of(inspector))
    with act(by=None, what="报送整改") as opened:
        rectification.answer_finding(own, "已办", files=[PAPER], act=opened)
    with pytest.raises(NotAllowed, match="不能给自己的问题销号"):
        do(rectification.close_out, own, "好了")


def test_another_units_problem_is_not_there_for_a_town(app: Flask) -> None:
    finding_id = found()
    with pytest.raises(NotFound):
        do(rectification.answer_finding, finding_id, "已办", Role.TOWN, files=[PAPER])


def test_days_and_sources_that_cannot_be_are_refused(app: Flask) -> None:
    with store.snapshot() as session:
        today = county_today(session)
    with pytest.raises(DomainError, match="来源"):
        found(source="rumor")
    with pytest.raises(DomainError, match="早于发现日期"):
        found(due_on=today - timedelta(days=1))
    with pytest.raises(DomainError, match="晚于今天"):
        found(found_on=today + timedelta(days=1), due_on=today + timedelta(days=9))
    assert found(found_on=today, due_on=today)


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("delete from attachment where table_name = 'rectification'", "佐证材料"),
        (
            "update rectification_step set unit_id = (select unit_id from rectification) where kind = 'closed'",
            "自己销号",
        ),
        ("update rectification set state = 'lasting'", "最后一个环节"),
        ("delete from rectification_step where kind = 'answered'", "跳到"),
        ("update rectification_step set words = '' where kind = 'returned'", "没有写原因"),
    ],
)
def test_verify_names_a_problem_that_was_tampered_with(app: Flask, tampering: str, told: str) -> None:
    finding_id = answered()
    do(rectification.return_finding, finding_id, "照片不清")
    do(rectification.answer_finding, finding_id, "重拍", Role.OWNER)
    do(rectification.close_out, finding_id, "齐全")
    assert broken() == []
    with act(by=None, what="改动") as opened:
        opened.session.execute(text(tampering))
    assert any(told in message for message in broken())


def test_the_facts_of_a_year_hold_what_was_left_open_before_it(app: Flask) -> None:
    finding_id = found()
    with store.snapshot() as session:
        year = county_today(session).year
        for asked in (year, year + 1):
            (problem,) = facts(session, asked).problems
            assert (problem.id, problem.closed) == (finding_id, False)
        assert facts(session, year - 1).problems == ()
