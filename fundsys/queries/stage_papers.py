"""The papers of projects against the county's checklist: what is there, what was promised, what is missing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.stage_papers import Due, KeptAs, StagePaper, asked_for
from fundsys.models.desk import Contract
from fundsys.models.office import DictionaryEntry
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport, Project, ProjectPaper, ProjectType
from fundsys.queries.plain_rows import built_once, plain_rows

TABLE = "project_paper"


@dataclass(frozen=True, slots=True)
class File:
    """A scan or photo of a paper."""

    id: int
    name: str
    sha256: str
    media_type: str
    paper_id: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper of a project as it is kept. promised_on: not there yet, promised until this day (inclusive)."""

    id: int
    version: int
    stage: ProjectStatus
    stage_paper: str
    name: str
    document_no: str
    dated_on: date | None
    pages: int | None
    place: str
    promised_on: date | None
    promise_reason: str
    remark: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a project's checklist. proven_by: other records of the county that prove the paper."""

    paper: StagePaper
    kept: tuple[Kept, ...]
    proven_by: KeptAs | None
    asked: bool

    @property
    def is_there(self) -> bool:
        return self.proven_by is not None or any(one.promised_on is None for one in self.kept)

    @property
    def promised_on(self) -> date | None:
        """The day until which the missing paper was promised; None when it is there or nobody promised it."""
        days = [one.promised_on for one in self.kept if one.promised_on]
        return max(days) if days and not self.is_there else None


def checklist(session: Session) -> tuple[StagePaper, ...]:
    """The county's checklist, in the order of the stages."""
    return tuple(line_of(code, label, json.loads(facts)) for code, label, facts in plain_rows(session, _checklist()))


@built_once
def _checklist() -> Select[str, str, str]:
    e = DictionaryEntry
    kind = (e.kind == "stage_paper", e.active.is_(True))
    return select(e.code, e.label, e.facts).where(*kind).order_by(e.position, e.code)


def line_of(code: str, label: str, facts: Mapping[str, object]) -> StagePaper:
    """A line of the checklist from the dictionary's words. facts: stage, due, built, kept_as, required."""
    proof = facts.get("kept_as")
    return StagePaper(
        code=code,
        stage=ProjectStatus(str(facts.get("stage") or code[:2])),
        name=label,
        due=Due(str(facts.get("due") or "leave")),
        built_only=bool(facts.get("built")),
        kept_as=KeptAs(str(proof)) if proof else None,
        required=bool(facts.get("required", True)),
    )


def is_built(session: Session, project: Project) -> bool:
    """Whether the project builds or buys something that stays: its subtype names a class of assets."""
    return session.scalar(select(ProjectType.asset_class).where(ProjectType.id == project.type_id)) is not None


def kept_papers(session: Session, project_ids: Sequence[int]) -> dict[int, list[Kept]]:
    """The papers of these projects by project, in the order they were entered."""
    p = ProjectPaper
    rows = session.scalars(select(p).where(p.project_id.in_(project_ids)).order_by(p.id)).all()
    files: dict[int, list[File]] = defaultdict(list)
    a = Attachment
    found = session.execute(
        select(a.id, a.name, a.sha256, a.media_type, a.row_id)
        .join(p, (a.row_id == p.id) & (a.table_name == TABLE))
        .where(p.project_id.in_(project_ids))
        .order_by(a.id)
    )
    for row in found:
        files[row.row_id].append(File(*row))
    told: dict[int, list[Kept]] = defaultdict(list)
    for r in rows:
        told[r.project_id].append(
            Kept(
                r.id,
                r.version,
                r.stage,
                r.stage_paper,
                r.name,
                r.document_no,
                r.dated_on,
                r.pages,
                r.place,
                r.promised_on,
                r.promise_reason,
                r.remark,
                tuple(files[r.id]),
            )
        )
    return told


def held_papers(session: Session, mine: Select[int], day: date) -> dict[int, frozenset[str]]:
    """Project id → the lines of the checklist its papers answer; one promised until the day or later counts as there."""
    return {key: frozenset(codes.split("\n")) for key, codes in plain_rows(session, _held(mine, day))}


@built_once
def _held(mine: Select[int], day: date) -> Select[int, str]:
    p = ProjectPaper
    return (
        select(p.project_id, func.aggregate_strings(p.stage_paper, "\n"))
        .where(p.project_id.in_(mine), or_(p.promised_on.is_(None), p.promised_on >= day))
        .group_by(p.project_id)
    )


def dossier(session: Session, project: Project) -> tuple[list[Line], list[Kept]]:
    """The project's checklist line by line, and what is kept beside it (papers nobody asks for)."""
    kept = kept_papers(session, [project.id])[project.id]
    proofs = _proofs(session, project.id)
    built = is_built(session, project)
    lines = checklist(session)
    codes = {line.code for line in lines}
    told = [
        Line(
            line,
            tuple(k for k in kept if k.stage_paper == line.code),
            line.kept_as if line.kept_as in proofs else None,
            line.asked_of(built),
        )
        for line in lines
    ]
    return told, [k for k in kept if k.stage_paper not in codes]


def missing_for(session: Session, project: Project, to: ProjectStatus) -> list[StagePaper]:
    """The papers that hold up this step: neither there, nor proven otherwise, nor promised."""
    there = {line.paper.code for line in dossier(session, project)[0] if line.is_there or line.promised_on}
    wanted = asked_for(checklist(session), project.status, to, is_built(session, project))
    return [paper for paper in wanted if paper.code not in there]


def _proofs(session: Session, project_id: int) -> frozenset[KeptAs]:
    """What the county's other books prove for this project."""
    return _proven(session, _proofs_asked([project_id])).get(project_id, frozenset())


def proofs_of(session: Session, mine: Select[int]) -> dict[int, frozenset[KeptAs]]:
    """Project id → what the county's other books prove for it. mine: asks for the ids, built once."""
    return _proven(session, _proofs_once(mine))


def _proven(session: Session, asked: Mapping[KeptAs, Select[int]]) -> dict[int, frozenset[KeptAs]]:
    found: dict[int, set[KeptAs]] = defaultdict(set)
    for proof, question in asked.items():
        for key in plain_rows(session, question).scalars():
            found[key].add(proof)
    return {key: frozenset(proofs) for key, proofs in found.items()}


def _proofs_asked(projects: Collection[int] | Select[int]) -> dict[KeptAs, Select[int]]:
    """Per proof, what asks for those of these projects that have it. projects: their ids, or what asks for them."""
    c, report = Contract, ProgressReport
    asked = {
        KeptAs.CONTRACT: select(c.project_id).where(c.project_id.in_(projects), c.state == MoneyState.APPROVED),
        KeptAs.REPORTS: select(report.project_id).where(report.project_id.in_(projects)),
        KeptAs.PHOTOS: select(report.project_id)
        .join(Attachment, Attachment.row_id == report.id)
        .where(Attachment.table_name == "progress_report", report.project_id.in_(projects)),
    }
    return {proof: question.distinct() for proof, question in asked.items()}


_proofs_once = built_once(_proofs_asked)
