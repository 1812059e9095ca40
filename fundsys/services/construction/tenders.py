"""The tender or purchase of a project: how the builder or supplier was found. A mistake is followed by a new entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.models.construction import Tender
from fundsys.models.office import DictionaryEntry
from fundsys.services.acts import Act
from fundsys.services.library.common import project_for

from .common import P, need


@dataclass(frozen=True, slots=True)
class TenderEntry:
    """What is entered of a tender. method: code of the dictionary tender_method."""

    method: str
    decided_on: date
    winner: str
    amount: Money
    announced_on: date | None = None
    control_price: Money | None = None
    document_no: str = ""
    exemption_no: str = ""


def record_tender(project_id: int, entry: TenderEntry, *, version: int | None = None, act: Act) -> Tender:
    """Enter how the builder was found. Raises: StepRefused before approval (50) and after settlement, DomainError, Stale."""
    project = project_for(act, (P.RECORD_CONTRACT,), project_id, version)
    if not project.status.reached(ProjectStatus.APPROVED) or project.status.reached(ProjectStatus.SETTLED):
        raise StepRefused(f"项目现在是“{project.status.label}”，立项以后、结算以前才能登记招标采购")
    e = DictionaryEntry
    known = select(e.id).where(e.kind == "tender_method", e.code == entry.method, e.active.is_(True))
    if act.session.scalar(known) is None:
        raise DomainError("请从列出的招标采购方式中选择", field="method")
    if entry.decided_on > act.day:
        raise DomainError(f"中标（成交）日期不能晚于今天 {act.day.isoformat()}", field="decided_on")
    if entry.announced_on and entry.announced_on > entry.decided_on:
        raise DomainError("公告日期不能晚于中标（成交）日期", field="announced_on")
    if entry.amount <= ZERO:
        raise DomainError("中标（成交）金额须大于零", field="amount")
    if entry.control_price is not None and entry.amount > entry.control_price:
        raise DomainError(f"中标（成交）金额超过最高限价 {exact_wan(entry.control_price)} 万元，请核对", field="amount")
    made = Tender(
        project_id=project_id,
        method=entry.method,
        announced_on=entry.announced_on,
        decided_on=entry.decided_on,
        winner=need(entry.winner, "winner", "中标（成交）单位")[:80],
        control_price=entry.control_price,
        amount=entry.amount,
        document_no=tidy_document_no(entry.document_no)[:60],
        exemption_no=tidy_document_no(entry.exemption_no)[:60],
        entered_by=act.person_id,
    )
    act.session.add(made)
    project.version += 1
    act.session.flush()
    return made
