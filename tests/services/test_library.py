"""The way of a proposal: the village drafts, the town reviews several at once, the county appraises, gives notice, admits."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, Stale, StepRefused
from fundsys.domain.library import LibraryState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.library import LibraryEntry
from fundsys.models.projects import Project, ProjectStep
from fundsys.queries import library as queries
from fundsys.queries.stage_papers import missing_for
from fundsys.queries.viewer import viewer
from fundsys.services import steps
from fundsys.services.acts import act
from fundsys.services.library import proposals, reviews
from tests.counties import somebody
from tests.figures import Figure
from tests.library import (
    APPRAISAL,
    OPINION,
    OTHER_VILLAGE,
    admit,
    admitted,
    drafted,
    entry,
    lead,
    on,
    on_notice,
    review_in_town,
    reviewed,
    seen,
    submitted,
    town,
    villager,
)
from tests.money import make_projects  # fmt: skip


def record(project_id: int) -> tuple[Project, LibraryEntry, LibraryState]:
    with store.snapshot() as session:
        project = session.get_one(Project, project_id)
        found = session.scalars(select(LibraryEntry).where(LibraryEntry.project_id == project_id)).one()
        session.expunge_all()
        return project, found, found.state


def test_a_proposal_goes_from_the_village_to_the_library_and_gets_its_number_last(app: Flask) -> None:
    project_id = drafted()
    project, _, state = record(project_id)
    assert (project.status, state, project.is_draft, project.library_code) == (S.PROPOSED, LibraryState.DRAFT, True, "")
    assert project.village_id is not None and project.town_id is not None
    with act(by=villager(), what="提交", at=on(0)) as a:
        proposals.submit_proposal(project_id, act=a)
    assert record(project_id)[2] is LibraryState.SUBMITTED
    review_in_town([project_id])
    with act(by=lead(), what="论证", at=on(1)) as a:
        reviews.appraise(seen(project_id), [project_id], {}, APPRAISAL, on(1).date(), on(10).date(), act=a)
    project, found, state = record(project_id)
    assert (project.status, state, project.library_code) == (S.TOWN_REVIEWED, LibraryState.ON_NOTICE, "")
    admit(project_id, day=11)
    project, found, state = record(project_id)
    assert (project.status, state, project.admitted_on) == (S.ADMITTED, LibraryState.ADMITTED, on(11).date())
    assert (project.library_code, found.admission_no) == ("K2027-0001", "陇乡振组发〔2026〕7号")
    assert project.planned_investment == Money.wan(36)
    with store.snapshot() as session:
        steps = session.scalars(select(ProjectStep.to_status).where(ProjectStep.project_id == project_id)).all()
    assert list(steps) == [S.PROPOSED, S.TOWN_REVIEWED, S.ADMITTED]


def test_everything_missing_is_said_at_once_at_its_box(app: Flask) -> None:
    project_id = drafted(papers=False, content="", planned_fiscal=Money(0), households=0, poor_people=500)
    with act(by=villager(), what="提交", at=on(0)) as a, pytest.raises(Refusals) as refused:
        proposals.submit_proposal(project_id, act=a)
    told = {one.field for one in refused.value.errors}
    assert told == {
        "content",
        "planned_fiscal",
        "households",
        "poor_households",
        "poor_people",
        "meeting",
        "declaration",
        "photos",
    }
    assert "请上传会议记录，只有纸质件的，请填写存放处" in {e.message for e in refused.value.errors}


def test_a_town_passes_eight_and_returns_two_of_ten_in_one_act(app: Flask) -> None:
    ten = [submitted() for _ in range(10)]
    before = seen(*ten)
    done = review_in_town(ten[:8], {ten[8]: "概算偏高", ten[9]: "公示照片看不清"})
    assert (done.passed, done.returned) == (8, 2)
    with store.snapshot() as session:
        counts = dict(session.execute(select(Project.status, func.count()).group_by(Project.status)).all())
        acts = session.execute(select(LibraryEntry.state, func.count()).group_by(LibraryEntry.state)).all()
    assert counts == {S.TOWN_REVIEWED: 8, S.PROPOSED: 2}
    assert dict(acts) == {LibraryState.REVIEWED: 8, LibraryState.RETURNED: 2}
    assert record(ten[9])[1].return_reason == "公示照片看不清"
    with act(by=town(), what="镇审核", at=on(0)) as a, pytest.raises(Stale):
        reviews.review_in_town(before, [], {ten[9]: "再退"}, OPINION, act=a)


def test_one_bad_row_refuses_all_ten(app: Flask) -> None:
    ten = [submitted() for _ in range(10)]
    with pytest.raises(DomainError, match="退回原因"), act(by=town(), what="镇审核", at=on(0)) as a:
        reviews.review_in_town(seen(*ten), ten[:9], {ten[9]: " "}, OPINION, act=a)
    with pytest.raises(DomainError, match="请填写镇审核意见"), act(by=town(), what="镇审核", at=on(0)) as a:
        reviews.review_in_town(seen(*ten), ten, {}, reviews.Opinion(""), act=a)
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).where(Project.status == S.TOWN_REVIEWED)) == 0


def test_a_returned_proposal_is_mended_and_handed_over_again(app: Flask) -> None:
    project_id = submitted()
    review_in_town([], {project_id: "概算偏高"})
    assert record(project_id)[2] is LibraryState.RETURNED
    with act(by=villager(), what="修改", at=on(1)) as a:
        proposals.edit_proposal(project_id, entry(planned_fiscal=Money.wan(30)), act=a)
        proposals.submit_proposal(project_id, act=a)
    review_in_town([project_id], day=1)
    project, found, state = record(project_id)
    assert (state, project.planned_fiscal, found.return_reason) == (LibraryState.REVIEWED, Money.wan(30), "")


def test_the_county_sends_back_to_the_beginning_with_the_reason_in_the_steps(app: Flask) -> None:
    project_id = reviewed()
    with act(by=lead(), what="论证", at=on(0)) as a:
        reviews.appraise(seen(project_id), [], {project_id: "用地未落实"}, APPRAISAL, None, None, act=a)
    project, _, state = record(project_id)
    assert (project.status, state) == (S.PROPOSED, LibraryState.RETURNED)
    with store.snapshot() as session:
        last = session.scalars(select(ProjectStep).order_by(ProjectStep.id.desc()).limit(1)).one()
        session.expunge_all()
    assert (last.from_status, last.to_status, last.reason) == (S.TOWN_REVIEWED, S.PROPOSED, "用地未落实")


def test_a_submission_is_taken_back_until_the_town_has_reviewed_it(app: Flask) -> None:
    project_id = submitted()
    with act(by=villager(), what="撤回", at=on(0)) as a:
        proposals.withdraw_proposal(project_id, act=a)
    assert record(project_id)[2] is LibraryState.DRAFT
    other = reviewed()
    with act(by=villager(), what="撤回", at=on(0)) as a, pytest.raises(StepRefused, match="现在是“待县论证”"):
        proposals.withdraw_proposal(other, act=a)
    with act(by=villager(), what="修改", at=on(0)) as a, pytest.raises(StepRefused):
        proposals.edit_proposal(other, entry(), act=a)


def test_the_notice_runs_for_the_policys_days_and_admission_waits_for_its_end(app: Flask) -> None:
    project_id = reviewed()
    for until, refused in ((8, True), (9, False)):
        with act(by=lead(), what="论证", at=on(0)) as a:
            dates = (on(0).date(), on(until).date())
            if refused:
                with pytest.raises(DomainError, match="公示 9 天，不足 10 天"):
                    reviews.appraise(seen(project_id), [project_id], {}, APPRAISAL, *dates, act=a)
            else:
                reviews.appraise(seen(project_id), [project_id], {}, APPRAISAL, *dates, act=a)
    with pytest.raises(StepRefused, match="期满次日起才能入库"):
        admit(project_id, day=9)
    admit(project_id, day=10)
    assert record(project_id)[0].status is S.ADMITTED


def test_nobody_reviews_an_own_proposal_or_another_towns(app: Flask) -> None:
    with store.snapshot() as session:
        who = viewer(session, town())
    assert who is not None
    with act(by=town(), what="申报", at=on(0)) as a:
        kept = proposals.Papers(place="镇档案柜")
        made = proposals.draft_proposal(entry(town_id=who.town_id), kept, act=a).id
        proposals.submit_proposal(made, act=a)
    with pytest.raises(NotAllowed, match="不能复核本人"):
        review_in_town([made])
    other = somebody(Role.TOWN, "城关镇人民政府", "other-town")
    with act(by=other, what="镇审核", at=on(0)) as a, pytest.raises(NotFound):
        reviews.review_in_town(seen(made), [made], {}, OPINION, act=a)
    with act(by=villager(), what="镇审核", at=on(0)) as a, pytest.raises(NotAllowed):
        reviews.review_in_town(seen(made), [made], {}, OPINION, act=a)


def test_a_village_proposes_for_itself_alone_and_its_draft_is_nobody_elses(app: Flask) -> None:
    project_id = drafted()
    stranger = somebody(Role.VILLAGE, OTHER_VILLAGE, "other-village")
    with act(by=stranger, what="修改", at=on(0)) as a, pytest.raises(NotFound):
        proposals.edit_proposal(project_id, entry(), act=a)
    people = ((villager(), 1), (stranger, 0), (lead(), 0))
    with store.snapshot() as session:
        for person, wanted in people:
            who = viewer(session, person)
            assert who is not None
            _, sums = queries.library(session, who, queries.LibraryFilter())
            assert sums.count == wanted
    with act(by=villager(), what="作废", at=on(0)) as a:
        proposals.delete_proposal(project_id, act=a)
    assert record(project_id)[0].status is S.REMOVED


def test_removal_needs_reason_and_document_and_ends_before_the_plan(app: Flask) -> None:
    project_id = admitted()
    for reason, number, said in (("", "陇乡振组发〔2026〕9号", "出库原因"), ("用地不落实", "", "文号")):
        with act(by=lead(), what="出库", at=on(11)) as a, pytest.raises(DomainError, match=said):
            reviews.remove(project_id, reason, number, act=a)
    with act(by=lead(), what="出库", at=on(11)) as a:
        reviews.remove(project_id, "用地不落实", "陇乡振组发（2026）9号", act=a)
    with store.snapshot() as session:
        step = session.scalars(select(ProjectStep).order_by(ProjectStep.id.desc()).limit(1)).one()
        session.expunge_all()
    assert (step.to_status, step.document_no) == (S.REMOVED, "陇乡振组发〔2026〕9号")
    assert record(project_id)[0].removal_reason == "用地不落实"


def test_what_no_plan_chose_rolls_to_a_later_year_and_remembers_its_first(app: Flask) -> None:
    project_id = admitted()
    with act(by=lead(), what="滚动", at=on(12)) as a, pytest.raises(DomainError, match="以后的年度"):
        reviews.roll_over(seen(project_id), 2027, "没有安排", act=a)
    with act(by=lead(), what="滚动", at=on(12)) as a:
        assert reviews.roll_over(seen(project_id), 2028, "2027年度资金额度内没有安排", act=a) == 1
    project, found, _ = record(project_id)
    assert (project.year, found.first_year, project.status) == (2028, 2027, S.ADMITTED)
    waiting = submitted(day=12)
    with act(by=lead(), what="滚动", at=on(12)) as a, pytest.raises(StepRefused, match="已入库、没有列计划的"):
        reviews.roll_over(seen(waiting), 2028, "没有安排", act=a)


def test_imported_projects_without_a_proposal_are_reviewed_like_the_others(app: Flask) -> None:
    with store.snapshot() as session:
        who = viewer(session, town())
    assert who is not None
    (made,) = make_projects({"status": S.PROPOSED, "town_id": who.town_id, "admitted_on": None})
    with act(by=None, what="资料", at=on(0)) as a:
        steps.keep_paper(a.session.get_one(Project, made), "1003", place="村委会", act=a)
    review_in_town([made])
    assert record(made)[2] is LibraryState.REVIEWED


def test_random_histories_keep_the_states_in_order(app: Flask, full: bool, figure: Figure) -> None:
    """States go forward, or back with a reason; days in order; papers there; the counts add up on every day."""
    chance = Random(610327)
    ids: list[int] = []
    tried = done = 0
    for day in range(0, 240 if full else 60, 2):
        for _ in range(8 if full else 4):
            tried += 1
            done += _something(chance, ids, day)
    with store.snapshot() as session:
        steps = session.scalars(select(ProjectStep).order_by(ProjectStep.id)).all()
        last: dict[int, ProjectStep] = {}
        for step in steps:
            before = last.get(step.project_id)
            if before is not None:
                assert step.from_status is before.to_status and before.happened_on <= step.happened_on
                if step.to_status.code < before.to_status.code or step.to_status.is_withdrawn:
                    assert step.reason
                assert not before.to_status.is_withdrawn
            last[step.project_id] = step
        for project in session.scalars(select(Project)):
            assert project.status is last[project.id].to_status
            if project.status is S.ADMITTED:
                assert project.admitted_on and project.library_code and not _lacks(session, project)
        for day in sorted({s.happened_on for s in steps}):
            standing = {s.project_id: s.to_status for s in steps if s.happened_on <= day}
            assert sum(list(standing.values()).count(state) for state in S) == len(standing)
            assert len(standing) == len({s.project_id for s in steps if s.happened_on <= day})
        codes = [p.library_code for p in session.scalars(select(Project)) if p.library_code]
        assert len(codes) == len(set(codes))
    figure("项目库随机经过", f"{tried} 次办理，成 {done} 次，{len(ids)} 个项目，{len(steps)} 步")


WISHES = ("new", "submit", "withdraw", "pass", "return", "appraise", "send", "admit", "remove", "roll")
USUAL = {
    LibraryState.DRAFT: ("submit",),
    LibraryState.RETURNED: ("submit",),
    LibraryState.SUBMITTED: ("pass", "pass", "pass", "return", "withdraw"),
    LibraryState.REVIEWED: ("appraise", "appraise", "send"),
    LibraryState.ON_NOTICE: ("admit", "admit", "send"),
    LibraryState.ADMITTED: ("roll", "roll", "remove"),
}


def _lacks(session: object, project: Project) -> list[object]:
    return [p for p in missing_for(session, project, S.PLANNED) if p.stage.code < "40"]  # type: ignore[arg-type]


def _something(chance: Random, ids: list[int], day: int) -> bool:
    """One act of the library on a random project; whether the office took it."""
    wish = chance.choice(WISHES)
    if wish == "new" or not ids:
        ids.append(drafted(day, papers=chance.random() < 0.9))
        return True
    one = chance.choice(ids)
    if chance.random() < 0.7:
        wish = chance.choice(USUAL.get(record(one)[2], WISHES[1:]))
    by = villager() if wish in ("submit", "withdraw") else town() if wish in ("pass", "return") else lead()
    first, until = on(day).date(), on(day + chance.choice((3, 9, 12))).date()
    try:
        with act(by=by, what=wish, at=on(day)) as a:
            if wish == "submit":
                proposals.submit_proposal(one, act=a)
            elif wish == "withdraw":
                proposals.withdraw_proposal(one, act=a)
            elif wish == "pass":
                reviews.review_in_town(seen(one), [one], {}, OPINION, act=a)
            elif wish == "return":
                reviews.review_in_town(seen(one), [], {one: "资料不齐"}, OPINION, act=a)
            elif wish == "appraise":
                reviews.appraise(seen(one), [one], {}, APPRAISAL, first, until, act=a)
            elif wish == "send":
                reviews.admit(seen(one), [], {one: "公示有异议"}, "", "", act=a)
            elif wish == "admit":
                reviews.admit(seen(one), [one], {}, "陇乡振组发〔2026〕8号", "项目股", act=a)
            elif wish == "remove":
                reviews.remove(one, "不再实施", "陇乡振组发〔2026〕9号", act=a)
            else:
                reviews.roll_over(seen(one), chance.choice((2026, 2028, 2029)), "没有安排", act=a)
        return True
    except DomainError:
        return False


def test_dates_of_the_library_are_days_of_acts(app: Flask) -> None:
    project_id = on_notice()
    _, found, _ = record(project_id)
    days = (found.submitted_on, found.reviewed_on, found.appraised_on, found.notice_from, found.notice_until)
    assert days == (on(0).date(), on(0).date(), on(0).date(), on(0).date(), date(2026, 12, 10))
