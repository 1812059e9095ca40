"""The demo's contracts, and payment requests in every state, done by the office's own acts on the day the demo shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.desk import Contract
from fundsys.models.projects import Project
from fundsys.queries.payment_room import disbursable, limits_on, lines_of
from fundsys.services import vault
from fundsys.services.acts import Act, act
from fundsys.services.funds import payouts, requests

from .diary import Diary, Row, moment, working_day
from .projects import CONTRACTORS, Plan

_BANKS = ("陇县农村信用合作联社城关信用社", "中国农业银行陇县支行", "中国邮政储蓄银行陇县支行", "长安银行陇县支行")
_SLIP = b"%PDF-1.4\n% demo slip "
_LEAST = Money.yuan(2000)


def write_contracts(
    plans: list[Plan], diary: Diary, clerks: dict[int, tuple[int, str]], lead: int, seed: int
) -> dict[int, tuple[int, Any]]:
    """Contracts of the projects that are being built: entered by their clerk, confirmed by the lead bureau the day after.

    Returns contract id and the day it was confirmed, by project.
    """
    chance = Random(f"{seed}/contracts")
    found: dict[int, tuple[int, Any]] = {}
    signed_by_day = sorted(
        (
            plan
            for plan in plans
            if plan.is_built and plan.contract_fen and plan.day(S.UNDER_WAY) and plan.day(S.TENDERING)
        ),
        key=lambda plan: (plan.days[S.TENDERING], plan.id),
    )
    for number, plan in enumerate(signed_by_day, 1):
        signed = plan.days[S.TENDERING]
        clerk = clerks[plan.owner_id][0]
        confirmed = working_day(signed + timedelta(days=1))
        row = _contract(plan, number, diary.next_id(Contract), clerk, chance)
        found[plan.id] = (row["id"], confirmed)
        account = f"62302801{chance.randrange(10**11):011d}"
        diary.on(moment(signed, 16), clerk, "登记合同", row["contract_no"]).add(Contract, [row]).then(
            _lock_away(row["id"], account)
        )
        at = moment(confirmed, 11)
        told = {
            "state": MoneyState.APPROVED,
            "reviewed_by": None if clerk == lead else lead,
            "reviewed_at": at,
            "version": 2,
        }
        diary.on(at, None if clerk == lead else lead, "确认合同", row["contract_no"]).change(
            Contract, [{"id": row["id"]} | told]
        )
    return found


def _lock_away(contract_id: int, account: str) -> Callable[[Act], None]:
    def put(opened: Act) -> None:
        opened.session.get_one(Contract, contract_id).account = vault.put("bank", account, act=opened)

    return put


def _contract(plan: Plan, number: int, key: int, clerk: int, chance: Random) -> Row:
    signed = plan.days[S.TENDERING]
    done = plan.day(S.ACCEPTED) or plan.day(S.COMPLETED)
    return {
        "id": key,
        "project_id": plan.id,
        "contract_no": f"LXSL-2024-{number:03d}",
        "name": f"{plan.name}施工合同"[:120],
        "payee": CONTRACTORS[plan.id % len(CONTRACTORS)],
        "bank": _BANKS[chance.randrange(len(_BANKS))],
        "amount": Money(plan.contract_fen),
        "signed_on": signed,
        "advance_bp": 3000,
        "progress_bp": 8000,
        "retention_bp": 300,
        "retention_due_on": (done or signed + timedelta(days=240)) + timedelta(days=365),
        "state": MoneyState.SUBMITTED,
        "submitted_at": moment(signed, 16),
        "entered_by": clerk,
    }


@dataclass(frozen=True)
class _Case:
    """A contract on which something may still be paid: by whom asked for, how much, from which lines."""

    contract_id: int
    project_id: int
    clerk: int
    parts: dict[int, Money]

    @property
    def amount(self) -> Money:
        return total(self.parts.values())


def write_requests(clerks: dict[int, tuple[int, str]], entry: int, review: int, lead: int, present: datetime) -> None:
    """Requests in every state, an exception, and a payment the bank returned, as of the day the demo shows."""
    mine = {unit: person for unit, (person, _) in clerks.items() if person != lead}
    cases = iter(list(_cases(mine)))

    def step(by: int, what: str, doing: Callable[..., Any], *told: Any) -> Any:
        with act(by=by, what=what, at=present) as opened:
            return doing(*told, act=opened)

    month = f"{present:%Y-%m}"
    stages = ("draft", "submitted", "submitted", "returned", "accepted", "paid", "excepted", "reversed")
    for place, (stage, case) in enumerate(zip(stages, cases, strict=False), 1):
        more: dict[str, str] = {}
        if stage == "excepted":
            case = _Case(case.contract_id, case.project_id, case.clerk, _beyond(case))
            more = {
                "exception_reason": "汛期抢险先行施工，超进度部分经县政府同意",
                "exception_document": "陇政函〔2024〕27号",
            }
        if stage in ("returned", "paid"):
            more["reason"] = "按合同和形象进度申请进度款，含护坡景观墙"
        asked = step(case.clerk, "申请支付", _ask, case, stage != "draft", more)
        if stage == "returned":
            step(entry, "退回支付申请", requests.return_request, asked, "进度确认单缺监理签字")
        if stage not in ("accepted", "paid", "excepted", "reversed"):
            continue
        seen = step(entry, "受理支付申请", _take_up, asked, case.parts, f"{month}-记-9{place:03d}")
        if stage != "accepted":
            step(review, "复核支付", payouts.approve_payments, seen)
        if stage == "reversed":
            slip = f"{month}-退-0001"
            back = step(entry, "登记退汇", payouts.reverse_payment, min(seen), "收款账号与户名不符，银行退回", slip).id
            step(review, "复核支付", payouts.approve_payments, {back: 1})


def _ask(case: _Case, submit: bool, more: dict[str, str], *, act: Act) -> int:
    """Draft a request, and hand it over when asked; its id."""
    told = requests.RequestEntry(
        PaymentKind.PROGRESS, case.amount, "", case.contract_id,
        documents="增值税发票 1 张\n工程进度确认单 1 份\n施工合同复印件 1 份", **({"reason": "按合同和形象进度申请进度款"} | more),  # type: ignore[arg-type]
    )  # fmt: skip
    files = [("进度确认单.pdf", _SLIP + str(case.contract_id).encode())]
    made = requests.draft_request(case.project_id, told, files=files, act=act)
    if submit:
        requests.submit_request(made.id, act=act)
    return made.id


def _take_up(request_id: int, parts: dict[int, Money], voucher: str, *, act: Act) -> dict[int, int]:
    """Take a request up today; its payments as a reviewer will see them."""
    made = requests.accept_request(request_id, parts, act.day, voucher_no=voucher, act=act)
    return {p.id: p.version for p in made}


def _beyond(case: _Case) -> dict[int, Money]:
    """The same lines with what their limits no longer allow, as far as was disbursed."""
    with store.snapshot() as session:
        there = _disbursed(session, case.project_id)
    return there if total(there.values()) > case.amount else case.parts


def _cases(mine: dict[int, int]) -> Iterator[_Case]:
    with store.snapshot() as session:
        rows = session.execute(
            select(Contract, Project)
            .join(Project, Contract.project_id == Project.id)
            .where(Contract.state == MoneyState.APPROVED, Project.owner_unit_id.in_(mine))
            .order_by(Contract.id)
        ).all()
        for contract, project in rows:
            day = max(project.progress_on or contract.signed_on, contract.signed_on)
            told = limits_on(session, project, contract, PaymentKind.PROGRESS, day)
            room = min(limit.room for limit in told)
            parts, left = {}, room
            for line, there in _disbursed(session, project.id).items():
                part = Money(min(left, there).fen // 10_000 * 10_000)
                if part > ZERO:
                    parts[line] = part
                    left -= part
            if total(parts.values()) >= _LEAST:
                yield _Case(contract.id, project.id, mine[project.owner_unit_id], parts)


def _disbursed(session: Any, project_id: int) -> dict[int, Money]:
    """What was disbursed and is not paid yet, by line."""
    paid = {line.line_id: line for line in lines_of(session, project_id)}
    found = {}
    for line in disbursable(session, project_id):
        left = line.used - paid[line.line_id].used
        if left > ZERO:
            found[line.line_id] = Money(left.fen // 100 * 100)
    return found
