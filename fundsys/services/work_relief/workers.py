"""Workers of a project and their labor agreements; identity, card and phone numbers go into the vault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError
from fundsys.domain.work_relief import Household, bank_fault, identity_fault, is_doubtful_card, phone_fault, tidy_number
from fundsys.models.work_relief import ReliefWorker
from fundsys.services import vault
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import own_paper, relief_project


@dataclass(frozen=True, slots=True)
class WorkerEntry:
    """A worker as typed. identity, bank, phone: in plain, "" leaves what is locked away already."""

    name: str
    household: Household
    identity: str = ""
    bank: str = ""
    phone: str = ""
    village_id: int | None = None
    work_type: str = ""
    agreement_no: str = ""
    agreed_on: date | None = None
    cash_approval: str = ""


def enter_worker(project_id: int, entry: WorkerEntry, *, act: Act) -> ReliefWorker:
    """Enter a worker of a project. Raises: NotAllowed, NotFound; Refusals for numbers that cannot be, somebody twice."""
    project = relief_project(act, project_id)
    identity = tidy_number(entry.identity)
    faults = list(_misfits(entry, act.day))
    if not identity:
        faults.append(DomainError("请填写居民身份证号", field="identity"))
    refuse_all(faults)
    worker = ReliefWorker(project_id=project_id, entered_by=act.person_id, identity=kept("identity", identity, act))
    _refuse_twice(act, worker)
    _write(worker, entry, act)
    act.session.add(worker)
    act.session.flush()
    act.subject = f"{project.name}：{worker.name}"
    return worker


def save_worker(worker_id: int, entry: WorkerEntry, *, version: int | None = None, act: Act) -> ReliefWorker:
    """Change a worker; a number left empty stays as it is. Raises: as enter_worker; Stale."""
    worker: ReliefWorker = own_paper(act, ReliefWorker, worker_id, version, "务工人员登记")
    refuse_all(_misfits(entry, act.day))
    if identity := tidy_number(entry.identity):
        worker.identity = kept("identity", identity, act)
        _refuse_twice(act, worker)
    _write(worker, entry, act)
    worker.version += 1
    act.session.flush()
    act.subject = f"{worker.project.name}：{worker.name}"
    return worker


def kept(kind: str, number: str, act: Act) -> int:
    """The vault's entry of a number: one for one number, so that the same person is known again."""
    found = vault.find(act.session, kind, number)
    return found[0] if found else vault.put(kind, number, act=act)


def number_faults(identity: str, bank: str, phone: str, today: date) -> dict[str, str]:
    """What is wrong with tidied numbers, by field; empty ones are not judged."""
    told = {
        "identity": identity and identity_fault(identity, today),
        "bank": bank and bank_fault(bank),
        "phone": phone and phone_fault(phone),
    }
    return {name: fault for name, fault in told.items() if fault}


def _misfits(entry: WorkerEntry, today: date) -> Iterator[DomainError]:
    if not entry.name.strip():
        yield DomainError("请填写姓名", field="name")
    told = (tidy_number(entry.identity), tidy_number(entry.bank), tidy_number(entry.phone))
    for name, fault in number_faults(*told, today).items():
        yield DomainError(fault, field=name)
    if entry.agreed_on is not None and entry.agreed_on > today:
        yield DomainError("协议签订日期不能晚于今天", field="agreed_on")


def _refuse_twice(act: Act, worker: ReliefWorker) -> None:
    with act.session.no_autoflush:
        twice = act.session.scalars(
            select(ReliefWorker.name).where(
                ReliefWorker.project_id == worker.project_id,
                ReliefWorker.identity == worker.identity,
                ReliefWorker.id != (worker.id or 0),
            )
        ).first()
    if twice:
        raise DomainError(f"这个身份证号已在本项目登记为“{twice}”，同一人只登记一次", field="identity")


def _write(worker: ReliefWorker, entry: WorkerEntry, act: Act) -> None:
    worker.name, worker.household = entry.name.strip()[:40], entry.household
    worker.village_id, worker.work_type = entry.village_id, entry.work_type.strip()[:40]
    worker.agreement_no, worker.agreed_on = entry.agreement_no.strip()[:40], entry.agreed_on
    worker.cash_approval = entry.cash_approval.strip()[:60]
    if bank := tidy_number(entry.bank):
        worker.bank, worker.card_doubt = kept("bank", bank, act), is_doubtful_card(bank)
    if phone := tidy_number(entry.phone):
        worker.phone = kept("phone", phone, act)
