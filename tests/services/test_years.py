"""Opening a year: what is taken over, by two persons, as often as somebody presses the button."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.funds import LineEntryKind, MoneyState, NoticeKind
from fundsys.domain.money import ZERO, Money
from fundsys.models.desk import WorkYear
from fundsys.models.funds import AllotmentLine, AllotmentNotice, LinePosting
from fundsys.models.office import County, PolicyValue
from fundsys.queries import years as queries
from fundsys.queries.line_money import line_money
from fundsys.queries.money_facts import policy_of
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.funds import years
from tests.money import approved_notice, entry_clerk, given, make_projects, reviewer

pytestmark = pytest.mark.usefixtures("app")
PAPER = "陇财农〔2025〕1号"


def opened(document_no: str = PAPER, year: int = 2025) -> str:
    """What opening the year answered."""
    with act(by=entry_clerk(), what="开启年度") as one:
        years.open_work_year(year, document_no, act=one)
        return one.answer


def notice_of(year: int = 2025) -> AllotmentNotice:
    """The carry-over notice of a year."""
    with store.snapshot() as session:
        found = session.scalars(select(AllotmentNotice).where(AllotmentNotice.year == year)).one()
        session.expunge_all()
        return found


def agreed(notice: AllotmentNotice) -> None:
    """Approve it as a second person."""
    with act(by=reviewer(), what="复核指标文") as one:
        funds.approve_notice(notice.id, version=notice.version, act=one)


def test_unallocated_balances_are_carried_over_with_their_origin_and_nothing_else_moves() -> None:
    project, other = make_projects({}, {})
    old, empty = approved_notice(("F101", "100"), ("F201", "50"))
    given(old, [(project, "60")])
    given(empty, [(other, "50")])
    opened()
    notice = notice_of()
    assert (notice.kind, notice.state) == (NoticeKind.CARRYOVER, MoneyState.SUBMITTED)
    with store.snapshot() as session:
        assert line_money(session, old).remaining == ZERO
        line = session.scalars(select(AllotmentLine).where(AllotmentLine.notice_id == notice.id)).one()
        assert (line.amount, line.origin_id, line.source.code) == (Money.wan("40"), old, "F902")
        new = line.id
    agreed(notice)
    with store.snapshot() as session:
        posting = session.scalars(select(LinePosting)).one()
        assert (posting.kind, posting.amount) == (LineEntryKind.CARRYOVER, -Money.wan("40"))
        assert posting.state is MoneyState.APPROVED and (posting.number or "").startswith("结转〔")
        assert line_money(session, new).remaining == Money.wan("40")
    with act(by=entry_clerk(), what="支付") as one:
        funds.pay(old, project, Money.wan("60"), one.day, payee="某公司", act=one)


def test_values_of_the_year_before_are_proposals_until_somebody_agrees() -> None:
    opened()
    with store.snapshot() as session:
        assert policy_of(session, 2025).industry_share_min is None
        rows = session.scalars(select(PolicyValue).where(PolicyValue.year == 2025)).all()
        before = session.scalar(select(func.count()).where(PolicyValue.year == 2024, PolicyValue.value != ""))
        assert len(rows) == before and {r.state for r in rows} == {"proposed"}
        told = {r.code: r.proposed_value for r in rows}
        assert (told["project_target"], told["legacy_target"], told["new_asset_year"]) == ("123", "621", "2024")


def test_opening_twice_changes_nothing_and_the_year_at_work_moves_once() -> None:
    approved_notice(("F101", "100"))
    opened()
    agreed(notice_of())
    assert "没有要补的" in opened()
    with store.snapshot() as session:
        assert session.scalar(select(County.work_year)) == 2025
        assert session.scalar(select(func.count()).select_from(LinePosting)) == 1
        assert session.scalar(select(func.count()).select_from(WorkYear)) == 1


def test_only_the_next_year_is_opened_and_with_a_paper() -> None:
    with pytest.raises(DomainError, match="只能开启2025年"):
        opened(year=2026)
    with pytest.raises(DomainError, match="文号"):
        opened(document_no="")


def test_a_returned_carry_over_frees_the_money_and_is_made_again_from_what_is_there() -> None:
    (project,) = make_projects({})
    (line,) = approved_notice(("F101", "100"))
    opened()
    notice = notice_of()
    with act(by=reviewer(), what="退回") as one:
        funds.return_notice(notice.id, "先补一笔分配", version=notice.version, act=one)
    given(line, [(project, "30")])
    with pytest.raises(StepRefused, match="开启年度"), act(by=entry_clerk(), what="提交") as one:
        funds.submit_notice(notice.id, act=one)
    opened()
    agreed(notice_of())
    with store.snapshot() as session:
        assert session.scalars(select(LinePosting.amount)).all() == [-Money.wan("70")]
        assert queries.opened_years(session)[0].notice_state is MoneyState.APPROVED


def test_projects_that_are_not_settled_go_on() -> None:
    make_projects({"name": "接着办的项目"})
    with store.snapshot() as session:
        assert [c.name for c in queries.continuing(session, 2025)] == ["接着办的项目"]
