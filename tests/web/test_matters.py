"""Asset papers on pages: written by the unit, approved by another, printed, and how titles are coming on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.asset_matters import MatterState
from fundsys.domain.assets import AssetStatus
from fundsys.domain.rights import Role
from fundsys.models.office import County
from fundsys.queries.matter_papers import disposals, titles
from fundsys.queries.registers import Wanted
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.matters import an_asset, disposed, newest, settled_project, the_asset, titled
from tests.pages import Page, says, words

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")


LINES = {
    "row-name": ["羊舍", "养殖培训"],
    "row-amount": ["95", "5"],
    "row-expense": ["", "培训"],
    "row-asset_class": ["OPR", ""],
    "row-form": ["FA", ""],
    "row-kind": ["养殖圈舍与附属设施", ""],
    "row-quantity": ["2", ""],
    "row-quantity_unit": ["座", ""],
    "row-location": ["", ""],
    "row-owner_name": ["大力村股份经济合作社", ""],
}


def test_an_owner_registers_what_a_project_left_behind_and_the_lead_bureau_approves(client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER), client_as(Role.LEAD)
    project = settled_project("100", ("F101", "100"))
    assert "100.00" in says(owner, "/asset-papers/formations")
    path = f"/asset-papers/formations/{project}/new"
    form = LINES | {"happened_on": "2024-06-20", "action": "submit"}
    short = owner.send(path, form | {"row-amount": ["95", "4"]})
    assert short.status_code == 422
    assert "相差 1.00 万元" in words(Page(short.get_data(as_text=True)).root)
    assert owner.send(path, form).status_code == 302
    made = newest()
    assert made.state is MatterState.SUBMITTED
    page = f"/asset-papers/{made.id}"
    assert "审定" in says(lead, page)
    assert lead.post(f"{page}/step", data=lead.token(page) | {"action": "approve"}).status_code == 302
    after = says(owner, page)
    assert "资产形成〔" in after
    assert "看资产" in after
    assert "没有待登记资产的项目" in says(owner, "/asset-papers/formations")


def test_a_title_of_three_villages_is_typed_as_thirds(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    asset = an_asset()
    form = {
        "happened_on": "2024-07-10", "scope": "villages", "certificate_no": "陇资确〔2024〕1号", "giver": "县畜产局",
        "receiver": "三村", "overseer": "八渡镇人民政府", "handed_over_on": "2024-07-10", "action": "submit",
        "row-right": ["own"] * 3, "row-owner_type": ["CO"] * 3, "row-holder": ["甲村", "乙村", "丙村"],
        "row-credit_code": [""] * 3, "row-share": ["1/3", "1/3", "1/4"],
    }  # fmt: skip
    refused = owner.send(f"/assets/{asset}/title", form)
    assert refused.status_code == 422
    assert "合计 11/12，应正好是 100%" in refused.get_data(as_text=True)
    assert owner.send(f"/assets/{asset}/title", form | {"row-share": ["1/3"] * 3}).status_code == 302
    assert "1/3" in says(owner, f"/asset-papers/{newest().id}")
    assert "未评估" in says(owner, "/asset-papers/titling")
    assert "超过 " in says(owner, "/asset-papers/titling")
    with act(by=None, what="改办理年度") as a:
        a.session.scalars(select(County)).one().work_year = 2031
    assert "本年度的政策值没有定登记和确权的期限" in says(owner, "/asset-papers/titling")


def test_a_disposal_says_what_it_does_and_wants_a_document(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    asset = an_asset()
    assert "处置不能撤回" in says(owner, f"/assets/{asset}/disposal")
    form = {
        "happened_on": "2024-09-01", "ground": "自然灾害损毁无法修复", "method": "报损", "meeting": "村民代表会议",
        "owner_opinion": "同意", "town_opinion": "属实", "bureau_opinion": "同意", "action": "submit",
    }  # fmt: skip
    refused = owner.send(f"/assets/{asset}/disposal", form)
    assert refused.status_code == 422
    assert "文号" in refused.get_data(as_text=True)
    assert owner.send(f"/assets/{asset}/disposal", form | {"document_no": "陇政办函[2024]31号"}).status_code == 302
    made = newest()
    review = client_as(Role.FINANCE_REVIEW)
    page = f"/asset-papers/{made.id}"
    assert "这一步不能撤回" in says(review, page)
    assert review.post(f"{page}/step", data=review.token(page) | {"action": "approve"}).status_code == 302
    assert the_asset(asset).status is AssetStatus.DISPOSED
    assert "冲销处置" in says(owner, page)
    assert "冲销不能撤回" in says(owner, f"{page}/reversal")
    card = says(owner, f"/assets/{asset}")
    assert "资产处置〔" in card
    assert "申请处置" not in card


def test_every_paper_of_one_asset_has_its_page(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    asset = an_asset()
    common = {"happened_on": "2024-08-01", "document_no": "陇评报〔2024〕7号", "words": "分别管护", "action": "save"}
    valuation = common | {"value": "90", "method": "成本法"}
    assert owner.send(f"/assets/{asset}/valuation", valuation).status_code == 302
    assert owner.get(f"/asset-papers/valuations/{newest().id}/edit").status_code == 200
    part = {
        "row-name": ["门楼"],
        "row-amount": ["10"],
        "row-quantity": [""],
        "row-quantity_unit": [""],
        "row-location": [""],
    }
    assert owner.send(f"/assets/{asset}/split", common | part).status_code == 302
    assert "门楼" in says(owner, f"/asset-papers/{newest().id}")
    assert owner.send(f"/assets/{asset}/merge", common | {"others": "没有这个"}).status_code == 422
    other = the_asset(an_asset()).code
    assert owner.send(f"/assets/{asset}/merge", common | {"others": other}).status_code == 302
    assert "资产合并" in says(owner, "/asset-papers")


def test_the_ledger_of_titles_and_the_form_of_disposals_carry_what_was_approved() -> None:
    asset = an_asset()
    titled(asset)
    disposed(asset)
    with store.snapshot() as session:
        (title,) = titles(session, Wanted(2024, {}))
        (disposal,) = disposals(session, Wanted(2024, {}))
    assert (title.owner, title.level, title.objection) == ("大力村股份经济合作社", "到村", "未公示")
    assert title.handover_no.startswith("移交〔")
    assert (disposal.method, disposal.proceeds_use, disposal.net_value) == ("报损", "没有收入", title.original_cost)


def test_forms_of_asset_papers_sent_three_times_are_one_act(client_as: Clients) -> None:
    owner, review = client_as(Role.OWNER), client_as(Role.FINANCE_REVIEW)
    project = settled_project("100", ("F101", "100"))
    owner.thrice(f"/asset-papers/formations/{project}/new", LINES | {"happened_on": "2024-06-20", "action": "save"})
    owner.thrice(
        f"/asset-papers/formations/{newest().id}/edit", LINES | {"happened_on": "2024-06-21", "action": "submit"}
    )
    asset = an_asset()
    common = {"happened_on": "2024-08-01", "document_no": "陇评报〔2024〕7号", "words": "分别管护", "action": "save"}
    owner.thrice(f"/assets/{asset}/valuation", common | {"value": "90", "method": "成本法"})
    owner.thrice(
        f"/asset-papers/valuations/{newest().id}/edit", common | {"value": "91", "method": "成本法", "action": "submit"}
    )
    part = {"row-name": ["门楼"], "row-amount": ["10"], "row-quantity": [""], "row-quantity_unit": [""]}
    owner.thrice(f"/assets/{asset}/split", common | part | {"row-location": [""]})
    owner.thrice(f"/assets/{asset}/merge", common | {"others": the_asset(an_asset()).code})
    gone = an_asset()
    disposed(gone)
    owner.thrice(f"/asset-papers/{newest().id}/reversal", common | {"action": "submit"})
    page = f"/asset-papers/{newest().id}"
    review.thrice(page, {"action": "return", "reason": "请补会议记录"}, to=f"{page}/step")
    told = common | {"ground": "自然灾害损毁无法修复", "method": "报损", "meeting": "村民代表会议"}
    owner.thrice(f"/assets/{an_asset()}/disposal", told)
    owner.thrice(f"/asset-papers/disposals/{newest().id}/edit", told | {"owner_opinion": "同意"})
    own = {"row-right": ["own"], "row-owner_type": ["CO"], "row-holder": ["甲村"], "row-share": ["1"]}
    told = common | own | {"scope": "village", "row-credit_code": [""]}
    owner.thrice(f"/assets/{an_asset()}/title", told)
    owner.thrice(f"/asset-papers/titles/{newest().id}/edit", told | {"words": "本村所有"})
    owner.thrice(f"/assets/{an_asset()}/valuation", common | {"value": "90", "method": "成本法"})
    page = f"/asset-papers/{newest().id}"
    owner.thrice(page, {"action": "delete"}, to=f"{page}/step")
