"""One dossier per project (一项一档): its card, and every paper asked for or kept, stage by stage, with what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.dates import show_day
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.funds import MoneyState, RequestState
from fundsys.domain.money import ZERO, Money, show_wan, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.publicity import PublicState
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource, Payment
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport, Project, ProjectStep
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.stage_papers import File, Kept, Line, dossier
from fundsys.queries.viewer import seen_projects

FILTERS = ("project",)


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One paper of a project: asked for, kept, or both. files: its scans and pictures."""

    project: str
    project_code: str
    stage: ProjectStatus
    doc_name: str
    doc_no: str
    doc_on: date | None
    pages: int | None
    must: bool
    have: bool
    place: str
    remark: str
    files: tuple[File, ...] = ()

    @property
    def files_told(self) -> str:
        """The attached files with the beginning of their SHA-256, as the list proves them."""
        return "；".join(f"{file.name}（{file.sha256[:12]}）" for file in self.files)


def register(session: Session, wanted: Wanted) -> Iterator[DossierRow]:
    """LG18: the papers of one project (project=项目编号), or of all of the year's, stage by stage."""
    for project in _projects(session, wanted):
        yield from papers_of(session, project, wanted.until)


def bound(session: Session, wanted: Wanted) -> Iterator[DossierRow]:
    """The dossier of one project; the same rows as LG18, for one project only. Raises DomainError without one."""
    if not wanted.where.get("project"):
        raise DomainError("请指明一个项目（project=项目编号）", field="where")
    return register(session, wanted)


def register_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """What the project got and paid, and how many of the papers it must have are there."""
    said = []
    for project in _projects(session, wanted):
        rows = list(papers_of(session, project, wanted.until))
        must = [row for row in rows if row.must]
        there = sum(row.have for row in must)
        got, paid = _sums(session, project.id, wanted.until)
        share = f"{there * 1000 // len(must) / 10:.1f}%" if must else "没有必备资料"
        said.append(
            f"{project.code}：收入（分配净额）{show_wan(got)} 万元，支出（支付净额）{show_wan(paid)} 万元；"
            f"必备资料 {len(must)} 项，已归 {there} 项，齐全率 {share}。"
        )
    return tuple(said[:12]) if len(said) <= 12 else (f"共 {len(said)} 个项目；逐个项目打印时列出收入、支出和齐全率。",)


def _projects(session: Session, wanted: Wanted) -> list[Project]:
    check_filters(wanted, FILTERS)
    query = select(Project).where(true() if wanted.who is None else seen_projects(wanted.who)).order_by(Project.code)
    code = wanted.where.get("project", "")
    if not code:
        planned = Project.status >= ProjectStatus.PLANNED
        return list(session.scalars(query.where(Project.year == wanted.year, planned, ~Project.is_draft)))
    found = session.scalars(query.where(Project.code == code)).one_or_none()
    if found is None:
        raise NotFound("没有这个项目，或者不在您的管理范围内")
    return [found]


def papers_of(session: Session, project: Project, until: date | None = None) -> list[DossierRow]:
    """The papers of a project in the order of its stages: the checklist, what was kept beside it, and other books' files."""
    lines, beside = dossier(session, project)
    rows = [row for line in lines for row in _of_line(project, line)]
    rows += [_of_kept(project, kept, kept.name, False) for kept in beside]
    rows += _other_files(session, project)
    shown = [row for row in rows if until is None or row.doc_on is None or row.doc_on <= until]
    return sorted(shown, key=lambda row: row.stage.code)


def _label(project: Project) -> str:
    return f"{project.code} {project.name}"


def _of_line(project: Project, line: Line) -> Iterator[DossierRow]:
    must = line.asked and line.paper.required and line.paper.stage.code <= project.status.code
    there = [kept for kept in line.kept if kept.promised_on is None]
    for kept in there:
        yield _of_kept(project, kept, line.paper.name, must)
    if there or not (line.asked or line.is_there):
        return
    proof = line.proven_by
    if proof is not None:
        said = f"以{proof.label}为准"
    elif line.promised_on:
        said = f"暂缺，{show_day(line.promised_on)} 前补齐"
    elif must:
        said = "缺"
    else:
        said = "未到环节" if line.paper.stage.code > project.status.code else "缺，非必备"
    yield DossierRow(
        _label(project),
        project.code,
        line.paper.stage,
        line.paper.name,
        "",
        None,
        None,
        must,
        proof is not None,
        "",
        said,
    )


def _of_kept(project: Project, kept: Kept, name: str, must: bool) -> DossierRow:
    there = kept.promised_on is None
    said = kept.remark if there else f"暂缺，{show_day(kept.promised_on or date.min)} 前补齐"
    return DossierRow(
        _label(project), project.code, kept.stage, name, kept.document_no, kept.dated_on, kept.pages, must, there,
        kept.place, said, kept.files,
    )  # fmt: skip


