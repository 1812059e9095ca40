"""What the rules on tenders look at: the year's works as a tender would have seen them, and its contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState
from fundsys.domain.further_facts import ContractFact, WorksFact
from fundsys.domain.money import Money
from fundsys.models.construction import Tender
from fundsys.models.desk import Contract
from fundsys.models.office import DictionaryEntry, Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.plain_rows import built_once, plain_rows

OPEN_CODES = ("01", "02")
"""公开招标、邀请招标 in the dictionary tender_method. Source: 招标投标法 第十条。"""
TENDERS_READ_FROM = frozenset({"contract", "dictionary_entry", "project", "project_type", "region", "tender", "unit"})


def works_facts(session: Session, year: int, until: date | None = None) -> tuple[WorksFact, ...]:
    """The year's approved projects that build or buy: by their contracts where they have any, else as they were planned."""
    tenders, contracts = _tenders(session, year, until), _contracted(session, year, until)
    return tuple(
        WorksFact(
            number,
            f"{code} {name}",
            approved_on,
            contracts.get(number, planned),
            kind,
            unit or "",
            village or "",
            number in tenders and tenders[number][0] in OPEN_CODES,
        )
        for number, code, name, status, approved_on, planned, kind, unit, village in plain_rows(
            session, _works(year, until)
        )
        if not status.is_withdrawn
    )


@built_once
def _works(year: int, until: date | None) -> Select[*tuple[Any, ...]]:
    p, kind, implementing = Project, ProjectType, aliased(Unit)
    return (
        select(
            *(p.id, p.code, p.name, p.status, p.approved_on, p.planned_investment),
            *(kind.name, implementing.name, Region.name),
        )
        .join(kind, p.type_id == kind.id)
        .outerjoin(implementing, p.implementing_unit_id == implementing.id)
        .outerjoin(Region, p.village_id == Region.id)
        .where(
            *(p.year == year, p.is_draft.is_(False), p.approved_on.is_not(None), kind.asset_class.is_not(None)),
            p.approved_on <= until if until else true(),
        )
        .order_by(p.id)
    )


def _contracted(session: Session, year: int, until: date | None) -> dict[int, Money]:
    """Project id → the sum of its confirmed contracts; only the year's projects."""
    return dict(plain_rows(session, _sums(year, until)).all())


@built_once
def _sums(year: int, until: date | None) -> Select[int, Money]:
    c = Contract
    return (
        select(c.project_id, func.sum(c.amount))
        .join(Project, c.project_id == Project.id)
        .where(Project.year == year, c.state == MoneyState.APPROVED, c.signed_on <= until if until else true())
        .group_by(c.project_id)
    )


def contract_facts(session: Session, year: int, until: date | None = None) -> tuple[ContractFact, ...]:
    """The confirmed contracts of the year's projects with how their party was found."""
    tenders = _tenders(session, year, until)
    return tuple(_contract_facts(session, year, until, tenders))


def _contract_facts(
    session: Session, year: int, until: date | None, tenders: dict[int, tuple[str, str, str]]
) -> Iterator[ContractFact]:
    for number, project, contract_no, name, subject, amount in plain_rows(session, _contracts(year, until)):
        code, label, exemption = tenders.get(project, ("", "", ""))
        yield ContractFact(number, f"{contract_no} {name}", subject, amount, label, code in OPEN_CODES, exemption)


@built_once
def _contracts(year: int, until: date | None) -> Select[*tuple[Any, ...]]:
    c = Contract
    return (
        select(c.id, c.project_id, c.contract_no, c.name, c.subject, c.amount)
        .join(Project, c.project_id == Project.id)
        .where(Project.year == year, c.state == MoneyState.APPROVED, c.signed_on <= until if until else true())
        .order_by(c.id)
    )


def _tenders(session: Session, year: int, until: date | None) -> dict[int, tuple[str, str, str]]:
    """Project id → code and name of the way its last tender went, and the leave not to tender; only the year's projects."""
    rows = plain_rows(session, _tenders_asked(year, until))
    return {project: (code, label or code, exemption) for project, code, label, exemption in rows}


@built_once
def _tenders_asked(year: int, until: date | None) -> Select[int, str, str, str]:
    e = DictionaryEntry
    return (
        select(Tender.project_id, Tender.method, e.label, Tender.exemption_no)
        .join(Project, Tender.project_id == Project.id)
        .outerjoin(e, (e.kind == "tender_method") & (e.code == Tender.method))
        .where(Project.year == year, Tender.decided_on <= until if until else true())
        .order_by(Tender.id)
    )
