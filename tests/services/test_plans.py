"""What-if plans: they count in nothing, and one that is adopted is exactly its rows entered by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, OverCommitted, Stale
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.desk import AllocationPlan, AllocationPlanRow
from fundsys.models.funds import Allocation, AllotmentLine
from fundsys.queries import allotment_sheet, plans
from fundsys.services import funds
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import approved_notice, drafted, entry_clerk, make_projects, second_clerk

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2024, 11, 1)


def refused(do: Callable[[], Any], kind: type[DomainError] = DomainError) -> DomainError:
    """The refusal of an act."""
    with pytest.raises(kind) as told:
        do()
    return told.value


def notice_of(line: int) -> int:
    """The notice a line stands on."""
    with store.snapshot() as session:
        return session.scalars(select(AllotmentLine.notice_id).where(AllotmentLine.id == line)).one()


def planned(
    line: int, *rows: funds.PlanRow, name: str = "方案一", by: int | None = None, over: Any = None
) -> tuple[int, int]:
    """Keep a plan; its id and version."""
    notice = notice_of(line)
    with act(by=by or entry_clerk(), what="存分配方案") as opened:
        plan = funds.save_plan(notice, name, rows, over=over, act=opened)
        return plan.id, plan.version


def adopt(plan: tuple[int, int], by: int | None = None) -> funds.SheetSaved:
    """Adopt a plan."""
    with act(by=by or entry_clerk(), what="采用分配方案") as opened:
        return funds.adopt_plan(plan[0], version=plan[1], act=opened)


def drafts() -> list[tuple[Any, ...]]:
    """Every allocation as it stands, without its id."""
    a = Allocation
    told = (a.line_id, a.project_id, a.amount, a.state, a.kind, a.decided_on, a.document_no)
    why = (a.beyond_plan_reason, a.beyond_plan_document, a.remark, a.entered_by, a.number, a.version)
    with store.snapshot() as session:
        return [tuple(row) for row in session.execute(select(*told, *why).order_by(a.line_id, a.project_id))]


def figures(line: int) -> list[tuple[Any, ...]]:
    """Every rule as the clerk's sheet of the notice shows it."""
    with store.snapshot() as session:
        made = allotment_sheet.notice_sheet(session, entry_clerk(), notice_of(line))
        typed = {(c.line_id, row.project_id): c.draft for row in made.rows for c in row.cells if c.draft}
        result = allotment_sheet.preview(session, made, typed, TODAY)
    return [(e.rule, e.scope, e.after.measured, e.after.outcome, e.sentence) for e in result.effects]


def by_hand(rows: list[funds.PlanRow], lines: list[int]) -> None:
    """Type the rows into an empty sheet and keep it."""
    typed = {
        line: [funds.DraftRow(r.project_id, r.amount, r.reason, document=r.document) for r in rows if r.line_id == line]
        for line in lines
    }
    with act(by=entry_clerk(), what="存分配草稿") as opened:
        funds.save_sheet(typed, act=opened)


def empty_all(lines: list[int]) -> None:
    """Take every draft of the clerk away."""
    with act(by=entry_clerk(), what="清空") as opened:
        keys = opened.session.scalars(select(Allocation.project_id)).all()
        funds.save_sheet({line: [funds.DraftRow(key, None) for key in set(keys)] for line in lines}, act=opened)


def test_a_plan_adopted_equals_its_rows_entered_by_hand(full: bool) -> None:
    draw = random.Random(7)
    kinds = ("PT010102", "PT030103", "PT070101")
    projects = make_projects(
        *({"type": draw.choice(kinds), "wan": "50", "is_lead_industry": draw.random() < 0.5} for _ in range(6))
    )
    lines = approved_notice(("F101", "900"), ("F102", "800"), ("F201", "700"))
    for number in range(30 if full else 4):
        rows = [
            funds.PlanRow(line, project, Money(draw.randrange(1, 10**8)), "扩大规模", "陇政函〔2024〕18号")
            for line in lines
            for project in projects
            if draw.random() < 0.5
        ] or [funds.PlanRow(lines[0], projects[0], Money(1))]
        by_hand(rows, lines)
        want, shown = drafts(), figures(lines[0])
        empty_all(lines)
        plan = planned(lines[0], *rows, name=f"方案{number}")
        assert drafts() == [], "a plan counts in nothing"
        adopt(plan)
        assert drafts() == want
        assert figures(lines[0]) == shown
        empty_all(lines)


def test_adopting_takes_away_what_the_plan_does_not_have_and_leaves_a_colleague_alone() -> None:
    a, b, c = make_projects({}, {}, {})
    (line,) = approved_notice(("F101", "100"))
    drafted(line, a, "10")
    drafted(line, b, "20")
    drafted(line, c, "5", by=second_clerk())
    plan = planned(line, funds.PlanRow(line, b, Money.wan(21)), funds.PlanRow(line, c, Money.wan(7)))
    assert adopt(plan) == funds.SheetSaved(1, 1, 1)
    mine = {(row[1], row[2]) for row in drafts() if row[10] == entry_clerk()}
    assert mine == {(b, Money.wan(21)), (c, Money.wan(7))}
    assert any(row[1] == c and row[2] == Money.wan(5) for row in drafts())