def _other_files(session: Session, project: Project) -> Iterator[DossierRow]:
    """Files that the county's other books keep of the project: contracts, progress, requests, public notices."""
    c, r, q, n = Contract, ProgressReport, PaymentRequest, PublicNotice
    about = select(PublicSubject.public_id).where(
        PublicSubject.table_name == "project", PublicSubject.row_id == project.id
    )
    books: tuple[tuple[str, ProjectStatus, str, Any], ...] = (
        ("contract", ProjectStatus.TENDERING, "合同附件", select(c.id, c.contract_no, c.signed_on).where(
            c.project_id == project.id, c.state == MoneyState.APPROVED)),
        ("progress_report", ProjectStatus.UNDER_WAY, "进度照片", select(r.id, func.coalesce(None, ""), r.reported_on).where(
            r.project_id == project.id)),
        ("payment_request", ProjectStatus.UNDER_WAY, "支付申请附件", select(q.id, q.number, q.applied_on).where(
            q.project_id == project.id, q.state.in_((RequestState.ACCEPTED, RequestState.PAID)))),
        ("public_notice", ProjectStatus.COMPLETED, "公示附件", select(n.id, n.number, n.first_on).where(
            n.id.in_(about), n.state == PublicState.APPROVED)),
    )  # fmt: skip
    for table, stage, word, query in books:
        records = session.execute(query).all()
        files = _files(session, table, [record[0] for record in records])
        for key, number, on in records:
            if files.get(key):
                yield DossierRow(
                    _label(project), project.code, stage, word, number or "", on, None, False, True, "系统附件", "",
                    tuple(files[key]),
                )  # fmt: skip


def _files(session: Session, table: str, ids: Sequence[int]) -> dict[int, list[File]]:
    found: dict[int, list[File]] = {}
    a = Attachment
    query = select(a.id, a.name, a.sha256, a.media_type, a.row_id).where(a.table_name == table, a.row_id.in_(ids))
    for row in session.execute(query.order_by(a.id)):
        found.setdefault(row.row_id, []).append(File(*row))
    return found


def _sums(session: Session, project_id: int, until: date | None) -> tuple[Money, Money]:
    a, p = Allocation, Payment
    got = select(func.sum(a.amount)).where(
        a.project_id == project_id, a.state == MoneyState.APPROVED, true() if until is None else a.decided_on <= until
    )
    paid = select(func.sum(p.amount)).where(
        p.project_id == project_id, p.state == MoneyState.APPROVED, true() if until is None else p.paid_on <= until
    )
    return session.scalar(got) or ZERO, session.scalar(paid) or ZERO


# ---------- the card ----------


@dataclass(frozen=True, slots=True)
class CardRow:
    """A project as its card shows it. money: source, allocated, paid; steps: day, what, paper; missing: papers."""

    project: Project
    places: str
    type_name: str
    owner: str
    builder: str
    allocated: Money
    paid: Money
    money: tuple[tuple[str, Money, Money], ...]
    steps: tuple[tuple[date, str, str], ...]
    must: int
    there: int
    missing: tuple[str, ...]


def cards(session: Session, wanted: Wanted) -> Iterator[CardRow]:
    """The card of one project (project=项目编号), or of all of the year's."""
    for p in _projects(session, wanted):
        rows = papers_of(session, p, wanted.until)
        must = [row for row in rows if row.must]
        money = _by_source(session, p.id, wanted.until)
        steps = session.scalars(select(ProjectStep).where(ProjectStep.project_id == p.id).order_by(ProjectStep.id))
        yield CardRow(
            p,
            "".join(place.name for place in (p.town, p.village) if place) or "全县",
            p.type.name,
            p.owner_unit.name,
            p.implementing_unit.name if p.implementing_unit else "",
            total(m[1] for m in money),
            total(m[2] for m in money),
            tuple(money),
            tuple((s.happened_on, s.to_status.label, s.document_no or s.reason) for s in steps),
            len(must),
            sum(row.have for row in must),
            tuple(row.doc_name for row in must if not row.have),
        )


def _by_source(session: Session, project_id: int, until: date | None) -> list[tuple[str, Money, Money]]:
    found: dict[str, list[Money]] = {}
    for place, table, day in ((0, Allocation, Allocation.decided_on), (1, Payment, Payment.paid_on)):
        query = (
            select(AllotmentNotice.document_no, FundSource.name, func.sum(table.amount))
            .join(AllotmentLine, table.line_id == AllotmentLine.id)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .join(FundSource, AllotmentLine.source_id == FundSource.id)
            .where(table.project_id == project_id, table.state == MoneyState.APPROVED)
            .where(true() if until is None else day <= until)
            .group_by(AllotmentNotice.document_no, FundSource.name)
            .order_by(AllotmentNotice.document_no, FundSource.name)
        )
        for number, source, amount in session.execute(query):
            found.setdefault(f"{number} {source}", [ZERO, ZERO])[place] = amount
    return [(name, got, paid) for name, (got, paid) in found.items()]
