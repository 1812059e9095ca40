"""A project's way from stage to stage: dates in order, papers there or promised, every step written down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.office import DictionaryEntry
from fundsys.models.projects import Project, ProjectPaper, ProjectStep, ProjectType
from fundsys.queries import stage_papers
from fundsys.services import steps
from fundsys.services.acts import act
from tests.money import make_projects

ROAD = "PT030102"
LOAN_INTEREST = "PT010501"
PDF = b"%PDF-1.7 scan"


def a_project(status: S, type_code: str = ROAD) -> int:
    """A project standing in a stage."""
    (made,) = make_projects({"status": status})
    with act(by=None, what="改子类型") as a:
        found = a.session.get_one(Project, made)
        found.type_id = a.session.scalars(select(ProjectType.id).where(ProjectType.code == type_code)).one()
    return made


def moved(project_id: int, to: S, days_ago: int = 0, reason: str = "", hold: bool = True) -> None:
    with act(by=None, what="办理环节") as a:
        steps.move(
            a.session.get_one(Project, project_id),
            to,
            on=a.day - timedelta(days=days_ago),
            reason=reason,
            hold=hold,
            act=a,
        )


def kept(project_id: int, *codes: str) -> None:
    with act(by=None, what="存入资料") as a:
        for code in codes:
            steps.keep_paper(a.session.get_one(Project, project_id), code, files=[("扫描件.pdf", PDF)], act=a)


def missing(project_id: int, to: S) -> list[str]:
    with store.snapshot() as session:
        return [p.name for p in stage_papers.missing_for(session, session.get_one(Project, project_id), to)]


def test_a_step_waits_for_the_papers_of_the_stage_left_and_of_the_stage_entered(app: Flask) -> None:
    road = a_project(S.UNDER_WAY)
    assert missing(road, S.COMPLETED) == ["监理日志", "进度表", "施工照片", "完工报告", "自验表"]
    with pytest.raises(StepRefused, match="进入“完工”还缺监理日志、进度表、施工照片、完工报告、自验表"):
        moved(road, S.COMPLETED)
    kept(road, "7002", "7003", "7004", "8001")
    assert missing(road, S.COMPLETED) == ["自验表"]
    kept(road, "8002")
    moved(road, S.COMPLETED)
    with store.snapshot() as session:
        (step,) = session.scalars(select(ProjectStep).where(ProjectStep.project_id == road))
        assert (step.from_status, step.to_status) == (S.UNDER_WAY, S.COMPLETED)
        assert session.get_one(Project, road).status is S.COMPLETED


def test_a_subsidy_needs_no_papers_of_building(app: Flask) -> None:
    assert missing(a_project(S.TENDERING, LOAN_INTEREST), S.UNDER_WAY) == []
    assert missing(a_project(S.TENDERING), S.UNDER_WAY) == [
        "招标（采购）公告",
        "中标（成交）通知书",
        "合同",
        "开工报告",
    ]


def test_a_paper_promised_for_a_later_day_lets_the_step_pass_and_stays_on_the_list(app: Flask) -> None:
    road = a_project(S.COMPLETED)
    kept(road, "8502")
    with act(by=None, what="登记后补") as a:
        project = a.session.get_one(Project, road)
        with pytest.raises(DomainError, match="请填写验收表（签字盖章）暂缺的原因"):
            steps.promise_paper(project, "8501", a.day, " ", act=a)
        with pytest.raises(DomainError, match="90 日以内"):
            steps.promise_paper(project, "8501", a.day + timedelta(days=91), "县局正在盖章", act=a)
        until = a.day + timedelta(days=90)
        steps.promise_paper(project, "8501", until, "县局正在盖章", act=a)
    moved(road, S.ACCEPTED)
    with store.snapshot() as session:
        lines, _ = stage_papers.dossier(session, session.get_one(Project, road))
    line = next(one for one in lines if one.paper.code == "8501")
    assert (line.is_there, line.promised_on) == (False, until)
    kept(road, "8501")
    with store.snapshot() as session:
        lines, _ = stage_papers.dossier(session, session.get_one(Project, road))
        assert session.scalars(select(ProjectPaper.version).where(ProjectPaper.stage_paper == "8501")).one() == 2
    line = next(one for one in lines if one.paper.code == "8501")
    assert (line.is_there, line.promised_on, len(line.kept[0].files)) == (True, None, 1)


def test_steps_stand_in_the_order_of_their_days(app: Flask) -> None:
    road = a_project(S.PLANNED)
    moved(road, S.APPROVED, days_ago=5, hold=False)
    with pytest.raises(DomainError, match="日期不能早于“立项”的日期"):
        moved(road, S.TENDERING, days_ago=6, hold=False)
    moved(road, S.TENDERING, days_ago=5, hold=False)
    with pytest.raises(StepRefused, match="请填写退回原因"):
        moved(road, S.APPROVED, days_ago=5, hold=False)
    moved(road, S.APPROVED, days_ago=9, reason="重新招标", hold=False)
    with act(by=None, what="办理环节") as a, pytest.raises(DomainError, match="不能晚于今天"):
        steps.move(a.session.get_one(Project, road), S.TENDERING, on=a.day + timedelta(days=1), hold=False, act=a)


def test_a_paper_without_scan_says_where_it_lies(app: Flask) -> None:
    road = a_project(S.UNDER_WAY)
    with act(by=None, what="存入资料") as a:
        project = a.session.get_one(Project, road)
        with pytest.raises(DomainError, match="请填写存放处"):
            steps.keep_paper(project, "7002", act=a)
        with pytest.raises(DomainError, match="资料日期不能晚于今天"):
            steps.keep_paper(project, "7002", place="档案室", dated_on=date(2199, 1, 1), act=a)
        steps.keep_paper(project, "7002", place="档案室 3 柜", pages=12, act=a)
    assert "监理日志" not in missing(road, S.COMPLETED)


def test_the_county_edits_its_checklist(app: Flask) -> None:
    road = a_project(S.UNDER_WAY)
    with act(by=None, what="修改字典") as a:
        entry = a.session.scalars(
            select(DictionaryEntry).where(DictionaryEntry.kind == "stage_paper", DictionaryEntry.code == "7002")
        ).one()
        entry.active = False
    assert "监理日志" not in missing(road, S.COMPLETED)
