"""What the rules on tenders look at: the year's works as a tender would have seen them, and its contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState
from fundsys.domain.further_facts import ContractFact, WorksFact
from fundsys.domain.money import Money
from fundsys.models.construction import Tender
from fundsys.models.desk import Contract
from fundsys.models.office import DictionaryEntry, Region, Unit
from fundsys.models.projects import Project, ProjectType

OPEN_CODES = ("01", "02")
"""公开招标、邀请招标 in the dictionary tender_method. Source: 招标投标法 第十条。"""
TENDERS_READ_FROM = frozenset({"contract", "dictionary_entry", "project", "project_type", "region", "tender", "unit"})


def works_facts(session: Session, year: int, until: date | None = None) -> tuple[WorksFact, ...]:
    """The year's approved projects that build or buy: by their contracts where they have any, else as they were planned."""
    p, kind, implementing, tenders = Project, ProjectType, aliased(Unit), _tenders(session, year, until)
    contracts = _contracted(session, year, until)
    rows = session.execute(
        select(
            *(p.id, p.code, p.name, p.status, p.approved_on, p.planned_investment),
            *(kind.name.label("type_name"), implementing.name.label("unit"), Region.name.label("village")),
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
    return tuple(
        WorksFact(
            row.id,
            f"{row.code} {row.name}",
            row.approved_on,
            contracts.get(row.id, row.planned_investment),
            row.type_name,
            row.unit or "",
            row.village or "",
            row.id in tenders and tenders[row.id][0] in OPEN_CODES,
        )
        for row in rows
        if not row.status.is_withdrawn
    )


def _contracted(session: Session, year: int, until: date | None) -> dict[int, Money]:
    """Project id → the sum of its confirmed contracts; only the year's projects."""
    c = Contract
    rows = session.execute(
        select(c.project_id, func.sum(c.amount))
        .join(Project, c.project_id == Project.id)
        .where(Project.year == year, c.state == MoneyState.APPROVED, c.signed_on <= until if until else true())
        .group_by(c.project_id)
    )
    return dict(rows.all())


def contract_facts(session: Session, year: int, until: date | None = None) -> tuple[ContractFact, ...]:
    """The confirmed contracts of the year's projects with how their party was found."""
    tenders = _tenders(session, year, until)
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


def _tenders(session: Session, year: int, until: date | None) -> dict[int, tuple[str, str, str]]:
    """Project id → code and name of the way its last tender went, and the leave not to tender; only the year's projects."""
    e = DictionaryEntry
    rows = session.execute(
        select(Tender.project_id, Tender.method, e.label, Tender.exemption_no)
        .join(Project, Tender.project_id == Project.id)
        .outerjoin(e, (e.kind == "tender_method") & (e.code == Tender.method))
        .where(Project.year == year, Tender.decided_on <= until if until else true())
        .order_by(Tender.id)
    )
    return {project: (code, label or code, exemption) for project, code, label, exemption in rows}
