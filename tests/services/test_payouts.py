"""Money going out: contracts, requests, payments over several lines, exceptions, what the bank returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, OverCommitted, Refusals, Stale, StepRefused
from fundsys.domain.funds import MoneyState, PaymentKind, PeriodState, RequestState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.desk import AccountingPeriod, Contract, PaymentRequest
from fundsys.models.funds import Disbursement, Payment
from fundsys.models.projects import Project
from fundsys.queries.papers import papers_of
from fundsys.services import unmasking, vault
from fundsys.services.acts import act
from fundsys.services.funds import contracts, payouts, requests
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.money import entry_clerk, reviewer, second_clerk
from tests.payouts import (
    PAID,
    PDF,
    a_contract,
    a_project,
    a_request,
    accepted,
    asks,
    contract,
    lead,
    owner,
    payment,
    request_state,
    reviewed,
    stored,
    terms,
)

pytestmark = pytest.mark.usefixtures("app")


def refused(call: Callable[[], object], kind: type[DomainError] = DomainError) -> DomainError:
    """The refusal that a call must end in."""
    with pytest.raises(kind) as told:
        call()
    return told.value


def entry(line_id: int, project_id: int, yuan: str, **told: object) -> payouts.PaymentEntry:
    made = payouts.PaymentEntry(line_id, project_id, Money.yuan(yuan), PAID, "按名册集中支付", PaymentKind.SUBSIDY)
    return replace(made, **told)  # type: ignore[arg-type]


def paid(made: payouts.PaymentEntry, *, submit: bool = True, by: int | None = None) -> int:
    with act(by=by or entry_clerk(), what="登记支付") as opened:
        return payouts.enter_payment(made, submit=submit, act=opened).id


# ---------- contracts ----------


def test_a_contract_confirmed_by_the_lead_bureau_tells_the_project_who_builds_for_how_much() -> None:
    project, _ = a_project()
    made = a_contract(project)
    second = a_contract(project, contract_no="LXSL-2024-016补1", amount=Money.wan(5), payee="陇县秦岭监理有限公司")
    told = stored(Project, project)
    assert (told.contractor, told.contract_amount) == ("陇县关山建筑工程有限公司、陇县秦岭监理有限公司", Money.wan(85))
    assert told.contract_on == contract(made).signed_on == contract(second).signed_on
    with store.snapshot() as session:
        account = contract(made).account
        assert account is not None
        assert vault.reveal(session, account) == "6230280100012345678"


@pytest.mark.only_on("sqlite")
def test_a_contract_is_confirmed_once_by_the_lead_bureau_and_then_stands() -> None:
    project, _ = a_project()
    with act(by=owner(), what="登记合同") as opened:
        key = contracts.record_contract(project, terms(), act=opened).id

    def confirm(by: int) -> None:
        with act(by=by, what="确认合同") as opened:
            contracts.confirm_contract(key, act=opened)

    def edit() -> None:
        with act(by=owner(), what="修改合同") as opened:
            contracts.edit_contract(key, terms(amount=Money.wan(90)), act=opened)

    assert "草稿" in refused(lambda: confirm(lead()), StepRefused).message
    with act(by=owner(), what="提交合同") as opened:
        contracts.submit_contract(key, act=opened)
    refused(edit, StepRefused)
    refused(lambda: confirm(entry_clerk()), NotAllowed)
    with act(by=lead(), what="退回合同") as opened:
        contracts.return_contract(key, "缺监理签字页", act=opened)
    edit()
    with act(by=owner(), what="提交合同") as opened:
        contracts.submit_contract(key, act=opened)
    confirm(lead())
    assert "补充合同" in refused(edit, StepRefused).message
    assert contract(key).amount == Money.wan(90)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"advance_bp": 3001}, "30.01% 超过合同预付款比例上限 30%"),
        ({"progress_bp": 8001}, "80.01% 超过"),
        ({"retention_bp": 301}, "3.01% 超过质保金比例上限 3%"),
        ({"amount": Money(0)}, "合同金额应大于零"),
        ({"payee": " "}, "请填写收款单位"),
        ({"retention_due_on": date(2024, 1, 1)}, "质保期满日不能早于签订日期"),
    ],
)
def test_terms_beyond_the_countys_shares_need_words(told: dict[str, object], sentence: str) -> None:
    project, _ = a_project()

    def record(**more: object) -> None:
        with act(by=owner(), what="登记合同") as opened:
            contracts.record_contract(project, terms(**told, **more), act=opened)

    assert sentence in refused(record).message
    if "bp" in next(iter(told)):
        record(remark="县政府专题会议纪要〔2024〕8号同意")


@pytest.mark.only_on("sqlite")
def test_another_units_contract_looks_like_a_missing_one() -> None:
    project, _ = a_project()
    stranger = somebody(Role.TOWN, login="ttown2")

    def record() -> None:
        with act(by=stranger, what="登记合同") as opened:
            contracts.record_contract(project, terms(), act=opened)

    refused(record, NotFound)


# ---------- requests ----------


def test_a_request_is_paid_over_two_lines_and_becomes_paid_with_its_last_payment() -> None:
    project, (old, young) = a_project("20", ("F101", "F201"))
    key = a_contract(project)
    asked = a_request(project, asks(key, "300000.01"))
    told = stored(PaymentRequest, asked)
    assert (told.progress_bp, told.payee) == (5000, "陇县关山建筑工程有限公司")
    assert told.number.endswith("〕00001号")
    assert told.account is not None
    seen = accepted(asked, {old: "200000", young: "100000.01"})
    assert request_state(asked) == "待支付复核"
    first, second = seen
    numbers = reviewed({first: seen[first]})
    assert request_state(asked) == "待支付复核"
    numbers += reviewed({second: seen[second]})
    assert request_state(asked) == "已支付"
    assert [n[-6:-1] for n in numbers if n] == ["00001", "00002"]
    assert [payment(key).amount for key in seen] == [Money.yuan(200000), Money.yuan("100000.01")]
    assert verify().problems == []


@pytest.mark.only_on("sqlite")
def test_the_parts_of_a_request_add_up_to_the_fen() -> None:
    project, (old, young) = a_project("40", ("F101", "F201"))
    asked = a_request(project, asks(a_contract(project), "300000"))
    assert "相差 0.01 元" in refused(lambda: accepted(asked, {old: "200000", young: "100000.01"})).message
    assert "相差 -0.01 元" in refused(lambda: accepted(asked, {old: "299999.99"})).message
    assert len(accepted(asked, {old: "0", young: "300000"})) == 1


def test_a_returned_request_goes_back_with_its_reason_and_comes_again_under_its_number() -> None:
    project, (line,) = a_project()
    asked = a_request(project, asks(a_contract(project), "1000"))
    number = stored(PaymentRequest, asked).number
    with act(by=entry_clerk(), what="退回支付申请") as opened:
        requests.return_request(asked, "请款单未盖章", act=opened)
    told = stored(PaymentRequest, asked)
    assert (told.state, told.return_reason) == (RequestState.RETURNED, "请款单未盖章")
    refused(lambda: accepted(asked, {line: "1000"}), StepRefused)
    with act(by=owner(), what="修改支付申请") as opened:
        requests.edit_request(asked, asks(told.contract_id, "900"), version=told.version, act=opened)
        requests.submit_request(asked, act=opened)
    assert stored(PaymentRequest, asked).number == number
    accepted(asked, {line: "900"})


@pytest.mark.only_on("sqlite")
def test_an_owner_withdraws_a_request_until_it_is_taken_up_and_deletes_only_unnumbered_ones() -> None:
    project, (line,) = a_project()
    key = a_contract(project)
    asked = a_request(project, asks(key, "1000"))

    def withdraw() -> None:
        with act(by=owner(), what="撤回支付申请") as opened:
            requests.withdraw_request(asked, act=opened)

    def delete(request_id: int) -> None:
        with act(by=owner(), what="删除支付申请草稿") as opened:
            requests.delete_request(request_id, act=opened)

    withdraw()
    assert "已编号，不能删除" in refused(lambda: delete(asked), StepRefused).message
    with act(by=owner(), what="提交支付申请") as opened:
        requests.submit_request(asked, act=opened)
    accepted(asked, {line: "1000"})
    assert "财政局已经受理" in refused(withdraw, StepRefused).message
    with act(by=owner(), what="申请支付") as opened:
        fresh = requests.draft_request(project, asks(key, "1"), act=opened).id
    delete(fresh)


@pytest.mark.only_on("sqlite")
def test_a_request_without_papers_words_or_account_is_not_handed_over() -> None:
    project, _ = a_project()
    key = a_contract(project, account=None, bank="")

    def submit() -> None:
        with act(by=owner(), what="申请支付") as opened:
            made = requests.draft_request(project, asks(key, "1000", reason="", documents=""), act=opened)
            requests.submit_request(made.id, act=opened)

    told = refused(submit, Refusals)
    assert isinstance(told, Refusals)
    assert {e.field for e in told.errors} == {"bank", "account", "reason", "documents"}


@pytest.mark.only_on("sqlite")
def test_a_stale_request_is_not_taken_up_and_the_person_who_asked_does_not_take_it_up() -> None:
    project, (line,) = a_project()
    asked = a_request(project, asks(a_contract(project), "1000"))

    def accept(by: int, version: int | None) -> None:
        with act(by=by, what="受理") as opened:
            requests.accept_request(asked, {line: Money.yuan(1000)}, PAID, version=version, act=opened)

    refused(lambda: accept(entry_clerk(), 1), Stale)
    refused(lambda: accept(owner(), None), NotAllowed)


# ---------- limits ----------


@pytest.mark.parametrize(
    ("kind", "yuan"), [(PaymentKind.ADVANCE, "240000"), (PaymentKind.PROGRESS, "320000")], ids=["advance", "progress"]
)
def test_a_request_ends_at_its_limit_to_the_fen_unless_an_exception_says_why(kind: PaymentKind, yuan: str) -> None:
    project, (line,) = a_project()
    key = a_contract(project)
    over = str(Money.yuan(yuan).fen / 100 + 0.01)
    assert "超出 0.01 元" in refused(lambda: a_request(project, asks(key, over, kind))).message
    half = {"exception_reason": "汛期抢险先行施工"}
    assert "批准文号" in refused(lambda: a_request(project, asks(key, over, kind, **half))).message
    asked = a_request(project, asks(key, over, kind, **half, exception_document="陇政函〔2024〕27号"))
    (made,) = accepted(asked, {line: over})
    assert payment(made).exception_reason == "汛期抢险先行施工"
    reviewed({made: payment(made).version})
    plain = a_request(project, asks(a_contract(project, contract_no="二"), yuan, kind))
    assert stored(PaymentRequest, plain).exception_reason == ""


def test_no_exception_pays_more_than_was_allocated() -> None:
    project, (line,) = a_project("10")
    told = {"exception_reason": "抢险", "exception_document": "陇政函〔2024〕27号"}
    refused(lambda: paid(entry(line, project, "100000.01", **told)), OverCommitted)
    key = paid(entry(line, project, "100000"))
    assert payment(key).exception_reason == ""


def test_an_exception_beyond_the_contract_does_not_stop_what_was_handed_over_before_it() -> None:
    project, (line,) = a_project("200", accepted_on=date(2024, 10, 25), progress_bp=10000)
    key = a_contract(project, amount=Money.yuan(1000), retention_bp=0)
    (plain,) = accepted(a_request(project, asks(key, "1000", PaymentKind.SETTLEMENT)), {line: "1000"})
    told = {"exception_reason": "设计变更增加", "exception_document": "陇政函〔2024〕30号"}
    (beyond,) = accepted(a_request(project, asks(key, "500", PaymentKind.SETTLEMENT, **told)), {line: "500"})
    assert len(reviewed({plain: 1, beyond: 1})) == 2


@pytest.mark.only_on("sqlite")
def test_a_payment_on_a_project_with_a_contract_says_which() -> None:
    project, (line,) = a_project()
    a_contract(project)
    told = refused(lambda: paid(entry(line, project, "100", kind=PaymentKind.PROGRESS)))
    assert told.field == "contract_id"
    paid(entry(line, project, "100"))


def test_a_settled_project_is_paid_to_the_settled_amount() -> None:
    settled = {"settled_on": date(2024, 10, 28), "settled_amount": Money.yuan(5000)}
    project, (line,) = a_project("10", **settled)
    assert "结算金额" in refused(lambda: paid(entry(line, project, "5000.01"))).message
    paid(entry(line, project, "5000"))


# ---------- drafts, review, what the bank returns ----------


def test_a_draft_counts_in_nothing_until_it_is_handed_over_as_it_was_seen() -> None:
    project, (line,) = a_project("10")
    one = paid(entry(line, project, "60000"), submit=False)
    two = paid(entry(line, project, "60000"), submit=False)
    assert payment(one).state is MoneyState.DRAFT

    def hand_over(seen: dict[int, int], by: int | None = None) -> None:
        with act(by=by or entry_clerk(), what="提交支付") as opened:
            payouts.submit_payments(seen, act=opened)

    refused(lambda: hand_over({one: 1, two: 1}), OverCommitted)
    assert payment(one).state is MoneyState.DRAFT
    refused(lambda: hand_over({one: 2}), Stale)
    refused(lambda: hand_over({one: 1}, second_clerk()))
    hand_over({one: 1})
    reviewed({one: payment(one).version})


def test_a_payment_is_not_approved_by_who_entered_it_and_a_returned_one_is_mended() -> None:
    project, (line,) = a_project()
    asked = a_request(project, asks(a_contract(project), "1000"))
    (key,) = accepted(asked, {line: "1000"})

    def approve_own() -> None:
        with act(by=entry_clerk(), what="复核支付") as opened:
            payouts.approve_payments({key: 1}, act=opened)

    refused(approve_own, NotAllowed)
    with act(by=reviewer(), what="退回支付") as opened:
        payouts.return_payments({key: 1}, "凭证号写错", act=opened)
    told = payment(key)
    with act(by=entry_clerk(), what="修改支付") as opened:
        mended = entry(
            line, project, "1000", kind=PaymentKind.PROGRESS, contract_id=told.contract_id, voucher_no="0002"
        )
        payouts.edit_payment(key, mended, version=told.version, submit=True, act=opened)
    assert payment(key).request_id == asked
    reviewed({key: payment(key).version})
    assert request_state(asked) == "已支付"


def test_a_deleted_payment_lets_its_request_wait_again() -> None:
    project, (line,) = a_project()
    asked = a_request(project, asks(a_contract(project), "1000"))
    (key,) = accepted(asked, {line: "1000"})
    with act(by=reviewer(), what="退回支付") as opened:
        payouts.return_payments({key: 1}, "重新受理", act=opened)
    with act(by=entry_clerk(), what="删除支付") as opened:
        payouts.delete_payment(key, act=opened)
    assert request_state(asked) == "待受理"
    accepted(asked, {line: "1000"})


def test_what_the_bank_returns_is_reversed_whole_and_paid_anew() -> None:
    project, (line,) = a_project()
    asked = a_request(project, asks(a_contract(project), "320000"))
    seen = accepted(asked, {line: "320000"})
    (key,) = seen
    reviewed(seen)

    def reverse(**told: object) -> int:
        with act(by=entry_clerk(), what="登记退汇") as opened:
            return payouts.reverse_payment(key, "账号与户名不符", "2024-11-退-0001", act=opened, **told).id  # type: ignore[arg-type]

    assert "不能早于原业务日期" in refused(lambda: reverse(reversed_on=date(2024, 10, 31))).message
    back = reverse()
    red = payment(back)
    assert (red.kind, red.amount, red.corrects_id) == (PaymentKind.REVERSAL, Money.yuan(-320000), key)
    assert request_state(asked) == "已支付"
    refused(reverse, StepRefused)
    assert "超过" in refused(lambda: a_request(project, asks(red.contract_id, "1"))).message
    reviewed({back: 1})
    assert request_state(asked) == "待受理"
    reviewed(accepted(asked, {line: "320000"}, "2024-11-记-0009"))
    assert request_state(asked) == "已支付"
    with store.snapshot() as session:
        assert session.scalar(select(func.sum(Payment.amount))) == Money.yuan(320000)
    assert verify().problems == []


def test_a_disbursement_is_taken_back_whole_and_only_once() -> None:
    project, (line,) = a_project()
    with act(by=entry_clerk(), what="登记拨付") as opened:
        key = payouts.disburse(line, project, Money.yuan(5000), PAID, act=opened).id
    with act(by=reviewer(), what="复核拨付") as opened:
        payouts.approve_disbursements({key: 1}, act=opened)

    def reverse() -> int:
        with act(by=entry_clerk(), what="冲销拨付") as opened:
            return payouts.reverse_disbursement(key, "拨错单位", "陇财拨〔2024〕9号", act=opened).id

    back = reverse()
    refused(reverse, StepRefused)
    with act(by=reviewer(), what="退回拨付") as opened:
        payouts.return_disbursements({back: 1}, "文号不对", act=opened)
    back = reverse()
    with act(by=reviewer(), what="复核拨付") as opened:
        payouts.approve_disbursements({back: 1}, act=opened)
    with store.snapshot() as session:
        assert session.scalar(select(func.sum(Disbursement.amount))) == Money(0)


def test_nothing_is_paid_into_a_closed_month_by_service_or_by_hand() -> None:
    project, (line,) = a_project()
    with act(by=None, what="结账") as opened:
        month = AccountingPeriod(
            year=2024, month=11, first_day=date(2024, 11, 1), last_day=date(2024, 11, 30), state=PeriodState.CLOSED
        )
        opened.session.add(month)
    assert "结账" in refused(lambda: paid(entry(line, project, "100"))).message
    draft = paid(entry(line, project, "100"), submit=False)

    def by_hand() -> None:
        with act(by=None, what="手工改") as opened:
            opened.session.execute(text("update payment set state = 'submitted' where id = :id"), {"id": draft})

    assert "结账" in refused(by_hand).message
    paid(entry(line, project, "100", paid_on=date(2024, 12, 1)))


# ---------- the account number ----------


@pytest.mark.only_on("sqlite")
def test_a_whole_account_number_is_shown_for_a_reason_that_is_kept_and_not_without_end() -> None:
    project, _ = a_project()
    key = stored(Contract, a_contract(project)).account

    def show(reason: str, by: int) -> str:
        with act(by=by, what="看") as opened:
            return unmasking.reveal_account(key, reason, "合同", act=opened)

    refused(lambda: show(" ", owner()))
    refused(lambda: show("核对", reviewer()), NotAllowed)
    for _ in range(unmasking.A_DAY):
        assert show("核对退汇账号", owner()) == "6230280100012345678"
    assert "今天已查看" in refused(lambda: show("再看一次", owner())).message
    with store.snapshot() as session:
        told = session.execute(text("select count(*), max(subject) from act where what = '查看完整账号'")).one()
    assert tuple(told) == (unmasking.A_DAY, "合同：核对退汇账号")


def test_the_papers_of_a_request_are_kept_with_it() -> None:
    project, _ = a_project()
    asked = a_request(project, asks(a_contract(project), "1000"))
    with store.snapshot() as session:
        (kept,) = papers_of(session, requests.TABLE, asked)
    assert (kept.name, kept.media_type) == ("发票.pdf", "application/pdf")
    assert kept.size >= len(PDF)
