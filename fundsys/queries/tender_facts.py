"""What the rules on tenders look at: the year's works as a tender would have seen them, and its contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState
from fundsys.domain.further_facts import ContractFact, WorksFact
from fundsys.domain.money import total
from fundsys.models.construction import Tender
from fundsys.models.desk import Contract
from fundsys.models.office import DictionaryEntry, Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.project_records import contracts_by_project

OPEN_CODES = ("01", "02")
"""公开招标、邀请招标 in the dictionary tender_method. Source: 招标投标法 第十条。"""
TENDERS_READ_FROM = frozenset({"contract", "dictionary_entry", "project", "project_type", "region", "tender", "unit"})


def works_facts(session: Session, year: int, until: date | None = None) -> tuple[WorksFact, ...]:
    """The year's approved projects that build or buy: by their contracts where they have any, else as they were planned."""
    p, kind, implementing = Project, ProjectType, aliased(Unit)
    contracts, tenders = contracts_by_project(session, until), _tenders(session, until)
    rows = session.execute(
        select(p, kind.name, implementing.name, Region.name)
        .join(kind, p.type_id == kind.id)
        .outerjoin(implementing, p.implementing_unit_id == implementing.id)
        .outerjoin(Region, p.village_id == Region.id)
        .where(p.year == year, p.is_draft.is_(False), p.approved_on.is_not(None), kind.asset_class.is_not(None))
        .order_by(p.id)
    )
    return tuple(
        WorksFact(
            p.id,
            f"{p.code} {p.name}",
            p.approved_on,
            total(c.amount for c in mine) if mine else p.planned_investment,
            type_name,
            unit or "",
            village or "",
            p.id in tenders and tenders[p.id][0] in OPEN_CODES,
        )
        for p, type_name, unit, village in rows
        if p.approved_on is not None and not p.status.is_withdrawn and (until is None or p.approved_on <= until)
        for mine in (contracts.get(p.id, []),)
    )


def contract_facts(session: Session, year: int, until: date | None = None) -> tuple[ContractFact, ...]:
    """The confirmed contracts of the year's projects with how their party was found."""
    tenders = _tenders(session, until)
    return tuple(_contract_facts(session, year, until, tenders))


def _contract_facts(
    session: Session, year: int, until: date | None, tenders: dict[int, tuple[str, str, str]]
) -> Iterator[ContractFact]:
    c = Contract
    rows = session.execute(
        select(c.id, c.project_id, c.contract_no, c.name, c.subject, c.amount)
        .join(Project, c.project_id == Project.id)
        .where(Project.year == year, c.state == MoneyState.APPROVED, c.signed_on <= until if until else true())
        .order_by(c.id)
    )
    for number, project, contract_no, name, subject, amount in rows:
        code, label, exemption = tenders.get(project, ("", "", ""))
        yield ContractFact(number, f"{contract_no} {name}", subject, amount, label, code in OPEN_CODES, exemption)


def _tenders(session: Session, until: date | None) -> dict[int, tuple[str, str, str]]:
    """Project id → code and name of the way its last tender went, and the leave not to tender."""
    e = DictionaryEntry
    rows = session.execute(
        select(Tender.project_id, Tender.method, e.label, Tender.exemption_no)
        .outerjoin(e, (e.kind == "tender_method") & (e.code == Tender.method))
        .where(Tender.decided_on <= until if until else true())
        .order_by(Tender.id)
    )
    return {project: (code, label or code, exemption) for project, code, label, exemption in rows}
