"""Adjustments, recoveries and returns: money moves between projects of one line, comes back to it, or leaves it for good."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, OverCommitted, Stale, StepRefused
from fundsys.domain.funds import CorrectionKind, EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.models.funds import Allocation, Correction, LinePosting
from fundsys.queries import corrections as queries
from fundsys.queries.line_money import line_money
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.funds import corrections, returns
from tests.money import approved_notice, entry_clerk, given, make_projects, reviewer

pytestmark = pytest.mark.usefixtures("app")
ADJUST, RECOVER = CorrectionKind.ADJUSTMENT, CorrectionKind.RECOVERY
Moves = Sequence[tuple[int, int, str]]


def saved(kind: CorrectionKind, moves: Moves, document_no: str = "陇财农〔2024〕88号", reason: str = "用途调整") -> int:
    """Id of a draft paper with these moves: (line, project, 万元)."""
    told = [
        corrections.Move(line, project, -Money.wan(wan[1:]) if wan[0] == "-" else Money.wan(wan))
        for line, project, wan in moves
    ]
    with act(by=entry_clerk(), what="登记调整") as opened:
        entry = corrections.CorrectionEntry(kind, told, None, document_no, reason)
        return corrections.save_correction(entry, act=opened).id


def handed(correction_id: int) -> int:
    """Its version once it is handed over."""
    with act(by=entry_clerk(), what="提交") as opened:
        return corrections.submit_correction(correction_id, act=opened).version


def agreed(correction_id: int, version: int) -> Correction:
    """The paper once a second person approved it."""
    with act(by=reviewer(), what="复核") as opened:
        paper = corrections.approve_correction(correction_id, version=version, act=opened)
        opened.session.expunge(paper)
        return paper


def net(line: int, project: int) -> Money:
    """What a project has of a line."""
    with store.snapshot() as session:
        return queries.standings(session, line_ids=[line]).get((line, project), queries.Standing(0, 0)).allocated


def paid(line: int, project: int, wan: str) -> None:
    """Pay, approved."""
    with act(by=entry_clerk(), what="支付") as opened:
        payment = funds.pay(line, project, Money.wan(wan), opened.day, payee="某公司", act=opened)
    with act(by=reviewer(), what="复核支付") as opened:
        funds.approve_payments({payment.id: payment.version}, act=opened)


def test_an_adjustment_moves_money_between_projects_of_a_full_line_once_two_persons_agree() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "100")])
    paper = saved(ADJUST, [(line, one, "-30"), (line, two, "30")])
    version = handed(paper)
    assert (net(line, one), net(line, two)) == (Money.wan("100"), ZERO)
    done = agreed(paper, version)
    assert (net(line, one), net(line, two)) == (Money.wan("70"), Money.wan("30"))
    assert done.number is not None and done.number.startswith("调整〔")
    with store.snapshot() as session:
        assert line_money(session, line).remaining == ZERO
        entries = session.scalars(select(Allocation).where(Allocation.correction_id == paper).order_by(Allocation.id))
        assert [(e.kind, e.corrects_id is not None, bool(e.number)) for e in entries] == [
            (EntryKind.ADJUSTMENT, True, True),
            (EntryKind.ADJUSTMENT, False, True),
        ]


def test_an_adjustment_comes_out_at_zero_on_every_line_not_only_in_total() -> None:
    one, two = make_projects({}, {})
    first, second = approved_notice(("F101", "100"), ("F201", "100"))
    given(first, [(one, "50")])
    with pytest.raises(DomainError, match="同一条指标内增减相等"):
        saved(ADJUST, [(first, one, "-30"), (second, two, "30")])
    with pytest.raises(DomainError, match="减少比增加多 0.000001 万元"):
        saved(ADJUST, [(first, one, "-30"), (first, two, "29.999999")])


def test_nothing_is_taken_below_what_is_paid_to_the_fen() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    paid(line, one, "40")
    with pytest.raises(OverCommitted, match="最多减少 20.00 万元"):
        saved(ADJUST, [(line, one, "-20.000001"), (line, two, "20.000001")])
    paper = saved(ADJUST, [(line, one, "-20"), (line, two, "20")])
    agreed(paper, handed(paper))
    assert net(line, one) == Money.wan("40")


def test_a_payment_in_between_stops_an_adjustment_that_waits() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    paper = saved(ADJUST, [(line, one, "-50"), (line, two, "50")])
    paid(line, one, "40")
    with pytest.raises(OverCommitted):
        handed(paper)


def test_an_amount_seen_before_somebody_else_moved_it_is_not_saved() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    seen = corrections.Move(line, one, -Money.wan("10"), now=Money.wan("50"))
    entry = corrections.CorrectionEntry(ADJUST, [seen, corrections.Move(line, two, Money.wan("10"))])
    with pytest.raises(Stale) as stale, act(by=entry_clerk(), what="调整") as opened:
        corrections.save_correction(entry, act=opened)
    assert list(stale.value.theirs.values()) == ["已分配 60.00 万元"]


def test_a_returned_adjustment_is_changed_and_handed_over_again() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    paper = saved(ADJUST, [(line, one, "-50"), (line, two, "50")])
    version = handed(paper)
    with act(by=reviewer(), what="退回") as opened:
        back = corrections.return_correction(paper, "金额不对", version=version, act=opened).version
    moves = [corrections.Move(line, one, -Money.wan("5")), corrections.Move(line, two, Money.wan("5"))]
    with act(by=entry_clerk(), what="修改") as opened:
        entry = corrections.CorrectionEntry(ADJUST, moves, None, "文〔2024〕2号", "改")
        corrections.save_correction(entry, correction_id=paper, version=back, act=opened)
    agreed(paper, handed(paper))
    assert (net(line, one), net(line, two)) == (Money.wan("55"), Money.wan("5"))


def test_the_paper_is_reviewed_as_one_and_not_by_its_enterer() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    paper = saved(ADJUST, [(line, one, "-50"), (line, two, "50")])
    version = handed(paper)
    with pytest.raises(NotAllowed), act(by=entry_clerk(), what="复核") as opened:
        corrections.approve_correction(paper, version=version, act=opened)
    with store.snapshot() as session:
        rows = session.execute(select(Allocation.id, Allocation.version).where(Allocation.correction_id == paper))
        seen = dict(rows.all())
    with pytest.raises(DomainError, match="整份调整"), act(by=reviewer(), what="复核分配") as opened:
        funds.approve_allocations(seen, act=opened)


def test_a_recovery_brings_money_back_to_its_line_for_others() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "100")])
    paper = saved(RECOVER, [(line, one, "-30")], reason="结算结余")
    version = handed(paper)
    with store.snapshot() as session:
        assert line_money(session, line).remaining == ZERO
    assert (agreed(paper, version).number or "").startswith("收回〔")
    with store.snapshot() as session:
        assert line_money(session, line).remaining == Money.wan("30")
    given(line, [(two, "30")])


def test_a_recovery_only_takes_and_needs_its_paper() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "50")])
    with pytest.raises(DomainError, match="收回只能减少"):
        saved(RECOVER, [(line, two, "10")])
    paper = saved(RECOVER, [(line, one, "-10")], document_no="")
    with pytest.raises(DomainError, match="文号"):
        handed(paper)


def test_more_is_taken_than_one_old_allocation_gave_and_each_is_named() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "30")])
    given(line, [(one, "20")])
    paper = saved(ADJUST, [(line, one, "-40"), (line, two, "40")])
    agreed(paper, handed(paper))
    with store.snapshot() as session:
        taken = session.execute(
            select(Allocation.corrects_id, Allocation.amount).where(
                Allocation.correction_id == paper, Allocation.amount < ZERO
            )
        ).all()
    assert sorted(-amount.fen for _, amount in taken) == [20_0000_00, 20_0000_00]
    assert len({key for key, _ in taken}) == 2


def test_beyond_its_plan_a_project_gets_money_by_the_adjustments_paper() -> None:
    one, two = make_projects({}, {"wan": "10"})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    paper = saved(ADJUST, [(line, one, "-20"), (line, two, "20")], document_no="陇财农〔2024〕88号")
    agreed(paper, handed(paper))
    with store.snapshot() as session:
        got = session.scalars(select(Allocation).where(Allocation.project_id == two)).one()
        assert (got.beyond_plan_reason, got.beyond_plan_document) == ("用途调整", "陇财农〔2024〕88号")


def test_a_deleted_draft_leaves_nothing() -> None:
    one, two = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    paper = saved(ADJUST, [(line, one, "-20"), (line, two, "20")])
    with act(by=entry_clerk(), what="删除") as opened:
        corrections.delete_correction(paper, act=opened)
    with store.snapshot() as session:
        assert session.scalar(select(Allocation.id).where(Allocation.correction_id == paper)) is None


# ---------- returns ----------


def test_returned_money_is_gone_from_its_line_at_once_and_back_only_by_reversal() -> None:
    (line,) = approved_notice(("F101", "100"))
    with act(by=entry_clerk(), what="退回上级") as opened:
        posting = returns.return_money(line, Money.wan("40"), "陇财农〔2024〕90号", "项目取消", act=opened)
    with store.snapshot() as session:
        assert line_money(session, line).remaining == Money.wan("60")
    with act(by=reviewer(), what="复核") as opened:
        done = returns.approve_posting(posting.id, version=posting.version, act=opened)
        assert (done.number or "").startswith("退回〔")
    with act(by=entry_clerk(), what="冲销") as opened:
        undo = returns.reverse_posting(posting.id, "陇财农〔2024〕91号", "上级未收", act=opened)
    with store.snapshot() as session:
        assert line_money(session, line).remaining == Money.wan("60")
    with act(by=reviewer(), what="复核") as opened:
        returns.approve_posting(undo.id, version=undo.version, act=opened)
    with store.snapshot() as session:
        assert line_money(session, line).remaining == Money.wan("100")
    with pytest.raises(StepRefused, match="不能再冲"), act(by=entry_clerk(), what="冲销") as opened:
        returns.reverse_posting(posting.id, "文", "再冲", act=opened)


def test_only_unallocated_money_is_returned_to_the_fen() -> None:
    (project,) = make_projects({})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(project, "70")])
    with pytest.raises(OverCommitted, match="只有 30.00 万元"), act(by=entry_clerk(), what="退回") as opened:
        returns.return_money(line, Money.wan("30.000001"), "文", "因", act=opened)
    with act(by=entry_clerk(), what="退回") as opened:
        returns.return_money(line, Money.wan("30"), "文", "因", act=opened)


def test_a_return_sent_back_frees_its_money_and_can_be_removed() -> None:
    (line,) = approved_notice(("F101", "100"))
    with act(by=entry_clerk(), what="退回上级") as opened:
        posting = returns.return_money(line, Money.wan("40"), "文", "因", act=opened)
    with act(by=reviewer(), what="退回录入人") as opened:
        returns.send_posting_back(posting.id, "不用退", version=posting.version, act=opened)
    with store.snapshot() as session:
        assert line_money(session, line).remaining == Money.wan("100")
        assert session.get_one(LinePosting, posting.id).state is MoneyState.RETURNED
    with act(by=entry_clerk(), what="删除") as opened:
        returns.withdraw_posting(posting.id, act=opened)
    with store.snapshot() as session:
        assert session.scalar(select(LinePosting.id)) is None
