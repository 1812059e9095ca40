"""A project's way from stage to stage: the one place that changes its status, and the papers each step asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.projects import ProjectStatus, advance
from fundsys.domain.stage_papers import StagePaper
from fundsys.models.projects import Project, ProjectPaper, ProjectStep
from fundsys.queries import stage_papers as queries
from fundsys.services import attachments
from fundsys.services.acts import Act

LONGEST_PROMISE = 90
"""A paper is promised for at most this many days."""


@dataclass(frozen=True, slots=True)
class Given:
    """What of the checklist is handed in beside an act: scans by code, places of paper by code, promises by code."""

    files: Sequence[tuple[str, Sequence[tuple[str, bytes]]]] = ()
    places: Sequence[tuple[str, str]] = ()
    promises: Sequence[tuple[str, date, str]] = ()


NOTHING = Given()


def move(
    project: Project,
    to: ProjectStatus,
    *,
    on: date,
    reason: str = "",
    document_no: str = "",
    hold: bool = True,
    act: Act,
) -> ProjectStep:
    """Take a project to another stage on a day (not in the future, not before its last step unless going back).

    The caller has asked for the right and raises the version. hold: refuse a step whose papers are missing.
    Raises: StepRefused, DomainError. Source: “状态只能前进；回退须填写原因并留痕”, domain.md 2.4.
    """
    now = project.status
    advance(now, to, reason)
    last = _last(project, act)
    forward = to.is_withdrawn or to.code > now.code
    if on > act.day:
        raise DomainError(f"日期不能晚于今天 {act.day.isoformat()}", field="reported_on")
    if last is not None and on < last.happened_on and forward:
        raise DomainError(
            f"“{to.label}”的日期不能早于“{last.to_status.label}”的日期 {last.happened_on.isoformat()}",
            field="reported_on",
        )
    if hold:
        _have_papers(project, to, act)
    step = ProjectStep(
        project_id=project.id,
        from_status=now,
        to_status=to,
        happened_on=on,
        reason=reason.strip(),
        document_no=document_no.strip(),
        taken_by=act.person_id,
    )
    project.status = to
    act.session.add(step)
    act.session.flush()
    return step


def begin(project: Project, *, on: date, reason: str = "", act: Act) -> ProjectStep:
    """Write the first step of a project that has just been entered, in the stage it starts from."""
    step = ProjectStep(
        project_id=project.id, to_status=project.status, happened_on=on, reason=reason, taken_by=act.person_id
    )
    act.session.add(step)
    act.session.flush()
    return step


def keep_paper(
    project: Project,
    stage_paper: str,
    *,
    files: Sequence[tuple[str, bytes]] = (),
    name: str = "",
    document_no: str = "",
    dated_on: date | None = None,
    pages: int | None = None,
    place: str = "",
    act: Act,
) -> ProjectPaper:
    """Put a paper into the project's dossier: scans, or where the paper itself lies. It settles a promise.

    stage_paper: code of the checklist's line; "" for a paper of another name, kept under the present stage.
    Raises: DomainError when neither a file nor a place is named, or the day lies ahead; NotFound for an unknown line.
    """
    line = _checklist_line(act, stage_paper) if stage_paper else None
    called = line.name if line else name.strip()
    if not called:
        raise DomainError("请填写资料名称", field="name")
    if not files and not place.strip():
        raise DomainError(f"请上传{called}，只有纸质件的，请填写存放处", field="place")
    if dated_on and dated_on > act.day:
        raise DomainError(f"资料日期不能晚于今天 {act.day.isoformat()}", field="dated_on")
    promised = _promised(project, stage_paper, act) if stage_paper else None
    paper = promised or ProjectPaper(
        project_id=project.id,
        stage=line.stage if line else project.status,
        stage_paper=stage_paper,
        name=called[:80],
        entered_by=act.person_id,
    )
    paper.document_no, paper.dated_on, paper.pages = document_no.strip(), dated_on, pages
    paper.place, paper.promised_on, paper.promise_reason = place.strip(), None, ""
    if promised:
        paper.version += 1
    act.session.add(paper)
    act.session.flush()
    for file_name, content in files:
        attachments.keep(content, file_name, queries.TABLE, paper.id, act=act, field="papers")
    return paper


def promise_paper(project: Project, stage_paper: str, until: date, reason: str, *, act: Act) -> ProjectPaper:
    """Promise a missing paper for a later day with a reason, so that it does not hold up the step. It stays on the list.

    Raises: DomainError for a day that has passed or lies more than 90 days ahead, without reason, or when it is there.
    """
    line = _checklist_line(act, stage_paper)
    if not reason.strip():
        raise DomainError(f"请填写{line.name}暂缺的原因", field="reason")
    if not 0 <= (until - act.day).days <= LONGEST_PROMISE:
        raise DomainError(f"后补的日期应在今天起 {LONGEST_PROMISE} 日以内", field="until")
    there = next(one for one in queries.dossier(act.session, project)[0] if one.paper.code == stage_paper)
    if there.is_there:
        raise DomainError(f"{line.name}已经有了，不用后补", field="stage_paper")
    paper = _promised(project, stage_paper, act) or ProjectPaper(
        project_id=project.id, stage=line.stage, stage_paper=line.code, name=line.name, entered_by=act.person_id
    )
    if paper.id is not None:
        paper.version += 1
    paper.promised_on, paper.promise_reason = until, reason.strip()[:200]
    act.session.add(paper)
    act.session.flush()
    return paper


def keep_given(project: Project, given: Given, *, act: Act) -> None:
    """Put what is handed in with another act into the dossier, first what is there, then what is promised.

    A complaint stands at the box of its line: paper-CODE, place-CODE, until-CODE.
    """
    places = dict(given.places)
    files = {code: told for code, told in given.files if told}
    for code in sorted({*files, *(code for code, place in places.items() if place.strip())}):
        try:
            keep_paper(project, code, files=files.get(code, ()), place=places.get(code, ""), act=act)
        except DomainError as error:
            raise DomainError(error.message, field=f"paper-{code}") from error
    for code, until, reason in given.promises:
        try:
            promise_paper(project, code, until, reason, act=act)
        except DomainError as error:
            raise DomainError(error.message, field=f"until-{code}") from error


def _have_papers(project: Project, to: ProjectStatus, act: Act) -> None:
    missing = queries.missing_for(act.session, project, to)
    if missing:
        names = "、".join(paper.name for paper in missing)
        raise StepRefused(f"进入“{to.label}”还缺{names}，请先存入项目档案，确实暂缺的请登记后补", field="status")


def _last(project: Project, act: Act) -> ProjectStep | None:
    s = ProjectStep
    return act.session.scalars(select(s).where(s.project_id == project.id).order_by(s.id.desc()).limit(1)).first()


def _checklist_line(act: Act, code: str) -> StagePaper:
    line = next((one for one in queries.checklist(act.session) if one.code == code), None)
    if line is None:
        raise NotFound("资料清单里没有这一项，请刷新后重选")
    return line


def _promised(project: Project, code: str, act: Act) -> ProjectPaper | None:
    p = ProjectPaper
    return act.session.scalars(
        select(p).where(p.project_id == project.id, p.stage_paper == code, p.promised_on.is_not(None))
    ).first()
