"""Closing months: in order, by two persons, with frozen figures; and nothing written into a closed month by any way."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, Stale, StepRefused
from fundsys.domain.funds import CorrectionKind, EntryKind, LineEntryKind, MoneyState, PaymentKind, PeriodState
from fundsys.domain.money import Money
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import Allocation, AllotmentNotice, Disbursement, LinePosting, Payment
from fundsys.models.guards import CLOSED_MONTH, POSTED_ON
from fundsys.queries import periods as queries
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.funds import corrections, periods, returns
from tests.money import (
    approved,
    approved_notice,
    drafted,
    entry_clerk,
    make_projects,
    notice_entry,
    reviewer,
    submitted,
)

pytestmark = pytest.mark.usefixtures("app")
MARCH, APRIL = date(2024, 3, 20), date(2024, 4, 10)


def closed(month: int, year: int = 2024) -> AccountingPeriod:
    """A month closed by two persons."""
    handed = handed_over(month, year)
    with act(by=reviewer(), what="结账") as opened:
        period = periods.close(handed.id, version=handed.version, digest=handed.figures_digest, act=opened)
        opened.session.expunge(period)
        return period


def handed_over(month: int, year: int = 2024) -> AccountingPeriod:
    """A month handed over for closing."""
    with act(by=entry_clerk(), what="提交结账") as opened:
        period = periods.hand_over(year, month, act=opened)
        opened.session.expunge(period)
        return period


def march_line(wan: str = "100") -> int:
    """A line of a notice that came in March."""
    (line,) = approved_notice(("F101", wan), issued_on=date(2024, 3, 1), received_on=date(2024, 3, 5))
    return line


def test_a_month_is_closed_by_two_persons_and_gets_a_letter_with_its_figures() -> None:
    (project,) = make_projects({})
    line = march_line()
    drafted(line, project, "60", decided_on=MARCH)
    approved(submitted(line))
    period = closed(3)
    assert (period.state, period.closings) == (PeriodState.CLOSED, 1)
    assert period.letter_no is not None and period.letter_no.startswith("结账〔")
    told = json.loads(period.figures)
    assert told["total"]["notices"] == told["total"]["closing"] == 100_0000_00
    assert (told["total"]["allocated"], told["total"]["free_closing"]) == (60_0000_00, 40_0000_00)
    assert [s["code"] for s in told["sources"]] == ["F101"]


def test_the_closing_of_a_month_is_the_opening_of_the_next() -> None:
    (project,) = make_projects({})
    line = march_line()
    drafted(line, project, "60", decided_on=MARCH)
    approved(submitted(line))
    march = json.loads(closed(3).figures)["total"]
    with act(by=entry_clerk(), what="登记支付") as opened:
        paid = funds.pay(line, project, Money.wan("10"), APRIL, payee="某公司", act=opened)
    with act(by=reviewer(), what="复核支付") as opened:
        funds.approve_payments({paid.id: paid.version}, act=opened)
    with act(by=entry_clerk(), what="退回上级") as opened:
        back = returns.return_money(line, Money.wan("5"), "陇财农〔2024〕9号", "结余", decided_on=APRIL, act=opened)
    with act(by=reviewer(), what="复核退回") as opened:
        returns.approve_posting(back.id, version=back.version, act=opened)
    april = json.loads(closed(4).figures)["total"]
    assert (april["opening"], april["free_opening"]) == (march["closing"], march["free_closing"])
    assert april["opening"] + april["notices"] + april["returned"] - april["paid"] == april["closing"]
    assert april["closing"] == 85_0000_00
    free = april["free_opening"] + april["notices"] + april["returned"] - april["allocated"] - april["corrected"]
    assert free == april["free_closing"] == 35_0000_00


def test_a_month_with_something_waiting_is_not_closed_and_says_what() -> None:
    (project,) = make_projects({"name": "大力村养殖场"})
    line = march_line()
    drafted(line, project, "60", decided_on=MARCH)
    waiting = submitted(line)
    with pytest.raises(DomainError, match="还有 1 笔等待复核.*大力村养殖场.*60.00 万元"):
        handed_over(3)
    approved(waiting)
    assert handed_over(3).state is PeriodState.SUBMITTED


def test_the_enterer_does_not_close_and_moved_figures_are_not_closed() -> None:
    (project,) = make_projects({})
    line = march_line()
    handed = handed_over(3)
    with act(by=None, what="改角色") as opened:
        opened.session.execute(text("update person set role = 'finance_review' where id = :id"), {"id": entry_clerk()})
    with pytest.raises(NotAllowed), act(by=entry_clerk(), what="结账") as opened:
        periods.close(handed.id, version=handed.version, digest=handed.figures_digest, act=opened)
    with act(by=None, what="改角色") as opened:
        opened.session.execute(text("update person set role = 'finance_entry' where id = :id"), {"id": entry_clerk()})
    drafted(line, project, "1", decided_on=MARCH)
    approved(submitted(line))
    with pytest.raises(Stale), act(by=reviewer(), what="结账") as opened:
        periods.close(handed.id, version=handed.version, digest=handed.figures_digest, act=opened)
    with act(by=reviewer(), what="退回") as opened:
        periods.send_back(handed.id, "数字变了", version=handed.version, act=opened)
    assert closed(3).closings == 1


def test_months_are_closed_in_order_and_not_before_they_are_over() -> None:
    march_line()
    closed(3)
    with pytest.raises(DomainError, match="2024年4月还没有结账"):
        handed_over(5)
    today = datetime.now(UTC)
    with pytest.raises(DomainError, match="还没有过完"):
        handed_over(today.month, today.year + 1)


def test_no_service_writes_into_a_closed_month() -> None:
    first, second = make_projects({}, {})
    line = march_line()
    drafted(line, first, "60", decided_on=MARCH)
    approved(submitted(line))
    late = drafted(line, second, "1", decided_on=MARCH)
    closed(3)

    def adjust(opened: object) -> object:
        moves = [corrections.Move(line, first, -Money.wan("1")), corrections.Move(line, second, Money.wan("1"))]
        entry = corrections.CorrectionEntry(CorrectionKind.ADJUSTMENT, moves, MARCH, "文〔2024〕1号", "调整")
        return corrections.save_correction(entry, act=opened)  # type: ignore[arg-type]

    tries = {
        "分配": lambda a: funds.allocate(line, second, Money.wan("1"), decided_on=MARCH, act=a),
        "提交": lambda a: funds.submit_allocations(line, act=a),
        "拨付": lambda a: funds.disburse(line, first, Money.wan("1"), MARCH, act=a),
        "支付": lambda a: funds.pay(line, first, Money.wan("1"), MARCH, payee="某公司", act=a),
        "指标文": lambda a: funds.register_notice(
            notice_entry(issued_on=date(2024, 3, 1), received_on=date(2024, 3, 5)), act=a
        ),
        "退回": lambda a: returns.return_money(line, Money.wan("1"), "文", "因", decided_on=MARCH, act=a),
        "调整": adjust,
        "更早的日子": lambda a: funds.pay(line, first, Money.wan("1"), date(2024, 3, 1), payee="某公司", act=a),
    }
    for word, tried in tries.items():
        with pytest.raises(DomainError, match="结账"), act(by=entry_clerk(), what=word) as opened:
            tried(opened)
    assert late


ENTRIES: dict[type[Any], dict[str, Any]] = {
    AllotmentNotice: {
        "title": "补助资金",
        "year": 2024,
        "issued_on": date(2024, 3, 1),
        "stated_total": Money.yuan("1"),
    },
    LinePosting: {"kind": LineEntryKind.RETURN, "amount": -Money.yuan("1")},
    Allocation: {"kind": EntryKind.ALLOCATION, "amount": Money.yuan("1")},
    Disbursement: {"amount": Money.yuan("1")},
    Payment: {"kind": PaymentKind.PROGRESS, "amount": Money.yuan("1")},
}
LAST, NEXT = date(2024, 3, 31), date(2024, 4, 1)


def test_every_table_whose_entries_belong_to_a_month_is_written_to_by_hand_below() -> None:
    assert {table.__tablename__ for table in ENTRIES} == set(POSTED_ON)


@pytest.mark.parametrize("table", ENTRIES, ids=lambda table: table.__tablename__)
def test_a_closed_month_refuses_writing_by_hand_and_the_day_after_it_does_not(table: type[Any]) -> None:
    """Inserting, moving a draft on, and moving a day in or out: refused on the last day, not on the first open one."""
    (project,) = make_projects({})
    line = march_line()
    drafted(line, project, "60", decided_on=MARCH)
    approved(submitted(line))
    day, states = POSTED_ON[table.__tablename__], (MoneyState.SUBMITTED, MoneyState.APPROVED)
    numbers = itertools.count(1)

    def row(on: date, state: MoneyState) -> dict[str, Any]:
        place = {"line_id": line, "project_id": project} if table is not AllotmentNotice else {}
        if table is LinePosting:
            del place["project_id"]
        if table is AllotmentNotice:
            place = {"document_no": f"宝市财办农〔2024〕{next(numbers) + 900}号"}
        return ENTRIES[table] | place | {day: on, "state": state, "entered_by": entry_clerk()}

    def by_hand(statement: Any) -> None:
        with act(by=None, what="手工") as opened:
            opened.session.execute(statement)

    def written(on: date, state: MoneyState) -> int:
        with act(by=None, what="手工") as opened:
            found: int = opened.session.scalars(insert(table).values(row(on, state)).returning(table.id)).one()
            return found

    def change(entry: int, **values: Any) -> Any:
        return update(table).where(table.id == entry).values(values)

    drafts = {(on, state): written(on, MoneyState.DRAFT) for on in (LAST, NEXT) for state in states}
    posted = {on: written(on, MoneyState.APPROVED) for on in (LAST, NEXT)}
    closed(3)
    refused = [insert(table).values(row(LAST, state)) for state in states]
    refused += [change(drafts[LAST, state], state=state) for state in states]
    refused += [change(drafts[NEXT, state], **{day: LAST, "state": state}) for state in states]
    refused += [change(posted[LAST], **{day: NEXT}), change(posted[NEXT], **{day: LAST})]
    for statement in refused:
        with pytest.raises(DomainError, match=CLOSED_MONTH):
            by_hand(statement)
    for state in states:
        by_hand(insert(table).values(row(NEXT, state)))
        by_hand(change(drafts[NEXT, state], state=state))
    by_hand(insert(table).values(row(LAST, MoneyState.DRAFT)))
    by_hand(change(posted[NEXT], **{day: APRIL}))


def test_a_closed_month_opens_again_only_with_reason_document_and_a_second_person() -> None:
    march_line()
    period = closed(3)
    for reason, document in (("", "文〔2024〕3号"), ("补记", "")):
        with pytest.raises(DomainError), act(by=entry_clerk(), what="申请") as opened:
            periods.ask_to_reopen(period.id, reason, document, act=opened)
    with act(by=entry_clerk(), what="申请") as opened:
        periods.ask_to_reopen(period.id, "补记一笔支付", "文〔2024〕3号", act=opened)
    with store.snapshot() as session:
        asked = queries.month(session, 2024, 3)
        assert asked.asks_to_reopen and queries.closed_month_of(session, MARCH) == (2024, 3)
    with act(by=reviewer(), what="同意") as opened:
        periods.answer_reopening(period.id, True, version=asked.version, act=opened)
    with store.snapshot() as session:
        assert queries.month(session, 2024, 3).state is PeriodState.REOPENED
        assert queries.closed_month_of(session, MARCH) is None
    again = closed(3)
    assert (again.closings, again.letter_no) == (2, period.letter_no)


def test_the_last_closed_month_opens_first() -> None:
    march_line()
    march = closed(3)
    closed(4)
    with pytest.raises(DomainError, match="从最后一个月起"), act(by=entry_clerk(), what="申请") as opened:
        periods.ask_to_reopen(march.id, "补记", "文〔2024〕3号", act=opened)


def test_a_month_that_is_open_is_not_opened_again(app: Flask) -> None:
    march_line()
    handed = handed_over(3)
    with pytest.raises(StepRefused), act(by=entry_clerk(), what="申请") as opened:
        periods.ask_to_reopen(handed.id, "补记", "文〔2024〕3号", act=opened)
    with store.snapshot() as session:
        assert session.scalar(select(AllotmentNotice.id)) is not None
