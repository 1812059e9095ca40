"""The pages of kept runs, of waivers and of the negative list: an inspector keeps a run and gives out tasks, a unit asks for a waiver."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.assets import AssetStatus
from fundsys.domain.rights import Role
from fundsys.models.kept_checks import CheckMatter
from fundsys.queries.facts import county_today
from tests.counties import OfficeClient
from tests.money import make_projects
from tests.pages import Page, words
from tests.services.test_kept_checks import idle, own_asset

Clients = Callable[..., OfficeClient]


def told(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return words(Page(answer.get_data(as_text=True)).one("main"))


def day(days: int) -> str:
    with store.snapshot() as session:
        return (county_today(session) + timedelta(days=days)).isoformat()


def keep(client: OfficeClient, **told_: str) -> str:
    answers = client.token("/check-runs/") | {"year": "2024", "family": "assets"} | told_
    answer = client.post("/check-runs/keep", data=answers)
    assert answer.status_code == 302, told(answer, 422)
    return str(answer.location)


def test_a_run_is_kept_compared_and_its_faults_become_a_task_in_one_step(client_as: Clients) -> None:
    inspector, owner = client_as(Role.INSPECTOR), client_as(Role.OWNER)
    asset, other = own_asset(), own_asset()
    idle(other, status=AssetStatus.IN_USE)
    first = keep(inspector)
    assert "第一次，没有比较" in told(inspector.get(first))
    idle(other)
    second = keep(inspector)
    shown = told(inspector.get(second))
    assert "新增" in shown and "F081 资产闲置" in shown
    assert "通组路" in told(inspector.get(f"{second}?change=new&rule=F081"))
    assert "检查记录" in told(inspector.get("/check-runs/"))
    with store.snapshot() as session:
        chosen = session.scalars(select(CheckMatter.id).where(CheckMatter.rule == "F081")).all()
    page = "/check-runs/faults?rule=F081"
    html = inspector.get(page).get_data(as_text=True)
    seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', html))
    answers = {"chosen": [str(key) for key in chosen], "source": "county", **seen}
    assert "请填写" in told(inspector.send(page, answers), 422)
    answer = inspector.send(page, answers | {"due_on": day(30)})
    assert answer.status_code == 302, told(answer, 422)
    task = told(inspector.get(answer.location))
    assert "来自规则检查" in task and "规则检查 F081" in task
    assert "问题待整改" in told(owner.get("/"))
    assert "待整改" in told(inspector.get(page)) or "整改" in told(inspector.get(page))
    assert 'name="chosen"' not in inspector.get(page).get_data(as_text=True)
    assert asset and inspector.send(page, answers | {"due_on": day(30)}).status_code == 422


def test_units_see_their_own_faults_and_keep_no_runs(client_as: Clients) -> None:
    inspector, owner, town = client_as(Role.INSPECTOR), client_as(Role.OWNER), client_as(Role.TOWN)
    own_asset()
    run = keep(inspector)
    assert "通组路" in told(owner.get(f"{run}?rule=F081"))
    assert "通组路" not in told(town.get(f"{run}?rule=F081"))
    assert "检查并保留" not in owner.get("/check-runs/").get_data(as_text=True)
    assert owner.post("/check-runs/keep", data=owner.token("/check-runs/")).status_code == 403
    assert owner.get("/check-runs/99").status_code == 404
    assert "不能晚于今天" in told(
        inspector.post("/check-runs/keep", data=inspector.token("/check-runs/") | {"year": "2024", "as_at": day(5)}),
        422,
    )


def test_the_page_of_the_rules_shows_one_family_and_one_units_records(client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    own_asset()
    shown = told(inspector.get("/checks/?family=assets"))
    assert "资产闲置" in shown and "产业发展资金占比" not in shown
    keep(inspector)
    with store.snapshot() as session:
        unit = session.scalars(select(CheckMatter.unit_id).where(CheckMatter.rule == "F081")).first()
    alone = told(inspector.get(f"/checks/?unit={unit}"))
    assert "资产闲置" in alone and "产业发展资金占比" not in alone
    assert "只看一个单位的记录" in told(inspector.get(f"/checks/F081?unit={unit}"))


def test_a_unit_asks_for_a_waiver_the_county_approves_and_it_prints_as_waived(client_as: Clients) -> None:
    owner, lead, town = client_as(Role.OWNER), client_as(Role.LEAD), client_as(Role.TOWN)
    asset = own_asset()
    assert "申请豁免" in told(owner.get("/checks/F081"))
    page = f"/waivers/new?rule=F081&subject=asset:{asset}&year=2024"
    assert "通组路" in told(owner.get(page))
    assert town.get(page).status_code == 404
    assert owner.get("/waivers/new?rule=F081&subject=person:1").status_code == 404
    answers = {"rule": "F081", "reason": "道路施工", "document_no": "陇政函〔2024〕8号", "expires_on": day(20)}
    assert "豁免期限不能早于今天" in told(owner.send(page, answers | {"expires_on": day(-1)}), 422)
    answer = owner.send(page, answers)
    assert answer.status_code == 302, told(answer, 422)
    address = str(answer.location)
    assert "待批准" in told(owner.get(address)) and "批准</button>" not in owner.get(address).get_data(as_text=True)
    assert "豁免申请待批准" in told(lead.get("/"))
    assert "没有达到" not in told(lead.get("/waivers/?standing=waiting"))
    assert lead.send(address, {"action": "approve"}).status_code == 405
    assert lead.post(f"{address}/step", data=lead.token(address) | {"action": "approve"}).status_code == 302
    assert "生效中" in told(owner.get(address))
    assert "已豁免" in told(lead.get("/checks/F081"))
    assert town.get(address).status_code == 404
    assert lead.post(f"{address}/step", data=lead.token(address) | {"action": "end"}).status_code == 422
    ended = lead.token(address) | {"action": "end", "reason": "已恢复"}
    assert lead.post(f"{address}/step", data=ended).status_code == 302
    assert "已撤回" in told(owner.get("/waivers/?standing=closed"))


def test_whoever_reviews_money_concludes_on_the_negative_list(client_as: Clients) -> None:
    review, inspector = client_as(Role.FINANCE_REVIEW), client_as(Role.INSPECTOR)
    (project,) = make_projects({"name": "大力村文化墙"})
    assert "命中负面清单" in told(review.get("/"))
    assert "文化墙" in told(inspector.get("/negative-list/"))
    page = f"/negative-list/project/{project}"
    assert inspector.get(page).status_code == 403
    assert "请填写" in told(review.send(page, {"verdict": "clear"}), 422)
    assert review.send(page, {"verdict": "clear", "words": "墙体防水"}).status_code == 302
    assert "不属于负面清单，墙体防水" in told(review.get("/negative-list/"))
    assert "命中负面清单" not in told(review.get("/"))
    assert review.get("/negative-list/project/99999").status_code == 404


def test_a_conclusion_on_the_negative_list_sent_three_times_is_one_act(client_as: Clients) -> None:
    (project,) = make_projects({"name": "大力村文化墙"})
    review = client_as(Role.FINANCE_REVIEW)
    review.thrice(f"/negative-list/project/{project}", {"verdict": "clear", "words": "墙体防水"})
