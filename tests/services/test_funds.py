"""The finance bureau's act: notices, drafts, submission, approval by a second person, return and reversal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, OverCommitted, Refusals, Stale, StepRefused
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.funds import Allocation, AllotmentNotice, Payment
from fundsys.models.journal import Act as ActRow
from fundsys.queries.line_money import line_money
from fundsys.services import funds
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import (
    approved,
    approved_notice,
    drafted,
    entry_clerk,
    given,
    make_projects,
    notice_entry,
    reviewer,
    second_clerk,
    source_id,
    submitted,
)

pytestmark = pytest.mark.usefixtures("app")


def remaining(line_id: int) -> Money:
    """What the line still has to give."""
    with store.snapshot() as session:
        return line_money(session, line_id).remaining


def stored(allocation_id: int) -> Allocation:
    """The allocation as it stands."""
    with store.snapshot() as session:
        found = session.get_one(Allocation, allocation_id)
        session.expunge(found)
        return found


def refused(call: Callable[[], object], kind: type[DomainError] = DomainError) -> DomainError:
    """The refusal that a call must end in."""
    with pytest.raises(kind) as told:
        call()
    return told.value


def register(**told: object) -> int:
    """Register a notice and nothing more; its id."""
    with act(by=entry_clerk(), what="登记指标文") as opened:
        return funds.register_notice(notice_entry(**told), act=opened).id


# ---------- notices ----------


def test_a_notice_needs_two_people_before_its_money_can_be_allocated() -> None:
    (project,) = make_projects({})
    notice_id = register()
    with store.snapshot() as session:
        line_id = session.get_one(AllotmentNotice, notice_id).lines[0].id
    assert "复核后才能分配" in refused(lambda: drafted(line_id, project, "1"), StepRefused).message
    with act(by=entry_clerk(), what="提交") as opened:
        version = funds.submit_notice(notice_id, act=opened).version
    with pytest.raises(NotAllowed), act(by=entry_clerk(), what="复核") as opened:
        funds.approve_notice(notice_id, version=version, act=opened)
    with act(by=reviewer(), what="复核") as opened:
        funds.approve_notice(notice_id, version=version, act=opened)
    assert drafted(line_id, project, "1")


def test_the_lines_must_add_up_to_the_total_the_paper_states() -> None:
    notice_id = register(stated_total=Money.wan("100.000001"))
    with act(by=entry_clerk(), what="提交") as opened:
        told = refused(lambda: funds.submit_notice(notice_id, act=opened))
    assert told.field == "stated_total"
    assert told.message == "各行合计 100.00 万元，与下达金额 100.000001 万元不符，少 0.000001 万元，请核对后再提交"


def test_a_notice_cannot_be_received_before_it_was_issued() -> None:
    told = refused(lambda: register(issued_on=date(2024, 10, 18), received_on=date(2024, 10, 17)))
    assert (told.field, told.message) == ("received_on", "收文日期不能早于下达日期 2024-10-18")
    assert register(issued_on=date(2024, 10, 18), received_on=date(2024, 10, 18))


def test_every_fault_of_a_notice_is_named_at_once() -> None:
    lines = [funds.LineEntry(source_id(), Money.wan("1")), funds.LineEntry(999_999, ZERO)]
    entry = replace(notice_entry(), title=" ", lines=lines)
    with act(by=entry_clerk(), what="登记") as opened:
        told = refused(lambda: funds.register_notice(entry, act=opened), Refusals)
    assert isinstance(told, Refusals)
    assert {e.field for e in told.errors} == {"title", "lines-2-source", "lines-2-amount"}


def test_one_document_number_is_one_notice_whatever_brackets_are_typed() -> None:
    register(document_no="陕财办农﹝2024﹞12号")
    told = refused(lambda: register(document_no="陕财办农[2024] １２号"))
    assert told.field == "document_no"
    assert "陕财办农〔2024〕12号已经登记过" in told.message


def test_a_returned_notice_goes_back_to_its_enterer_with_the_reason() -> None:
    notice_id = register()
    with act(by=entry_clerk(), what="提交") as opened:
        version = funds.submit_notice(notice_id, act=opened).version
    with act(by=reviewer(), what="退回") as opened:
        assert "请填写退回原因" in refused(lambda: funds.return_notice(notice_id, " ", act=opened)).message
    with act(by=reviewer(), what="退回") as opened:
        funds.return_notice(notice_id, "文号少一位", version=version, act=opened)
    with act(by=entry_clerk(), what="修改") as opened:
        notice = funds.edit_notice(notice_id, notice_entry(), act=opened)
        assert (notice.state, notice.return_reason) == (MoneyState.DRAFT, "文号少一位")
        funds.submit_notice(notice_id, act=opened)
        assert notice.return_reason == ""


def test_only_its_enterer_edits_a_notice_and_only_while_it_is_a_draft() -> None:
    notice_id = register()
    with act(by=second_clerk(), what="修改") as opened:
        assert "录入人" in refused(lambda: funds.edit_notice(notice_id, notice_entry(), act=opened)).message
    with act(by=entry_clerk(), what="提交") as opened:
        funds.submit_notice(notice_id, act=opened)
    with act(by=entry_clerk(), what="修改") as opened:
        assert "待复核" in refused(lambda: funds.edit_notice(notice_id, notice_entry(), act=opened)).message


def test_a_notice_saved_elsewhere_shows_both_texts() -> None:
    notice_id = register(title="甲")
    with act(by=entry_clerk(), what="修改") as opened:
        funds.edit_notice(notice_id, notice_entry(title="乙"), version=1, act=opened)
    with act(by=entry_clerk(), what="修改") as opened:
        told = refused(lambda: funds.edit_notice(notice_id, notice_entry(title="丙"), version=1, act=opened), Stale)
    assert isinstance(told, Stale)
    assert (told.theirs["文件标题"], told.mine["文件标题"]) == ("乙", "丙")


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.FINANCE_ENTRY])
@pytest.mark.only_on("sqlite")
def test_nobody_else_registers_a_notice_or_allocates(role: Role) -> None:
    (project,), (line_id,) = make_projects({}), approved_notice()
    with pytest.raises(NotAllowed), act(by=somebody(role), what="登记") as opened:
        funds.register_notice(notice_entry(), act=opened)
    with pytest.raises(NotAllowed), act(by=somebody(role), what="分配") as opened:
        funds.allocate(line_id, project, Money(1), act=opened)


# ---------- over-commitment ----------


def test_the_last_fen_of_a_line_can_be_given_and_not_one_more() -> None:
    a, b = make_projects({"wan": "200"}, {"wan": "200"})
    (line_id,) = approved_notice(("F101", "100"))
    given(line_id, [(a, "99.999999")])
    told = refused(lambda: drafted(line_id, b, "0.000002"), OverCommitted)
    assert (told.field, told.message) == ("amount", "该指标剩余 0.000001 万元，不够本次分配")
    drafted(line_id, b, "0.000001")
    approved(submitted(line_id))
    assert remaining(line_id) == ZERO


def test_submitted_money_is_reserved_and_a_draft_counts_in_nothing() -> None:
    a, b = make_projects({"wan": "200"}, {"wan": "200"})
    (line_id,) = approved_notice(("F101", "100"))
    drafted(line_id, a, "80")
    drafted(line_id, b, "30", by=second_clerk())
    assert remaining(line_id) == Money.wan("100")
    submitted(line_id)
    assert remaining(line_id) == Money.wan("20")
    told = refused(lambda: submitted(line_id, by=second_clerk()), OverCommitted)
    assert told.message == "该指标剩余 20.00 万元，不够本次分配 30.00 万元，请减少 10.00 万元"


def test_returned_money_is_free_again() -> None:
    (a,) = make_projects({"wan": "200"})
    (line_id,) = approved_notice(("F101", "100"))
    drafted(line_id, a, "80")
    seen = submitted(line_id)
    with act(by=reviewer(), what="退回") as opened:
        funds.return_allocations(seen, "金额请再核", act=opened)
    assert remaining(line_id) == Money.wan("100")
    with act(by=entry_clerk(), what="再交") as opened:
        (again,) = funds.submit_allocations(line_id, act=opened)
        assert (again.state, again.return_reason) == (MoneyState.SUBMITTED, "")


def test_eight_clerks_cannot_spend_the_last_hundred_fen_twice(app: Flask) -> None:
    projects = make_projects(*[{"wan": "200"} for _ in range(8)])
    (line_id,) = approved_notice(("F101", "0.0001"))
    clerks = [somebody(Role.FINANCE_ENTRY, login=f"clerk{n}") for n in range(8)]
    for clerk, project in zip(clerks, projects, strict=True):
        drafted(line_id, project, "0.00003", by=clerk)
    told: list[str] = []

    def submit(clerk: int) -> None:
        with app.app_context(), store.in_county(store.HOME_COUNTY):
            try:
                submitted(line_id, by=clerk)
                told.append("given")
            except OverCommitted:
                told.append("refused")

    threads = [threading.Thread(target=submit, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["given"] * 3 + ["refused"] * 5
    assert remaining(line_id) == Money(10)


def test_the_database_itself_refuses_what_a_line_does_not_hold() -> None:
    (a,) = make_projects({"wan": "200"})
    (line_id,) = approved_notice(("F101", "1"))
    told = refused(lambda: by_hand(line_id, a, Money.wan("1.000001")), OverCommitted)
    assert "分配合计超过该指标金额" in told.message
    by_hand(line_id, a, Money.wan("1"))


def by_hand(line_id: int, project_id: int, amount: Money) -> None:
    """Store a submitted allocation past every service."""
    with act(by=None, what="手工") as opened:
        opened.session.execute(
            text(
                "insert into allocation (line_id, project_id, kind, decided_on, amount_fen, state, document_no,"
                " beyond_plan_reason, return_reason, remark) values"
                " (:line, :project, 'allocation', '2024-11-01', :fen, 'submitted', '', '', '', '')"
            ),
            {"line": line_id, "project": project_id, "fen": amount.fen},
        )


# ---------- the library and the plan ----------


@pytest.mark.parametrize(
    ("status", "admitted", "says"),
    [
        (ProjectStatus.TOWN_REVIEWED, date(2023, 1, 1), "没有入库"),
        (ProjectStatus.ADMITTED, None, "没有入库"),
        (ProjectStatus.ADMITTED, date(2024, 11, 2), "才入库"),
        (ProjectStatus.REMOVED, date(2023, 1, 1), "已出库"),
        (ProjectStatus.TERMINATED, date(2023, 1, 1), "已终止"),
    ],
)
def test_no_money_goes_to_a_project_outside_the_library(
    status: ProjectStatus, admitted: date | None, says: str
) -> None:
    (a,) = make_projects({"status": status, "admitted_on": admitted})
    (line_id,) = approved_notice()
    told = refused(lambda: drafted(line_id, a, "1", decided_on=date(2024, 11, 1)))
    assert says in told.message
    assert told.clause is not None and told.clause.startswith("F009")


def test_a_project_admitted_on_the_day_of_the_decision_gets_its_money() -> None:
    (a,) = make_projects({"status": ProjectStatus.ADMITTED, "admitted_on": date(2024, 11, 1)})
    (line_id,) = approved_notice()
    assert drafted(line_id, a, "1", decided_on=date(2024, 11, 1))


def test_money_beyond_the_plan_needs_a_reason_and_a_document() -> None:
    a, b = make_projects({"wan": "50"}, {"wan": "50"})
    (line_id,) = approved_notice(("F101", "200"))
    drafted(line_id, a, "50")
    submitted(line_id)
    drafted(line_id, b, "50.000001")
    told = refused(lambda: submitted(line_id), Refusals)
    assert isinstance(told, Refusals)
    assert [(e.field, e.clause) for e in told.errors] == [
        (f"reason-{b}", "F010 超计划安排"),
        (f"paper-{b}", "F010 超计划安排"),
    ]
    assert "超出计划投资 0.000001 万元" in told.message
    over = Money.wan("50") + Money(1)
    save(line_id, funds.DraftRow(b, over, reason="材料涨价"))
    assert refused(lambda: submitted(line_id)).field == f"paper-{b}"
    save(line_id, funds.DraftRow(b, over, document="陇政函[2024]18号"))
    assert refused(lambda: submitted(line_id)).field == f"reason-{b}"
    save(line_id, funds.DraftRow(b, over, reason="材料涨价", document="陇政函[2024]18号"))
    assert submitted(line_id)
    with store.snapshot() as session:
        stored = session.scalars(select(Allocation.beyond_plan_document).where(Allocation.amount == over)).one()
    assert stored == "陇政函〔2024〕18号"


# ---------- the sheet ----------


def save(line_id: int, *rows: funds.DraftRow, by: int | None = None, **told: object) -> funds.SheetSaved:
    """Save a sheet of drafts."""
    with act(by=by or entry_clerk(), what="存草稿") as opened:
        return funds.save_drafts(line_id, rows, act=opened, **told)  # type: ignore[arg-type]


def sheet(line_id: int) -> dict[int, Money]:
    """The drafts on a line by project."""
    with store.snapshot() as session:
        rows = session.execute(
            select(Allocation.project_id, Allocation.amount).where(
                Allocation.line_id == line_id, Allocation.state == MoneyState.DRAFT
            )
        )
        return dict(rows.all())


def test_a_sheet_is_saved_whole_new_changed_and_emptied_rows() -> None:
    a, b, c = make_projects({}, {}, {})
    (line_id,) = approved_notice()
    assert save(line_id, funds.DraftRow(a, Money.wan(10)), funds.DraftRow(b, Money.wan(20))) == funds.SheetSaved(
        2, 0, 0
    )
    rows = [funds.DraftRow(a, Money.wan(11)), funds.DraftRow(b, None), funds.DraftRow(c, Money.wan(30))]
    assert save(line_id, *rows) == funds.SheetSaved(1, 1, 1)
    assert sheet(line_id) == {a: Money.wan(11), c: Money.wan(30)}


def test_one_bad_row_keeps_the_whole_sheet_from_being_saved() -> None:
    a, b = make_projects({}, {"status": ProjectStatus.REMOVED})
    (line_id,) = approved_notice()
    rows = [funds.DraftRow(a, Money(-1)), funds.DraftRow(b, Money.wan(20))]
    told = refused(lambda: save(line_id, *rows), Refusals)
    assert isinstance(told, Refusals)
    assert [e.field for e in told.errors] == [funds.box(line_id, a), funds.box(line_id, b)]
    assert sheet(line_id) == {}


def test_a_sheet_cannot_hold_more_than_the_line_has_left() -> None:
    a, b = make_projects({"wan": "900"}, {"wan": "900"})
    (line_id,) = approved_notice(("F101", "100"))
    told = refused(lambda: save(line_id, funds.DraftRow(a, Money.wan(60)), funds.DraftRow(b, Money.wan("40.000001"))))
    assert told.message == "该指标剩余 100.00 万元，不够本次分配 100.000001 万元，请减少 0.000001 万元"
    assert save(line_id, funds.DraftRow(a, Money.wan(60)), funds.DraftRow(b, Money.wan(40)))


def test_a_sheet_overtaken_by_another_clerk_may_still_be_made_smaller() -> None:
    a, b = make_projects({"wan": "900"}, {"wan": "900"})
    (line_id,) = approved_notice(("F101", "100"))
    save(line_id, funds.DraftRow(a, Money.wan(90)))
    save(line_id, funds.DraftRow(b, Money.wan(50)), by=second_clerk())
    submitted(line_id, by=second_clerk())
    assert save(line_id, funds.DraftRow(a, Money.wan(60))).changed == 1
    refused(lambda: submitted(line_id), OverCommitted)
    save(line_id, funds.DraftRow(a, Money.wan(50)))
    assert submitted(line_id)


def test_two_windows_on_one_sheet_lose_nothing() -> None:
    a, b = make_projects({}, {})
    (line_id,) = approved_notice()
    save(line_id, funds.DraftRow(a, Money.wan(10)), funds.DraftRow(b, Money.wan(20)))
    with store.snapshot() as session:
        seen = {
            x.project_id: funds.Seen(x.id, x.version, x.amount)
            for x in session.scalars(select(Allocation).where(Allocation.line_id == line_id))
        }
    save(line_id, funds.DraftRow(a, Money.wan(11), seen=seen[a]), funds.DraftRow(b, Money.wan(20), seen=seen[b]))
    # the other window had left the first row alone: what was saved meanwhile stands
    save(line_id, funds.DraftRow(a, Money.wan(10), seen=seen[a]), funds.DraftRow(b, Money.wan(21), seen=seen[b]))
    assert sheet(line_id) == {a: Money.wan(11), b: Money.wan(21)}
    told = refused(lambda: save(line_id, funds.DraftRow(b, Money.wan(22), seen=seen[b])), Stale)
    assert isinstance(told, Stale)
    assert (list(told.theirs.values()), list(told.mine.values())) == (["21.00 万元"], ["22.00 万元"])


def test_a_clerk_cannot_reach_the_drafts_of_another() -> None:
    (a,) = make_projects({})
    (line_id,) = approved_notice()
    save(line_id, funds.DraftRow(a, Money.wan(10)))
    save(line_id, funds.DraftRow(a, Money.wan(7)), by=second_clerk())
    with store.snapshot() as session:
        amounts = session.scalars(select(Allocation.amount).order_by(Allocation.id)).all()
    assert list(amounts) == [Money.wan(10), Money.wan(7)]


def test_a_day_before_the_notice_or_after_today_is_no_day_to_decide() -> None:
    (a,) = make_projects({})
    (line_id,) = approved_notice()
    row = funds.DraftRow(a, Money.wan(1))
    assert refused(lambda: save(line_id, row, decided_on=date(2024, 10, 17))).field == "decided_on"
    assert refused(lambda: save(line_id, row, decided_on=date(2099, 1, 1))).field == "decided_on"
    assert save(line_id, row, decided_on=date(2024, 10, 18))


# ---------- review ----------


def test_numbers_are_given_at_approval_without_gaps() -> None:
    a, b, c = make_projects({}, {}, {})
    (line_id,) = approved_notice()
    drafted(line_id, a, "1")
    drafted(line_id, b, "2")
    year = date.today().year
    assert approved(submitted(line_id)) == [f"分配〔{year}〕00001号", f"分配〔{year}〕00002号"]
    drafted(line_id, c, "3")
    seen = submitted(line_id)
    assert stored(next(iter(seen))).number is None
    assert approved(seen) == [f"分配〔{year}〕00003号"]


def test_nobody_approves_an_own_allocation() -> None:
    (a,), (line_id,) = make_projects({}), approved_notice()
    drafted(line_id, a, "1")
    seen = submitted(line_id)
    with act(by=None, what="换岗") as opened:
        from fundsys.models.office import Person

        opened.session.get_one(Person, entry_clerk()).role = Role.FINANCE_REVIEW
    with pytest.raises(NotAllowed, match="本人录入"), act(by=entry_clerk(), what="复核") as opened:
        funds.approve_allocations(seen, act=opened)
    assert approved(seen)


def test_what_is_approved_is_what_the_reviewer_saw() -> None:
    (a,), (line_id,) = make_projects({}), approved_notice()
    drafted(line_id, a, "1")
    seen = submitted(line_id)
    with act(by=reviewer(), what="退回") as opened:
        funds.return_allocations(seen, "再核", act=opened)
    save(line_id, funds.DraftRow(a, Money.wan(99)))
    submitted(line_id)
    told = refused(lambda: approved(seen), Stale)
    assert isinstance(told, Stale)
    assert list(told.theirs.values()) == ["99.00 万元，待复核"]


def test_an_approved_allocation_is_corrected_only_by_a_reversal_that_names_it() -> None:
    (a,), (line_id,) = make_projects({}), approved_notice(("F101", "100"))
    given(line_id, [(a, "100")])
    with store.snapshot() as session:
        original = stored(session.scalars(select(Allocation.id)).one())
    with act(by=entry_clerk(), what="冲销") as opened:
        told = refused(lambda: funds.reverse_allocation(original.id, "", "", act=opened), Refusals)
        assert isinstance(told, Refusals)
        assert [e.field for e in told.errors] == ["reason", "document_no"]
    with act(by=entry_clerk(), what="冲销") as opened:
        reversal = funds.reverse_allocation(original.id, "项目终止", "陇财农〔2024〕9号", act=opened)
    assert (reversal.amount, reversal.corrects_id) == (-original.amount, original.id)
    assert reversal.kind is EntryKind.REVERSAL
    assert remaining(line_id) == ZERO, "money of a reversal that waits for review is not free yet"
    with act(by=entry_clerk(), what="再冲") as opened:
        told = refused(lambda: funds.reverse_allocation(original.id, "项目终止", "陇财农〔2024〕9号", act=opened))
        assert "已经登记过冲销" in told.message
    approved({reversal.id: reversal.version})
    assert remaining(line_id) == Money.wan("100")


def test_paid_money_cannot_be_reversed_away() -> None:
    (a,), (line_id,) = make_projects({}), approved_notice(("F101", "100"))
    given(line_id, [(a, "100")])
    with act(by=entry_clerk(), what="支付") as opened:
        payment = funds.pay(line_id, a, Money(1), date(2024, 11, 5), payee="某公司", act=opened)
    with act(by=reviewer(), what="复核") as opened:
        funds.approve_payments({payment.id: payment.version}, act=opened)
    with store.snapshot() as session:
        original_id = session.scalars(select(Allocation.id)).one()
    with act(by=entry_clerk(), what="冲销") as opened:
        told = refused(lambda: funds.reverse_allocation(original_id, "终止", "陇财农〔2024〕9号", act=opened))
    assert told.message.startswith("这个项目已支付 0.000001 万元")


def test_no_more_is_paid_or_disbursed_than_was_approved_for_the_project() -> None:
    a, b = make_projects({}, {})
    (line_id,) = approved_notice(("F101", "100"))
    given(line_id, [(a, "10"), (b, "90")])
    with act(by=entry_clerk(), what="支付") as opened:
        funds.pay(line_id, a, Money.wan("9.999999"), date(2024, 11, 5), payee="某公司", act=opened)
        funds.disburse(line_id, a, Money.wan("10"), date(2024, 11, 5), act=opened)
    with act(by=entry_clerk(), what="支付") as opened:
        told = refused(lambda: funds.pay(line_id, a, Money(2), date(2024, 11, 5), payee="某公司", act=opened))
        assert told.message == "该项目在这条指标上已复核而未支付的只有0.01元，不够本次支付"
        refused(lambda: funds.disburse(line_id, a, Money(1), date(2024, 11, 5), act=opened), OverCommitted)
        funds.pay(line_id, a, Money(1), date(2024, 11, 5), payee="某公司", act=opened)
    with store.snapshot() as session:
        assert session.scalar(select(func.sum(Payment.amount))) == Money.wan("10")


def test_a_refused_act_leaves_no_trace() -> None:
    (a,), (line_id,) = make_projects({}), approved_notice(("F101", "1"))
    with store.snapshot() as session:
        before = session.scalar(select(func.count()).select_from(ActRow))
    refused(lambda: drafted(line_id, a, "2"), OverCommitted)
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(ActRow)) == before
