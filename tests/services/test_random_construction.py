"""Random histories of projects through all their stages: forward, or back with a reason, days in order, papers there, counts whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.projects import Project, ProjectStep
from fundsys.queries.construction import status_counts
from fundsys.services import reference_rows, steps
from fundsys.services.acts import act
from tests.construction import building
from tests.draws import draws

WAY = [s for s in S if not s.is_withdrawn]
LONG_AGO = 400
PROVEN_ELSEWHERE = {"contract", "reports", "photos", "public_notice"}


@dataclass(frozen=True)
class Try:
    """One thing somebody tries: so many days after the last thing, papers first or not, to a stage, with a reason or not."""

    days: int
    papers: str
    jump: int
    reason: bool
    withdraw: bool


tries = st.builds(
    Try,
    days=st.integers(-15, 20),
    papers=st.sampled_from(["all", "all", "all", "some", "promised", "none"]),
    jump=st.sampled_from([1, 1, 1, 1, 2, 3, -1, -2, 0]),
    reason=st.booleans(),
    withdraw=st.sampled_from([False] * 12 + [True]),
)


@dataclass
class Told:
    """What an onlooker writes down who shares no code with the county: the stage, the days, the papers handed in."""

    stage: str = "10"
    day: date | None = None
    papers: set[str] = field(default_factory=set)


def asked(now: str, to: str) -> list[str]:
    """The papers a forward step asks for, read from the delivered list itself; the project is a road, so all are asked."""
    if to <= now:
        return []
    lines = reference_rows.file("stage_papers")["papers"]
    return [
        p["code"]
        for p in lines
        if (p["stage"] == now and p["due"] == "leave" and to[0] != "X") or (p["stage"] == to and p["due"] == "enter")
    ]


def attempt(project_id: int, one: Try, told: Told, first: date, *, hold: bool = True) -> bool:
    """Try it; whether it was taken. The onlooker's notes follow."""
    now = WAY.index(S(told.stage)) if told.stage[0] != "X" else 0
    to = S.TERMINATED if one.withdraw else WAY[max(0, min(len(WAY) - 1, now + one.jump))]
    on = (told.day or first) + timedelta(days=one.days)
    wanted = asked(told.stage, to.code)
    given_ = {"all": wanted, "promised": wanted, "some": wanted[::2], "none": []}[one.papers]
    with act(by=None, what="存入资料") as a:
        project = a.session.get_one(Project, project_id)
        for code in given_:
            if code in told.papers:
                continue
            if one.papers == "promised":
                steps.promise_paper(project, code, a.day + timedelta(days=30), "正在装订", act=a)
            else:
                steps.keep_paper(project, code, place="档案室", act=a)
            told.papers.add(code)
    try:
        with act(by=None, what="办理环节") as a:
            project = a.session.get_one(Project, project_id)
            steps.move(project, to, on=on, reason="按实际更正" if one.reason else "", hold=hold, act=a)
    except DomainError:
        return False
    told.stage, told.day = to.code, on
    return True


def faults(project_id: int, told: Told, handed: list[set[str]]) -> list[str]:
    """What is wrong with a project's history. handed: the papers there were at each of its steps after the first."""
    with store.snapshot() as session:
        rows = session.execute(
            select(ProjectStep.from_status, ProjectStep.to_status, ProjectStep.happened_on, ProjectStep.reason)
            .where(ProjectStep.project_id == project_id)
            .order_by(ProjectStep.id)
        ).all()
        standing = session.get_one(Project, project_id).status.code
    found = [] if standing == rows[-1].to_status.code == told.stage else ["the project stands elsewhere"]
    for before, step, papers in zip(rows[:-1], rows[1:], handed, strict=True):
        now, to = step.from_status.code, step.to_status.code
        if now != before.to_status.code:
            found.append(f"{to} does not follow {before.to_status.code}")
        skipped = [s.code for s in WAY if now < s.code < to and s.code != "75"] if to[0] != "X" else []
        if (to < now or skipped or to[0] == "X") and not step.reason:
            found.append(f"{now} → {to} without a reason")
        if to > now and step.happened_on < before.happened_on:
            found.append(f"{to} on a day before {now}")
        if missing := [code for code in asked(now, to) if code not in papers]:
            found.append(f"{now} → {to} without {missing}")
    return found


