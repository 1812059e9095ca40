"""A project with money, a contract and a request, for tests of money going out; made by the office's own acts."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import PaymentKind
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import Payment
from fundsys.models.office import Unit
from fundsys.services.acts import act
from fundsys.services.funds import contracts, payouts, requests
from tests.counties import somebody
from tests.money import approved_notice, entry_clerk, given, make_projects, reviewer

PDF = b"%PDF-1.4 invoice"
PAID = date(2024, 11, 1)
SIGNED = date(2024, 10, 20)


def owner() -> int:
    """Id of a person of the unit that owns the projects of tests."""
    with store.snapshot() as session:
        unit = session.scalars(select(Unit.name).where(Unit.kind == "agency").order_by(Unit.id)).first()
    return somebody(Role.OWNER, unit)


def lead() -> int:
    """Id of a person of the lead bureau."""
    return somebody(Role.LEAD)


def a_project(wan: str = "100", lines: tuple[str, ...] = ("F101",), **told: Any) -> tuple[int, list[int]]:
    """A project under way with money of one line after another, the earliest first: (project, lines)."""
    facts = {"status": ProjectStatus.UNDER_WAY, "progress_bp": 5000, "wan": "1000"}
    (project,) = make_projects(facts | told)
    found = []
    for number, source in enumerate(lines):
        (line,) = approved_notice((source, "1000"), issued_on=date(2024, 9, 1 + number), received_on=date(2024, 9, 20))
        given(line, [(project, wan)])
        found.append(line)
    return project, found


def terms(**changed: Any) -> contracts.ContractEntry:
    """A contract as it is typed: 80 万元, 30 % advance, 80 % progress, 3 % kept until the end of October 2025."""
    told: dict[str, Any] = {
        "contract_no": "LXSL-2024-016",
        "name": "圈舍建设施工合同",
        "payee": "陇县关山建筑工程有限公司",
        "amount": Money.wan(80),
        "signed_on": SIGNED,
        "advance_bp": 3000,
        "progress_bp": 8000,
        "retention_bp": 300,
        "retention_due_on": date(2025, 10, 31),
        "bank": "陇县农信社城关社",
        "account": "6230280100012345678",
    }
    return contracts.ContractEntry(**(told | changed))


def a_contract(project_id: int, **changed: Any) -> int:
    """Id of a contract confirmed by the lead bureau."""
    with act(by=owner(), what="登记合同") as opened:
        made = contracts.record_contract(project_id, terms(**changed), act=opened)
        contracts.submit_contract(made.id, act=opened)
    with act(by=lead(), what="确认合同") as opened:
        contracts.confirm_contract(made.id, act=opened)
    return made.id


def asks(
    contract_id: int | None, yuan: str, kind: PaymentKind = PaymentKind.PROGRESS, **more: Any
) -> requests.RequestEntry:
    """A request as it is typed."""
    told: dict[str, Any] = {
        "payee": "",
        "reason": "主体完工，申请进度款",
        "documents": "增值税发票 1 张\n进度确认单 1 份",
    }
    return requests.RequestEntry(kind, Money.yuan(yuan), contract_id=contract_id, **(told | more))


def a_request(project_id: int, entry: requests.RequestEntry) -> int:
    """Id of a request handed over to the finance bureau."""
    with act(by=owner(), what="申请支付") as opened:
        made = requests.draft_request(
            project_id, entry, files=[("发票.pdf", PDF + str(zlib.crc32(repr(entry).encode())).encode())], act=opened
        )
        requests.submit_request(made.id, act=opened)
        return made.id


def accepted(request_id: int, parts: Mapping[int, str], voucher_no: str = "2024-11-记-0001") -> dict[int, int]:
    """Take a request up: payment id → version as a reviewer will see it."""
    with act(by=entry_clerk(), what="受理支付申请") as opened:
        made = requests.accept_request(
            request_id,
            {line: Money.yuan(yuan) for line, yuan in parts.items()},
            PAID,
            voucher_no=voucher_no,
            act=opened,
        )
        return {p.id: p.version for p in made}


def reviewed(seen: Mapping[int, int]) -> list[str | None]:
    """Approve payments; their numbers."""
    with act(by=reviewer(), what="复核支付") as opened:
        return [p.number for p in payouts.approve_payments(seen, act=opened)]


def stored(table: type[Any], key: int) -> Any:
    """A record as it stands."""
    with store.snapshot() as session:
        found = session.get_one(table, key)
        session.expunge(found)
        return found


def request_state(request_id: int) -> str:
    """The word of a request's state."""
    return str(stored(PaymentRequest, request_id).state.label)


def contract(contract_id: int) -> Contract:
    """A contract as it stands."""
    found: Contract = stored(Contract, contract_id)
    return found


def payment(payment_id: int) -> Payment:
    """A payment as it stands."""
    found: Payment = stored(Payment, payment_id)
    return found
