"""A small county with money for tests: projects of every kind, notices at every station, made by the office's own acts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.funds import AllotmentLine, FundSource
from fundsys.models.office import Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.services import funds
from fundsys.services.acts import act
from tests.counties import somebody

ISSUED, RECEIVED = date(2024, 10, 18), date(2024, 10, 21)
_serial = itertools.count(1)


def entry_clerk() -> int:
    """Id of the clerk who enters."""
    return somebody(Role.FINANCE_ENTRY)


def second_clerk() -> int:
    """Id of another clerk who enters."""
    return somebody(Role.FINANCE_ENTRY, login="tfinance_entry2")


def reviewer() -> int:
    """Id of the person who reviews."""
    return somebody(Role.FINANCE_REVIEW)


def source_id(code: str = "F101") -> int:
    """Id of a fund source of the delivered list."""
    with store.snapshot() as session:
        return session.scalars(select(FundSource.id).where(FundSource.code == code)).one()


def make_projects(*projects: dict[str, Any]) -> list[int]:
    """Projects in the library with what is said and the rest filled; `type` names a subtype code, `wan` the plan."""
    with act(by=None, what="登记项目") as opened:
        types = dict(opened.session.execute(select(ProjectType.code, ProjectType.id)).all())
        owner = opened.session.scalars(select(Unit.id).where(Unit.kind == "agency").order_by(Unit.id)).first()
        made = []
        for told in projects:
            number = next(_serial)
            wan = Money.wan(told.pop("wan", "100"))
            facts: dict[str, Any] = {
                "code": f"2024-{number:04d}",
                "name": f"{'甲乙丙丁戊己庚辛'[number % 8]}村第{number}号项目",
                "year": 2024,
                "type_id": types[told.pop("type", "PT010102")],
                "owner_unit_id": owner,
                "planned_investment": wan,
                "planned_fiscal": wan,
                "status": ProjectStatus.PLANNED,
                "admitted_on": date(2023, 11, 6),
            }
            made.append(Project(**(facts | told)))
        opened.session.add_all(made)
        opened.session.flush()
        return [p.id for p in made]


def notice_entry(*lines: tuple[str, str], **told: Any) -> funds.NoticeEntry:
    """A notice as typed; lines are (source code, 万元)."""
    entries = [funds.LineEntry(source_id(code), Money.wan(wan)) for code, wan in lines or [("F101", "100")]]
    facts: dict[str, Any] = {
        "document_no": f"宝市财办农〔2024〕{next(_serial)}号",
        "title": "2024年中央财政衔接推进乡村振兴补助资金",
        "issuing_unit": "宝鸡市财政局",
        "year": 2024,
        "issued_on": ISSUED,
        "received_on": RECEIVED,
        "stated_total": total(e.amount for e in entries),
        "lines": entries,
    }
    return funds.NoticeEntry(**(facts | told))


def approved_notice(*lines: tuple[str, str], **told: Any) -> list[int]:
    """Ids of the lines of a notice that a second person has approved."""
    with act(by=entry_clerk(), what="登记指标文") as opened:
        notice = funds.register_notice(notice_entry(*lines, **told), act=opened)
        funds.submit_notice(notice.id, act=opened)
    with act(by=reviewer(), what="复核指标文") as opened:
        funds.approve_notice(notice.id, version=notice.version, act=opened)
        wanted = select(AllotmentLine.id).where(AllotmentLine.notice_id == notice.id).order_by(AllotmentLine.position)
        return list(opened.session.scalars(wanted))


def drafted(line_id: int, project_id: int, wan: str, by: int | None = None, **told: Any) -> int:
    """Id of a draft allocation."""
    with act(by=by or entry_clerk(), what="分配资金") as opened:
        return funds.allocate(line_id, project_id, Money.wan(wan), act=opened, **told).id


def submitted(line_id: int, by: int | None = None) -> dict[int, int]:
    """Submit a clerk's drafts on a line: id → version as a reviewer will see them."""
    with act(by=by or entry_clerk(), what="提交复核") as opened:
        return {a.id: a.version for a in funds.submit_allocations(line_id, act=opened)}


def approved(seen: dict[int, int]) -> list[str | None]:
    """Approve submitted allocations; their numbers."""
    with act(by=reviewer(), what="复核分配") as opened:
        return [a.number for a in funds.approve_allocations(seen, act=opened)]


def given(line_id: int, amounts: Sequence[tuple[int, str]]) -> None:
    """Allocate amounts (project id, 万元) of a line and approve them."""
    for project_id, wan in amounts:
        drafted(line_id, project_id, wan)
    approved(submitted(line_id))
