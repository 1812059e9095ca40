"""Contracts: entered by the project's owner with their payment terms, confirmed by the lead bureau."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.funds import ContractSubject, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.payment_limits import percent
from fundsys.domain.policy import Policy
from fundsys.domain.rights import Permission
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.projects import Project
from fundsys.queries.line_money import EDITABLE
from fundsys.queries.money_facts import policy_of
from fundsys.queries.payment_room import confirmed_contracts
from fundsys.queries.viewer import require_project, viewer_of
from fundsys.queries.wrong_entries import code_key
from fundsys.services import vault
from fundsys.services.acts import Act

from .common import refuse_all, second_person, step

WHAT = "合同"


@dataclass(frozen=True, slots=True)
class ContractEntry:
    """A contract as it is typed; shares in 1/10000. account: the number in plain, None leaves what stands."""

    contract_no: str
    name: str
    payee: str
    amount: Money
    signed_on: date
    advance_bp: int
    progress_bp: int
    retention_bp: int
    retention_due_on: date | None = None
    bank: str = ""
    account: str | None = None
    remark: str = ""
    subject: ContractSubject = ContractSubject.WORKS


def record_contract(project_id: int, entry: ContractEntry, *, act: Act) -> Contract:
    """Enter a contract of a project, as a draft. Raises: NotAllowed, NotFound; Refusals with what is wrong."""
    project = _project(act, project_id, Permission.RECORD_CONTRACT)
    made = Contract(project_id=project.id, entered_by=act.person_id, state=MoneyState.DRAFT)
    _write(made, project, entry, act)
    act.session.add(made)
    act.session.flush()
    act.subject = f"{project.code} {made.contract_no}"
    return made


def edit_contract(contract_id: int, entry: ContractEntry, *, version: int | None = None, act: Act) -> Contract:
    """Change a contract that is not handed over, or was sent back. Raises: as record_contract, Stale, StepRefused."""
    contract, project = _contract(act, contract_id, Permission.RECORD_CONTRACT, version)
    _still_open(contract)
    _write(contract, project, entry, act)
    contract.state, contract.entered_by = MoneyState.DRAFT, act.person_id
    contract.version += 1
    act.session.flush()
    return contract


def submit_contract(contract_id: int, *, version: int | None = None, act: Act) -> Contract:
    """Hand a contract over to the lead bureau. Raises: StepRefused, Stale."""
    contract, _ = _contract(act, contract_id, Permission.RECORD_CONTRACT, version)
    if contract.state is MoneyState.RETURNED:
        contract.entered_by = act.person_id
    step(contract, MoneyState.SUBMITTED, WHAT)
    contract.submitted_at, contract.return_reason, contract.reviewed_by = act.at, "", None
    act.session.flush()
    return contract


def confirm_contract(contract_id: int, *, version: int | None = None, act: Act) -> Contract:
    """Confirm a contract; the project takes contractor, amount and day from its confirmed contracts.

    Raises: NotAllowed for an own entry; StepRefused, Stale.
    """
    contract, project = _contract(act, contract_id, Permission.APPROVE_CONTRACT, version)
    second_person(act, contract.entered_by)
    step(contract, MoneyState.APPROVED, WHAT)
    contract.reviewed_by, contract.reviewed_at = act.person_id, act.at
    act.session.flush()
    all_of_them = confirmed_contracts(act.session, project.id)
    project.contractor = "、".join(dict.fromkeys(c.payee for c in all_of_them))[:80]
    project.contract_amount = total(c.amount for c in all_of_them)
    project.contract_on = min(c.signed_on for c in all_of_them)
    project.version += 1
    act.session.flush()
    return contract


def return_contract(contract_id: int, reason: str, *, version: int | None = None, act: Act) -> Contract:
    """Send a contract back to its owner with a reason. Raises: DomainError without one, StepRefused, Stale."""
    contract, _ = _contract(act, contract_id, Permission.APPROVE_CONTRACT, version)
    if not reason.strip():
        raise DomainError("请填写退回原因，填报单位才知道改哪里", field="reason")
    step(contract, MoneyState.RETURNED, WHAT)
    contract.return_reason, contract.reviewed_at = reason.strip()[:200], act.at
    act.session.flush()
    return contract


def delete_contract(contract_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a contract that was never confirmed. Raises: StepRefused when it waits, stands, or a request names it."""
    contract, _ = _contract(act, contract_id, Permission.RECORD_CONTRACT, version)
    _still_open(contract)
    if act.session.scalar(select(PaymentRequest.id).where(PaymentRequest.contract_id == contract_id).limit(1)):
        raise StepRefused("有支付申请用到这份合同，不能删除，请先改申请")
    act.session.delete(contract)
    act.session.flush()


