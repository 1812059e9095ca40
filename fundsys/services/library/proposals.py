"""A village's (owner's, town's) proposal: drafted, handed over with its papers, taken back, removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.library import LibraryState
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.library import LibraryEntry
from fundsys.models.office import Region
from fundsys.models.projects import Project
from fundsys.queries.stage_papers import dossier
from fundsys.services import steps
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, P, acting, entry_of, expect, keep, next_code, project_for, to_state

PAPERS = {"meeting": "1001", "declaration": "1002", "photos": "1003"}
"""What a proposal is handed over with, by the checklist's code: 会议记录, 申报表, 村公示照片."""
MAY = (P.PROPOSE_PROJECT, P.EDIT_PROJECT)


@dataclass(frozen=True, slots=True)
class ProposalEntry:
    """A proposal as it is typed: the columns of LG01. Words that are blank are "", counts that are blank 0."""

    name: str
    type_id: int
    owner_unit_id: int
    year: int
    library: str = "LK01"
    nature: str = "新建"
    town_id: int | None = None
    village_id: int | None = None
    implementing_unit_id: int | None = None
    place: str = ""
    responsible: str = ""
    content: str = ""
    planned_fiscal: Money = ZERO
    planned_other: Money = ZERO
    financing: str = ""
    subsidy_standard: str = ""
    is_lead_industry: bool = False
    is_work_relief: bool = False
    is_cooperation: bool = False
    plan_start_on: date | None = None
    plan_end_on: date | None = None
    village_count: int = 1
    households: int = 0
    people: int = 0
    poor_households: int = 0
    poor_people: int = 0
    performance_target: str = ""
    participation: str = ""
    farmer_linkage: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a proposal: files by the key of PAPERS, and where those lie that are only on paper."""

    files: Mapping[str, Files] = field(default_factory=dict)
    place: str = ""


def draft_proposal(entry: ProposalEntry, papers: Papers | None = None, *, act: Act) -> Project:
    """Draft a proposal of an own village or unit; it counts in nothing yet. Raises NotAllowed, NotFound, DomainError."""
    who = acting(act)
    if who is not None and not any(who.can(p) for p in MAY):
        project_for(act, MAY, 0)
    town, village = _places(entry, act)
    project = Project(
        code=next_code(entry.year, town, act),
        planned_investment=ZERO,
        status=ProjectStatus.PROPOSED,
        is_draft=True,
        entered_by=act.person_id,
    )
    _write(project, entry, town, village)
    act.session.add(project)
    act.session.flush()
    steps.begin(project, on=act.day, act=act)
    act.session.add(
        LibraryEntry(
            project_id=project.id, state=LibraryState.DRAFT, submitted_by=act.person_id, first_year=project.year
        )
    )
    act.session.flush()
    _keep(project, papers, act)
    act.subject = f"{project.code} {project.name}"
    return project


def edit_proposal(
    project_id: int, entry: ProposalEntry, papers: Papers | None = None, *, version: int | None = None, act: Act
) -> Project:
    """Change a draft, or a proposal that was sent back. Raises: as draft_proposal, Stale, StepRefused."""
    project = project_for(act, MAY, project_id, version)
    found = entry_of(project, act)
    expect(project, found, LibraryState.DRAFT, LibraryState.RETURNED)
    town, village = _places(entry, act)
    _write(project, entry, town, village)
    project.version += 1
    act.session.flush()
    _keep(project, papers, act)
    return project


def submit_proposal(project_id: int, *, version: int | None = None, act: Act) -> Project:
    """Hand a proposal over to the town: every column filled, minutes, form and photos of the village's notice there.

    Raises: Refusals with everything that is missing; StepRefused, Stale.
    """
    project = project_for(act, MAY, project_id, version)
    found = entry_of(project, act)
    expect(project, found, LibraryState.DRAFT, LibraryState.RETURNED)
    refuse_all([*_faults(project), *_missing_papers(project, act)])
    to_state(project, found, LibraryState.SUBMITTED)
    project.is_draft = False
    found.submitted_by, found.submitted_on = act.person_id, act.day
    act.session.flush()
    return project


def withdraw_proposal(project_id: int, *, version: int | None = None, act: Act) -> Project:
    """Take a proposal back that the town has not reviewed yet. Raises: StepRefused, Stale."""
    project = project_for(act, MAY, project_id, version)
    found = entry_of(project, act)
    expect(project, found, LibraryState.SUBMITTED)
    to_state(project, found, LibraryState.DRAFT)
    project.is_draft = True
    act.session.flush()
    return project


def delete_proposal(project_id: int, *, version: int | None = None, act: Act) -> None:
    """Take a draft off the list for good: it ends as removed (X1), so that its number is never given again."""
    project = project_for(act, MAY, project_id, version)
    found = entry_of(project, act)
    expect(project, found, LibraryState.DRAFT)
    steps.move(project, ProjectStatus.REMOVED, on=act.day, reason="草稿作废", hold=False, act=act)
    project.removal_reason, project.is_draft = "草稿作废", True
    to_state(project, found, LibraryState.REMOVED)
    act.session.flush()


def _places(entry: ProposalEntry, act: Act) -> tuple[int | None, int | None]:
    """(town, village) of the proposal: the proposer's own where they have one. Raises NotFound for a foreign place."""
    who = acting(act)
    town, village = entry.town_id, entry.village_id
    if who is not None and who.role is Role.VILLAGE:
        return who.town_id, who.village_id
    if village is not None:
        found = act.session.get(Region, village)
        if found is None or found.level != "village" or (town is not None and found.parent_id != town):
            raise NotFound("村不在所选的镇里，请重新选择", field="village_id")
        town = found.parent_id
    if who is not None and who.role is Role.TOWN and town != who.town_id:
        raise NotFound("只能申报本镇的项目，请重新选择", field="town_id" if village is None else "village_id")
    return town, village


