"""Work relief as the owner and the lead bureau meet it: plan, people, a month, approval, the list of what counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.domain.work_relief import ReliefState
from fundsys.models.work_relief import ReliefPlan, ReliefRoster, ReliefTraining, ReliefWorker
from tests.counties import OfficeClient
from tests.relief import card, identity, relief_project

Client = Callable[..., OfficeClient]


def test_an_owner_enters_a_month_and_the_lead_bureau_approves_it(app: Flask, client_as: Client) -> None:
    project = relief_project()
    owner, lead = client_as(Role.OWNER), client_as(Role.LEAD)
    home = f"/work-relief/{project}"
    plan = {"min_share": "30", "base_kind": "fiscal", "base_amount": "10", "document_no": "陇发改发〔2024〕12号"}
    bad = owner.send(f"{home}/plan", plan | {"posts": "混凝土工"})
    assert bad.status_code == 422 and "工种 人数 工日 日工资" in bad.get_data(as_text=True)
    told = plan | {"posts": "混凝土工 10 200 150", "action": "submit"}
    assert owner.send(f"{home}/plan", told).status_code == 302
    person = {"name": "张三", "identity": identity(1), "bank": card(1), "household": "lifted", "work_type": "普工"}
    wrong = owner.send(f"{home}/workers/new", person | {"identity": "11010519491231002Y"})
    assert wrong.status_code == 422 and "18 位" in wrong.get_data(as_text=True)
    assert "11010519491231002Y" not in owner.get(home).get_data(as_text=True)
    assert owner.send(f"{home}/workers/new", person).status_code == 302
    with store.snapshot() as session:
        worker = session.scalars(select(ReliefWorker.id)).one()
        plan_id = session.scalars(select(ReliefPlan.id)).one()
    month = {"month": "2024-05", "attendance_place": "村委会档案柜", f"attended-{worker}": "20", f"days-{worker}": "20",
             f"rate-{worker}": "150", f"paid_on-{worker}": "2024-06-10", f"voucher-{worker}": "HD-1"}  # fmt: skip
    early = owner.send(f"{home}/rosters/new", month | {"action": "submit"})
    assert early.status_code == 422 and "方案还没有审定" in early.get_data(as_text=True)
    review = "/work-relief/review"
    assert lead.send(review, {"plan": plan_id, f"plan-seen-{plan_id}": 2, "action": "approve"}).status_code == 302
    assert owner.send(f"{home}/rosters/new", month | {"action": "submit"}).status_code == 302
    with store.snapshot() as session:
        roster, version = session.execute(select(ReliefRoster.id, ReliefRoster.version)).one()
    shown = lead.get(f"/work-relief/rosters/{roster}").get_data(as_text=True)
    assert identity(1) not in shown and identity(1)[-4:] in shown and card(1) not in shown
    picked = {"roster": roster, f"roster-seen-{roster}": version, "action": "approve"}
    assert lead.send(review, picked).status_code == 302
    with store.snapshot() as session:
        assert session.get_one(ReliefRoster, roster).state is ReliefState.APPROVED
    page = lead.get("/work-relief").get_data(as_text=True)
    assert "不计入" in page and "本年度没有衔接资金分配" in page
    page = owner.get(home).get_data(as_text=True)
    assert "3,000.00" in page and identity(1) not in page


def test_another_unit_sees_neither_project_nor_people(app: Flask, client_as: Client) -> None:
    project = relief_project()
    stranger = client_as(Role.OWNER, unit="县水利局", login="stranger")
    assert stranger.get(f"/work-relief/{project}").status_code == 404
    assert stranger.get(f"/work-relief/{project}/workers/new").status_code == 404


def test_each_form_of_work_relief_sent_three_times_is_one_act(app: Flask, client_as: Client) -> None:
    project = relief_project()
    owner, lead = client_as(Role.OWNER), client_as(Role.LEAD)
    home = f"/work-relief/{project}"
    plan = {"min_share": "30", "base_kind": "fiscal", "base_amount": "10", "document_no": "陇发改发〔2024〕12号"}
    owner.thrice(f"{home}/plan", plan | {"posts": "混凝土工 10 200 150", "action": "save"})
    owner.thrice(home, to=f"/work-relief/plans/{last(ReliefPlan)}/submit")
    review, plan_id = "/work-relief/review", last(ReliefPlan)
    lead.thrice(review, {"plan": plan_id, f"plan-seen-{plan_id}": 2, "action": "approve"})
    person = {"name": "张三", "identity": identity(1), "bank": card(1), "household": "lifted", "work_type": "普工"}
    owner.thrice(f"{home}/workers/new", person)
    worker = last(ReliefWorker)
    owner.thrice(f"/work-relief/workers/{worker}/edit", {"name": "张三", "household": "lifted", "work_type": "瓦工"})
    month = {"month": "2024-05", "attendance_place": "村委会档案柜", f"attended-{worker}": "20", f"days-{worker}": "20",
             f"rate-{worker}": "150", f"paid_on-{worker}": "2024-06-10", f"voucher-{worker}": "HD-1"}  # fmt: skip
    owner.thrice(f"{home}/rosters/new", month | {"action": "save"})
    roster = f"/work-relief/rosters/{last(ReliefRoster)}"
    owner.thrice(f"{roster}/edit", month | {"attendance_place": "镇档案室", "action": "save"})
    owner.thrice(roster, {"action": "submit"}, to=f"{roster}/step")
    owner.thrice(f"{home}/trainings/new", {"held_on": "2024-04-02", "topic": "安全生产", "attendances": "12"})
    owner.thrice(f"{home}/trainings/{last(ReliefTraining)}/withdraw", {"reason": "登记重复"})


def last(model: Any) -> int:
    """The newest record's id."""
    with store.snapshot() as session:
        return session.scalars(select(model.id).order_by(model.id.desc())).first() or 0