def begun(code: str, first: date) -> int:
    """A road that has just been proposed."""
    made = building(code, S.PROPOSED)
    with act(by=None, what="申报") as a:
        steps.begin(a.session.get_one(Project, made), on=first, act=a)
    return made


def walked(project_id: int, history: list[Try], first: date, *, hold: bool = True) -> tuple[Told, list[set[str]]]:
    """Try a whole history on a project."""
    told, handed = Told(day=first), []
    for one in history:
        if attempt(project_id, one, told, first, hold=hold):
            handed.append(set(told.papers))
    return told, handed


serial = iter(range(1, 10**6))


def long_ago() -> date:
    with act(by=None, what="看日期") as a:
        return a.day - timedelta(days=LONG_AGO)


def test_histories_go_forward_or_back_with_reasons_and_count_whole_on_every_day(app: Flask) -> None:
    first = long_ago()
    passed: Counter[str] = Counter()

    @settings(max_examples=draws(4, 300), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(st.lists(tries, min_size=8, max_size=20), min_size=1, max_size=2))
    def any_histories(histories: list[list[Try]]) -> None:
        for history in histories:
            made = begun(f"H{next(serial):06d}", first)
            told, handed = walked(made, history, first)
            passed[told.stage] += 1
            assert faults(made, told, handed) == []

    any_histories()
    assert len(passed) > 1, f"the histories hardly moved: {passed}"
    counts_are_whole(first)


def counts_are_whole(first: date) -> None:
    """On every day the stages add up to the projects there were, and each stage to what an onlooker counts."""
    with store.snapshot() as session:
        steps_ = session.execute(
            select(ProjectStep.project_id, ProjectStep.to_status, ProjectStep.happened_on).order_by(ProjectStep.id)
        ).all()
        for number in range(0, LONG_AGO + 1, draws(7, 1)):
            day = first - timedelta(days=20) + timedelta(days=number)
            stands: dict[int, str] = {}
            for step in steps_:
                if step.happened_on <= day:
                    stands[step.project_id] = step.to_status.code
            told = status_counts(session, day)
            assert sum(told.values()) == len(stands)
            assert {s.code: n for s, n in told.items() if n} == dict(Counter(stands.values()))


FORWARD = [Try(1, "none", 1, False, False)] * 12
SURE = [Try(1, "all", 1, False, False)] * 20


def test_a_project_with_all_its_papers_comes_to_the_archive(app: Flask) -> None:
    first = long_ago()
    made = begun("H-all", first)
    told, handed = walked(made, SURE, first)
    assert told.stage == "99"
    assert faults(made, told, handed) == []


def test_control_steps_that_ask_for_no_papers_are_found(app: Flask) -> None:
    first = long_ago()
    made = begun("H-bare", first)
    told, handed = walked(made, FORWARD, first, hold=False)
    assert told.stage > "50"
    assert any("without" in fault for fault in faults(made, told, handed))
    held = begun("H-held", first)
    assert walked(held, FORWARD, first)[0].stage == "10", "with the papers asked for nothing moves"


def test_control_a_step_back_without_a_reason_and_days_out_of_order_are_found(app: Flask) -> None:
    first = long_ago()
    made = begun("H-back", first)
    told, handed = walked(made, SURE[:5], first)
    with act(by=None, what="硬写") as a:
        now = a.session.get_one(Project, made)
        for to, days in ((S.PROPOSED, 90), (S.TOWN_REVIEWED, 2)):
            row = ProjectStep(
                project_id=made, from_status=now.status, to_status=to, happened_on=first + timedelta(days=days)
            )
            a.session.add(row)
            now.status = to
            a.session.flush()
    told.stage = "20"
    found = faults(made, told, [*handed, told.papers, told.papers])
    assert found == ["75 → 10 without a reason" if "75" in found[0] else found[0], "20 on a day before 10"]
    assert found[0].endswith("→ 10 without a reason")


def test_control_a_project_counted_in_two_stages_would_be_seen(app: Flask) -> None:
    first = long_ago()
    made = begun("H-twice", first)
    walked(made, SURE[:3], first)
    with store.snapshot() as session:
        rows = session.execute(select(ProjectStep.project_id, ProjectStep.to_status)).all()
        told = status_counts(session, first + timedelta(days=30))
    assert len(rows) > sum(told.values()) == 1
