"""The desk of 四个一批: facts, proposals and their answer, rehearsal of a bulk re-class, follow-up, charts and names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.industry import DecisionState, FourBatch, RunState
from fundsys.domain.rights import Role
from fundsys.models.industry import ClassDecision, MeasureProgress, OperationRecord
from fundsys.models.office import Person, Region, Unit
from fundsys.queries.facts import office_today
from tests.counties import OfficeClient
from tests.imports.books import acts
from tests.pages import Page, words
from tests.web.test_industry import classify, decision, legacy, stored

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")
TODAY = office_today().isoformat()
MANY = {"batch": "B2", "reason": "有前景，设备老旧", "decided_on": TODAY, "document_no": "专班纪要〔2024〕5号"}


def own(client: OfficeClient, *told: dict[str, Any]) -> list[int]:
    """Legacy projects of the unit this owner's client belongs to."""
    with store.snapshot() as session:
        name = session.scalars(
            select(Unit.name).join(Person, Person.unit_id == Unit.id).where(Person.role == Role.OWNER)
        ).one()
    return legacy(*({"responsible_unit": name} | one for one in told))


def page(client: OfficeClient, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Page(answer.get_data(as_text=True))


def rows(model: Any) -> list[Any]:
    with store.snapshot() as session:
        found = list(session.scalars(select(model).order_by(model.id)))
        session.expunge_all()
        return found


def test_an_owner_records_facts_and_the_card_says_what_they_suggest(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    (number,) = own(owner, {})
    before = words(page(owner, f"/industry/{number}").root)
    assert "不能给出建议：事实不全，还缺用地环保是否合规" in before
    told = {
        "observed_on": TODAY, "run_state": "R3", "months_stopped": "9", "compliant": "yes", "prospect": "good",
        "use_bp": "45.5", "figures_year": "2023", "profit": "-1.25",
    }  # fmt: skip
    assert owner.send(f"/industry/{number}/facts", told).status_code == 302
    (record,) = rows(OperationRecord)
    assert (record.run_state, record.use_bp, record.title_clear) == (RunState.STOPPED, 4_550, None)
    after = words(page(owner, f"/industry/{number}").root)
    assert (
        "建议 盘活一批 ：停产或低效，有改造再用价值" in after.replace("  ", " ")
        or "停产或低效，有改造再用价值" in after
    )
    assert "停产闲置 9 个月" in after and "-1.25" in after
    refused = owner.send(f"/industry/{number}/facts", told | {"figures_year": ""})
    assert refused.status_code == 422 and "是哪一年的数" in refused.get_data(as_text=True)


def test_a_proposal_is_answered_by_the_lead_bureau_several_at_once(client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER), client_as(Role.LEAD)
    ids = own(owner, {}, {}, {})
    told = {"batch": "B3", "reason": "停产一年", "measure_codes": "B3M2", "responsible": "王芳", "due_on": "2099-06-30"}
    for number in ids:
        assert owner.send(f"/industry/{number}/propose", told).status_code == 302
    assert [row.measure for row in rows(ClassDecision)] == ["租赁或托管"] * 3
    shown = page(lead, "/industry/proposals")
    assert len(shown.table("分类建议")) == 4
    third = rows(ClassDecision)[2]
    once = {"version": "1", "form_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964aa"}
    path, before = f"/industry/{ids[2]}/proposals/{third.id}/withdraw", acts()
    assert [owner.send(path, once).status_code for _ in range(3)] == [302] * 3
    assert acts() == before + 1
    again = owner.send(f"/industry/{ids[2]}/proposals/{third.id}/withdraw", {"version": "2"})
    assert again.status_code == 422 and "不能撤回" in again.get_data(as_text=True)
    first, second = (row.id for row in rows(ClassDecision)[:2])
    back = {"action": "return", "chosen": str(first), f"seen-{first}": "1", "decided_on": TODAY}
    assert lead.send("/industry/proposals", back).status_code == 422
    assert lead.send("/industry/proposals", back | {"reason": "请到现场核实"}).status_code == 302
    answer = {"action": "decide", "chosen": str(second), f"seen-{second}": "1", "decided_on": TODAY}
    assert lead.send("/industry/proposals", answer).status_code == 302
    assert [row.state for row in rows(ClassDecision)] == [
        DecisionState.RETURNED,
        DecisionState.DECIDED,
        DecisionState.WITHDRAWN,
    ]
    assert (stored(ids[0]).batch, stored(ids[1]).batch) == (None, FourBatch.REVIVE)
    assert "请到现场核实" in words(page(owner, f"/industry/{ids[0]}").root)
    assert owner.post("/industry/proposals", data=owner.token("/people/password")).status_code == 403


def test_a_rehearsal_shows_what_would_change_and_writes_nothing_until_it_is_confirmed(client_as: Clients) -> None:
    first, second, third = legacy({}, {"batch": FourBatch.REVIVE}, {})
    lead = client_as(Role.LEAD)
    chosen = {"chosen": [str(first), str(second)], f"seen-{first}": "1", f"seen-{second}": "1"}
    told = MANY | chosen
    answer = lead.send("/industry/rehearse", told | {"action": "count"})
    assert answer.status_code == 200
    shown = Page(answer.get_data(as_text=True))
    whole = shown.table("改前改后")[-1]
    assert [cell.split("（")[0] for cell in whole[1:]] == ["0 → 0", "0 → 2", "1 → 0", "0 → 0", "2 → 1"]
    assert "2 个项目可以改，其中 2 个换了类别" in words(shown.root)
    assert "改后：" in words(shown.root) and rows(ClassDecision) == []
    mark = shown.values()["rehearsed"]
    other = lead.send("/industry/rehearse", told | {"action": "confirm", "rehearsed": mark, "reason": "别的依据"})
    assert other.status_code == 422 and "请看过新的预演再确认" in other.get_data(as_text=True)
    confirm = told | {"action": "confirm", "rehearsed": mark, "form_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    for _ in range(3):
        assert lead.send("/industry/rehearse", confirm).status_code in (302, 422)
    assert [stored(number).batch for number in (first, second, third)] == [FourBatch.UPGRADE, FourBatch.UPGRADE, None]
    decided = [row for row in rows(ClassDecision) if row.batch is FourBatch.UPGRADE]
    assert [(row.document_no, row.decider) for row in decided] == [("专班纪要〔2024〕5号", "主管部门甲")] * 2


def test_projects_are_chosen_by_code_too_and_an_unknown_code_is_named(client_as: Clients) -> None:
    legacy({}, {})
    lead = client_as(Role.LEAD)
    answer = lead.send("/industry/rehearse", MANY | {"action": "count", "codes": "2016-0001，2016-0002"})
    assert "2 个项目可以改" in words(Page(answer.get_data(as_text=True)).root)
    wrong = lead.send("/industry/rehearse", MANY | {"action": "count", "codes": "2016-0009"})
    assert wrong.status_code == 422 and "没有编号为2016-0009的产业项目" in wrong.get_data(as_text=True)
    nothing = lead.send("/industry/rehearse", MANY | {"action": "count"})
    assert nothing.status_code == 422 and "请在下面勾选项目" in nothing.get_data(as_text=True)
    listed = page(lead, "/industry/rehearse?batch=none")
    assert len(listed.table("选中的项目")) == 3


def test_a_project_in_the_way_is_named_in_the_rehearsal(client_as: Clients) -> None:
    (number,) = legacy({"batch": FourBatch.REVIVE, "decided_on": date(2024, 3, 1)})
    told = MANY | {"batch": "B1", "action": "count", "codes": "2016-0001"}
    shown = Page(client_as(Role.LEAD).send("/industry/rehearse", told).get_data(as_text=True))
    assert "盘活转巩固须有连续 6 个月以上正常运行的记录" in shown.table("选中的项目")[1][-1]
    assert "有 1 个项目不能这样改" in words(shown.root) and "确认改类" not in words(shown.root).split("勾选")[-1]


def test_measures_are_reported_followed_and_done(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    late, silent, fine = own(owner, {}, {}, {})
    past = office_today() - timedelta(days=400)
    unit = stored(late).responsible_unit
    classify(late, decision(FourBatch.REVIVE, decided_on=past, due_on=past + timedelta(days=30), responsible_unit=unit))
    classify(silent, decision(FourBatch.REVIVE, decided_on=past, responsible_unit=unit))
    classify(fine, decision(FourBatch.ADJUST, responsible_unit=unit))
    shown = page(owner, "/industry/follow")
    stands = {row[0]: row[7] for row in shown.table("措施跟踪")[1:]}
    assert stands == {"2016-0001": "已超时限", "2016-0002": "本季度未更新", "2016-0003": "正在办理"}
    assert len(page(owner, "/industry/follow?stand=late").table("措施跟踪")) == 2
    told = {"words": "已签租赁合同", "reported_on": TODAY}
    assert owner.send(f"/industry/{silent}/measures", told).status_code == 302
    assert owner.send(f"/industry/{late}/measures", told | {"done": "1"}).status_code == 302
    stands = {row[0]: row[7] for row in page(owner, "/industry/follow").table("措施跟踪")[1:]}
    assert stands == {"2016-0001": "已完成", "2016-0002": "正在办理", "2016-0003": "正在办理"}
    assert len(rows(MeasureProgress)) == 2


def test_what_contradicts_a_class_is_found_in_the_list(client_as: Clients) -> None:
    legacy(
        {"batch": FourBatch.CONSOLIDATE, "run_state": RunState.STOPPED},
        {"batch": FourBatch.CONSOLIDATE, "run_state": RunState.RUNNING},
        {"batch": FourBatch.REVIVE, "measure": "租赁", "responsible": "王芳"},
    )
    client = client_as(Role.INSPECTOR)

    def found(number: str) -> list[str]:
        return [row[0] for row in page(client, f"/industry/?doubt={number}").table("产业项目")[1:-1]]

    assert (found("F102"), found("F103"), len(found("X"))) == (["2016-0003"], ["2016-0001"], 3)


def test_the_bench_tells_everybody_what_of_the_classes_waits_for_them(client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER), client_as(Role.LEAD)
    late, silent, other = own(owner, {}, {}, {})
    past = office_today() - timedelta(days=400)
    unit = stored(late).responsible_unit
    classify(late, decision(FourBatch.REVIVE, decided_on=past, due_on=past + timedelta(days=30), responsible_unit=unit))
    classify(silent, decision(FourBatch.REVIVE, decided_on=past, responsible_unit=unit))
    assert owner.send(f"/industry/{other}/propose", {"batch": "B1", "reason": "盈利"}).status_code == 302
    told = words(page(owner, "/").root)
    assert "四个一批 1 个项目措施超时限" in told and "盘活一批 1 个项目本季度未更新" in told
    told = words(page(lead, "/").root)
    assert "1 份分类建议待审核" in told and "盘活和调整一批 1 个到期" in told


def test_winding_up_needs_a_document_and_stays(client_as: Clients) -> None:
    (number,) = legacy({})
    classify(number, decision(FourBatch.ADJUST))
    lead = client_as(Role.LEAD)
    path = f"/industry/{number}/dispose"
    assert "永远留在调整一批" in words(page(lead, path).root)
    told = {"disposed_on": TODAY, "words": "设备拍卖，款项缴入村集体账户"}
    assert lead.send(path, told).status_code == 422
    once = told | {"document_no": "陇政办函(2024)31号", "form_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964bb"}
    before = acts()
    assert [lead.send(path, once).status_code for _ in range(3)] == [302] * 3
    assert acts() == before + 1
    assert "处置完毕" in words(page(lead, f"/industry/{number}").root)
    refused = lead.send(f"/industry/{number}", {"batch": "B1", "reason": "又好了", "decided_on": TODAY})
    assert refused.status_code == 422 and "不能再转出调整一批" in refused.get_data(as_text=True)


def test_charts_and_matrix_count_the_classes_of_any_day(client_as: Clients) -> None:
    with store.snapshot() as session:
        village = session.scalars(select(Region).where(Region.level == "village").order_by(Region.code)).first()
        assert village is not None
        place, town = village.id, village.parent_id
    ids = legacy({"town_id": town, "village_id": place}, {"town_id": town, "village_id": place}, {})
    yesterday = office_today() - timedelta(days=1)
    classify(ids[0], decision(decided_on=yesterday))
    classify(ids[1], decision(FourBatch.REVIVE))
    client = client_as(Role.LEADER)
    now = words(page(client, "/industry/spread").root)
    assert "巩固一批 1，升级一批 0，盘活一批 1，调整一批 0，未定 1，合计 3 个" in now
    then = page(client, f"/industry/spread?day={yesterday.isoformat()}")
    assert "巩固一批 1，升级一批 0，盘活一批 0，调整一批 0，未定 2，合计 3 个" in words(then.root)
    cells = {row[1]: row[-1] for row in then.table("各村四个一批数字")[1:]}
    assert sum(map(int, cells.values())) == 3
    assert f"/industry/?village={place}" in client.get("/industry/spread").get_data(as_text=True)
    assert len(page(client, f"/industry/?village={place}").table("产业项目")) == 4
    assert "不是日期" in words(page(client, "/industry/spread?day=abc").root)


def test_the_county_renames_a_class_and_every_page_says_so(client_as: Clients) -> None:
    (number,) = legacy({})
    classify(number, decision(FourBatch.ADJUST))
    lead = client_as(Role.LEAD)
    told = {"label_year": "2024", "b1": "巩固一批", "b2": "提升一批", "b3": "盘活一批", "b4": "另起炉灶"}
    assert lead.send("/industry/labels", told).status_code == 302
    found = f"/search?q={stored(number).code}"
    for path in ("/industry/", f"/industry/{number}", "/industry/spread", "/industry/follow", "/", found):
        assert "另起炉灶" in words(page(lead, path).root), path
    assert "提升一批 → 升级一批" not in words(page(lead, "/industry/labels").root)
    assert lead.send("/industry/labels", told | {"b1": "盘活一批"}).status_code == 422
    assert stored(number).batch is FourBatch.ADJUST


def test_a_paper_of_a_record_is_kept_and_shown_to_those_who_see_the_project(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    (number,) = own(owner, {})
    told = {"observed_on": TODAY, "run_state": "R1", "papers": (BytesIO(b"%PDF-1.7 survey"), "核查表.pdf")}
    answer = owner.send(f"/industry/{number}/facts", told)
    assert answer.status_code == 302
    shown = page(owner, f"/industry/{number}")
    (link,) = (a.get("href", "") for a in shown.all("a") if words(a) == "核查表.pdf")
    assert owner.get(link).data == b"%PDF-1.7 survey"
    assert owner.get(link.replace("operation_record", "measure_progress")).status_code == 404
