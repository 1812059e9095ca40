"""Projects under construction for tests: made whole, with the papers and people their steps ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.office import Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.services import steps
from fundsys.services.acts import act
from tests.counties import somebody

UNIT = "县水利局"
ROAD = "PT030102"
PDF = b"%PDF-1.7 scan"


def owner() -> int:
    """Id of the owner's clerk."""
    return somebody(Role.OWNER, UNIT)


def lead() -> int:
    """Id of the lead bureau's officer."""
    return somebody(Role.LEAD)


def reviewer() -> int:
    """Id of the finance bureau's reviewer."""
    return somebody(Role.FINANCE_REVIEW)


def today() -> date:
    """The office day."""
    with act(by=None, what="看日期") as a:
        return a.day


def building(code: str = "2024-0001", status: S = S.UNDER_WAY, **told: Any) -> int:
    """Id of a road of the owner's unit, in a stage, with what is said of it."""
    with act(by=None, what="登记项目") as a:
        facts: dict[str, Any] = {
            "code": code,
            "name": f"{code}号产业路硬化",
            "year": 2024,
            "type_id": a.session.scalars(select(ProjectType.id).where(ProjectType.code == ROAD)).one(),
            "owner_unit_id": a.session.scalars(select(Unit.id).where(Unit.name == UNIT)).one(),
            "planned_investment": Money.wan(230),
            "planned_fiscal": Money.wan(200),
            "plan_start_on": a.day - timedelta(days=120),
            "plan_end_on": a.day - timedelta(days=10),
            "plan_document_no": "陇乡振组发〔2024〕2号",
            "status": status,
        }
        made = Project(**(facts | told))
        a.session.add(made)
        a.session.flush()
        return made.id


def kept(project_id: int, *codes: str) -> None:
    """Papers put into a project's dossier."""
    with act(by=None, what="存入资料") as a:
        for code in codes:
            steps.keep_paper(a.session.get_one(Project, project_id), code, files=[("扫描件.pdf", PDF)], act=a)


def state(project_id: int) -> Project:
    """The project as it stands, for reading."""
    with store.snapshot() as session:
        found = session.get_one(Project, project_id)
        session.expunge(found)
        return found