def _project(act: Act, project_id: int, permission: Permission) -> Project:
    who = viewer_of(act.person) if act.person else None
    return require_project(act.session, who, permission, project_id)


def _contract(act: Act, contract_id: int, permission: Permission, version: int | None) -> tuple[Contract, Project]:
    contract = act.session.get(Contract, contract_id)
    if contract is None:
        raise NotFound("没有这份合同，或者不在您的管理范围内")
    project = _project(act, contract.project_id, permission)
    act.subject = f"{project.code} {contract.contract_no}"
    act.check_version(contract, version)
    return contract, project


def _still_open(contract: Contract) -> None:
    if contract.state not in EDITABLE:
        raise StepRefused(f"合同现在是“{contract.state.label}”，不能修改；有变更请另登补充合同")


def _write(contract: Contract, project: Project, entry: ContractEntry, act: Act) -> None:
    refuse_all(_faults(contract, project, entry, act))
    for name in ("amount", "signed_on", "advance_bp", "progress_bp", "retention_bp", "retention_due_on", "subject"):
        setattr(contract, name, getattr(entry, name))
    contract.contract_no, contract.name = entry.contract_no.strip()[:60], entry.name.strip()[:120]
    contract.payee, contract.bank = entry.payee.strip()[:80], entry.bank.strip()[:80]
    contract.remark = entry.remark.strip()[:400]
    if entry.account:
        contract.account = vault.put("bank", entry.account, act=act)


def _faults(contract: Contract, project: Project, entry: ContractEntry, act: Act) -> Iterator[DomainError]:
    for name, words in (("contract_no", "合同编号"), ("name", "合同名称"), ("payee", "收款单位")):
        if not getattr(entry, name).strip():
            yield DomainError(f"请填写{words}", field=name)
    if entry.amount <= ZERO:
        yield DomainError("合同金额应大于零，请核对", field="amount")
    if entry.signed_on > act.day:
        yield DomainError(f"签订日期不能晚于今天 {act.day.isoformat()}", field="signed_on")
    if entry.retention_due_on and entry.retention_due_on < entry.signed_on:
        yield DomainError("质保期满日不能早于签订日期", field="retention_due_on")
    number = entry.contract_no.strip()
    same = select(Contract.id).where(Contract.project_id == project.id, Contract.contract_no == number)
    with act.session.no_autoflush:
        if any(key != contract.id for key in act.session.scalars(same)):
            yield DomainError(f"这个项目已有编号为“{number}”的合同，请核对", field="contract_no")
        elif (other := _numbered_alike(act, contract, number, entry.payee)) is not None:
            told = f"编号“{number}”已用于{other.project.name}与{other.payee}的合同，一个编号只能给一份合同，请核对"
            yield DomainError(told, field="contract_no", clause="F114 编码重复")
        yield from _term_faults(policy_of(act.session, project.year), entry)


def _numbered_alike(act: Act, contract: Contract, number: str, payee: str) -> Contract | None:
    """A contract with somebody else that bears this number; one contract may stand under several projects. Source: F114."""
    others = act.session.scalars(select(Contract).where(Contract.payee != payee.strip()[:80]))
    wanted = code_key(number)
    return next((c for c in others if c.id != contract.id and code_key(c.contract_no) == wanted), None)


def _term_faults(policy: Policy, entry: ContractEntry) -> Iterator[DomainError]:
    """Terms beyond the year's shares need words. Source: the year's policy values (confidence D)."""
    for name, limit, kind in (
        ("advance_bp", policy.advance_share_max, Policy.advance_share_max),
        ("progress_bp", policy.progress_share_max, Policy.progress_share_max),
        ("retention_bp", policy.retention_share_max, Policy.retention_share_max),
    ):
        bp = getattr(entry, name)
        if not 0 <= bp <= 10_000:
            yield DomainError("比例应在 0 到 100% 之间", field=name)
        elif limit is not None and bp > limit * 10_000 and not entry.remark.strip():
            told = f"{percent(bp)} 超过{kind.label} {kind.show(limit)}"
            yield DomainError(f"{told}，请在备注里写明依据", field=name, clause=kind.clause)
