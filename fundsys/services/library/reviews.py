"""What towns and the county decide on proposals: reviewed, sent back, appraised, admitted, taken out, rolled over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, Stale, StepRefused
from fundsys.domain.library import LibraryState, PlanState
from fundsys.domain.projects import ProjectStatus
from fundsys.models.library import LibraryEntry, PlanProposal
from fundsys.models.projects import Project
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.viewer import require, seen_projects
from fundsys.services import steps
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, second_person

from .common import P, acting, entry_of, expect, keep, need_reason, next_library_code, project_for, state_of, to_state

TOWN_OPINION, APPRAISAL, APPROVAL, NOTICE = "2001", "3001", "3002", "3003"
TOWN_PHOTOS = "2002"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer says of all the proposals that pass: words, number of the paper and where it lies."""

    words: str
    document_no: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many passed and how many went back."""

    passed: int
    returned: int


def review_in_town(
    seen: Mapping[int, int], passed: Iterable[int], returned: Mapping[int, str], opinion: Opinion, *, act: Act
) -> Decided:
    """A town's review of several proposals at once: those that pass, and those sent back each with its reason.

    seen: project id → version as the page showed it. One act: all of it or none. A proposal without a town is the county's.
    Raises: DomainError, NotAllowed for an own proposal, NotFound, Stale, StepRefused when papers are missing.
    """
    passed = list(passed)
    found = _seen(seen, [*passed, *returned], act, town=True)
    if passed and not opinion.words.strip():
        raise DomainError("请填写镇审核意见", field="words")
    if passed and not opinion.place.strip():
        raise DomainError("请填写审核意见和镇公示照片的存放处", field="place")
    each(passed, lambda key: found[key][0].name, lambda key: second_person(act, found[key][1].submitted_by))
    for project_id in passed:
        project, entry = found[project_id]
        expect(project, entry, LibraryState.SUBMITTED)
        keep(project, TOWN_OPINION, act, document_no=opinion.document_no, place=opinion.place)
        _move(project, ProjectStatus.TOWN_REVIEWED, opinion.document_no, act)
        to_state(project, entry, LibraryState.REVIEWED)
        entry.reviewed_by, entry.reviewed_on = act.person_id, act.day
        entry.review_opinion, entry.return_reason = opinion.words.strip()[:400], ""
        project.is_draft = False
    for project_id, reason in returned.items():
        _send_back(*found[project_id], reason, LibraryState.SUBMITTED, act)
    act.session.flush()
    act.subject = f"{len(passed)} 个通过，{len(returned)} 个退回"
    return Decided(len(passed), len(returned))


def appraise(
    seen: Mapping[int, int],
    passed: Iterable[int],
    returned: Mapping[int, str],
    opinion: Opinion,
    notice_from: date | None,
    notice_until: date | None,
    *,
    act: Act,
) -> Decided:
    """The county's appraisal of several proposals: those that pass go on public notice for the policy's days at least.

    The days count from the first to the last, both included. Raises: as review_in_town.
    """
    require(acting(act), P.ADMIT_PROJECT)
    passed = list(passed)
    found = _seen(seen, [*passed, *returned], act)
    if passed:
        if not opinion.words.strip():
            raise DomainError("请填写论证意见", field="words")
        if not opinion.place.strip():
            raise DomainError("请填写论证意见的存放处", field="place")
        _check_notice(notice_from, notice_until, act)
    for project_id in passed:
        project, entry = found[project_id]
        expect(project, entry, LibraryState.REVIEWED)
        keep(project, APPRAISAL, act, document_no=opinion.document_no, place=opinion.place)
        to_state(project, entry, LibraryState.ON_NOTICE)
        entry.appraised_by, entry.appraised_on = act.person_id, act.day
        entry.appraisal, entry.return_reason = opinion.words.strip()[:400], ""
        entry.notice_from, entry.notice_until = notice_from, notice_until
    for project_id, reason in returned.items():
        _send_back(*found[project_id], reason, LibraryState.REVIEWED, act)
    act.session.flush()
    act.subject = f"{len(passed)} 个通过，{len(returned)} 个退回"
    return Decided(len(passed), len(returned))


def admit(
    seen: Mapping[int, int],
    chosen: Iterable[int],
    returned: Mapping[int, str],
    document_no: str,
    place: str,
    *,
    act: Act,
) -> Decided:
    """Admit proposals whose public notice is over: they get their library numbers. Those objected to go back.

    Raises: DomainError without document, StepRefused before the notice is over or without its papers.
    """
    require(acting(act), P.ADMIT_PROJECT)
    chosen = list(chosen)
    found = _seen(seen, [*chosen, *returned], act)
    number = tidy_document_no(document_no)
    if chosen and not number:
        raise DomainError("请填写审定文件的文号", field="document_no")
    if chosen and not place.strip():
        raise DomainError("请填写审定文件和公示资料的存放处", field="place")
    for project_id in chosen:
        project, entry = found[project_id]
        expect(project, entry, LibraryState.ON_NOTICE)
        if entry.notice_until is None or act.day <= entry.notice_until:
            until = entry.notice_until.isoformat() if entry.notice_until else "还没有公示"
            raise StepRefused(f"{project.name}的入库公示到 {until}，期满次日起才能入库", field="document_no")
        for code in (TOWN_PHOTOS, APPROVAL, NOTICE):
            keep(project, code, act, document_no=number if code == APPROVAL else "", place=place)
        _move(project, ProjectStatus.ADMITTED, number, act)
        project.admitted_on = act.day
        project.library_code = project.library_code or next_library_code(project.year, act)
        to_state(project, entry, LibraryState.ADMITTED)
        entry.admission_no, entry.return_reason = number[:60], ""
        act.session.flush()
    for project_id, reason in returned.items():
        _send_back(*found[project_id], reason, LibraryState.ON_NOTICE, act)
    act.session.flush()
    act.subject = f"{number}（{len(chosen)} 个项目）" if chosen else f"{len(returned)} 个退回"
    return Decided(len(chosen), len(returned))


def remove(project_id: int, reason: str, document_no: str, *, version: int | None = None, act: Act) -> Project:
    """Take a project out of the library (X1), with reason and document. Raises: DomainError, StepRefused, Stale."""
    project = project_for(act, (P.ADMIT_PROJECT,), project_id, version)
    said, number = need_reason(reason, "出库原因"), tidy_document_no(document_no)
    if not number:
        raise DomainError("请填写同意出库的文号", field="document_no")
    if project.status.reached(ProjectStatus.PLANNED):
        raise StepRefused("项目已列入年度计划，不能出库；不再实施的，请在项目页登记为“终止”")
    entry = entry_of(project, act)
    if project.is_draft and state_of(project, entry).is_editable:
        raise StepRefused("这是申报单位的草稿，由申报单位办理")
    steps.move(project, ProjectStatus.REMOVED, on=act.day, reason=said, document_no=number, hold=False, act=act)
    project.removal_reason = said
    to_state(project, entry, LibraryState.REMOVED)
    act.session.flush()
    return project


def roll_over(seen: Mapping[int, int], to_year: int, reason: str, *, act: Act) -> int:
    """Keep library projects that no plan has chosen on the list for another year. How many were rolled.

    Raises: DomainError for a year that is not later, StepRefused for a project that is planned or not admitted.
    """
    require(acting(act), P.ADMIT_PROJECT)
    said = need_reason(reason, "滚动到下一年度的说明")
    found = _seen(seen, list(seen), act)
    waiting = set(
        act.session.scalars(
            select(PlanProposal.project_id).where(
                PlanProposal.state == PlanState.SUBMITTED, PlanProposal.project_id.in_(seen)
            )
        )
    )
    for project, entry in found.values():
        if project.status is not ProjectStatus.ADMITTED:
            raise StepRefused(f"{project.name}现在是“{project.status.label}”，已入库、没有列计划的才能滚动")
        if project.id in waiting:
            raise StepRefused(f"{project.name}已提出列入年度计划，等待审定，不能滚动")
        if to_year <= project.year:
            raise DomainError(f"{project.name}已在 {project.year} 年度，请填写以后的年度", field="year")
        project.year, entry.roll_reason = to_year, said
        to_state(project, entry, LibraryState.ADMITTED)
    act.session.flush()
    act.subject = f"{len(found)} 个项目滚动到 {to_year} 年度"
    return len(found)


def _seen(
    seen: Mapping[int, int], wanted: list[int], act: Act, town: bool = False
) -> dict[int, tuple[Project, LibraryEntry]]:
    """The projects decided on, each at the version that was seen. Raises DomainError, NotFound, Stale."""
    if not wanted:
        raise DomainError("请先选择要办理的项目，写明通过还是退回")
    if len(set(wanted)) != len(wanted):
        raise DomainError("同一个项目不能既通过又退回，请重新选择")
    query = select(Project).where(Project.id.in_(wanted)).order_by(Project.id)
    who = acting(act)
    if who is not None:
        county = who.can(P.ADMIT_PROJECT)
        if not town or not county:
            require(who, P.APPROVE_TOWN_STEP if town else P.ADMIT_PROJECT)
            query = query.where(seen_projects(who, P.APPROVE_TOWN_STEP if town else P.ADMIT_PROJECT))
        else:
            query = query.where(Project.town_id.is_(None))
    found = act.session.scalars(query).all()
    if len(found) != len(wanted):
        raise NotFound("有的项目不在您的管理范围内，请刷新后再看")
    moved = [p for p in found if p.version != seen.get(p.id)]
    if moved:
        raise Stale(
            "有的项目在您打开之后有变化，没有办理，请按现在的内容重新核对",
            theirs={p.name: p.status.label for p in moved},
            mine={},
        )
    return {p.id: (p, entry_of(p, act)) for p in found}


def _move(project: Project, to: ProjectStatus, number: str, act: Act) -> None:
    """The step, today; a refusal names the project, for it is one of several."""
    try:
        steps.move(project, to, on=act.day, document_no=number, act=act)
    except StepRefused as refused:
        raise StepRefused(f"{project.name}：{refused.message}", field=f"why-{project.id}") from refused


def _send_back(project: Project, entry: LibraryEntry, reason: str, expected: LibraryState, act: Act) -> None:
    """To its proposer, with the reason; a proposal that the town had reviewed goes back to the beginning."""
    said = need_reason(reason, f"{project.name}的退回原因")
    expect(project, entry, expected)
    if project.status is not ProjectStatus.PROPOSED:
        steps.move(project, ProjectStatus.PROPOSED, on=act.day, reason=said, hold=False, act=act)
    entry.return_reason, entry.returned_by, entry.returned_on = said, act.person_id, act.day
    entry.notice_from = entry.notice_until = None
    to_state(project, entry, LibraryState.RETURNED)
    project.is_draft = True


def _check_notice(first: date | None, last: date | None, act: Act) -> None:
    least = days_of(policy_of(act.session, act.day.year), "admission_notice_days")
    first = first or act.day
    if last is None:
        raise DomainError("请填写公示截止日期", field="notice_until")
    if first > act.day + timedelta(days=30):
        raise DomainError("公示开始日期太远，请核对", field="notice_from")
    told = (last - first).days + 1
    if told < least:
        raise DomainError(f"公示 {max(told, 0)} 天，不足 {least} 天，请调整截止日期", field="notice_until")
