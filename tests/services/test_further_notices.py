"""Notices that change what earlier ones gave, and what a line has to give afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from fundsys import store
from fundsys.domain.errors import DomainError, OverCommitted, StepRefused
from fundsys.domain.funds import NoticeKind
from fundsys.domain.money import Money
from fundsys.models.funds import AllotmentLine, AllotmentNotice
from fundsys.queries.line_money import line_money
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.money import (
    approved_notice,
    drafted,
    entry_clerk,
    given,
    make_projects,
    notice_entry,
    reviewer,
    source_id,
    submitted,
)

pytestmark = pytest.mark.usefixtures("app")


def number_of(line_id: int) -> str:
    """The document number of the notice a line belongs to."""
    with store.snapshot() as session:
        wanted = select(AllotmentNotice.document_no).join(AllotmentLine).where(AllotmentLine.id == line_id)
        return session.scalars(wanted).one()


def further(kind: NoticeKind, of: int, wan: str, source: str = "F101", **told: Any) -> int:
    """Id of a further notice on the notice of a line, handed over for review."""
    entry = notice_entry((source, wan), kind=kind, amends_no=number_of(of), **told)
    with act(by=entry_clerk(), what="登记指标文") as opened:
        notice = funds.register_notice(entry, act=opened)
        funds.submit_notice(notice.id, act=opened)
        return notice.id


def approve(notice_id: int) -> None:
    """Approve a notice by the second person."""
    with act(by=reviewer(), what="复核指标文") as opened:
        funds.approve_notice(notice_id, version=None, act=opened)


def remaining(line_id: int) -> Money:
    """What a line still has to give."""
    with store.snapshot() as session:
        return line_money(session, line_id).remaining


def test_a_reduction_takes_from_its_line_from_the_day_it_is_handed_over() -> None:
    (line,) = approved_notice(("F101", "100"))
    notice = further(NoticeKind.REDUCTION, line, "30")
    assert remaining(line) == Money.wan("70")
    approve(notice)
    assert remaining(line) == Money.wan("70")
    with store.snapshot() as session:
        kept = session.get_one(AllotmentNotice, notice)
        assert (kept.stated_total, kept.lines[0].amount) == (Money.wan("-30"), Money.wan("-30"))
        assert kept.lines[0].reduces_id == line


def test_a_returned_reduction_gives_the_money_back() -> None:
    (line,) = approved_notice(("F101", "100"))
    notice = further(NoticeKind.REDUCTION, line, "30")
    with act(by=reviewer(), what="退回指标文") as opened:
        funds.return_notice(notice, "金额不对", act=opened)
    assert remaining(line) == Money.wan("100")


def test_a_line_can_be_reduced_to_what_is_allocated_and_not_one_fen_below() -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    given(line, [(project, "60")])
    with pytest.raises(OverCommitted, match="尚未分配的只有 40.00 万元"):
        further(NoticeKind.REDUCTION, line, "40.000001")
    approve(further(NoticeKind.REDUCTION, line, "40"))
    assert remaining(line) == Money(0)


def test_money_taken_back_cannot_be_allocated_by_service_or_by_hand() -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "200"})
    approve(further(NoticeKind.REDUCTION, line, "30"))
    with pytest.raises(OverCommitted):
        drafted(line, project, "70.000001")
    drafted(line, project, "70")
    submitted(line)
    with pytest.raises(OverCommitted, match="低于已分配"), act(by=None, what="手工改动") as opened:
        opened.session.execute(update(AllotmentLine).where(AllotmentLine.id == line).values(amount=Money.wan("99.99")))


def test_a_reduction_approved_by_hand_over_what_is_left_is_refused_by_the_database() -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    entry = notice_entry(("F101", "30"), kind=NoticeKind.REDUCTION, amends_no=number_of(line))
    with act(by=entry_clerk(), what="登记指标文") as opened:
        notice = funds.register_notice(entry, act=opened).id
    given(line, [(project, "80")])
    with pytest.raises(OverCommitted), act(by=None, what="手工改动") as opened:
        opened.session.execute(update(AllotmentNotice).where(AllotmentNotice.id == notice).values(state="submitted"))


def test_a_reduction_line_is_no_line_to_allocate_from() -> None:
    (line,) = approved_notice(("F101", "100"))
    notice = further(NoticeKind.REDUCTION, line, "30")
    approve(notice)
    (project,) = make_projects({"wan": "100"})
    with store.snapshot() as session:
        reduction = session.scalars(select(AllotmentLine.id).where(AllotmentLine.notice_id == notice)).one()
    with pytest.raises(StepRefused, match="核减"):
        drafted(reduction, project, "1")


@pytest.mark.parametrize("amends", ["", "宝市财办农〔2024〕9999号"])
def test_a_reduction_says_which_standing_notice_it_means(amends: str) -> None:
    entry = notice_entry(("F101", "30"), kind=NoticeKind.REDUCTION, amends_no=amends)
    with pytest.raises(DomainError, match="原指标文号"), act(by=entry_clerk(), what="登记指标文") as opened:
        funds.register_notice(entry, act=opened)


def test_two_lines_of_one_source_are_told_apart_by_their_budget_number() -> None:
    entries = [
        funds.LineEntry(source_id("F101"), Money.wan(wan), budget_no=number)
        for wan, number in (("60", "610327240001"), ("40", "610327240002"))
    ]
    first, second = approved_notice(lines=entries, stated_total=Money.wan("100"))
    with pytest.raises(DomainError, match="预算指标编号"):
        further(NoticeKind.REDUCTION, first, "10")
    approve(
        further(
            NoticeKind.REDUCTION,
            first,
            "10",
            lines=[funds.LineEntry(source_id("F101"), Money.wan("10"), budget_no="610327240002")],
            stated_total=Money.wan("10"),
        )
    )
    assert (remaining(first), remaining(second)) == (Money.wan("60"), Money.wan("30"))


def test_an_addition_brings_lines_of_its_own_and_names_the_notice() -> None:
    (line,) = approved_notice(("F101", "100"))
    notice = further(NoticeKind.ADDITION, line, "25", source="F201")
    approve(notice)
    assert remaining(line) == Money.wan("100")
    with store.snapshot() as session:
        kept = session.get_one(AllotmentNotice, notice)
        assert remaining(kept.lines[0].id) == Money.wan("25")
        assert kept.amends_id is not None


def test_the_journal_and_the_sums_hold_after_all_of_it(app: Flask) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    given(line, [(project, "60")])
    approve(further(NoticeKind.REDUCTION, line, "40"))
    assert verify().problems == []
