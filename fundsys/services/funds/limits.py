"""Refusing a payment that goes beyond what may be paid, unless an exception says why; closed months for every posting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fundsys.domain.errors import DomainError, NotFound, OverCommitted
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import Money
from fundsys.domain.payment_limits import Limit, broken
from fundsys.models.desk import Contract
from fundsys.models.projects import Project
from fundsys.queries.payment_room import confirmed_contracts, limits_on
from fundsys.services.acts import Act

from .periods import closed_fault

ON_CONTRACT = (PaymentKind.ADVANCE, PaymentKind.PROGRESS, PaymentKind.SETTLEMENT, PaymentKind.RETENTION)
"""Kinds paid on a contract, where the project has one."""


def month_faults(act: Act, day: date, field: str) -> Iterator[DomainError]:
    """A day in a month whose accounts are closed."""
    if closed := closed_fault(act, day, field):
        yield closed


def contract_for(act: Act, project_id: int, contract_id: int | None, kind: PaymentKind) -> Contract | None:
    """The confirmed contract a payment of this kind is made on; None where the project has none, or the kind needs none.

    Raises: DomainError when the contract is not confirmed, another project's, or has to be chosen.
    """
    if contract_id is not None:
        found = act.session.get(Contract, contract_id)
        if found is None or found.project_id != project_id:
            raise NotFound("这个项目没有这份合同，请重新选择", field="contract_id")
        if found.state is not MoneyState.APPROVED:
            raise DomainError(
                f"合同{found.contract_no}现在是“{found.state.label}”，确认后才能付款", field="contract_id"
            )
        return found
    if kind not in ON_CONTRACT:
        return None
    contracts = confirmed_contracts(act.session, project_id)
    if contracts:
        raise DomainError(f"这个项目有已确认的合同，{kind.label}请选择按哪份合同支付", field="contract_id")
    return None


def passed(
    act: Act,
    project: Project,
    contract: Contract | None,
    kind: PaymentKind,
    amount: Money,
    day: date,
    reason: str,
    document: str,
) -> tuple[list[DomainError], bool]:
    """What refuses this amount, and whether it goes beyond a limit on the strength of its exception.

    The allocation is never passed. Source: domain.md 1.4, F030–F034.
    """
    over = broken(limits_on(act.session, project, contract, kind, day), amount)
    hard = [limit for limit in over if not limit.kind.may_be_passed]
    soft = [limit for limit in over if limit.kind.may_be_passed]
    faults = [_refusal(limit, amount) for limit in hard]
    if soft and not (reason.strip() and document.strip()):
        faults += [_refusal(limit, amount) for limit in soft]
        if reason.strip() or document.strip():
            field = "exception_document" if reason.strip() else "exception_reason"
            faults.append(DomainError("例外支付须同时填写原因和批准文号", field=field))
    return faults, bool(soft)


def _refusal(limit: Limit, amount: Money) -> DomainError:
    if limit.kind.may_be_passed:
        return DomainError(f"{limit.sentence(amount)}；确需支付的请填写例外原因和批准文号", field="amount")
    return OverCommitted(limit.sentence(amount), field="amount")