def test_a_plan_beyond_what_is_left_or_out_of_the_library_is_not_adopted() -> None:
    a, b = make_projects({"wan": "900"}, {"status": ProjectStatus.PROPOSED, "admitted_on": None})
    (line,) = approved_notice(("F101", "100"))
    plan = planned(line, funds.PlanRow(line, a, Money.wan("100.000001")))
    assert "请减少 0.000001 万元" in refused(lambda: adopt(plan), OverCommitted).message
    assert drafts() == []
    told = refused(lambda: planned(line, funds.PlanRow(line, b, Money.wan(1)), name="库外"))
    assert (told.field, told.clause) == (funds.box(line, b), "F009 库外安排资金")


def test_the_lead_bureau_proposes_and_only_the_finance_bureau_adopts() -> None:
    (a,) = make_projects({})
    (line,) = approved_notice()
    plan = planned(line, funds.PlanRow(line, a, Money.wan(1)), by=somebody(Role.LEAD))
    with store.snapshot() as session:
        assert plans.plan(session, plan[0]).is_proposal
    refused(lambda: adopt(plan, by=somebody(Role.LEAD)), NotAllowed)
    refused(
        lambda: planned(line, funds.PlanRow(line, a, Money.wan(1)), name="别的", by=somebody(Role.LEADER)), NotAllowed
    )
    assert adopt(plan).added == 1


def test_a_plan_is_written_over_by_its_maker_from_the_version_that_was_open() -> None:
    a, b = make_projects({}, {})
    (line,) = approved_notice()
    plan = planned(line, funds.PlanRow(line, a, Money.wan(1)), funds.PlanRow(line, b, Money.wan(2)))
    row = funds.PlanRow(line, a, Money.wan(3))
    assert "已有名为“方案一”的方案" in refused(lambda: planned(line, row)).message
    assert "别人做的方案" in refused(lambda: planned(line, row, by=second_clerk(), over=plan)).message
    again = planned(line, row, over=plan)
    assert again == (plan[0], plan[1] + 1)
    refused(lambda: planned(line, row, over=plan), Stale)
    refused(lambda: adopt(plan), Stale)
    with store.snapshot() as session:
        assert {k: p.amount for k, p in plans.planned(session, plan[0]).items()} == {(line, a): Money.wan(3)}
    adopt(again)
    assert "已被采用" in refused(lambda: planned(line, row, over=(again[0], again[1] + 1))).message


def test_a_plan_without_a_name_or_amounts_is_not_kept() -> None:
    (a,) = make_projects({})
    (line,) = approved_notice()
    assert refused(lambda: planned(line, funds.PlanRow(line, a, Money.wan(1)), name=" ")).field == "plan_name"
    assert "还没有填写金额" in refused(lambda: planned(line, funds.PlanRow(line, a, Money(0)))).message


def test_only_its_maker_removes_a_plan_and_never_one_that_was_adopted() -> None:
    (a,) = make_projects({})
    (line,) = approved_notice()
    kept = planned(line, funds.PlanRow(line, a, Money.wan(1)))
    gone = planned(line, funds.PlanRow(line, a, Money.wan(2)), name="不要的")

    def remove(plan: tuple[int, int], by: int) -> None:
        with act(by=by, what="删除分配方案") as opened:
            funds.delete_plan(plan[0], version=plan[1], act=opened)

    refused(lambda: remove(gone, second_clerk()), NotAllowed)
    remove(gone, entry_clerk())
    adopt(kept)
    assert "不能删除" in refused(lambda: remove((kept[0], kept[1] + 1), entry_clerk())).message
    with store.snapshot() as session:
        assert session.scalars(select(AllocationPlan.name)).all() == ["方案一"]
        assert session.scalar(select(func.count()).select_from(AllocationPlanRow)) == 1


def test_plans_stand_side_by_side_with_what_differs(app: Flask) -> None:
    industry, other = make_projects({"type": "PT010102", "wan": "900"}, {"type": "PT030103", "wan": "900"})
    first, second = approved_notice(("F101", "100"), ("F201", "100"))
    even = planned(
        first, funds.PlanRow(first, industry, Money.wan(50)), funds.PlanRow(second, other, Money.wan(50)), name="对半"
    )
    more = planned(
        first, funds.PlanRow(first, industry, Money.wan(66)), funds.PlanRow(second, other, Money.wan(34)), name="多产业"
    )
    with store.snapshot() as session:
        notice = notice_of(first)
        told = plans.compare(session, entry_clerk(), notice, plans.plans(session, notice), TODAY, drafts=True)
    assert [c.name for c in told.columns] == ["对半", "多产业"], "no drafts, no column of drafts"
    assert {row.row.project_id: row.amounts for row in told.rows} == {
        industry: (Money.wan(50), Money.wan(66)),
        other: (Money.wan(50), Money.wan(34)),
    }
    assert told.different == 2
    share = next(r for r in told.rules if r.first.rule == "R65")
    assert share.differs
    assert [e.after.outcome.label for e in share.effects] == ["未达到", "通过"]
    assert [c.plan.id for c in told.columns if c.plan] == [even[0], more[0]]