def _write(project: Project, entry: ProposalEntry, town: int | None, village: int | None) -> None:
    for one in fields(entry):
        value = getattr(entry, one.name)
        setattr(project, one.name, value.strip() if isinstance(value, str) else value)
    project.town_id, project.village_id = town, village
    project.planned_investment = entry.planned_fiscal + entry.planned_other


def _keep(project: Project, papers: Papers | None, act: Act) -> None:
    """Files as they came; what only lies on paper is written down where nothing is kept yet."""
    if papers is None:
        return
    there = {line.paper.code for line in dossier(act.session, project)[0] if line.is_there}
    for key, code in PAPERS.items():
        files = papers.files.get(key, ())
        if files or (papers.place.strip() and code not in there):
            keep(project, code, act, files=files, place=papers.place)


def _faults(project: Project) -> Iterator[DomainError]:
    wanted = (
        ("name", "项目名称"),
        ("nature", "建设性质"),
        ("responsible", "责任人"),
        ("content", "建设内容及规模"),
        ("financing", "筹资方式"),
        ("performance_target", "绩效目标"),
        ("farmer_linkage", "联农带农机制"),
        ("plan_start_on", "计划开工"),
        ("plan_end_on", "计划完工"),
    )
    for name, word in wanted:
        if not getattr(project, name):
            yield DomainError(f"请填写{word}", field=name)
    if project.planned_fiscal <= ZERO:
        yield DomainError("财政资金应大于零", field="planned_fiscal")
    if project.plan_start_on and project.plan_end_on and project.plan_end_on < project.plan_start_on:
        yield DomainError("计划完工不能早于计划开工", field="plan_end_on")
    if not project.households or not project.people:
        yield DomainError("请填写受益户数和人数", field="households")
    if project.poor_households > project.households:
        yield DomainError("脱贫户及监测户不能多于受益户", field="poor_households")
    if project.poor_people > project.people:
        yield DomainError("脱贫及监测人口不能多于受益人口", field="poor_people")
    if project.people and project.people < project.households:
        yield DomainError("受益人口不能少于受益户数", field="people")
    if project.planned_investment > Money.wan(100_000):
        yield DomainError(
            f"资金规模 {exact_wan(project.planned_investment)} 万元过大，请核对单位是不是万元", field="planned_fiscal"
        )


def _missing_papers(project: Project, act: Act) -> Iterator[DomainError]:
    boxes = {code: key for key, code in PAPERS.items()}
    for line in dossier(act.session, project)[0]:
        if line.paper.stage is ProjectStatus.PROPOSED and line.paper.required and line.asked and not line.is_there:
            box = boxes.get(line.paper.code, "kept_at")
            yield DomainError(f"请上传{line.paper.name}，只有纸质件的，请填写存放处", field=box)
